"""Alarms on metric filters: which filters cover what, which alarms count, and on whose log group they are."""

from typing import Any

from msgspec.structs import replace

from checker.catalog import CONTROLS
from checker.evidence import Known
from checker.inventory import (
    AdvancedSelector,
    BasicSelector,
    CompositeAlarm,
    Declaration,
    Discovery,
    FieldSelector,
    Inventory,
    MetricFilter,
    MetricQuery,
    MetricTransformation,
    MuteRule,
    Selectors,
)
from checker.inventory.delivery import NOT_READ
from checker.model import Status, Thresholds
from tests.controls.judging import Case, check, parametrize
from tests.hardened import (
    ACCOUNT,
    ALARMS,
    ALERTS_ARN,
    DENIED,
    FILTERS,
    HOME,
    KEY_ARN,
    OWNER,
    REGIONS,
    TRAIL_ARN,
    hardened,
    status,
)
from tests.hardened import TRAIL as GOOD

FILTER_OF = {
    "TH601": "unauthorized-api-calls",
    "TH602": "console-sign-in-without-mfa",
    "TH603": "root-use",
    "TH604": "iam-policy-changes",
    "TH605": "cloudtrail-changes",
    "TH606": "console-sign-in-failures",
    "TH607": "key-disabled-or-deleted",
    "TH608": "bucket-policy-changes",
    "TH609": "config-changes",
    "TH610": "security-group-changes",
    "TH611": "network-acl-changes",
    "TH612": "network-gateway-changes",
    "TH613": "route-table-changes",
    "TH614": "vpc-changes",
    "TH615": "organizations-changes",
    "TH619": "trail-tampering",
    "TH620": "log-bucket-protection-tampering",
    "TH621": "log-group-tampering",
}
STOPS, ROOT, REFUSED, SIGN_IN, FAILURES = (
    CONTROLS[id] for id in ("TH605", "TH603", "TH601", "TH602", "TH606")
)
KEYS, TRAIL, BUCKET, REST = (CONTROLS[id] for id in ("TH607", "TH619", "TH620", "TH621"))
FED = MetricTransformation(name="m", namespace="n", value="1", default=None)
PATTERN = (
    "($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail) || "
    "($.eventName = StartLogging) || ($.eventName = StopLogging)"
)


def without(name: str) -> Inventory:
    """The hardened account without one filter, while its alarm stays."""
    kept = tuple(entry for entry in FILTERS if entry.name != f"trailhold-{name}")
    return hardened(log_group={"metric_filters": Known(kept)})


def silent(name: str, **changes: Any) -> Inventory:
    """The hardened account with one alarm changed."""
    alarms = tuple(replace(a, **changes) if a.name == f"trailhold-{name}" else a for a in ALARMS)
    return hardened(log_group={"alarms": Known(alarms)})


def patterns(*texts: str, bucket: dict[str, Any] | None = None, **log_group: Any) -> Inventory:
    """The hardened account with these filters alone, each with its alarm."""
    filters = tuple(
        MetricFilter(
            name=f"filter-{number}",
            pattern=text,
            transformations=(replace(FED, name=f"m{number}"),),
        )
        for number, text in enumerate(texts)
    )
    alarms = tuple(
        replace(ALARMS[0], name=f"alarm-{number}", metric=f"m{number}", namespace="n")
        for number in range(len(texts))
    )
    watched = {"metric_filters": Known(filters), "alarms": Known(alarms), **log_group}
    return hardened(log_group=watched, bucket=bucket)


def alarmed(alarm: dict[str, Any], fed: dict[str, Any] | None = None, **log_group: Any) -> Inventory:
    """One filter for changes to trails, with the alarm and the metric changed."""
    metric = replace(FED, **(fed or {}))
    entry = MetricFilter(name="changes", pattern=f"{{ {PATTERN} }}", transformations=(metric,))
    watching = replace(ALARMS[0], **{"name": "alarm", "metric": "m", "namespace": "n", **alarm})
    return hardened(log_group={"metric_filters": Known((entry,)), "alarms": Known((watching,)), **log_group})


