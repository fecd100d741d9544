"""Reads a log group that a trail delivers to, with its metric filters and the alarms on their metrics."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from checker.evidence import Known, Observed, Origin, Unknown, derive
from checker.inventory import Alarm, LogGroup, MetricFilter, MetricTransformation
from checker.sources.aws.api import Answer, Api, Target, elsewhere, malformed, missing
from checker.sources.aws.arns import Arn, parse
from checker.sources.aws.calls import cloudtrail as trails
from checker.sources.aws.calls import logs as calls
from checker.sources.aws.fields import optional, required
from checker.sources.aws.log_policies import (
    RegionPolicies,
    joined,
    read_own_policies,
    read_subscription_filters,
)


class _Transformation(Struct, frozen=True, rename="camel"):
    metric_name: str
    metric_namespace: str
    metric_value: str = ""


class _Filter(Struct, frozen=True, rename="camel"):
    filter_name: str
    filter_pattern: str = ""
    metric_transformations: tuple[_Transformation, ...] = ()

    def filter(self) -> MetricFilter:
        fed = tuple(
            MetricTransformation(name=t.metric_name, namespace=t.metric_namespace, value=t.metric_value)
            for t in self.metric_transformations
        )
        return MetricFilter(name=self.filter_name, pattern=self.filter_pattern, transformations=fed)


class _Alarm(Struct, frozen=True, rename="pascal"):
    alarm_arn: str
    alarm_name: str
    metric_name: str = ""
    """Missing for an alarm on a metric expression, which is on no metric alone."""
    namespace: str = ""
    statistic: str = ""
    extended_statistic: str = ""
    comparison_operator: str = ""
    threshold: float | None = None
    period: int | None = None
    evaluation_periods: int | None = None
    actions_enabled: bool = True
    alarm_actions: tuple[str, ...] = ()

    def alarm(self) -> Alarm:
        return Alarm(
            arn=self.alarm_arn,
            name=self.alarm_name,
            metric=self.metric_name,
            namespace=self.namespace,
            statistic=self.statistic or self.extended_statistic,
            comparison=self.comparison_operator,
            threshold=self.threshold,
            period=self.period,
            evaluation_periods=self.evaluation_periods,
            actions_enabled=self.actions_enabled,
            actions=self.alarm_actions,
        )


Alarms = Observed[tuple[Alarm, ...]]


async def read_alarms(api: Api, region: str) -> Alarms:
    """Read every metric alarm of a Region: which of them matter, the metric filters will tell."""
    target = Target(name=f"Region {region}", region=region)
    answer = await api.ask_all(calls.ALARMS, target, {"AlarmTypes": ["MetricAlarm"], "MaxRecords": 100})
    found = required(answer, "MetricAlarms", tuple[_Alarm, ...])
    return derive(found, lambda raw: tuple(alarm.alarm() for alarm in raw))


async def read_log_group(
    api: Api,
    arn: str,
    alarms_of: Callable[[str], Awaitable[Alarms]],
    policies_of: Callable[[str], Awaitable[RegionPolicies]],
) -> LogGroup:
    """Read a log group by its ARN without ``:*``; ``alarms_of`` and ``policies_of`` return a Region's."""
    caller = await api.caller
    parts = parse(arn)
    if parts is None:
        origin = Origin(
            action=trails.TRAILS.action, field="CloudWatchLogsLogGroupArn", account=caller.account
        )
        return _unread(arn, Arn("", "", "", "", arn), malformed(origin, "an ARN of a log group that is none"))
    target = Target(name=f"log group {arn}", region=parts.region, owner=parts.account)
    if parts.account != caller.account:
        # A group of the same name may exist here, and would be somebody else's.
        origin = Origin(action=calls.LOG_GROUPS.action, account=caller.account, region=parts.region)
        return _unread(arn, parts, elsewhere(target, origin))
    name = _name(parts)
    group, filters, alarms, subscribed, attached, policies = await asyncio.gather(
        _described(api, target, name),
        _filters(api, target, name),
        alarms_of(parts.region),
        read_subscription_filters(api, target, name),
        read_own_policies(api, target, arn),
        policies_of(parts.region),
    )
    if isinstance(group, Known) and group.content is None:
        nothing = missing(target, group.origin)
        return replace(_unread(arn, parts, nothing), exists=Known(False, group.origin))
    return LogGroup(
        arn=arn,
        name=name,
        account=parts.account,
        region=parts.region,
        exists=derive(group, lambda _: True),
        retention_days=optional(group, "retentionInDays", int),
        kms_key_id=optional(group, "kmsKeyId", str),
        log_class=derive(optional(group, "logGroupClass", str), lambda kind: kind or "STANDARD"),
        deletion_protection=derive(optional(group, "deletionProtectionEnabled", bool), bool),
        metric_filters=filters,
        alarms=_feeding(alarms, filters),
        subscription_filters=joined(name, subscribed, policies.subscribing),
        region_policies=policies.resource,
        own_policies=attached,
    )


def _name(parts: Arn) -> str:
    return parts.resource.removeprefix("log-group:")


def _unread(arn: str, parts: Arn, why: Unknown) -> LogGroup:
    return LogGroup(
        arn=arn,
        name=_name(parts),
        account=parts.account,
        region=parts.region,
        exists=why,
        retention_days=why,
        kms_key_id=why,
        log_class=why,
        deletion_protection=why,
        metric_filters=why,
        alarms=why,
        subscription_filters=why,
        region_policies=why,
        own_policies=why,
    )


async def _described(api: Api, target: Target, name: str) -> Observed[Answer]:
    """Find the group among those whose name starts like its own; None when it is not there."""
    answer = await api.ask_all(calls.LOG_GROUPS, target, {"logGroupNamePrefix": name})
    groups = required(answer, "logGroups", list[dict[str, Any]])
    return derive(groups, lambda found: next((g for g in found if g.get("logGroupName") == name), None))


async def _filters(api: Api, target: Target, name: str) -> Observed[tuple[MetricFilter, ...]]:
    answer = await api.ask_all(calls.METRIC_FILTERS, target, {"logGroupName": name})
    found = required(answer, "metricFilters", tuple[_Filter, ...])
    return derive(found, lambda raw: tuple(entry.filter() for entry in raw))


def _feeding(alarms: Alarms, filters: Observed[tuple[MetricFilter, ...]]) -> Alarms:
    """Keep the alarms on a metric that one of the filters feeds; without a filter there is none."""
    if isinstance(filters, Unknown):
        return filters
    fed = {(t.namespace, t.name) for entry in filters.content for t in entry.transformations}
    if not fed:
        return Known((), filters.origin)
    return derive(alarms, lambda found: tuple(a for a in found if (a.namespace, a.metric) in fed))
