"""Worlds that differ in the log group, its role, what watches it, or the topics."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from checker.model import LIVE, TERRAFORM, Thresholds
from tests import hardened as good
from tests.simulator import Alarm, LogsPolicy, MuteRule, hardened_world
from tests.simulator.worlds import ALERTS, ROLE, TOPIC
from tests.sources.four_ways.case import EVERY_ALARM, Case
from tests.sources.four_ways.worlds import base

SETTINGS = {"retentionInDays": 365, "kmsKeyId": good.KEY_ARN}
ANYBODY = good.document(good.statement(Principal="*", Action="logs:*", Resource="*"))
ONE_BUCKET = good.document(
    good.statement(
        Principal={"Service": "delivery.logs.amazonaws.com"},
        Action="logs:PutLogEvents",
        Resource="*",
        Condition={"StringEquals": {"aws:SourceAccount": good.ACCOUNT}},
    )
)
STREAM = f"arn:aws:kinesis:{good.HOME}:{good.ACCOUNT}:stream/events"
FORWARDED = ({"filterName": "forward", "destinationArn": STREAM, "filterPattern": ""},)


def group(**settings: Any) -> dict[str, Any]:
    return {"settings": {name: one for name, one in {**SETTINGS, **settings}.items() if one is not None}}


def topic(**attributes: str | None) -> Any:
    """Change the trail's topic, and leave the one for alerts."""
    told = {name: one for name, one in {**TOPIC.attributes, **attributes}.items() if one is not None}
    return (replace(TOPIC, attributes=told), ALERTS)


def publishing(**changes: Any) -> str:
    told = good.statement(
        Principal=good.CLOUDTRAIL, Action="SNS:Publish", Resource=good.TOPIC_ARN, Condition=good.BOUND
    )
    return good.document(told | changes)


def subscribed(protocol: str, endpoint: str) -> Any:
    arn = f"{good.TOPIC_ARN}:6b0e71bd-7e97-4d97-80ce-4a0994e55286"
    return (
        replace(TOPIC, subscriptions=({"SubscriptionArn": arn, "Protocol": protocol, "Endpoint": endpoint},)),
        ALERTS,
    )


def role(**changes: Any) -> Any:
    return (replace(ROLE, **changes),)


TRUST = good.statement(Principal=good.CLOUDTRAIL, Action="sts:AssumeRole")
EVERYTHING = {"write": good.document(good.statement(Action="logs:*", Resource="*"))}


def alarms(**settings: Any) -> Any:
    """Change every alarm."""
    return lambda found: tuple(replace(one, settings={**one.settings, **settings}) for one in found)


def counting(default: float) -> dict[str, Any]:
    """Let every filter give a figure when nothing matches."""
    filters = hardened_world().log_groups[0].metric_filters
    return {
        "metric_filters": tuple(
            one
            | {
                "metricTransformations": [
                    fed | {"defaultValue": default} for fed in one["metricTransformations"]
                ]
            }
            for one in map(dict, filters)
        )
    }


SILENT = replace(ALERTS, subscriptions=(), attributes={**ALERTS.attributes, "SubscriptionsConfirmed": "0"})

FILTERED = replace(
    ALERTS,
    subscriptions=tuple(
        {**one, "Attributes": {"FilterPolicy": '{"severity": ["high"]}'}} for one in ALERTS.subscriptions
    ),
)


def composite(found: Any) -> Any:
    """Leave the actions to one alarm on all alarms."""
    quiet = alarms(AlarmActions=[], ActionsEnabled=True)(found)
    rule = " OR ".join(f'ALARM("{one.name}")' for one in found)
    settings = {"AlarmRule": rule, "AlarmActions": [good.ALERTS_ARN], "ActionsEnabled": True}
    return (*quiet, Alarm(name="any", account=good.ACCOUNT, region=good.HOME, settings=settings))


def muting(**settings: Any) -> MuteRule:
    """Mute every alarm for an hour of each night."""
    given = {
        "Rule": {"Schedule": {"Expression": "cron(0 2 * * *)", "Duration": "PT1H"}},
        "MuteTargets": {"AlarmNames": [alarm.name for alarm in good.ALARMS]},
    }
    return MuteRule(name="night", account=good.ACCOUNT, region=good.HOME, settings=given | settings)


