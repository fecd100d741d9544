"""Controls on the alarms that look at the metric filters of a trail's log group.

An alarm without an action, or with its actions switched off, is a mistake in any account: these are for the
baseline. How soon an alarm has to fire is a choice, which is for the strict set.
"""

from collections.abc import Callable

from checker.evidence import Unknown, Unobserved, all_that
from checker.inventory import Alarm, LogGroup, MetricTransformation
from checker.model import (
    BASELINE,
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
from checker.monitoring.alarms import actions_of, muting, receivers, seconds, watched, weakness
from checker.monitoring.watching import fed, muted_by, silence_of

NO_ALARMS = NotApplicable("no alarm looks at a metric filter of the log group")
ALARMS = (
    "logs:DescribeMetricFilters metricFilters",
    "cloudwatch:DescribeAlarms MetricAlarms",
    "cloudwatch:DescribeAlarms CompositeAlarms",
)
MUTES = (
    "cloudwatch:ListAlarmMuteRules AlarmMuteRuleSummaries",
    "cloudwatch:GetAlarmMuteRule MuteTargets",
    "cloudwatch:GetAlarmMuteRule Status",
)
ALARM = "aws cloudwatch put-metric-alarm --alarm-name ALARM --namespace NAMESPACE --metric-name METRIC "
SETTINGS = (
    "--statistic Sum --period 300 --evaluation-periods 1 --threshold 1 --comparison-operator "
    "GreaterThanOrEqualToThreshold --treat-missing-data notBreaching --alarm-actions TOPIC_ARN "
    "--region $region"
)


def _judged(
    group: LogGroup, holds: Callable[[Alarm], bool], good: str, bad: Callable[[Alarm], str]
) -> Judgement:
    """Judge every alarm on the group's filters, and name those that do not hold."""
    alarms = group.alarms.value
    if not alarms:
        return NO_ALARMS
    wrong = all_that(alarms, lambda alarm: not holds(alarm))
    if wrong:
        more = [f"{len(wrong) - 5} more"] if len(wrong) > 5 else []
        text = "; ".join([*(f"alarm {alarm.name}: {bad(alarm)}" for alarm in wrong[:5]), *more])
        return failed(text, observed=f"{len(wrong)} of {len(alarms)} alarms", at=group.alarms)
    return passed(f"{good} ({len(alarms)})", observed=f"{len(alarms)} alarms")


@control(
    id="TH616",
    name="mon-alarm-has-alarm-action",
    title="Alarms on the trail's log group have an action",
    severity=Severity.MEDIUM,
    applies_to=LogGroup,
    sets=BASELINE,
    expected="an action for the state ALARM, of the alarm or of a composite alarm on it",
    reads=ALARMS,
    remediation=Remediation(
        text="Give the alarm an action, such as a topic that the security team has subscribed to.",
        cli=ALARM + SETTINGS,
        cdk="CfnAlarm(alarm_actions=[topic.topic_arn])",
        terraform="aws_cloudwatch_metric_alarm.alarm_actions",
    ),
)
def has_action(group: LogGroup, context: Context) -> Judgement:
    """An alarm without an action changes its colour in a console that nobody looks at.

    An action of a composite alarm that goes off with this one counts.
    """
    return _judged(
        group,
        lambda alarm: any(one.actions for one in actions_of(alarm, group)),
        "every alarm has an action",
        lambda _: "it has no action",
    )


@control(
    id="TH617",
    name="mon-alarm-actions-enabled",
    title="The actions of alarms on the trail's log group are enabled",
    severity=Severity.MEDIUM,
    applies_to=LogGroup,
    sets=BASELINE,
    expected="actions enabled, and no alarm mute rule on them but expired ones",
    reads=(*ALARMS, *MUTES),
    remediation=Remediation(
        text="Enable the alarm's actions again, take the alarm out of alarm mute rules, and find out who "
        "silenced it.",
        cli="aws cloudwatch enable-alarm-actions --alarm-names ALARM --region $region",
        cdk="CfnAlarm(actions_enabled=True)",
        terraform="aws_cloudwatch_metric_alarm.actions_enabled = true",
    ),
)
def actions_enabled(group: LogGroup, context: Context) -> Judgement:
    """One call silences an alarm and leaves everything else as it was, down to its configured topic.

    An alarm mute rule does the same in windows of time. An alarm that has no action of its own has none to
    enable or mute: composite alarms act for it.
    """

    def enabled(alarm: Alarm) -> bool:
        if alarm.actions_enabled:
            return not alarm.actions or not muting(alarm, group)
        others = actions_of(alarm, group)[1:]
        return not alarm.actions and any(other.actions and other.actions_enabled for other in others)

    def why(alarm: Alarm) -> str:
        return muted_by(alarm, group) if alarm.actions_enabled else "actions are disabled"

    return _judged(group, enabled, "the actions of every alarm are enabled", why)


@control(
    id="TH622",
    name="mon-alarm-effective",
    title="Alarms on the trail's log group fire at the first event and tell somebody",
    severity=Severity.MEDIUM,
    applies_to=LogGroup,
    sets=STRICT,
    expected="Sum of at least 1 in at most 5 minutes, missing data not breaching, a confirmed subscription",
    reads=(
        *ALARMS,
        *MUTES,
        "logs:DescribeMetricFilters metricFilters",
        "sns:GetTopicAttributes SubscriptionsConfirmed",
        "sns:GetTopicAttributes Policy",
        "sns:GetTopicAttributes KmsMasterKeyId",
        "sns:ListSubscriptionsByTopic Subscriptions",
        "sns:GetSubscriptionAttributes Attributes",
    ),
    remediation=Remediation(
        text="Let the alarm fire at the first event of a period of five minutes, and confirm a subscription "
        "to its topic.",
        cli=ALARM + SETTINGS,
        cdk="CfnAlarm(statistic='Sum', period=300, evaluation_periods=1, threshold=1, "
        "treat_missing_data='notBreaching')",
        terraform="aws_cloudwatch_metric_alarm with statistic, period, evaluation_periods and threshold",
    ),
)
def effective(group: LogGroup, context: Context) -> Judgement:
    """An average over a day, a threshold of a hundred or a topic without listeners looks like monitoring.

    The threshold counts events, so that a filter which adds 10 for each may have a threshold of 10; maximum,
    minimum and average of a constant serve as well as the sum, unless the filter gives a figure for minutes
    without a match. Missing data may also be ``missing``, the
    default, from which an alarm goes off again; with ``ignore`` it stays on after the first event and tells
    nobody of the second. More events than one are accepted up to the threshold alarm_events.
    """

    def wrong(alarm: Alarm) -> str:
        weak = _weakest(alarm, fed(group), context.thresholds.alarm_events)
        if weak:
            return weak
        if not receivers(alarm, group, context.inventory):
            return silence_of(alarm, group, context.inventory)
        _certain(alarm, group)
        return ""

    return _judged(group, lambda alarm: not wrong(alarm), "every alarm fires and tells somebody", wrong)


def _certain(alarm: Alarm, group: LogGroup) -> None:
    """Raise Unobserved where a filter may split the metric that the alarm looks at, and nobody can tell."""
    for entry in group.metric_filters.value:
        if isinstance(entry.criteria, Unknown) and any(watched(alarm, m) for m in entry.transformations):
            raise Unobserved(entry.criteria)


def _weakest(alarm: Alarm, metrics: list[MetricTransformation], most: int) -> str:
    """Say what keeps an alarm from firing at once on each metric that it looks at."""
    looked_at = [metric for metric in metrics if watched(alarm, metric) is not None]
    if not looked_at:
        return "it looks at part of a metric only, or at a dimension that no filter has"
    for metric in looked_at:
        weak = weakness(alarm, metric, most, metrics)
        if weak:
            return f"it {weak}"
    slow = [period for metric in looked_at if (period := seconds(alarm, metric)) is not None and period > 300]
    if slow:
        return f"it looks at periods of {slow[0]} seconds, above 300"
    return "missing data is ignored" if alarm.missing_data == "ignore" else ""
