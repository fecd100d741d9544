"""Attacks on alarms, filters and rules: what happens is recorded, and nobody hears of it."""

import json
from typing import Any

from tests import hardened as good
from tests.attacks.attack import Attack, Step, call
from tests.attacks.consequences import ALARMS
from tests.attacks.world import OUTSIDER, SUBSCRIBED

GROUP, ALERTS = good.GROUP_ARN, good.ALERTS_ARN
ACCOUNT_ARN = f"arn:aws:iam::{good.ACCOUNT}:root"
ALARM = next(alarm for alarm in good.ALARMS if alarm.name.endswith("-trail-tampering"))
FILTER = next(one for one in good.FILTERS if one.name == ALARM.name)
RULE = {"Name": good.RULE.name}
(FED,) = FILTER.transformations
WHEN = f'ALARM("{ALARM.name}")'
SUPPRESSED = {"ActionsSuppressorWaitPeriod": 60, "ActionsSuppressorExtensionPeriod": 60}
LETTING = json.loads(good.ALERTS_POLICY)["Statement"]


def alarm(**settings: Any) -> tuple[Step, ...]:
    """Put an alarm in the place of the one on trails, with other settings."""
    given = {
        "AlarmName": ALARM.name,
        "MetricName": ALARM.metric,
        "Namespace": ALARM.namespace,
        "Statistic": ALARM.statistic,
        "Period": ALARM.period,
        "EvaluationPeriods": ALARM.evaluation_periods,
        "Threshold": ALARM.threshold,
        "ComparisonOperator": ALARM.comparison,
        "TreatMissingData": ALARM.missing_data,
        "AlarmActions": list(ALARM.actions),
    }
    params = {name: value for name, value in {**given, **settings}.items() if value is not None}
    return (call("cloudwatch.put_metric_alarm", **params),)


def composite(rule: str, **settings: Any) -> Step:
    """Put a composite alarm that tells what the alarm no longer does."""
    return call(
        "cloudwatch.put_composite_alarm",
        AlarmName="all",
        AlarmRule=rule,
        AlarmActions=[ALERTS],
        **settings,
    )


def muting(*names: str) -> Step:
    """Mute alarms in an hour of each night."""
    return call(
        "cloudwatch.put_alarm_mute_rule",
        Name="maintenance",
        Rule={"Schedule": {"Expression": "cron(0 2 * * *)", "Duration": "PT1H"}},
        MuteTargets={"AlarmNames": list(names)},
    )


def alerts(name: str, value: str) -> Step:
    return call("sns.set_topic_attributes", TopicArn=ALERTS, AttributeName=name, AttributeValue=value)


def subscribed(name: str, value: str) -> Step:
    arn = f"{ALERTS}:{SUBSCRIBED}"
    return call(
        "sns.set_subscription_attributes", SubscriptionArn=arn, AttributeName=name, AttributeValue=value
    )


def metric_filter(pattern: str, name: str = FED.name) -> tuple[Step, ...]:
    fed = {"metricName": name, "metricNamespace": FED.namespace, "metricValue": "1"}
    return (
        call(
            "logs.put_metric_filter",
            logGroupName="audit",
            filterName=FILTER.name,
            filterPattern=pattern,
            metricTransformations=[fed],
        ),
    )


