"""The alarms themselves, rules on the event bus, and calls of the past."""

import json
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from checker.catalog import CONTROLS
from checker.evidence import Cause, Known, Observed, Origin, Unknown
from checker.inventory import (
    NOT_READ,
    CompositeAlarm,
    Discovery,
    EventRule,
    History,
    Inventory,
    MessageFilter,
    MuteRule,
    Subscription,
    TamperEvent,
)
from checker.inventory.watch import HISTORY_NOT_READ
from checker.model import Status, Thresholds
from checker.monitoring.blinding import STOPPING
from tests.controls.judging import Case, check, judge_all, parametrize, status_of
from tests.hardened import (
    ALARMS,
    ALERTS_ARN,
    DENIED,
    HOME,
    NOW,
    QUEUE_ARN,
    RULE,
    TRAIL,
    document,
    hardened,
    statement,
    watch_of,
)

ACTION, ENABLED, EFFECTIVE = (CONTROLS[id] for id in ("TH616", "TH617", "TH622"))
PAST, ON_BUS = CONTROLS["TH618"], CONTROLS["TH623"]
ABOVE = CompositeAlarm(
    arn=f"{ALARMS[0].arn}-above",
    name="above",
    rule=f"ALARM({ALARMS[0].name})",
    actions=(ALERTS_ARN,),
)


MUTE = MuteRule(name="night", alarms=("another", ALARMS[0].name))
MUTED = {"mutes": Known((MUTE,))}


def first(**changes: Any) -> Inventory:
    """The hardened account with its first alarm changed."""
    return hardened(log_group={"alarms": Known((replace(ALARMS[0], **changes), *ALARMS[1:]))})


def above(**changes: Any) -> Inventory:
    """The first alarm has no action; a composite alarm acts for it."""
    return hardened(
        log_group={
            "alarms": Known((replace(ALARMS[0], actions=(), **changes), *ALARMS[1:])),
            "composites": Known((ABOVE,)),
        }
    )


def acting(**changes: Any) -> Inventory:
    """The first alarm has no action; of the composite alarm that acts for it something else is known."""
    alarms = Known((replace(ALARMS[0], actions=()), *ALARMS[1:]))
    return hardened(log_group={"alarms": alarms, "composites": Known((ABOVE,)), **changes})


def no_composites(**changes: Any) -> Inventory:
    alarms = Known((replace(ALARMS[0], **changes),))
    return hardened(log_group={"alarms": alarms, "composites": DENIED})


ROLE = "arn:aws:iam::111122223333:role/deployer"
CALL = TamperEvent(
    id="1",
    name="StopLogging",
    time=NOW - timedelta(days=2),
    caller="arn:aws:sts::111122223333:assumed-role/deployer/ci",
    issuer=ROLE,
)


def past(*events: TamperEvent, since: timedelta = timedelta(days=90)) -> Inventory:
    return hardened(watch={"history": Known(History(events=events, since=NOW - since))})


def rules(*found: EventRule, **changes: Any) -> Inventory:
    return hardened(watch={"rules": Known(found)}, **changes)


def rule(detail: dict[str, Any] | None = None, event: dict[str, Any] | None = None, **more: Any) -> EventRule:
    """A rule with another pattern."""
    names = {"eventSource": ["cloudtrail.amazonaws.com"], "eventName": list(STOPPING)}
    pattern = {
        "source": ["aws.cloudtrail"],
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": {**names, **(detail or {})},
        **(event or {}),
    }
    return replace(RULE, pattern=json.dumps(pattern), **more)


def let(service: str, **denied: Any) -> dict[str, Any]:
    """A topic on which one service may publish, and that may deny it to some."""
    allowed = statement(Principal={"Service": service}, Action="SNS:Publish", Resource=ALERTS_ARN)
    return {"policy": Known(document(allowed, *([{**allowed, **denied}] if denied else [])))}


FUNCTION = f"arn:aws:lambda:{HOME}:111122223333:function:tell"
THEIRS = FUNCTION.replace("111122223333", "999988887777")
DENYING = {"Effect": "Deny", "Principal": "*"}
GONE = {"exists": Known(False, Origin(action="sns:GetTopicAttributes"))}
SILENT = {"confirmed_subscriptions": Known(0)}
UNHEARD = {"confirmed_subscriptions": DENIED, "subscriptions": DENIED}