CASES = [
    Case(
        "the group is deleted",
        base(log_groups=()),
        ways=(LIVE, TERRAFORM),
        gone=base(),
        fails=("TH503", *EVERY_ALARM),
    ),
    Case(
        "the topic is deleted", base(topics=(ALERTS,)), ways=(LIVE, TERRAFORM), gone=base(), fails=("TH504",)
    ),
    Case("the group forgets", base(log_group=group(retentionInDays=90)), fails=("TH502",)),
    Case("the group keeps for ever", base(log_group=group(retentionInDays=None)), fails=("TH505",)),
    Case("the group has no key", base(log_group=group(kmsKeyId=None)), fails=("TH501",)),
    Case(
        "a group for seldom access",
        base(log_group=group(logGroupClass="INFREQUENT_ACCESS")),
        fails=("TH515",),
    ),
    Case(
        "a group that cannot be deleted",
        base(log_group=group(deletionProtectionEnabled=True)),
        passes=("TH516",),
    ),
    Case(
        "anybody may use the group",
        base(
            logs_policies=(LogsPolicy(name="open", account=good.ACCOUNT, region=good.HOME, document=ANYBODY),)
        ),
        fails=("TH506",),
    ),
    Case(
        "a service may use the group",
        base(
            logs_policies=(
                LogsPolicy(name="narrow", account=good.ACCOUNT, region=good.HOME, document=ONE_BUCKET),
            )
        ),
    ),
    Case(
        "events are forwarded",
        base(log_group={"subscription_filters": FORWARDED}),
        thresholds=Thresholds(allowed_recipients=(f"{STREAM}-other",)),
        fails=("TH508", "TH513"),
    ),
    Case(
        "events are forwarded where they may be",
        base(log_group={"subscription_filters": FORWARDED}),
        thresholds=Thresholds(allowed_recipients=(STREAM,)),
        fails=("TH513",),
        passes=("TH508",),
    ),
    Case("filters count what does not match", base(log_group=counting(0.0))),
    Case(
        "filters take away what does not match", base(log_group=counting(-1.0)), fails=("TH622", *EVERY_ALARM)
    ),
    Case("nothing filters", base(log_group={"metric_filters": ()}), fails=EVERY_ALARM),
    Case("any trail may use the role", base(roles=role(trust=good.document(TRUST))), fails=("TH509",)),
    Case("the role may do all", base(roles=role(inline=EVERYTHING)), fails=("TH517",)),
    Case("the role may do nothing", base(roles=role(inline={})), fails=("TH517",)),
    Case(
        "the policy of the role is a managed one",
        base(
            roles=role(inline={}, managed={f"arn:aws:iam::{good.ACCOUNT}:policy/write": ROLE.inline["write"]})
        ),
    ),
    Case("the topic has no key", base(topics=topic(KmsMasterKeyId=None)), fails=("TH510",)),
    Case(
        "anybody may publish",
        base(topics=topic(Policy=publishing(Principal="*", Condition={}))),
        fails=("TH511", "TH512", "TH518"),
    ),
    Case(
        "a stranger may publish",
        base(
            topics=topic(Policy=publishing(Principal={"AWS": "arn:aws:iam::999999999999:root"}, Condition={}))
        ),
        fails=("TH512", "TH518"),
    ),
    Case("any trail may publish", base(topics=topic(Policy=publishing(Condition={}))), fails=("TH518",)),
    Case(
        "the topic tells by plain HTTP",
        base(topics=subscribed("http", "http://example.com/hook")),
        fails=("TH513",),
    ),
    Case(
        "the topic tells a stranger",
        base(topics=subscribed("sqs", f"arn:aws:sqs:{good.HOME}:999999999999:queue")),
        thresholds=Thresholds(allowed_recipients=(good.QUEUE_ARN,)),
        fails=("TH513",),
    ),
    Case(
        "the topic logs deliveries",
        base(
            topics=topic(
                **{
                    f"{p}{o}FeedbackRoleArn": good.ROLE_ARN
                    for p in ("HTTP", "Lambda", "SQS", "Firehose", "Application")
                    for o in ("Success", "Failure")
                }
            )
        ),
        passes=("TH514",),
    ),
    Case(
        "alarms without actions", base(alarms=alarms(AlarmActions=[])), fails=("TH616", "TH622", *EVERY_ALARM)
    ),
    Case(
        "alarms with actions off",
        base(alarms=alarms(ActionsEnabled=False)),
        fails=("TH617", "TH622", *EVERY_ALARM),
    ),
    Case("alarms with a mute rule", base(mute_rules=(muting(),)), fails=("TH617", "TH622", *EVERY_ALARM)),
    Case(
        "alarms with a mute rule that has expired",
        base(mute_rules=(muting(ExpireDate=datetime(2025, 3, 1, tzinfo=UTC), Status="EXPIRED"),)),
    ),
    Case("alarms on an average", base(alarms=alarms(Threshold=100.0)), fails=("TH622", *EVERY_ALARM)),
    Case("one alarm on all alarms", base(alarms=composite)),
    Case("nobody hears of alarms", base(topics=(TOPIC, SILENT))),
    Case(
        "a filter keeps alarms from who listens",
        base(topics=(TOPIC, FILTERED)),
        fails=("TH622", "TH623", *EVERY_ALARM),
        open=dict.fromkeys(("TH622", *EVERY_ALARM), "others may have subscribed by themselves"),
    ),
    Case("no rule on the bus", base(rules=())),
]
