"""The question that all controls on metric filters ask, which is whether somebody would be told."""

from collections.abc import Callable
from functools import partial
from typing import Any

from checker.evidence import Observed, Unobserved, every, first
from checker.inventory import Inventory, Trail
from checker.model import Context, Judgement, NotApplicable, Remediation, Verdict, failed, passed
from checker.monitoring.kinds import Requirement
from checker.monitoring.watching import reports, shortfall
from checker.recording import MANAGEMENT, records, unfold
from checker.visibility import label, stand_ins

Demands = Callable[[Trail, Inventory], Requirement]
"""What has to be watched on behalf of a trail; raises Unobserved."""

READS = (
    "cloudtrail:DescribeTrails CloudWatchLogsLogGroupArn",
    "cloudtrail:DescribeTrails IsMultiRegionTrail",
    "cloudtrail:DescribeTrails IsOrganizationTrail",
    "cloudtrail:GetTrailStatus IsLogging",
    "cloudtrail:GetEventSelectors EventSelectors",
    "cloudtrail:GetEventSelectors AdvancedEventSelectors",
    "logs:DescribeLogGroups logGroups",
    "logs:DescribeMetricFilters metricFilters",
    "cloudwatch:DescribeAlarms MetricAlarms",
    "cloudwatch:DescribeAlarms CompositeAlarms",
    "sns:GetTopicAttributes SubscriptionsConfirmed",
    "sns:GetTopicAttributes Policy",
    "sns:GetTopicAttributes KmsMasterKeyId",
    "sns:ListSubscriptionsByTopic Subscriptions",
)
EXPECTED = "a metric filter on the trail's log group, with an alarm that tells somebody"


def alerted(trail: Trail, context: Context, what: str, *demands: Demands) -> Judgement:
    """Judge whether this trail, or one that stands in for it, raises an alarm for all that is demanded."""
    inventory, thresholds = context.inventory, context.thresholds
    if not trail.status.is_logging.value:
        return NotApplicable("the trail does not log")
    if not records(unfold(trail.selectors.value), MANAGEMENT):
        return NotApplicable("the trail records no management events")
    others, unread = stand_ins(trail, inventory)
    missing: dict[str, str] = {}

    def told(candidate: Trail, demand: Demands) -> bool:
        requirement = demand(trail, inventory)
        if not reports(candidate, requirement, inventory):
            return False
        group = inventory.log_group_of(candidate)
        lacking = shortfall(group, requirement, inventory, thresholds) if group else "no log group"
        if lacking:
            missing[candidate.arn] = lacking
        return not lacking

    def all_told(candidate: Trail) -> bool:
        return every(*(partial(told, candidate, demand) for demand in demands))

    telling = first([trail, *others], all_told)
    if telling:
        return passed(f"alarms on trail {label(telling, trail.account)} tell of {what}", observed=telling.arn)
    if unread:
        raise Unobserved(*unread)
    group = inventory.log_group_of(trail)
    return _untold(missing, what, group.metric_filters if group else None)


def _untold(missing: dict[str, str], what: str, filters: Observed[Any] | None) -> Verdict:
    """Fail at the trail's own filters: what was read last may be a topic that has nothing to do with it."""
    if missing:
        return failed("; ".join(dict.fromkeys(missing.values())), observed="nobody is told", at=filters)
    reason = "no multi-Region trail that logs sends all of them to a log group that is there"
    return failed(f"nobody is told of {what}: {reason}", observed="no log group")


def fix(metric: str, pattern: str, threshold: int = 1) -> Remediation:
    """Return the commands that make a filter and its alarm."""
    escaped = pattern.replace("$", "$$")
    return Remediation(
        text="Add a metric filter with this pattern to the trail's log group, and an alarm on its metric "
        "whose action is a topic that somebody has subscribed to and confirmed.",
        cli=f"aws logs put-metric-filter --log-group-name $log_group --filter-name {metric} "
        f"--filter-pattern '{escaped}' --metric-transformations "
        f"metricName={metric},metricNamespace=trailhold,metricValue=1 --region $home_region "
        f"&& aws cloudwatch put-metric-alarm --alarm-name {metric} --namespace trailhold "
        f"--metric-name {metric} --statistic Sum --period 300 --evaluation-periods 1 "
        f"--threshold {threshold} --comparison-operator GreaterThanOrEqualToThreshold "
        "--treat-missing-data notBreaching --alarm-actions TOPIC_ARN --region $home_region",
        cdk="CfnMetricFilter(filter_pattern=...) and CfnAlarm(alarm_actions=[topic.topic_arn])",
        terraform="aws_cloudwatch_log_metric_filter and aws_cloudwatch_metric_alarm with alarm_actions",
    )
