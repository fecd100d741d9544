"""Metric filters of a log group and the alarms on their metrics, with the topics that they tell.

Source of names and defaults: CloudFormation template reference, AWS::Logs::MetricFilter,
AWS::CloudWatch::Alarm, AWS::CloudWatch::CompositeAlarm, AWS::CloudWatch::AlarmMuteRule.
"""

import math
from typing import Any

from checker.evidence import Cause, Known, Observed, Unknown
from checker.inventory import (
    Alarm,
    CompositeAlarm,
    MetricFilter,
    MetricQuery,
    MetricTransformation,
    MuteRule,
)
from checker.sources.cloudformation.settings import (
    Unclear,
    Wrong,
    content_of,
    exists,
    flag,
    needed,
    number,
    objects,
    one,
    part,
    setting,
    unit,
    word,
    words,
)
from checker.sources.cloudformation.stack import Resource
from checker.sources.cloudformation.world import World, arn_of, name_of
from checker.sources.leading import UNTOLD_PATTERN
from checker.sources.muting import is_over

FILTER = "AWS::Logs::MetricFilter"
ALARM = "AWS::CloudWatch::Alarm"
COMPOSITE = "AWS::CloudWatch::CompositeAlarm"
MUTE_RULE = "AWS::CloudWatch::AlarmMuteRule"

Filters = Observed[tuple[MetricFilter, ...]]
Alarms = Observed[tuple[Alarm, ...]]
Composites = Observed[tuple[CompositeAlarm, ...]]


def read_filters(group: Resource, world: World) -> Filters:
    """Collect the filters on a group; one whose group cannot be told leaves all of them open."""
    found: list[MetricFilter] = []
    try:
        for resource in world.of(FILTER):
            target = content_of(setting(resource, "LogGroupName", word, ""))
            if target == name_of(group) and resource.stack.environment == group.stack.environment:
                content_of(exists(resource))
                found.append(_filter(resource))
            elif world.may_mean(group, target):
                reason = f"whether {resource.label} is on {group.label} is known only after deployment"
                return Unknown(reason, Cause.UNDECIDED, resource.origin("LogGroupName"))
    except Unclear as open_:
        return open_.why
    return Known(tuple(found), group.origin("metric filters"))


def _filter(resource: Resource) -> MetricFilter:
    name = setting(resource, "FilterName", word, f"{resource.stack.tag}-{resource.id}")
    system = content_of(setting(resource, "EmitSystemFieldDimensions", words, ()))
    pattern = setting(resource, "FilterPattern", word, "")
    criteria = content_of(setting(resource, "FieldSelectionCriteria", word, ""))
    return MetricFilter(
        name=name.content if isinstance(name, Known) else resource.id,
        pattern=pattern.content if isinstance(pattern, Known) else "",
        transformations=content_of(
            setting(resource, "MetricTransformations", lambda value: _transformations(value, system), ())
        ),
        criteria=criteria if isinstance(pattern, Known) else UNTOLD_PATTERN,
    )


def _transformations(value: Any, system: tuple[str, ...]) -> tuple[MetricTransformation, ...]:
    return tuple(
        MetricTransformation(
            name=needed(entry, "MetricName", word),
            namespace=needed(entry, "MetricNamespace", word),
            value=part(entry, "MetricValue", word, ""),
            dimensions=(*part(entry, "Dimensions", lambda given: _names(given, "Key"), ()), *system),
            unit=part(entry, "Unit", unit, ""),
            default=part(entry, "DefaultValue", _real, None),
        )
        for entry in objects(value)
    )


def _names(value: Any, key: str) -> tuple[str, ...]:
    return tuple(needed(entry, key, word) for entry in objects(value))


def read_alarms(filters: Filters, group: Resource, world: World) -> Alarms:
    """Collect the alarms that look at a metric which one of the filters feeds."""
    if isinstance(filters, Unknown):
        return filters
    fed = {(t.namespace, t.name) for entry in filters.content for t in entry.transformations}
    try:
        near = [resource for resource in (world.of(ALARM) if fed else ()) if _near(resource, group)]
        found = [(alarm, resource) for resource in near if _looks(alarm := _alarm(resource), fed)]
        for _, resource in found:
            content_of(exists(resource))
    except Unclear as open_:
        return open_.why
    return Known(tuple(alarm for alarm, _ in found), group.origin("alarms"))


def _near(resource: Resource, group: Resource) -> bool:
    return resource.stack.environment == group.stack.environment