def heard(*filters: Observed[MessageFilter | None] | None, counted: int | None = None) -> dict[str, Any]:
    """The topic of alerts with a subscription a filter; None for one that waits for its confirmation."""
    found = tuple(
        Subscription(protocol="sqs", endpoint=QUEUE_ARN, confirmed=one is not None, filter=one or Known(None))
        for one in filters
    )
    count = sum(one.confirmed for one in found) if counted is None else counted
    return {"subscriptions": Known(found), "confirmed_subscriptions": Known(count)}


def attributes(**policy: Any) -> Known[MessageFilter | None]:
    return Known(MessageFilter(policy=json.dumps(policy)))


def body(**policy: Any) -> Known[MessageFilter | None]:
    return Known(MessageFilter(policy=json.dumps(policy), scope="MessageBody"))


MISSING = attributes(severity=[{"exists": False}])
EITHER = {"$or": [{"a": [{"exists": False}]}, {"b": ["x"]}]}
ALL = Known(None)
ON_ATTRIBUTES = f"the subscription of {QUEUE_ARN} to {ALERTS_ARN} has a filter policy on attributes"
ALARMED, CALM = body(NewStateValue=["ALARM"]), body(NewStateValue=["OK"])
OURS = body(AlarmName=[{"prefix": "trailhold-"}], AWSAccountId=["111122223333"])
FIRST = body(AlarmName=[ALARMS[0].name])
BROKEN = Known(MessageFilter(policy="no json", scope="MessageBody"))
FUTURE = Known(MessageFilter(policy='{"a": ["b"]}', scope="MessageHeaders"))
UNTOLD_COUNT = {"confirmed_subscriptions": DENIED}
ANY_NAME = {"eventName": [{"exists": True}]}
TWO = [
    rule({"eventName": ["StopLogging", "DeleteTrail"]}),
    rule({"eventName": [{"prefix": "Update"}, {"suffix": "Selectors"}]}),
]
ELSEWHERE = "arn:aws:events:eu-west-1:111122223333:event-bus/central"