def math(expression: str, *more: MetricQuery, **changes: Any) -> Inventory:
    """The alarm on an expression, with the filter's metric as ``m1``."""
    ours = replace(
        MetricQuery(id="m1", metric="m", namespace="n", statistic="Sum", period=300, returns=False), **changes
    )
    result = MetricQuery(id="e", expression=expression)
    return alarmed({"metric": "", "namespace": "", "metrics": (ours, *more, result)})


def beside(value: str, statistic: str = "Sum", **changes: Any) -> Inventory:
    """The filter for changes to trails, and another one that feeds its metric with every event."""
    good = alarmed({"statistic": statistic})
    (group,) = good.log_groups.values()
    (entry,), (metric,) = group.metric_filters.value, group.metric_filters.value[0].transformations
    other = MetricFilter(name="more", pattern="", transformations=(replace(metric, value=value, **changes),))
    return hardened(log_group={"metric_filters": Known((entry, other)), "alarms": group.alarms})


DECLARED = Declaration(arn=TRAIL_ARN, account=ACCOUNT, region=HOME, language="cloudformation")
ARCHIVE = "999988887777"
"""An account that owns the bucket, and perhaps the key."""


def archived(organization: bool = False, own: bool = False, **changes: Any) -> Inventory:
    """The bucket belongs to another account, which was audited; ``own`` gives it a trail that is watched."""
    arn = TRAIL_ARN.replace(ACCOUNT, ARCHIVE)
    theirs = replace(
        GOOD, arn=arn, account=ARCHIVE, **{n: changes.pop(n) for n in list(changes) if hasattr(GOOD, n)}
    )
    seen = (*([TRAIL_ARN] if organization else ()), *([arn] if own else ()))
    archive = replace(
        OWNER,
        id=ARCHIVE,
        discoveries=tuple(Discovery(region=region, trail_arns=Known(seen)) for region in REGIONS),
        management_account=Known(ACCOUNT),
    )
    good = hardened(bucket={"account": Known(ARCHIVE)}, trail={"organization": Known(organization)})
    return replace(
        good,
        accounts={**good.accounts, ARCHIVE: replace(archive, **changes)},
        trails={**good.trails, **({arn: theirs} if own else {})},
    )


def keyed(inventory: Inventory | None = None) -> Inventory:
    """The key belongs to that account as well."""
    found = inventory or hardened()
    arn = KEY_ARN.replace(ACCOUNT, ARCHIVE)
    return replace(
        found,
        trails={name: replace(one, kms_key_id=Known(arn)) for name, one in found.trails.items()},
        keys={arn: replace(found.keys[KEY_ARN], arn=arn, account=ARCHIVE)},
    )


TRANSFORMED = tuple(replace(entry, transformed=True) for entry in FILTERS)
UNHEARD = {"confirmed_subscriptions": DENIED, "subscriptions": DENIED}
OTHER = MetricQuery(id="m2", metric="x", namespace="n", statistic="Sum", period=300, returns=False)
WRITES_ONLY = Selectors(basic=(BasicSelector(read_write_type="WriteOnly"),))
NO_KMS = Selectors(basic=(BasicSelector(exclude_management_event_sources=("kms.amazonaws.com",)),))
NO_EVENTS = Selectors(
    advanced=(AdvancedSelector(field_selectors=(FieldSelector(field="eventCategory", equals=("Data",)),)),)
)


def twice(**changes: Any) -> Inventory:
    """A second trail beside the one that is watched."""
    arn = TRAIL_ARN.replace("/audit", "/second")
    return hardened(more_trails=(replace(GOOD, arn=arn, name="second", **changes),))


def composite(rule: str, **changes: Any) -> dict[str, Any]:
    """An alarm without an action, below a composite alarm that has one."""
    above = CompositeAlarm(arn=f"{ALARMS[0].arn}-above", name="above", rule=rule, actions=(ALERTS_ARN,))
    return {"composites": Known((replace(above, **changes),))}


