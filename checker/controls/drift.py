"""The control on trails that are no longer what their templates say."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from checker.evidence import Cause, Known, Observed, Unknown, Unobserved
from checker.inventory import AdvancedSelector, ExpectedTrail, Selectors, Trail
from checker.model import (
    STRICT,
    Context,
    Judgement,
    NotApplicable,
    Remediation,
    Severity,
    control,
    failed,
    passed,
)
from checker.recording import conditions, unfold
from checker.visibility import seen

Setting = Callable[[Trail], Observed[Any]]


class Compared(NamedTuple):
    """A setting of a trail, what makes two spellings of it equal, and how a difference is told."""

    name: str
    read: Setting
    normal: Callable[[Any], Any] = lambda value: value
    tell: Callable[[Any, Any], str] = lambda live, told: f"is {_shown(live)}, declared {_shown(told)}"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "not set" if value in (None, "") else str(value)


def _selectors(value: Selectors) -> frozenset[tuple[str, ...]]:
    """Forget names, order and the older spelling: two trails that record the same conditions are equal."""
    return frozenset(_conditions(one) for one in unfold(value))


def _conditions(selector: AdvancedSelector) -> tuple[str, ...]:
    return tuple(
        sorted(
            f"{head} {operator} {', '.join(sorted(values.split(', ')))}"
            for head, operator, values in (text.split(" ", 2) for text in conditions(selector))
        )
    )


def _tell_selectors(live: frozenset[tuple[str, ...]], told: frozenset[tuple[str, ...]]) -> str:
    added, gone = (
        "; ".join(sorted(" and ".join(one) or "no condition" for one in side))
        for side in (live - told, told - live)
    )
    return " and ".join(
        text for text in (gone and f"lack [{gone}]", added and f"have besides [{added}]") if text
    )


def _kinds(value: Iterable[Any] | None) -> frozenset[tuple[str, ...]]:
    """Forget the order of Insights types, or of aggregations, and of what each of them names."""
    return frozenset(
        tuple(text for name in one.__struct_fields__ for text in _texts(getattr(one, name)))
        for one in value or ()
    )


def _texts(value: str | Iterable[str] | Unknown) -> Iterable[str]:
    """Return what is to be compared; raises Unobserved for what an old botocore drops from answers."""
    if isinstance(value, Unknown):
        return value.value
    return [value] if isinstance(value, str) else sorted(value)


def _tell_kinds(live: frozenset[tuple[str, ...]], told: frozenset[tuple[str, ...]]) -> str:
    spelt = [", ".join(sorted(" ".join(one) for one in side)) or "none" for side in (live, told)]
    return f"are {spelt[0]}, declared {spelt[1]}"


COMPARED = (
    Compared("IsLogging", lambda t: t.status.is_logging),
    Compared("IsMultiRegionTrail", lambda t: t.multi_region),
    Compared("IsOrganizationTrail", lambda t: t.organization),
    Compared("IncludeGlobalServiceEvents", lambda t: t.global_service_events),
    Compared("EnableLogFileValidation", lambda t: t.log_file_validation),
    Compared("S3BucketName", lambda t: t.bucket_name),
    Compared("S3KeyPrefix", lambda t: t.key_prefix, lambda prefix: prefix or None),
    Compared("KMSKeyId", lambda t: t.kms_key_id),
    Compared("CloudWatchLogsLogGroupArn", lambda t: t.log_group_arn),
    Compared("CloudWatchLogsRoleArn", lambda t: t.log_role_arn),
    Compared("SnsTopicName", lambda t: t.sns_topic_arn),
    Compared("event selectors", lambda t: t.selectors, _selectors, _tell_selectors),
    Compared("Insights types", lambda t: t.insights, _kinds, _tell_kinds),
    Compared("aggregations", lambda t: t.aggregations, _kinds, _tell_kinds),
)


@control(
    id="TH127",
    name="ct-drift-from-iac",
    title="Trails are what their templates say",
    severity=Severity.MEDIUM,
    applies_to=ExpectedTrail,
    sets=STRICT,
    expected="each setting as the template declares it",
    reads=(
        "cloudtrail:DescribeTrails trailList",
        "cloudtrail:GetTrailStatus IsLogging",
        "cloudtrail:GetEventSelectors AdvancedEventSelectors",
        "cloudtrail:GetInsightSelectors InsightSelectors",
        "cloudtrail:GetEventConfiguration AggregationConfigurations",
        "cloudtrail:ListTags TagsList",
    ),
    remediation=Remediation(
        text="Find out who changed the trail, then deploy its stack again. CloudFormation does not notice "
        "the change by itself, so change the template or detect drift first.",
        cli="aws cloudtrail lookup-events --region $home_region --lookup-attributes "
        "AttributeKey=ResourceName,AttributeValue=$trail_arn",
        cdk="cdk deploy with --revert-drift",
        terraform="terraform apply",
    ),
)
def drift(expected: ExpectedTrail, context: Context) -> Judgement:
    """Somebody who weakens a trail seldom tells the repository, and whatever differs was not reviewed.

    Templates are given by ``audit --expect``; without them nothing is judged. Trails are found by ARN, or by
    name where a template says nothing of account or Region. One that is declared and not there fails.
    Settings are compared one by one, selectors by what they record and whatever their names and order, tags
    as far as they are declared. A name that CloudFormation makes up at deployment (of a key, say) cannot be
    compared: only that there is one, and the finding says so.
    """
    live = context.inventory.trails.get(expected.arn)
    if live is None:
        return _missing(expected, context)
    differing: list[str] = []
    unread: list[Unknown] = []
    drawn: list[str] = []
    for one in COMPARED:
        try:
            outcome = _difference(one, live, expected.trail)
        except Unobserved as missing:
            unread.extend(missing.unknowns)
            continue
        if outcome is None:
            drawn.append(one.name)
        elif outcome:
            differing.append(f"{one.name} {outcome}")
    try:
        differing.extend(_tags(live, expected.trail))
    except Unobserved as missing:
        unread.extend(missing.unknowns)
    if differing:
        return failed("; ".join(differing), observed=f"{len(differing)} settings differ")
    if unread:
        raise Unobserved(*dict.fromkeys(unread))
    beside = f", {', '.join(drawn)} not compared: no template tells them" if drawn else ""
    return passed(f"the trail is as declared{beside}", observed="as declared")


def _difference(one: Compared, live: Trail, told: Trail) -> str | None:
    """Tell how a setting differs, nothing where it does not, None where only its presence can be compared."""
    wanted = one.read(told)
    if isinstance(wanted, Unknown) and wanted.cause is Cause.OUT_OF_SCOPE:
        return None if one.read(live).value else "is not set, although declared"
    normal = one.normal(one.read(live).value), one.normal(wanted.value)
    return "" if normal[0] == normal[1] else one.tell(*normal)


def _tags(live: Trail, told: Trail) -> Iterator[str]:
    """Tell which declared tags are gone or changed; stacks and administrators add tags of their own."""
    if isinstance(told.tags, Known) and not told.tags.content:
        return
    for key, value in sorted(told.tags.value.items()):
        found = live.tags.value.get(key)
        if found != value:
            yield f"tag {key} is {_shown(found)}, declared {_shown(value)}"


def _missing(expected: ExpectedTrail, context: Context) -> Judgement:
    """Fail for a trail that is not there, unless it may be where nobody looked."""
    if not expected.created.value:
        return NotApplicable("the template's conditions keep the trail from being created")
    account = context.inventory.accounts.get(expected.account)
    if account is None:
        reason = f"account {expected.account} was not part of this observation"
        raise Unobserved(Unknown(reason, Cause.OUT_OF_SCOPE))
    shown_in = (expected.region,) if expected.region else ()
    unread = [
        item for item in seen(account, context.inventory, shown_in=shown_in) if isinstance(item, Unknown)
    ]
    if unread:
        raise Unobserved(*unread)
    where = f" in {expected.region}" if expected.region else ""
    return failed(
        f"the trail {expected.trail.name} is declared and does not exist{where}", observed="missing"
    )