def _looks(alarm: Alarm, fed: set[tuple[str, str]]) -> bool:
    return (alarm.namespace, alarm.metric) in fed or any(
        (query.namespace, query.metric) in fed
        or any(name in query.expression and namespace in query.expression for namespace, name in fed)
        for query in alarm.metrics
    )


def _alarm(resource: Resource) -> Alarm:
    def text(name: str) -> str:
        return str(content_of(setting(resource, name, word, "")))

    return Alarm(
        arn=arn_of(resource) or "",
        name=name_of(resource) or resource.id,
        metric=text("MetricName"),
        namespace=text("Namespace"),
        statistic=text("Statistic") or text("ExtendedStatistic"),
        comparison=text("ComparisonOperator"),
        threshold=content_of(setting(resource, "Threshold", _real, None)),
        period=content_of(setting(resource, "Period", number, None)),
        evaluation_periods=content_of(setting(resource, "EvaluationPeriods", number, None)),
        datapoints=content_of(setting(resource, "DatapointsToAlarm", number, None)),
        missing_data=text("TreatMissingData"),
        dimensions=content_of(setting(resource, "Dimensions", lambda value: _names(value, "Name"), ())),
        metrics=content_of(setting(resource, "Metrics", _queries, ())),
        unit=text("Unit"),
        actions_enabled=content_of(setting(resource, "ActionsEnabled", flag, True)),
        actions=content_of(setting(resource, "AlarmActions", words, ())),
    )


def _queries(value: Any) -> tuple[MetricQuery, ...]:
    return tuple(_query(entry) for entry in objects(value))


def _query(entry: dict[str, Any]) -> MetricQuery:
    stat = part(entry, "MetricStat", one, {})
    metric = part(stat, "Metric", one, {})
    return MetricQuery(
        id=needed(entry, "Id", word),
        expression=part(entry, "Expression", word, ""),
        metric=part(metric, "MetricName", word, ""),
        namespace=part(metric, "Namespace", word, ""),
        statistic=part(stat, "Stat", word, ""),
        period=part(stat, "Period", number, None),
        dimensions=part(metric, "Dimensions", lambda value: _names(value, "Name"), ()),
        account=part(entry, "AccountId", word, ""),
        returns=part(entry, "ReturnData", flag, True),
        unit=part(stat, "Unit", word, ""),
    )


def read_composites(alarms: Alarms, group: Resource, world: World) -> Composites:
    """Collect the alarms on other alarms: those of the group's account and Region."""
    if isinstance(alarms, Unknown):
        return alarms
    try:
        found = [_composite(r) for r in (world.of(COMPOSITE) if alarms.content else ()) if _near(r, group)]
    except Unclear as open_:
        return open_.why
    return Known(tuple(found), group.origin("composite alarms"))


def _composite(resource: Resource) -> CompositeAlarm:
    content_of(exists(resource))
    name = setting(resource, "AlarmName", word, f"{resource.stack.tag}-{resource.id}")
    return CompositeAlarm(
        arn=arn_of(resource) or "",
        name=name.content if isinstance(name, Known) else resource.id,
        rule=content_of(setting(resource, "AlarmRule", word, "")),
        actions_enabled=content_of(setting(resource, "ActionsEnabled", flag, True)),
        actions=content_of(setting(resource, "AlarmActions", words, ())),
        suppressor=content_of(setting(resource, "ActionsSuppressor", word, "")),
    )


def read_mutes(alarms: Alarms, group: Resource, world: World) -> Observed[tuple[MuteRule, ...]]:
    """Collect the rules that mute alarms of the group's account and Region, but for those that are over."""
    if isinstance(alarms, Unknown):
        return alarms
    try:
        near = [r for r in (world.of(MUTE_RULE) if alarms.content else ()) if _near(r, group)]
        found = tuple(_mute_rule(resource) for resource in near if not _over(resource))
    except Unclear as open_:
        return open_.why
    return Known(found, group.origin("alarm mute rules"))


def _mute_rule(resource: Resource) -> MuteRule:
    content_of(exists(resource))
    name = setting(resource, "Name", word, resource.id)
    return MuteRule(
        name=name.content if isinstance(name, Known) else resource.id,
        alarms=content_of(setting(resource, "MuteTargets.AlarmNames", words, ())),
    )


def _over(resource: Resource) -> bool:
    expression = setting(resource, "Rule.Schedule.Expression", word, "")
    return is_over(expression, setting(resource, "ExpireDate", word, ""))


def _real(value: Any) -> float:
    try:
        found = float(word(value))
    except ValueError:
        raise Wrong("no number") from None
    if not math.isfinite(found):
        raise Wrong("no number")
    return found