def within_organization(text: str) -> Inventory:
    """The same filter on the log group of an organization's trail."""
    found = patterns(text)
    trails = {name: replace(one, organization=Known(True)) for name, one in found.trails.items()}
    return replace(found, trails=trails)


CASES: list[Case] = [
    case
    for id, name in FILTER_OF.items()
    for case in (
        Case(CONTROLS[id], hardened(), Status.PASS, "trail audit"),
        Case(CONTROLS[id], without(name), Status.FAIL, "no filter on log group audit matches"),
        Case(CONTROLS[id], hardened(log_group={"metric_filters": DENIED}), Status.UNKNOWN, "denied"),
        Case(CONTROLS[id], hardened(log_group={"alarms": DENIED}), Status.UNKNOWN, "denied"),
        Case(CONTROLS[id], silent(name, actions=()), Status.FAIL, "it has no action"),
        Case(CONTROLS[id], hardened(trail={"log_group_arn": Known(None)}), Status.FAIL, "no multi-Region"),
    )
]
CASES += [
    # Forms that mean the same.
    Case(STOPS, patterns(f"{{{PATTERN}}}"), Status.PASS),
    Case(STOPS, patterns("{ $.eventSource = cloudtrail.amazonaws.com }"), Status.PASS),
    Case(STOPS, patterns(""), Status.PASS),
    Case(STOPS, patterns('{$.eventName="*Trail"||$.eventName="St*Logging"}'), Status.PASS),
    Case(STOPS, patterns("{ $.eventName = %^(Create|Update|Delete)Trail$|^St(art|op)Logging$% }"),
         Status.PASS),
    Case(STOPS, patterns("{ $.eventName = *Trail }", "{ ($.eventName = *Logging) }"), Status.PASS),
    Case(STOPS, patterns("{ $.eventSource = cloudtrail.amazonaws.com && $.errorCode NOT EXISTS }",
                         "{ $.eventSource = cloudtrail.amazonaws.com && $.errorCode EXISTS }"), Status.PASS),
    Case(STOPS, patterns(f'{{ ({PATTERN}) && $.recipientAccountId = "{ACCOUNT}" }}'), Status.PASS),
    Case(FAILURES, patterns("{ $.eventName = ConsoleLogin && $.responseElements.ConsoleLogin = Failure }"),
         Status.PASS),
    # Forms that leave something out.
    Case(STOPS, patterns(f'{{ ({PATTERN}) && $.recipientAccountId = "{ARCHIVE}" }}'), Status.FAIL),
    Case(STOPS, within_organization(f'{{ ({PATTERN}) && $.recipientAccountId = "{ACCOUNT}" }}'), Status.FAIL,
         "recipientAccountId of any other value"),
    Case(STOPS, patterns("{ ($.eventName = *Trail) || ($.eventName = StartLogging) }"), Status.FAIL,
         "StopLogging"),
    Case(STOPS, patterns(f'{{ ({PATTERN}) && $.sourceIPAddress != "192.0.2.1" }}'), Status.FAIL,
         "sourceIPAddress = 192.0.2.1"),
    Case(STOPS, patterns(f"{{ ({PATTERN}) && $.errorCode NOT EXISTS }}"), Status.FAIL, "errorCode"),
    Case(STOPS, patterns(f'{{ ({PATTERN}) && $.userIdentity.arn != "*break-glass*" }}'), Status.FAIL),
    Case(STOPS, patterns(f"{{ {PATTERN.replace('||', '&&')} }}"), Status.FAIL),
    Case(STOPS, patterns("ERROR"), Status.FAIL),
    Case(STOPS, patterns("[a, b, c]"), Status.FAIL),
    # Forms that cannot be told.
    Case(STOPS, patterns('"eventSource" "cloudtrail.amazonaws.com"'), Status.UNKNOWN, "cannot be told"),
    Case(STOPS, patterns("{ $.eventName = "), Status.UNKNOWN, "cannot be told"),
    Case(STOPS, hardened(log_group={"metric_filters": Known(TRANSFORMED)}), Status.UNKNOWN, "cannot be told"),
    Case(STOPS, patterns("{ ($.eventName = f(x)) && $.a }"), Status.UNKNOWN),
    Case(STOPS, patterns("{ $.eventName = %((a+)+)+$% }"), Status.UNKNOWN),
    Case(ROOT, patterns("{ $.userIdentity.type = Root }"), Status.PASS),
    Case(ROOT, patterns("{ $.userIdentity.type = Root && $.userIdentity.invokedBy NOT EXISTS }"),
         Status.PASS),
    Case(ROOT, patterns('{ $.userIdentity.type = "Root" && $.eventName = ConsoleLogin }'), Status.FAIL),
    Case(REFUSED, patterns('{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }'),
         Status.PASS),
    Case(REFUSED, patterns('{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied") }'),
         Status.FAIL),
    Case(REFUSED, hardened(), Status.PASS),
    Case(SIGN_IN, patterns('{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }'),
         Status.PASS),
    Case(SIGN_IN, patterns('{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed = "No") }'),
         Status.PASS),
    Case(SIGN_IN, patterns('{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed = "Yes") }'),
         Status.FAIL),
    # Where the filter sits.
    Case(STOPS, hardened(trail={"multi_region": Known(False)}), Status.FAIL, "no multi-Region trail"),
    Case(STOPS, hardened(log_group={"exists": Known(False)}), Status.FAIL),
    Case(STOPS, hardened(log_group={"exists": DENIED}), Status.UNKNOWN),
    Case(STOPS, hardened(trail={"selectors": Known(WRITES_ONLY)}), Status.PASS),
    Case(REFUSED, hardened(trail={"selectors": Known(WRITES_ONLY)}), Status.FAIL),
    Case(KEYS, hardened(trail={"selectors": Known(NO_KMS)}), Status.FAIL),
    Case(STOPS, hardened(trail={"selectors": Known(NO_KMS)}), Status.PASS),
    Case(STOPS, hardened(trail={"selectors": Known(NO_EVENTS)}), None),
    Case(STOPS, hardened(trail={"status": status(is_logging=Known(False))}), None),
    Case(STOPS, twice(log_group_arn=Known(None)), Status.PASS),
    Case(STOPS, twice(log_group_arn=Known(None), organization=Known(True)), Status.FAIL),
    Case(STOPS, twice(multi_region=Known(False)), Status.PASS),
    Case(STOPS, hardened(trail={"selectors": DENIED}), Status.UNKNOWN),
    # Which alarm counts.
    Case(STOPS, alarmed({}), Status.PASS),
    Case(STOPS, alarmed({"metric": "other"}), Status.FAIL, "has no alarm on its metric"),
    Case(STOPS, alarmed({"namespace": "other"}), Status.FAIL),
    Case(STOPS, alarmed({"dimensions": ("account",)}), Status.FAIL),
    Case(STOPS, alarmed({}, {"dimensions": ("account",)}), Status.FAIL, "splits its metric by account"),
    Case(STOPS, alarmed({"actions_enabled": False}), Status.FAIL, "its actions are disabled"),
    Case(STOPS, alarmed({}, mutes=Known((MuteRule(name="night", alarms=("alarm",)),))), Status.FAIL,
         "its actions are muted by alarm mute rule night"),
    Case(STOPS, alarmed({}, mutes=DENIED), Status.UNKNOWN),
    Case(STOPS, alarmed({"actions": ("arn:aws:ec2:us-east-1:1:action/stop",)}), Status.FAIL),
    Case(STOPS, alarmed({"actions": ("arn:aws:lambda:us-east-1:111122223333:function:f",)}), Status.PASS),
    Case(STOPS, alarmed({"actions": ("arn:aws:sns:us-east-1:444455556666:x",)}), Status.UNKNOWN),
    Case(STOPS, hardened(alerts={"confirmed_subscriptions": Known(0)}), Status.FAIL, "no confirmed"),
    Case(STOPS, hardened(alerts=UNHEARD), Status.UNKNOWN),
    Case(STOPS, hardened(alerts={"exists": Known(False)}), Status.FAIL, "does not exist"),
    Case(STOPS, alarmed({"threshold": 5.0}), Status.FAIL, "fires at 5 events"),
    Case(STOPS, alarmed({"threshold": 5.0}, {"value": "5"}), Status.PASS),
    Case(STOPS, alarmed({"threshold": 5.0}), Status.PASS, thresholds=Thresholds(alarm_events=5)),
    Case(STOPS, alarmed({"threshold": 0.0, "comparison": "GreaterThanThreshold"}), Status.PASS),
    Case(STOPS, alarmed({"threshold": 1.0, "comparison": "GreaterThanThreshold"}), Status.FAIL),
    Case(STOPS, alarmed({"comparison": "LessThanThreshold"}), Status.FAIL, "cannot fire"),
    Case(STOPS, alarmed({"threshold": 0.0}), Status.FAIL, "cannot fire"),
    Case(STOPS, alarmed({"statistic": "p99"}), Status.FAIL, "cannot fire"),
    Case(STOPS, alarmed({"statistic": "Maximum"}), Status.PASS),
    Case(STOPS, alarmed({"statistic": "SampleCount"}, {"value": "$.size"}), Status.PASS),
    Case(STOPS, alarmed({}, {"value": "$.size"}), Status.UNKNOWN, "cannot be told"),
    Case(STOPS, alarmed({}, {"value": "0"}), Status.FAIL),
    Case(STOPS, alarmed({"evaluation_periods": 3}), Status.FAIL, "more than one period"),
    Case(STOPS, alarmed({"evaluation_periods": 3, "datapoints": 1}), Status.PASS),
    Case(STOPS, alarmed({"unit": "Count"}), Status.FAIL, "data in Count, and the filter gives None"),
    Case(STOPS, alarmed({"unit": "Count"}, {"unit": "Count"}), Status.PASS),
    Case(STOPS, alarmed({"unit": "None"}), Status.PASS),
    Case(STOPS, alarmed({}, {"unit": "Count"}), Status.PASS),
    Case(STOPS, math("FILL(m1, 0)", unit="Count"), Status.FAIL, "data in Count"),
    Case(STOPS, alarmed({"missing_data": "breaching"}), Status.FAIL, "on all the time"),
    # What a filter gives when nothing matches.
    Case(STOPS, alarmed({}, {"default": 0.0}), Status.PASS),
    Case(STOPS, alarmed({"statistic": "Maximum"}, {"default": 0.0}), Status.PASS),
    Case(STOPS, alarmed({"statistic": "Maximum"}, {"default": -5.0}), Status.PASS),
    Case(STOPS, alarmed({"statistic": "Average"}), Status.PASS),
    Case(STOPS, alarmed({"statistic": "Average"}, {"default": 0.0}), Status.FAIL, "brings down the Average"),
    Case(STOPS, alarmed({"statistic": "Average", "period": 60}, {"default": 0.0}), Status.UNKNOWN, "the 0"),
    Case(STOPS, alarmed({"statistic": "Average", "threshold": 0.0, "comparison": "GreaterThanThreshold"},
                        {"default": 0.0}), Status.PASS),
    Case(STOPS, alarmed({"statistic": "Minimum"}, {"default": 0.0}), Status.FAIL, "brings down the Minimum"),
    Case(STOPS, alarmed({"statistic": "SampleCount"}), Status.PASS),
    Case(STOPS, alarmed({"statistic": "SampleCount"}, {"default": 0.0}), Status.FAIL, "counts the times"),
    Case(STOPS, alarmed({}, {"default": -100.0}), Status.FAIL, "the -100 that a filter gives"),
    Case(STOPS, alarmed({}, {"default": 1.0}), Status.FAIL, "on all the time"),
    Case(STOPS, alarmed({}, {"default": 0.1}), Status.PASS),
    Case(STOPS, alarmed({}, {"default": 0.5}), Status.FAIL, "on all the time"),
    Case(STOPS, alarmed({}, {"default": NOT_READ}), Status.UNKNOWN, "not part of this observation"),
    # Other filters that feed the same metric.
    Case(STOPS, beside("1"), Status.PASS),
    Case(STOPS, beside("0"), Status.PASS),
    Case(STOPS, beside("-1"), Status.FAIL, "the -1 that another filter adds"),
    Case(STOPS, beside("$.size"), Status.UNKNOWN, "cannot be told"),
    Case(STOPS, beside("-1", statistic="Maximum"), Status.PASS),
    Case(STOPS, beside("0", statistic="Average"), Status.FAIL, "the 0 that another filter adds"),
    Case(STOPS, beside("-1", namespace="other"), Status.PASS),
    Case(STOPS, beside("1", default=-9.0), Status.FAIL, "the -9 that a filter gives"),
    Case(STOPS, beside("-1", dimensions=("user",)), Status.PASS),
    Case(REFUSED, silent("unauthorized-api-calls", threshold=10.0), Status.PASS),
    Case(REFUSED, silent("unauthorized-api-calls", threshold=11.0), Status.FAIL),
    # Metric math.
    Case(STOPS, math("m1"), Status.PASS),
    Case(STOPS, math("FILL(m1, 0)"), Status.PASS),
    Case(STOPS, math("SUM([m1, m2])", OTHER), Status.PASS),
    Case(STOPS, math("FILL(m1,0) + m2", OTHER), Status.PASS),
    Case(STOPS, math("SUM(METRICS())", OTHER), Status.PASS),
    Case(STOPS, math("MAX([m2, m1])", OTHER), Status.PASS),
    Case(STOPS, math("MAX([m1, 0])"), Status.PASS),
    Case(STOPS, math("SUM([FILL(m1, 0), m2])", OTHER), Status.PASS),
    Case(STOPS, math("MAX([m1, m2]) - MAX([m1, m2])", OTHER), Status.UNKNOWN, "cannot be told"),
    Case(STOPS, math("FILL(m1, 0) * (0)"), Status.UNKNOWN, "cannot be told"),
    Case(STOPS, math("MAX([m1, 5])"), Status.UNKNOWN, "cannot be told"),
    Case(STOPS, math("FILL(m1, 5)"), Status.UNKNOWN, "cannot be told"),
    Case(STOPS, math("FILL(m1, REPEAT)"), Status.UNKNOWN, "cannot be told"),
    Case(STOPS, math("m1 - m2", OTHER), Status.UNKNOWN, "cannot be told"),
    Case(STOPS, math("m1 + (0 - m2)", OTHER), Status.UNKNOWN),
    Case(STOPS, math("IF(m1 > 5, m1, 0)"), Status.UNKNOWN),
    Case(STOPS, math("m1", account="444455556666"), Status.FAIL),
    Case(STOPS, math("m2", OTHER), Status.UNKNOWN),
    # Composite alarms.
    Case(STOPS, alarmed({"actions": ()}, **composite("ALARM(alarm)")), Status.PASS),
    Case(STOPS, alarmed({"actions": ()}, **composite('(ALARM("alarm")) OR ALARM(b)')), Status.PASS),
    Case(STOPS, alarmed({"actions": ()}, **composite("ALARM(alarm) AND ALARM(b)")), Status.FAIL),
    Case(STOPS, alarmed({"actions": ()}, **composite("ALARM(alarm) OR (ALARM(b) AND ALARM(c))")),
         Status.PASS),
    Case(STOPS, alarmed({"actions": ()}, **composite("ALARM(b) OR (ALARM(alarm) AND TRUE)")), Status.PASS),
    Case(STOPS, alarmed({"actions": ()}, **composite("ALARM(alarm) AND NOT OK(alarm)")), Status.PASS),
    Case(STOPS, alarmed({"actions": ()}, **composite("ALARM(alarm) AND NOT ALARM(b)")), Status.FAIL),
    Case(STOPS, alarmed({"actions": ()}, **composite("ALARM(alarm) OR OK(b)")), Status.FAIL),
    Case(STOPS, alarmed({"actions": ()}, **composite("ALARM(alarm) OR TRUE")), Status.FAIL),
    Case(STOPS, alarmed({"actions": ()}, **composite("ALARM(alarm) OR ALARM(b) AND ALARM(c)")), Status.FAIL),
    Case(STOPS, alarmed({"actions": ()}, **composite("ALARM(alarm) FALSE")), Status.FAIL),
    Case(STOPS, alarmed({"actions": ()}, **composite(f"ALARM(alarm) OR {'NOT ' * 2500}TRUE")), Status.FAIL),
    Case(STOPS, alarmed({"actions": ()}, **composite(f"{'(' * 2500}ALARM(alarm){')' * 2500}")), Status.FAIL),
    Case(STOPS, alarmed({"actions": ()}, **composite("NOT ALARM(alarm)")), Status.FAIL),
    Case(STOPS, alarmed({"actions": ()}, **composite("ALARM(alarm)", suppressor="b")), Status.FAIL),
    Case(STOPS, alarmed({"actions": ()}, **composite("ALARM(alarm)", actions_enabled=False)), Status.FAIL),
    Case(STOPS, alarmed({"actions": ()}, composites=DENIED), Status.UNKNOWN),
    Case(STOPS, alarmed({}, composites=DENIED), Status.PASS),
    # What belongs to the trail.
    Case(BUCKET, hardened(bucket={"account": Known(ARCHIVE)}), Status.UNKNOWN, f"account {ARCHIVE}"),
    Case(BUCKET, archived(), Status.FAIL, f"trail audit records nothing of account {ARCHIVE}"),
    Case(BUCKET, replace(archived(), declarations={TRAIL_ARN: DECLARED}), Status.PASS),
    Case(BUCKET, archived(organization=True), Status.PASS),
    Case(BUCKET, archived(organization=True, management_account=Known("222233334444")), Status.FAIL),
    Case(BUCKET, archived(organization=True, management_account=DENIED), Status.UNKNOWN),
    Case(BUCKET, archived(organization=True, regions=Known(("eu-west-1",))), Status.FAIL),
    Case(BUCKET, archived(own=True), Status.PASS, f"trail arn:aws:cloudtrail:{HOME}:{ARCHIVE}"),
    Case(BUCKET, archived(own=True, log_group_arn=Known(None)), Status.FAIL),
    Case(BUCKET, archived(discoveries=(Discovery(region=HOME, trail_arns=DENIED),)), Status.UNKNOWN),
    Case(BUCKET, hardened(bucket={"account": DENIED}), Status.UNKNOWN, "denied"),
    Case(BUCKET, patterns("{ $.eventName = none }", bucket={"account": DENIED}), Status.FAIL),
    Case(REST, keyed(), Status.UNKNOWN, f"account {ARCHIVE}"),
    Case(REST, keyed(archived()), Status.FAIL, f"trail audit records nothing of account {ARCHIVE}"),
    Case(REST, keyed(archived(organization=True)), Status.PASS),
    Case(REST, hardened(trail={"kms_key_id": Known(None), "selectors": Known(WRITES_ONLY)}), Status.PASS),
    Case(BUCKET, hardened(trail={"bucket_name": Known("elsewhere")}), Status.FAIL, "PutBucketVersioning"),
    Case(BUCKET, patterns("{ $.eventSource = s3.amazonaws.com }"), Status.PASS),
    Case(REST, hardened(trail={"kms_key_id": Known(None)}), Status.PASS),
    Case(REST, hardened(trail={"kms_key_id": Known("arn:aws:kms:us-east-1:111122223333:key/other")}),
         Status.FAIL, "PutKeyPolicy"),
    Case(REST, hardened(watch={"rules": DENIED}), Status.UNKNOWN),
    Case(REST, without("rule-tampering"), Status.FAIL, "DisableRule"),
    Case(REST, without("alert-topic-tampering"), Status.FAIL, "DeleteTopic"),
    Case(TRAIL, without("event-data-store-tampering"), Status.FAIL, "DeleteEventDataStore"),
]  # fmt: skip


@parametrize(CASES)
def test_cases(case: Case) -> None:
    check(case)
