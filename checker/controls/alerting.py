"""The question that all controls on metric filters ask, which is whether somebody would be told."""

from collections.abc import Callable
from typing import Any

from checker.evidence import Known, Observed, Unobserved, first
from checker.inventory import Inventory, Trail
from checker.model import Context, Judgement, NotApplicable, Remediation, Verdict, failed, passed
from checker.monitoring.hearing import hearing_of, hears_of
from checker.monitoring.kinds import Requirement, within
from checker.monitoring.watching import reports, shortfall
from checker.recording import MANAGEMENT, records, unfold
from checker.visibility import labels, stand_ins

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
    "cloudwatch:ListAlarmMuteRules AlarmMuteRuleSummaries",
    "cloudwatch:GetAlarmMuteRule MuteTargets",
    "cloudwatch:GetAlarmMuteRule Status",
    "sns:GetTopicAttributes SubscriptionsConfirmed",
    "sns:GetTopicAttributes Policy",
    "sns:GetTopicAttributes KmsMasterKeyId",
    "sns:ListSubscriptionsByTopic Subscriptions",
    "sns:GetSubscriptionAttributes Attributes",
)
EXPECTED = "a metric filter on the trail's log group, with an alarm that tells somebody"


def alerted(trail: Trail, context: Context, what: str, *demands: Demands) -> Judgement:
    """Judge whether somebody is told of all that is demanded, by alarms on this trail or one that stands in.

    What happens in another account is told by the trails that record that account.
    """
    inventory, thresholds = context.inventory, context.thresholds
    if not trail.status.is_logging.value:
        return NotApplicable("the trail does not log")
    if not records(unfold(trail.selectors.value), MANAGEMENT):
        return NotApplicable("the trail records no management events")
    others, unread = stand_ins(trail, inventory)
    missing: dict[Demands, list[str]] = {demand: [] for demand in demands}
    telling: dict[str, Trail] = {}

    def told(candidate: Trail, requirement: Requirement, demand: Demands) -> bool:
        if not reports(candidate, requirement, inventory):
            return False
        group = inventory.log_group_of(candidate)
        of_one = isinstance(candidate.organization, Known) and not candidate.organization.value
        asked = within(requirement, candidate.account) if of_one else requirement
        lacking = shortfall(group, asked, inventory, thresholds) if group else "no log group"
        if lacking:
            missing[demand].append(lacking)
            return False
        if not hears_of(candidate, requirement.account, inventory):
            where = f"account {getattr(requirement.account, 'value', '')}"
            missing[demand].append(f"trail {candidate.name} records nothing of {where}")
            return False
        telling[candidate.arn] = candidate
        return True

    def untold(demand: Demands) -> bool:
        requirement = demand(trail, inventory)
        if not requirement.kinds:
            return False
        more, hidden = hearing_of(trail, requirement.account, inventory)
        every_one = {one.arn: one for one in (trail, *others, *more)}.values()
        if first(every_one, lambda candidate: told(candidate, requirement, demand)):
            return False
        if unread or hidden:
            raise Unobserved(*unread, *hidden)
        return True

    failing = first(demands, untold)
    if failing is None:
        names = labels(telling.values(), trail.account)
        trails = "trails" if len(telling) > 1 else "trail"
        return passed(f"alarms on {trails} {names} tell of {what}", observed=", ".join(telling))
    group = inventory.log_group_of(trail)
    return _untold(missing[failing], what, group.metric_filters if group else None)


def _untold(missing: list[str], what: str, filters: Observed[Any] | None) -> Verdict:
    """Fail at the trail's own filters: what was read last may be a topic that has nothing to do with it."""
    if missing:
        return failed("; ".join(dict.fromkeys(missing)), observed="nobody is told", at=filters)
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