CASES = [
    Case(ACTION, hardened(), Status.PASS),
    Case(ACTION, first(actions=()), Status.FAIL, "has no action"),
    Case(ACTION, above(), Status.PASS),
    Case(ACTION, no_composites(actions=()), Status.UNKNOWN),
    Case(ACTION, no_composites(), Status.PASS),
    Case(ACTION, hardened(log_group={"alarms": DENIED}), Status.UNKNOWN),
    Case(ACTION, hardened(log_group={"alarms": Known(())}), None),

    Case(ENABLED, hardened(), Status.PASS),
    Case(ENABLED, first(actions_enabled=False), Status.FAIL, "actions are disabled"),
    Case(ENABLED, above(actions_enabled=False), Status.PASS),
    Case(ENABLED, hardened(log_group=MUTED), Status.FAIL, "alarm mute rule night"),
    Case(ENABLED, hardened(log_group={"mutes": Known((replace(MUTE, alarms=("another",)),))}), Status.PASS),
    Case(ENABLED, hardened(log_group={"mutes": DENIED}), Status.UNKNOWN),
    Case(ENABLED, hardened(log_group={"mutes": NOT_READ}), Status.UNKNOWN),
    Case(ENABLED, acting(**MUTED), Status.PASS),
    Case(ENABLED, hardened(log_group={"mutes": DENIED, "alarms": Known((
        replace(ALARMS[0], actions_enabled=False), *ALARMS[1:]))}), Status.FAIL, "actions are disabled"),
    Case(ENABLED, hardened(log_group={"alarms": DENIED}), Status.UNKNOWN),
    Case(ENABLED, hardened(log_group={"alarms": Known(())}), None),

    Case(EFFECTIVE, hardened(), Status.PASS),
    Case(EFFECTIVE, hardened(log_group=MUTED), Status.FAIL, "muted by alarm mute rule night"),
    Case(EFFECTIVE, hardened(log_group={"mutes": DENIED}), Status.UNKNOWN),
    Case(EFFECTIVE, acting(), Status.PASS),
    Case(EFFECTIVE, acting(mutes=Known((replace(MUTE, alarms=(ABOVE.name,)),))), Status.FAIL),
    Case(EFFECTIVE, acting(mutes=DENIED), Status.UNKNOWN),
    Case(EFFECTIVE, first(threshold=2.0), Status.FAIL, "fires at 2 events"),
    Case(EFFECTIVE, first(threshold=2.0), Status.PASS, thresholds=Thresholds(alarm_events=2)),
    Case(EFFECTIVE, first(statistic="Average"), Status.PASS),
    Case(EFFECTIVE, first(statistic="p90"), Status.FAIL, "cannot fire"),
    Case(EFFECTIVE, first(period=3600), Status.FAIL, "periods of 3600 seconds"),
    Case(EFFECTIVE, first(evaluation_periods=2), Status.FAIL),
    Case(EFFECTIVE, first(missing_data=""), Status.PASS),
    Case(EFFECTIVE, first(missing_data="ignore"), Status.FAIL, "ignored"),
    Case(EFFECTIVE, first(missing_data="breaching"), Status.FAIL),
    Case(EFFECTIVE, first(dimensions=("a",)), Status.FAIL),
    Case(EFFECTIVE, first(comparison="LessThanThreshold"), Status.FAIL),
    Case(EFFECTIVE, hardened(alerts={"confirmed_subscriptions": Known(0)}), Status.FAIL, "no confirmed"),
    Case(EFFECTIVE, hardened(alerts=UNHEARD), Status.UNKNOWN),
    Case(EFFECTIVE, hardened(alerts=heard(attributes(severity=["high"]))), Status.FAIL, ON_ATTRIBUTES),
    Case(EFFECTIVE, hardened(alerts=heard(MISSING)), Status.FAIL, ON_ATTRIBUTES),
    Case(EFFECTIVE, hardened(alerts=heard(attributes(**EITHER))), Status.FAIL, ON_ATTRIBUTES),
    Case(EFFECTIVE, hardened(alerts=heard(MISSING, MISSING)), Status.FAIL, ON_ATTRIBUTES),
    Case(EFFECTIVE, hardened(alerts=heard(MISSING, ALL)), Status.PASS),
    Case(EFFECTIVE, hardened(alerts=heard(MISSING, None)), Status.FAIL, ON_ATTRIBUTES),
    Case(EFFECTIVE, hardened(alerts=heard(DENIED)), Status.UNKNOWN, "access was denied"),
    Case(EFFECTIVE, hardened(alerts=heard(DENIED, ALL)), Status.PASS),
    Case(EFFECTIVE, hardened(alerts=heard(DENIED, MISSING)), Status.UNKNOWN, "access was denied"),
    Case(EFFECTIVE, hardened(alerts=heard(NOT_READ)), Status.UNKNOWN),
    Case(EFFECTIVE, hardened(alerts=heard(ALARMED)), Status.PASS),
    Case(EFFECTIVE, hardened(alerts=heard(CALM)), Status.FAIL, "lets nothing through"),
    Case(EFFECTIVE, hardened(alerts=heard(OURS)), Status.PASS),
    Case(EFFECTIVE, hardened(alerts=heard(FIRST)), Status.FAIL, "lets nothing through"),
    Case(EFFECTIVE, hardened(alerts=heard(CALM, ALARMED)), Status.PASS),
    Case(EFFECTIVE, hardened(alerts=heard(body(Region=["EU (Ireland)"]))), Status.UNKNOWN, "cannot be told"),
    Case(EFFECTIVE, hardened(alerts=heard(body(Region=["EU (Ireland)"]), CALM)), Status.UNKNOWN),
    Case(EFFECTIVE, hardened(alerts=heard(body(Region=["x"], NewStateValue=["OK"]))), Status.FAIL),
    Case(EFFECTIVE, hardened(alerts=heard(BROKEN)), Status.UNKNOWN, "cannot be told"),
    Case(EFFECTIVE, hardened(alerts=heard(FUTURE)), Status.UNKNOWN, "cannot be told"),
    Case(EFFECTIVE, hardened(alerts={**heard(OURS), **UNTOLD_COUNT}), Status.UNKNOWN),
    Case(EFFECTIVE, hardened(alerts={**heard(ALL), **UNTOLD_COUNT}), Status.PASS),
    Case(EFFECTIVE, hardened(alerts={**heard(MISSING), **UNTOLD_COUNT}), Status.UNKNOWN, ON_ATTRIBUTES),
    Case(EFFECTIVE, hardened(alerts=heard(MISSING, counted=2)), Status.UNKNOWN, "and lists 1"),
    Case(EFFECTIVE, hardened(alerts=heard(None, counted=1)), Status.UNKNOWN, "and lists 0"),
    Case(EFFECTIVE, hardened(alerts={"subscriptions": DENIED}), Status.UNKNOWN, "access was denied"),
    Case(ON_BUS, hardened(alerts=heard(MISSING)), Status.FAIL),
    Case(ON_BUS, hardened(alerts=heard(MISSING, ALL)), Status.PASS),
    Case(ON_BUS, hardened(alerts=heard(DENIED)), Status.UNKNOWN, "access was denied"),
    Case(ON_BUS, hardened(alerts=heard(ALARMED)), Status.UNKNOWN, "cannot be told"),
    Case(EFFECTIVE, first(actions=(FUNCTION,)), Status.PASS),
    Case(EFFECTIVE, first(actions=(THEIRS,)), Status.UNKNOWN, "account 999988887777"),
    Case(EFFECTIVE, first(actions=(THEIRS, FUNCTION)), Status.PASS),
    Case(EFFECTIVE, hardened(alerts=let("cloudwatch.amazonaws.com")), Status.PASS),
    Case(EFFECTIVE, hardened(alerts=let("events.amazonaws.com")), Status.FAIL, "refuses the alarm"),
    Case(EFFECTIVE, hardened(alerts=let("cloudwatch.amazonaws.com", **DENYING)), Status.FAIL, "refuses"),
    Case(EFFECTIVE, hardened(alerts={"policy": Known(None)}), Status.PASS),
    Case(EFFECTIVE, hardened(alerts={"policy": DENIED}), Status.UNKNOWN, "access was denied"),
    Case(EFFECTIVE, hardened(alerts={"kms_key_id": DENIED}), Status.UNKNOWN, "access was denied"),
    Case(ON_BUS, hardened(alerts={"policy": DENIED}), Status.UNKNOWN, "access was denied"),
    Case(EFFECTIVE, hardened(alerts={"policy": DENIED, **GONE}), Status.FAIL, "does not exist"),
    Case(EFFECTIVE, hardened(alerts={"policy": DENIED, **SILENT}), Status.FAIL, "no confirmed"),
    Case(EFFECTIVE, hardened(alerts={"kms_key_id": Known("alias/aws/sns")}), Status.FAIL, "no service can"),
    Case(EFFECTIVE, hardened(log_group={"alarms": Known(())}), None),

    Case(PAST, hardened(), Status.PASS),
    Case(PAST, past(CALL), Status.FAIL, "StopLogging by arn:aws:sts::111122223333:assumed-role/deployer/ci"),
    Case(PAST, past(CALL), Status.PASS, thresholds=Thresholds(trail_admin_arns=(ROLE,))),
    Case(PAST, past(CALL), Status.PASS, thresholds=Thresholds(trail_admin_arns=("*:assumed-role/dep*",))),
    Case(PAST, past(CALL), Status.FAIL, thresholds=Thresholds(trail_admin_arns=(f"{ROLE}s",))),
    Case(PAST, past(replace(CALL, error="AccessDenied")), Status.FAIL, "refused: AccessDenied"),
    Case(PAST, past(replace(CALL, time=NOW - timedelta(days=91))), Status.PASS),
    Case(PAST, past(CALL), Status.PASS, thresholds=Thresholds(tamper_days=1)),
    Case(PAST, past(replace(CALL, caller="", issuer="")), Status.FAIL, "an unknown caller"),
    Case(PAST, past(since=timedelta(days=3)), Status.UNKNOWN, "read back to"),
    Case(PAST, past(CALL, since=timedelta(days=3)), Status.FAIL),
    Case(PAST, past(since=timedelta(days=3)), Status.PASS, thresholds=Thresholds(tamper_days=2)),
    Case(PAST, hardened(watch={"history": DENIED}), Status.UNKNOWN),
    Case(PAST, hardened(watch={"history": HISTORY_NOT_READ}), Status.UNKNOWN, "were not looked up"),

    Case(ON_BUS, hardened(), Status.PASS, "trailhold-trail-tampering"),
    Case(ON_BUS, rules(rule()), Status.PASS),
    Case(ON_BUS, rules(rule(ANY_NAME)), Status.PASS),
    Case(ON_BUS, rules(rule({"eventName": [{"anything-but": ["CreateTrail"]}]})), Status.PASS),
    Case(ON_BUS, rules(rule({"eventName": [{"wildcard": "*"}]})), Status.PASS),
    Case(ON_BUS, rules(rule({"eventName": [{"equals-ignore-case": "stoplogging"}, {"wildcard": "*Trail"},
                                           {"suffix": "Selectors"}]})), Status.PASS),
    Case(ON_BUS, rules(*TWO), Status.PASS),
    Case(ON_BUS, rules(TWO[0]), Status.FAIL, "UpdateTrail, PutEventSelectors"),
    Case(ON_BUS, rules(rule({"errorCode": [{"exists": False}]})), Status.FAIL, "detail.errorCode"),
    Case(ON_BUS, rules(rule({"errorCode": [{"exists": False}]}), rule({"errorCode": [{"exists": True}]})),
         Status.PASS),
    Case(ON_BUS, rules(rule({"sourceIPAddress": [{"anything-but": {"cidr": "10.0.0.0/8"}}]})),
         Status.UNKNOWN),
    Case(ON_BUS, rules(rule({"sourceIPAddress": [{"cidr": "10.0.0.0/8"}]})), Status.FAIL),
    Case(ON_BUS, rules(rule({"$or": [{"readOnly": [False]}, {"readOnly": [True]}]})), Status.PASS),
    Case(ON_BUS, rules(rule({"$or": [{"userAgent": [{"prefix": "a"}]}]})), Status.FAIL),
    Case(ON_BUS, rules(rule(event={"account": ["111122223333"]})), Status.PASS),
    Case(ON_BUS, rules(rule(event={"account": ["444455556666"]})), Status.FAIL),
    Case(ON_BUS, rules(rule(event={"version": ["0"]})), Status.PASS),
    Case(ON_BUS, rules(rule(event={"source": ["aws.ec2"]})), Status.FAIL),
    Case(ON_BUS, rules(rule({"eventName": [{"future": "matcher"}]})), Status.UNKNOWN, "cannot be told"),
    Case(ON_BUS, rules(replace(RULE, pattern="no json")), Status.UNKNOWN),
    Case(ON_BUS, rules(rule(state="DISABLED")), Status.FAIL, "no rule in us-east-1"),
    Case(ON_BUS, rules(rule(targets=())), Status.FAIL),
    Case(ON_BUS, rules(rule(targets=(ELSEWHERE,))), Status.PASS),
    Case(ON_BUS, hardened(alerts={"confirmed_subscriptions": Known(0)}), Status.FAIL),
    Case(ON_BUS, hardened(alerts=UNHEARD), Status.UNKNOWN),
    Case(ON_BUS, rules(rule(targets=(THEIRS,))), Status.UNKNOWN, "of which nothing was read"),
    Case(ON_BUS, hardened(alerts=let("cloudwatch.amazonaws.com")), Status.PASS),
    Case(ON_BUS, hardened(alerts=let("events.amazonaws.com", **DENYING)), Status.FAIL),
    Case(ON_BUS, hardened(alerts={"kms_key_id": Known("alias/aws/sns")}), Status.FAIL),
    Case(ON_BUS, rules(), Status.FAIL),
    Case(ON_BUS, hardened(watch={"rules": DENIED}), Status.UNKNOWN),
]  # fmt: skip


@parametrize(CASES)
def test_cases(case: Case) -> None:
    check(case)


def test_rules_are_asked_for_where_a_trail_is_at_home() -> None:
    judged = {region: status_of(found) for region, found in judge_all(ON_BUS, hardened()).items()}
    assert judged == {"eu-west-1": None, HOME: Status.PASS, "us-west-2": None}


def test_a_region_that_was_not_read_may_hide_a_trail() -> None:
    unread = Unknown("closed", Cause.REGION_CLOSED)
    found = (Discovery(region="eu-west-1", trail_arns=unread), Discovery(region=HOME, trail_arns=Known(())))
    inventory = replace(hardened(account={"discoveries": found, "regions": Known(("eu-west-1",))}), trails={})
    assert [status_of(one) for one in judge_all(ON_BUS, inventory).values()] == [Status.UNKNOWN]


def test_the_hardened_watch_is_what_the_tests_change() -> None:
    assert watch_of(HOME).rules == Known((RULE,))
    assert TRAIL.home_region == HOME
