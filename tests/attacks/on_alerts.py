"""Attacks on alarms, filters and rules: what happens is recorded, and nobody hears of it."""

from typing import Any

from tests import hardened as good
from tests.attacks.attack import Attack, Step, call
from tests.attacks.consequences import ALARMS
from tests.attacks.world import SUBSCRIBED

GROUP, ALERTS = good.GROUP_ARN, good.ALERTS_ARN
ACCOUNT_ARN = f"arn:aws:iam::{good.ACCOUNT}:root"
ALARM = next(alarm for alarm in good.ALARMS if alarm.name.endswith("-trail-tampering"))
FILTER = next(one for one in good.FILTERS if one.name == ALARM.name)
RULE = {"Name": good.RULE.name}
(FED,) = FILTER.transformations


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
    return (call("cloudwatch.put_metric_alarm", **{**given, **settings}),)


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
    Attack("alarm: no action", GROUP, alarm(AlarmActions=[]), fails="TH616 TH619 TH622"),
    Attack("alarm: threshold", GROUP, alarm(Threshold=1000.0), fails="TH619 TH622"),
    Attack("alarm: other metric", good.TRAIL_ARN, alarm(MetricName="nothing"), fails="TH619"),
    Attack("alarm: an hour a day", GROUP, alarm(Period=3600, EvaluationPeriods=24), fails="TH619 TH622"),
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
)
