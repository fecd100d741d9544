"""Alarms on what the trail reports: CIS, and tampering with the trail itself."""

from collections.abc import Collection, Mapping, Sequence

from aws_cdk import Fn, Stack, Token
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from cdk_app.alert_topic import AlertTopic
from cdk_app.filters import CIS, PATTERN_LIMIT, MetricFilter
from cdk_app.formats import check
from cdk_app.lengths import longest
from cdk_app.tampering import TAMPERING, Names, metric_filter


class TrailAlarms(Construct):
    """A metric filter and an alarm for each event worth knowing, in the account and Region of the log group.

    Without names of buckets and keys, the alarms on tampering watch all of them: loud in an organization.
    Alarms themselves are watched in this account.
    An alarm reports within about ten minutes; what has to be known at once is for ``TamperAlerts``.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        log_group_name: str,
        log_bucket_names: Sequence[str] = (),
        key_arns: Sequence[str] = (),
        key_accounts: Sequence[str] = (),
        topic: sns.ITopic | None = None,
        emails: Sequence[str] = (),
        name_prefix: str = "trailhold",
        leave_out: Collection[str] = (),
        thresholds: Mapping[str, int] | None = None,
    ) -> None:
        """Add the alarms; ``leave_out`` and ``thresholds`` weaken them, by the ids of ``all_filters``.

        ``key_accounts`` narrow the alarm on keys where the ids of the keys are not known yet.
        A topic of your own needs a policy, and a key, that let cloudwatch.amazonaws.com publish to it.
        """
        super().__init__(scope, construct_id)
        self.topic: sns.ITopic = topic or AlertTopic(self, "Alerts", emails=emails).topic
        check(not (topic and emails), "emails: subscribe them to the topic that is given")
        names: dict[str, list[str]] = {
            "log-groups": [log_group_name],
            "rules": [f"{name_prefix}-*"],
            "topics": [f"{self.topic.topic_arn}*"],
            "alarms-accounts": [Stack.of(self).account],
            "keys-accounts": list(key_accounts),
        }
        if log_bucket_names:
            names["buckets"] = list(log_bucket_names)
        if key_arns:
            names["keys"] = [f"*{key_id(arn)}" for arn in key_arns]
        self.filters = all_filters(names)
        known = {found.id for found in self.filters}
        limits = thresholds or {}
        for unknown in {*leave_out, *limits} - known:
            check(False, f"alarms: there is no {unknown!r}; there are {', '.join(sorted(known))}")
        for found in self.filters:
            if found.id not in leave_out:
                self._add(found, log_group_name, name_prefix, limits.get(found.id, 1))

    def _add(self, found: MetricFilter, log_group_name: str, prefix: str, threshold: int) -> None:
        size = longest(Stack.of(self).resolve(found.pattern))
        check(
            size <= PATTERN_LIMIT,
            f"alarm {found.id}: its pattern takes up to {size} characters and CloudWatch Logs takes "
            f"{PATTERN_LIMIT}: name fewer buckets and keys",
        )
        check(threshold >= 1, f"alarm {found.id}: a threshold of {threshold} would always alarm")
        logs.CfnMetricFilter(
            self,
            f"{found.metric_name}Filter",
            log_group_name=log_group_name,
            filter_name=f"{prefix}-{found.id}",
            filter_pattern=found.pattern,
            metric_transformations=[
                logs.CfnMetricFilter.MetricTransformationProperty(
                    metric_namespace=prefix, metric_name=found.metric_name, metric_value="1"
                )
            ],
        )
        cloudwatch.CfnAlarm(
            self,
            f"{found.metric_name}Alarm",
            alarm_name=f"{prefix}-{found.id}",
            alarm_description=f"{found.title} (CIS AWS Foundations {found.cis})"
            if found.cis
            else found.title,
            namespace=prefix,
            metric_name=found.metric_name,
            statistic="Sum",
            period=300,
            evaluation_periods=1,
            threshold=threshold,
            comparison_operator="GreaterThanOrEqualToThreshold",
            # The metric has a value only when something was found.
            treat_missing_data="notBreaching",
            actions_enabled=True,
            alarm_actions=[self.topic.topic_arn],
        )


def all_filters(names: Names) -> tuple[MetricFilter, ...]:
    """Return the filters of CIS and those for tampering with what is named."""
    return (*CIS, *(metric_filter(tampering, names) for tampering in TAMPERING))


def key_id(arn: str) -> str:
    """Return the id in a key's ARN, which may be a token: calls name a key either way."""
    return Fn.select(1, Fn.split("/", arn)) if Token.is_unresolved(arn) else arn.split("/")[-1]