ATTACKS = (
    Attack(
        "alarm: delete",
        good.TRAIL_ARN,
        (call("cloudwatch.delete_alarms", AlarmNames=[ALARM.name]),),
        fails="TH619",
    ),
    Attack(
        "alarms: delete all",
        good.TRAIL_ARN,
        (call("cloudwatch.delete_alarms", AlarmNames=[one.name for one in good.ALARMS]),),
        fails=f"{ALARMS}",
        moot="TH616 TH617 TH622",
    ),
    Attack(
        "alarm: mute",
        GROUP,
        (call("cloudwatch.disable_alarm_actions", AlarmNames=[ALARM.name]),),
        fails="TH617 TH619 TH622",
    ),
    Attack("alarm: mute rule", GROUP, (muting(ALARM.name),), fails="TH617 TH619 TH622"),
    Attack(
        "alarms: mute rule on all",
        GROUP,
        (muting(*(one.name for one in good.ALARMS)),),
        fails=f"TH617 TH622 {ALARMS}",
    ),
    Attack(
        "alarm: mute rule on what acts for it",
        GROUP,
        (*alarm(AlarmActions=[]), composite(WHEN), muting("all")),
        fails="TH619 TH622",
    ),
    Attack("alarm: no action", GROUP, alarm(AlarmActions=[]), fails="TH616 TH619 TH622"),
    Attack("alarm: threshold", GROUP, alarm(Threshold=1000.0), fails="TH619 TH622"),
    Attack("alarm: other metric", good.TRAIL_ARN, alarm(MetricName="nothing"), fails="TH619"),
    Attack("alarm: an hour a day", GROUP, alarm(Period=3600, EvaluationPeriods=24), fails="TH619 TH622"),
    Attack("alarm: a period of a day", GROUP, alarm(Period=86400), fails="TH622"),
    Attack(
        "alarm: five times in a row",
        GROUP,
        alarm(EvaluationPeriods=5, DatapointsToAlarm=5),
        fails="TH619 TH622",
    ),
    Attack(
        "alarm: a percentile",
        GROUP,
        alarm(Statistic=None, ExtendedStatistic="p1"),
        fails="TH619 TH622",
    ),
    Attack("alarm: at nothing", GROUP, alarm(Threshold=0.0), fails="TH619 TH622"),
    Attack("alarm: in bytes", GROUP, alarm(Unit="Bytes"), fails="TH619 TH622"),
    Attack("alarm: always on", GROUP, alarm(TreatMissingData="breaching"), fails="TH619 TH622"),
    Attack("alarm: on for ever", GROUP, alarm(TreatMissingData="ignore"), fails="TH622"),
    Attack("alarm: other namespace", good.TRAIL_ARN, alarm(Namespace="Other"), fails="TH619"),
    Attack(
        "alarm: a dimension",
        GROUP,
        alarm(Dimensions=[{"Name": "who", "Value": "nobody"}]),
        fails="TH619 TH622",
    ),
    Attack(
        "alarm: only when it is over",
        GROUP,
        alarm(AlarmActions=[], OKActions=[ALERTS]),
        fails="TH616 TH619 TH622",
    ),
    Attack(
        "alarm: a stranger's topic",
        good.TRAIL_ARN,
        alarm(AlarmActions=[ALERTS.replace(good.ACCOUNT, OUTSIDER)]),
        fails="TH621",
        unknown="TH619 TH622",
    ),
    Attack(
        "alarm: something that tells nobody",
        GROUP,
        alarm(AlarmActions=[f"arn:aws:autoscaling:{good.HOME}:{good.ACCOUNT}:scalingPolicy:1"]),
        fails="TH619 TH622",
    ),
    Attack(
        "alarm: suppressed",
        GROUP,
        (*alarm(AlarmActions=[]), composite(WHEN, ActionsSuppressor="maintenance", **SUPPRESSED)),
        fails="TH616 TH619 TH622",
    ),
    Attack(
        "alarm: only with another",
        GROUP,
        (*alarm(AlarmActions=[]), composite(f'{WHEN} AND ALARM("another")')),
        fails="TH616 TH619 TH622",
    ),
    Attack("alarm: below", GROUP, alarm(ComparisonOperator="LessThanThreshold"), fails="TH619 TH622"),
    Attack(
        "alarm: other topic",
        GROUP,
        alarm(AlarmActions=[f"arn:aws:sns:{good.HOME}:{good.ACCOUNT}:nobody"]),
        fails="TH619 TH621 TH622",
    ),
    Attack(
        "filter: delete",
        good.TRAIL_ARN,
        (call("logs.delete_metric_filter", logGroupName="audit", filterName=FILTER.name),),
        fails="TH619",
    ),
    Attack(
        "filter: another pattern",
        good.TRAIL_ARN,
        metric_filter('{ $.eventName = "ListBuckets" }'),
        fails="TH619",
    ),
    Attack(
        "filter: but the attacker",
        good.TRAIL_ARN,
        metric_filter(f'{{ ({FILTER.pattern.strip("{} ")}) && $.userIdentity.arn != "*intruder*" }}'),
        fails="TH619",
    ),
    Attack("filter: another metric", good.TRAIL_ARN, metric_filter(FILTER.pattern, "nothing"), fails="TH619"),
    Attack("rule: disable", ACCOUNT_ARN, (call("events.disable_rule", **RULE),), fails="TH623"),
    Attack(
        "rule: no target",
        ACCOUNT_ARN,
        (call("events.remove_targets", Rule=good.RULE.name, Ids=["target-0"]),),
        fails="TH623",
    ),
    Attack(
        "rule: delete",
        ACCOUNT_ARN,
        (
            call("events.remove_targets", Rule=good.RULE.name, Ids=["target-0"]),
            call("events.delete_rule", **RULE),
        ),
        fails="TH623",
    ),
    Attack(
        "rule: another pattern",
        ACCOUNT_ARN,
        (call("events.put_rule", **RULE, EventPattern='{"source": ["aws.ec2"]}'),),
        fails="TH623",
    ),
    Attack(
        "alerts: delete the topic",
        ALERTS,
        (call("sns.delete_topic", TopicArn=ALERTS),),
        fails=f"TH622 TH623 {ALARMS}",
    ),
    Attack(
        "alerts: policy denies",
        ALERTS,
        (alerts("Policy", good.document(*LETTING, {**LETTING[0], "Effect": "Deny"})),),
        fails=f"TH622 TH623 {ALARMS}",
    ),
    Attack(
        "alerts: policy without alarms",
        ALERTS,
        (alerts("Policy", good.document({**LETTING[0], "Principal": {"Service": "s3.amazonaws.com"}})),),
        fails=f"TH622 {ALARMS}",
    ),
    Attack(
        "alerts: key of AWS",
        ALERTS,
        (alerts("KmsMasterKeyId", "alias/aws/sns"),),
        fails=f"TH622 TH623 {ALARMS}",
    ),
    Attack(
        "alerts: a mail that nobody confirms",
        ALERTS,
        (
            call("sns.unsubscribe", SubscriptionArn=f"{ALERTS}:{SUBSCRIBED}"),
            call("sns.subscribe", TopicArn=ALERTS, Protocol="email", Endpoint="nobody@example.com"),
        ),
        fails=f"TH622 TH623 {ALARMS}",
    ),
    Attack(
        "alerts: nobody listens",
        ALERTS,
        (
            call(
                "sns.unsubscribe",
                SubscriptionArn=f"{ALERTS}:{SUBSCRIBED}",
            ),
        ),
        fails=f"TH622 TH623 {ALARMS}",
    ),
    Attack(
        "alerts: a filter policy that no alarm meets",
        ALERTS,
        (subscribed("FilterPolicy", '{"severity": ["none"]}'),),
        fails=f"TH622 TH623 {ALARMS}",
    ),
    Attack(
        "alerts: a filter policy on a missing attribute",
        ALERTS,
        (subscribed("FilterPolicy", '{"severity": [{"exists": false}]}'),),
        fails=f"TH622 TH623 {ALARMS}",
    ),
)
