"""Reads metric filters, and the alarms of a Region that depend on them."""

import asyncio
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from checker.evidence import Known, Observed, Unknown, derive
from checker.inventory import (
    Alarm,
    CompositeAlarm,
    MetricFilter,
    MetricQuery,
    MetricTransformation,
    MuteRule,
)
from checker.inventory.arns import service_of
from checker.sources.aws.api import Api, Target
from checker.sources.aws.calls import logs as calls
from checker.sources.aws.fields import required
from checker.sources.aws.muting import read_mutes
from checker.sources.aws.outdated import unread


class _Transformation(Struct, frozen=True, rename="camel"):
    metric_name: str
    metric_namespace: str
    metric_value: str = ""
    dimensions: dict[str, str] = {}
    unit: str = ""
    default_value: float | None = None


class _Filter(Struct, frozen=True, rename="camel"):
    filter_name: str
    filter_pattern: str = ""
    metric_transformations: tuple[_Transformation, ...] = ()
    field_selection_criteria: str = ""
    apply_on_transformed_logs: bool = False
    emit_system_field_dimensions: tuple[str, ...] = ()

    def filter(self) -> MetricFilter:
        fed = tuple(
            MetricTransformation(
                name=t.metric_name,
                namespace=t.metric_namespace,
                value=t.metric_value,
                dimensions=(*t.dimensions, *self.emit_system_field_dimensions),
                unit=t.unit,
                default=t.default_value,
            )
            for t in self.metric_transformations
        )
        return MetricFilter(
            name=self.filter_name,
            pattern=self.filter_pattern,
            transformations=fed,
            criteria=self.field_selection_criteria,
            transformed=self.apply_on_transformed_logs,
        )


_NARROWING = ("fieldSelectionCriteria", "applyOnTransformedLogs", "emitSystemFieldDimensions")
"""What an older botocore drops from the answer, and what decides whether the pattern is all."""


class _Dimension(Struct, frozen=True, rename="pascal"):
    name: str


class _Metric(Struct, frozen=True, rename="pascal"):
    namespace: str = ""
    metric_name: str = ""
    dimensions: tuple[_Dimension, ...] = ()


class _Statistic(Struct, frozen=True, rename="pascal"):
    metric: _Metric
    period: int | None = None
    stat: str = ""
    unit: str = ""


class _Query(Struct, frozen=True, rename="pascal"):
    id: str
    metric_stat: _Statistic | None = None
    expression: str = ""
    return_data: bool = True
    account_id: str = ""

    def query(self, account: str) -> MetricQuery:
        stat = self.metric_stat or _Statistic(metric=_Metric())
        return MetricQuery(
            id=self.id,
            expression=self.expression,
            metric=stat.metric.metric_name,
            namespace=stat.metric.namespace,
            statistic=stat.stat,
            period=stat.period,
            dimensions=tuple(dimension.name for dimension in stat.metric.dimensions),
            account="" if self.account_id == account else self.account_id,
            returns=self.return_data,
            unit=stat.unit,
        )


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
    datapoints_to_alarm: int | None = None
    treat_missing_data: str = ""
    dimensions: tuple[_Dimension, ...] = ()
    metrics: tuple[_Query, ...] = ()
    unit: str = ""
    actions_enabled: bool = True
    alarm_actions: tuple[str, ...] = ()

    def alarm(self, account: str) -> Alarm:
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
            datapoints=self.datapoints_to_alarm,
            missing_data=self.treat_missing_data,
            dimensions=tuple(dimension.name for dimension in self.dimensions),
            metrics=tuple(query.query(account) for query in self.metrics),
            unit=self.unit,
            actions_enabled=self.actions_enabled,
            actions=self.alarm_actions,
        )


class _Composite(Struct, frozen=True, rename="pascal"):
    alarm_arn: str
    alarm_name: str
    alarm_rule: str
    actions_enabled: bool = True
    alarm_actions: tuple[str, ...] = ()
    actions_suppressor: str = ""

    def alarm(self) -> CompositeAlarm:
        return CompositeAlarm(
            arn=self.alarm_arn,
            name=self.alarm_name,
            rule=self.alarm_rule,
            actions_enabled=self.actions_enabled,
            actions=self.alarm_actions,
            suppressor=self.actions_suppressor,
        )


class RegionAlarms(Struct, frozen=True, kw_only=True):
    """Every alarm of a Region: which of them matter, the metric filters will tell."""

    metric: Observed[tuple[Alarm, ...]]
    composite: Observed[tuple[CompositeAlarm, ...]]
    mutes: Observed[tuple[MuteRule, ...]]


