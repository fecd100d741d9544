"""What changes who is told: alarms of CloudWatch, rules of EventBridge, topics of SNS."""

from dataclasses import replace
from typing import Any

from tests.simulator.call import Call
from tests.simulator.destinations import subscription_of, topic_of
from tests.simulator.world import Alarm, MuteRule, Rule, World, arn_account, arn_region
from tests.simulator.writes.change import Change, refuse, swapped


def _alarms(world: World, call: Call) -> list[Alarm]:
    names = call.params["AlarmNames"]
    return [
        a for a in world.alarms if (a.account, a.region) == (call.account, call.region) and a.name in names
    ]


def delete_alarms(world: World, call: Call) -> World:
    for alarm in _alarms(world, call):
        world = replace(world, alarms=swapped(world.alarms, alarm))
    return world


def disable_alarm_actions(world: World, call: Call) -> World:
    for alarm in _alarms(world, call):
        mute = replace(alarm, settings={**alarm.settings, "ActionsEnabled": False})
        world = replace(world, alarms=swapped(world.alarms, alarm, mute))
    return world


def put_alarm_mute_rule(world: World, call: Call) -> World:
    """Put a rule in the place of the one of its name; without a start it mutes as its schedule says."""
    settings = {name: value for name, value in call.params.items() if name not in ("Name", "Tags")}
    new = MuteRule(name=call.params["Name"], account=call.account, region=call.region, settings=settings)
    here = (new.account, new.region, new.name)
    others = [rule for rule in world.mute_rules if (rule.account, rule.region, rule.name) != here]
    return replace(world, mute_rules=(*others, new))


def put_metric_alarm(world: World, call: Call) -> World:
    """Put an alarm in the place of the one of its name, of which nothing is kept."""
    settings = {name: value for name, value in call.params.items() if name != "AlarmName"}
    new = Alarm(name=call.params["AlarmName"], account=call.account, region=call.region, settings=settings)
    others = [a for a in world.alarms if (a.account, a.region, a.name) != (new.account, new.region, new.name)]
    return replace(world, alarms=(*others, new))


def put_composite_alarm(world: World, call: Call) -> World:
    settings = {name: value for name, value in call.params.items() if name != "AlarmName"}
    new = Alarm(name=call.params["AlarmName"], account=call.account, region=call.region, settings=settings)
    return replace(world, alarms=(*world.alarms, new))


def _rule(world: World, call: Call, member: str = "Name") -> Rule:
    for rule in world.rules:
        if (rule.account, rule.region, rule.name) == (call.account, call.region, call.params[member]):
            return rule
    raise refuse("ResourceNotFoundException", f"Rule {call.params[member]} does not exist.")


def _ruled(world: World, rule: Rule, **changes: Any) -> World:
    return replace(world, rules=swapped(world.rules, rule, replace(rule, **changes)))


def disable_rule(world: World, call: Call) -> World:
    rule = _rule(world, call)
    return _ruled(world, rule, settings={**rule.settings, "State": "DISABLED"})


def put_rule(world: World, call: Call) -> World:
    """Put a rule in the place of the one of its name, of which nothing is kept but its targets (PutRule)."""
    rule = _rule(world, call)
    return _ruled(
        world, rule, settings={name: value for name, value in call.params.items() if name != "Name"}
    )


def put_targets(world: World, call: Call) -> World:
    """Add targets, each in the place of the one with its id."""
    rule = _rule(world, call, "Rule")
    targets = {f"target-{number}": arn for number, arn in enumerate(rule.targets)}
    targets |= {one["Id"]: one["Arn"] for one in call.params["Targets"]}
    return _ruled(world, rule, targets=tuple(targets.values()))


def remove_targets(world: World, call: Call) -> World:
    rule = _rule(world, call, "Rule")
    left = [arn for number, arn in enumerate(rule.targets) if f"target-{number}" not in call.params["Ids"]]
    return _ruled(world, rule, targets=tuple(left))


def delete_rule(world: World, call: Call) -> World:
    rule = _rule(world, call)
    if rule.targets:
        raise refuse("ValidationException", "Rule can't be deleted since it has targets.")
    return replace(world, rules=swapped(world.rules, rule))


def delete_topic(world: World, call: Call) -> World:
    return replace(world, topics=swapped(world.topics, topic_of(world, call)))


def set_topic_attributes(world: World, call: Call) -> World:
    topic = topic_of(world, call)
    attributes = {**topic.attributes, call.params["AttributeName"]: call.params.get("AttributeValue", "")}
    new = replace(topic, attributes={name: value for name, value in attributes.items() if value})
    return replace(world, topics=swapped(world.topics, topic, new))


def unsubscribe(world: World, call: Call) -> World:
    """Take a subscription away from the topics that have it."""
    arn = call.params["SubscriptionArn"]
    if (arn_account(arn), arn_region(arn)) != (call.account, call.region):
        raise refuse("NotFound", "Subscription does not exist", 404)
    for topic in [t for t in world.topics if arn.startswith(f"{t.arn}:")]:
        left = tuple(one for one in topic.subscriptions if one["SubscriptionArn"] != arn)
        counted = {**topic.attributes, "SubscriptionsConfirmed": str(len(left))}
        new = replace(topic, subscriptions=left, attributes=counted)
        world = replace(world, topics=swapped(world.topics, topic, new))
    return world


def set_subscription_attributes(world: World, call: Call) -> World:
    topic, one = subscription_of(world, call)
    given = {call.params["AttributeName"]: call.params.get("AttributeValue", "")}
    new = {**one, "Attributes": {**one.get("Attributes", {}), **given}}
    told = tuple(new if other is one else other for other in topic.subscriptions)
    return replace(world, topics=swapped(world.topics, topic, replace(topic, subscriptions=told)))


def subscribe(world: World, call: Call) -> World:
    """Add a subscription that its endpoint confirms at once; whoever reads mail takes longer."""
    topic = topic_of(world, call)
    waits = call.params["Protocol"].startswith("email")
    arn = f"{topic.arn}:{len(topic.subscriptions):08d}-0000-0000-0000-000000000000"
    new = {
        "SubscriptionArn": "PendingConfirmation" if waits else arn,
        "Protocol": call.params["Protocol"],
        "Endpoint": call.params["Endpoint"],
    }
    told = (*topic.subscriptions, new)
    confirmed = sum(one["SubscriptionArn"].startswith("arn:") for one in told)
    counted = {**topic.attributes, "SubscriptionsConfirmed": str(confirmed)}
    changed = replace(topic, subscriptions=told, attributes=counted)
    return replace(world, topics=swapped(world.topics, topic, changed))


WRITES: dict[tuple[str, str], Change] = {
    ("cloudwatch", "DeleteAlarms"): delete_alarms,
    ("cloudwatch", "DisableAlarmActions"): disable_alarm_actions,
    ("cloudwatch", "PutAlarmMuteRule"): put_alarm_mute_rule,
    ("cloudwatch", "PutCompositeAlarm"): put_composite_alarm,
    ("cloudwatch", "PutMetricAlarm"): put_metric_alarm,
    ("events", "DeleteRule"): delete_rule,
    ("events", "DisableRule"): disable_rule,
    ("events", "PutRule"): put_rule,
    ("events", "PutTargets"): put_targets,
    ("events", "RemoveTargets"): remove_targets,
    ("sns", "DeleteTopic"): delete_topic,
    ("sns", "SetSubscriptionAttributes"): set_subscription_attributes,
    ("sns", "SetTopicAttributes"): set_topic_attributes,
    ("sns", "Subscribe"): subscribe,
    ("sns", "Unsubscribe"): unsubscribe,
}
