"""What is read of alarms, rules on the event bus and CloudTrail's own history."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from checker.evidence import Cause, Known, Unknown
from checker.inventory import Inventory
from checker.monitoring.blinding import LOOKED_UP
from checker.sources.aws import collect
from checker.sources.aws.calls import CALLS
from tests import hardened as good
from tests.modern import modern
from tests.simulator import DENIED, Alarm, Fault, MuteRule, Past, Rule, Topic, World, hardened_world
from tests.simulator.call import AwsError
from tests.simulator.faults import Refuse
from tests.simulator.worlds import ALERTS
from tests.sources.aws.conftest import Observe, ServeWorld, options
from tests.sources.aws.evidence import outdated

HISTORY = frozenset({"cloudtrail:LookupEvents"})
EVERYTHING = frozenset(call.action for call in CALLS.values())
ASKING: dict[str, Any] = {"reads": EVERYTHING, "history_pause": 0.0}
PLACE: dict[str, Any] = {"account": good.ACCOUNT, "region": good.HOME}
NOW = datetime.now(UTC).replace(microsecond=0)
OTHER_TOPIC = good.ALERTS_ARN.replace(":alerts", ":other")


def group(inventory: Inventory) -> Any:
    return inventory.log_groups[good.GROUP_ARN]


def alarm(name: str, **settings: Any) -> Alarm:
    return Alarm(name=name, **PLACE, settings=settings)


def math(expression: str, metric: str = "RootUse") -> list[dict[str, Any]]:
    stat = {
        "Metric": {"Namespace": "trailhold", "MetricName": metric, "Dimensions": []},
        "Period": 300,
        "Stat": "Sum",
    }
    return [
        {"Id": "m1", "MetricStat": stat, "ReturnData": False},
        {"Id": "e1", "Expression": expression, "ReturnData": True},
    ]


def with_alarms(*alarms: Alarm) -> World:
    world = hardened_world()
    return replace(world, alarms=alarms, topics=(*world.topics, replace(ALERTS, arn=OTHER_TOPIC)))


def test_what_watches_is_as_declared(observe: Observe) -> None:
    inventory = observe(hardened_world(), **ASKING).inventory
    filters = group(inventory).metric_filters
    if not outdated(filters):
        assert filters.content == good.FILTERS
    assert group(inventory).alarms.content == good.ALARMS
    assert group(inventory).composites.content == ()
    assert inventory.watch(good.ACCOUNT, good.HOME).rules.content == (good.RULE,)  # type: ignore[union-attr]
    assert list(inventory.alert_topics) == [good.ALERTS_ARN]
    assert sorted(inventory.watches) == [f"{good.ACCOUNT}/{region}" for region in good.REGIONS]
    for watch in inventory.watches.values():
        assert isinstance(watch.history, Known)
        assert watch.history.content.events == ()


def mute(name: str, *alarms: str, **settings: Any) -> MuteRule:
    return MuteRule(name=name, **PLACE, settings={"MuteTargets": {"AlarmNames": list(alarms)}, **settings})


NIGHT = mute("night: every one", good.ALARMS[0].name, "another")
MUTES = (
    NIGHT,
    mute("now", good.ALARMS[1].name, Status="ACTIVE"),
    mute("past", good.ALARMS[0].name, Status="EXPIRED"),
    mute("others", "another"),
    MuteRule(name="nobody", **PLACE),
    replace(NIGHT, region="eu-west-1"),
)


@modern
def test_rules_that_mute_the_alarms_are_read(serving: ServeWorld) -> None:
    world = replace(hardened_world(), mute_rules=MUTES, page_size=2)
    with serving(world) as aws:
        found = group(collect(options(**ASKING)).inventory).mutes
        asked = [request.name for request in aws.requests]
    assert [rule.name for rule in found.content] == ["night: every one", "now"]
    assert found.content[0].alarms == (good.ALARMS[0].name, "another")
    assert asked.count("cloudwatch:ListAlarmMuteRules") == 3
    assert asked.count("cloudwatch:GetAlarmMuteRule") == 4


@modern
@pytest.mark.parametrize("operation", ["ListAlarmMuteRules", "GetAlarmMuteRule"])
def test_rules_that_may_mute_and_cannot_be_read_are_unknown(observe: Observe, operation: str) -> None:
    world = replace(hardened_world(), mute_rules=MUTES)
    fault = Fault(DENIED, service="cloudwatch", operation=operation)
    found = group(observe(world, [fault], **ASKING).inventory).mutes
    assert found.cause is Cause.DENIED
    assert f"cloudwatch:{operation}" in found.reason


@modern
def test_a_rule_that_is_gone_before_it_is_read_mutes_nothing(observe: Observe) -> None:
    gone = Refuse(AwsError("ResourceNotFoundException", "There is no such rule.", 404))
    fault = Fault(gone, service="cloudwatch", operation="GetAlarmMuteRule")
    found = group(observe(replace(hardened_world(), mute_rules=MUTES), [fault], **ASKING).inventory).mutes
    assert found.content == ()


def test_the_unit_that_an_alarm_waits_for_is_read(observe: Observe) -> None:
    plain = {"MetricName": "RootUse", "Namespace": "trailhold", "Unit": "Count"}
    metric = {"Metric": {"Namespace": "trailhold", "MetricName": "RootUse"}, "Unit": "Bytes"}
    queries = [{"Id": "m", "MetricStat": {**metric, "Period": 300, "Stat": "Sum"}}]
    one, other = group(
        observe(with_alarms(alarm("a", **plain), alarm("b", Metrics=queries))).inventory
    ).alarms.content
    assert (one.unit, other.metrics[0].unit) == ("Count", "Bytes")


def test_alarms_on_expressions_are_followed(observe: Observe) -> None:
    found = group(
        observe(
            with_alarms(
                alarm("math", Metrics=math("m1 + 0"), AlarmActions=[OTHER_TOPIC]),
                alarm("elsewhere", Metrics=math("m1", metric="Disk")),
                alarm("query", Metrics=[{"Id": "q", "Expression": 'SELECT SUM(RootUse) FROM "trailhold"'}]),
            )
        ).inventory
    )
    assert [one.name for one in found.alarms.content] == ["math", "query"]
    first = found.alarms.content[0].metrics
    assert [(q.id, q.namespace, q.metric, q.statistic, q.period, q.returns) for q in first] == [
        ("m1", "trailhold", "RootUse", "Sum", 300, False),
        ("e1", "", "", "", None, True),
    ]


def test_composite_alarms_lead_to_their_topics(observe: Observe) -> None:
    inventory = observe(
        with_alarms(
            alarm("root", MetricName="RootUse", Namespace="trailhold"),
            alarm("above", AlarmRule="ALARM(root) OR ALARM(x)", AlarmActions=[good.ALERTS_ARN]),
            alarm("top", AlarmRule="ALARM(above)", AlarmActions=[OTHER_TOPIC]),
            alarm("apart", AlarmRule="ALARM(y)", AlarmActions=["arn:aws:sns:us-east-1:111122223333:no"]),
        )
    ).inventory
    assert [one.name for one in group(inventory).composites.content] == ["above", "top"]
    assert sorted(inventory.alert_topics) == sorted((good.ALERTS_ARN, OTHER_TOPIC))


def test_a_topic_of_trail_and_alarms_is_read_once(serving: ServeWorld) -> None:
    told = alarm("root", MetricName="RootUse", Namespace="trailhold", AlarmActions=[good.TOPIC_ARN])
    with serving(replace(with_alarms(told), rules=())) as aws:
        inventory = collect(options()).inventory
        asked = [r for r in aws.requests if r.name == "sns:GetTopicAttributes"]
    assert len(asked) == 1
    notified, told_of = inventory.topics[good.TOPIC_ARN], inventory.alert_topics[good.TOPIC_ARN]
    # Whom a filter policy leaves out is asked for those alone who are to hear of an alarm.
    assert [one.filter.value for one in told_of.subscriptions.value] == [None]
    assert structs.replace(told_of, subscriptions=notified.subscriptions) == notified


def test_only_rules_that_may_pick_such_calls_are_looked_into(serving: ServeWorld) -> None:
    patterns = {
        "instances": '{"source": ["aws.ec2"]}',
        "everything": '{"detail": {"eventSource": ["cloudtrail.amazonaws.com"]}}',
        "strange": "{",
    }
    rules = (
        *(Rule(name=name, **PLACE, settings={"EventPattern": text}) for name, text in patterns.items()),
        Rule(name="hourly", **PLACE, settings={"ScheduleExpression": "rate(1 hour)"}),
    )
    with serving(replace(hardened_world(), rules=rules, page_size=2)) as aws:
        watch = collect(options()).inventory.watch(good.ACCOUNT, good.HOME)
        asked = [r.params["Rule"] for r in aws.requests if r.name == "events:ListTargetsByRule"]
    assert isinstance(watch.rules, Known)
    assert [rule.name for rule in watch.rules.content] == ["everything", "strange"]
    assert sorted(asked) == ["everything", "strange"]


def test_the_history_is_not_asked_unless_a_control_wants_it(serving: ServeWorld) -> None:
    with serving(hardened_world()) as aws:
        watch = collect(options()).inventory.watch(good.ACCOUNT, good.HOME)
        assert [r.name for r in aws.requests if "Lookup" in r.name] == []
    assert isinstance(watch.history, Unknown)
    assert watch.history.cause is Cause.OUT_OF_SCOPE


CALLER = "arn:aws:sts::111122223333:assumed-role/deployer/ci"
RECORD = {
    "userIdentity": {
        "arn": CALLER,
        "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::111122223333:role/deployer"}},
    },
    "sourceIPAddress": "192.0.2.7",
    "errorCode": "AccessDenied",
}


def past(name: str, days: int, record: Any = RECORD, **more: Any) -> Past:
    return Past(name=name, **PLACE, time=NOW - timedelta(days=days), record=record, **more)


def history(observe: Observe, *calls: Past, page_size: int = 50) -> Any:
    world = replace(hardened_world(), past=calls, page_size=page_size)
    found = observe(world, **ASKING).inventory.watch(good.ACCOUNT, good.HOME).history
    assert isinstance(found, Known)
    return found.content


def test_past_calls_are_read_with_their_callers(observe: Observe) -> None:
    calls = (past("StopLogging", 3), past("DeleteTrail", 100), past("DescribeTrails", 1))
    (found,) = history(observe, *calls, past("UpdateTrail", 200)).events
    assert (found.name, found.time, found.caller) == ("StopLogging", NOW - timedelta(days=3), CALLER)
    assert found.issuer == "arn:aws:iam::111122223333:role/deployer"
    assert (found.address, found.error) == ("192.0.2.7", "AccessDenied")


@pytest.mark.parametrize("record", [[], {"userIdentity": 3}, {"userIdentity": {}}])
def test_a_call_whose_record_is_strange_is_not_overlooked(observe: Observe, record: Any) -> None:
    (found,) = history(observe, past("StopLogging", 3, record, username="mallory")).events
    assert found.caller == "mallory"


def test_a_long_history_says_how_far_back_it_was_read(observe: Observe) -> None:
    found = history(observe, *(past("UpdateTrail", day) for day in range(1, 31)), page_size=3)
    assert len(found.events) == 15
    assert found.since == NOW - timedelta(days=15)


def test_a_denied_history_is_unknown(observe: Observe) -> None:
    inventory = observe(hardened_world(), [Fault(DENIED, operation="LookupEvents")], **ASKING).inventory
    found = inventory.watch(good.ACCOUNT, good.HOME).history
    assert isinstance(found, Unknown)
    assert found.cause is Cause.DENIED


def test_questions_to_the_history_are_spaced(observe: Observe) -> None:
    begun = datetime.now(UTC)
    observe(hardened_world(), reads=HISTORY, history_pause=0.05)
    assert datetime.now(UTC) - begun >= timedelta(seconds=0.05 * len(LOOKED_UP))


def test_a_topic_of_another_account_is_named(observe: Observe) -> None:
    foreign = "arn:aws:sns:us-east-1:444455556666:alerts"
    told = alarm("root", MetricName="RootUse", Namespace="trailhold", AlarmActions=[foreign])
    world = replace(with_alarms(told), topics=(*hardened_world().topics, Topic(arn=foreign)))
    topic = observe(world).inventory.alert_topics[foreign]
    assert isinstance(topic.exists, Unknown)
    assert topic.exists.cause is Cause.FOREIGN_ACCOUNT