async def read_alarms(api: Api, region: str) -> RegionAlarms:
    """Read the alarms on metrics, those on other alarms, and what mutes them."""
    target = Target(name=f"Region {region}", region=region)
    plain, composite, mutes = await asyncio.gather(
        api.ask_all(calls.ALARMS, target, {"AlarmTypes": ["MetricAlarm"], "MaxRecords": 100}),
        api.ask_all(calls.COMPOSITES, target, {"AlarmTypes": ["CompositeAlarm"], "MaxRecords": 100}),
        read_mutes(api, target),
    )
    account = (await api.caller).account
    return RegionAlarms(
        metric=derive(
            required(plain, "MetricAlarms", tuple[_Alarm, ...]),
            lambda raw: tuple(alarm.alarm(account) for alarm in raw),
        ),
        composite=derive(
            required(composite, "CompositeAlarms", tuple[_Composite, ...]),
            lambda raw: tuple(alarm.alarm() for alarm in raw),
        ),
        mutes=mutes,
    )


async def read_filters(api: Api, target: Target, group: str) -> Observed[tuple[MetricFilter, ...]]:
    """Read the metric filters of a log group."""
    answer = await api.ask_all(calls.METRIC_FILTERS, target, {"logGroupName": group})
    found = required(answer, "metricFilters", tuple[_Filter, ...])
    read = derive(found, lambda raw: tuple(entry.filter() for entry in raw))
    dropped = _dropped(api, read, target.region)
    if dropped is None:
        return read
    return derive(read, lambda every: tuple(replace(entry, criteria=dropped) for entry in every))


def _dropped(api: Api, read: Observed[tuple[MetricFilter, ...]], region: str) -> Unknown | None:
    """Return why the installed botocore does not tell all of the filters, if there are any."""
    if isinstance(read, Unknown) or not read.content:
        return None
    client = api.clients.get("logs", region)
    whys = (unread(client, "MetricFilter", name, read.origin) for name in _NARROWING)
    return next((why for why in whys if why), None)


def feeding(alarms: RegionAlarms, filters: Observed[tuple[MetricFilter, ...]]) -> RegionAlarms:
    """Keep the alarms that look at a metric which one of the filters feeds, and those that depend on them."""
    if isinstance(filters, Unknown):
        return RegionAlarms(metric=filters, composite=filters, mutes=filters)
    fed = {(t.namespace, t.name) for entry in filters.content for t in entry.transformations}
    if not fed:
        nothing = Known((), filters.origin)
        return RegionAlarms(metric=nothing, composite=nothing, mutes=nothing)
    kept = derive(alarms.metric, lambda found: tuple(a for a in found if _looks(a, fed)))
    if isinstance(kept, Unknown):
        return RegionAlarms(metric=kept, composite=alarms.composite, mutes=alarms.mutes)
    names = {name for alarm in kept.content for name in (alarm.arn, alarm.name)}
    above = derive(alarms.composite, lambda found: _on(found, names))
    if isinstance(above, Known):
        names |= {alarm.name for alarm in above.content}
        mutes = derive(alarms.mutes, lambda found: tuple(m for m in found if names.intersection(m.alarms)))
        return RegionAlarms(metric=kept, composite=above, mutes=mutes)
    return RegionAlarms(metric=kept, composite=above, mutes=alarms.mutes)


def _looks(alarm: Alarm, fed: set[tuple[str, str]]) -> bool:
    """Say whether an alarm looks at one of the metrics, or may find one by an expression."""
    if (alarm.namespace, alarm.metric) in fed:
        return True
    return any(
        (query.namespace, query.metric) in fed
        or any(name in query.expression and namespace in query.expression for namespace, name in fed)
        for query in alarm.metrics
    )


def _on(found: tuple[CompositeAlarm, ...], names: set[str]) -> tuple[CompositeAlarm, ...]:
    """Keep the composite alarms whose rule names one of the alarms, or a composite alarm that is kept."""
    names = set(names)
    kept: list[CompositeAlarm] = []
    left = list(found)
    while more := [alarm for alarm in left if any(name in alarm.rule for name in names)]:
        kept += more
        left = [alarm for alarm in left if alarm not in more]
        names |= {name for alarm in more for name in (alarm.arn, alarm.name)}
    return tuple(sorted(kept, key=lambda alarm: alarm.name))


def told(alarms: Observed[tuple[Any, ...]]) -> set[str]:
    """Return the topics that alarms tell."""
    known = alarms.content if isinstance(alarms, Known) else ()
    return {arn for alarm in known for arn in alarm.actions if service_of(arn) == "sns"}
