"""Metric filters of a log group and the alarms on their metrics, with the topics that they tell.

Source of names and defaults: Terraform AWS provider documentation, aws_cloudwatch_log_metric_filter,
aws_cloudwatch_metric_alarm, aws_cloudwatch_composite_alarm, aws_cloudwatch_alarm_mute_rule.
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
    flag,
    needed,
    part,
    unit,
    word,
    words,
)
from checker.sources.leading import UNTOLD_PATTERN
from checker.sources.muting import is_over
from checker.sources.terraform.names import ALARM, COMPOSITE, GROUP, RECEIVERS, TOPIC, arn_of, name_of
from checker.sources.terraform.resource import Open, Resource, Value
from checker.sources.terraform.settings import block, blocks, positive, setting, unknown, value_of
from checker.sources.terraform.world import World

FILTER = "aws_cloudwatch_log_metric_filter"
MUTE_RULE = "aws_cloudwatch_alarm_mute_rule"
_METRICS = "metric_query"

Filters = Observed[tuple[MetricFilter, ...]]
Alarms = Observed[tuple[Alarm, ...]]
Composites = Observed[tuple[CompositeAlarm, ...]]


def read_filters(group: Resource, world: World) -> Filters:
    """Collect the filters on a group; one whose group cannot be told leaves all of them open."""
    found: list[MetricFilter] = []
    try:
        for resource in world.of(FILTER):
            target = content_of(world.identified(resource, "log_group_name", (GROUP,), name_of))
            if target == name_of(group) and resource.environment == group.environment:
                found.append(_filter(resource))
            elif world.may_mean(group, str(target)):
                reason = f"whether {resource.address} is on {group.address} is known only after apply"
                return Unknown(reason, Cause.UNDECIDED, resource.origin("log_group_name"))
    except Unclear as unclear:
        return unclear.why
    return Known(tuple(found), group.origin("metric filters"))


def _filter(resource: Resource) -> MetricFilter:
    name = setting(resource, "name", word, resource.address)
    system = content_of(setting(resource, "emit_system_field_dimensions", words, ()))
    pattern = setting(resource, "pattern", word, "")
    criteria = content_of(setting(resource, "field_selection_criteria", word, ""))
    return MetricFilter(
        name=name.content if isinstance(name, Known) else resource.address,
        pattern=pattern.content if isinstance(pattern, Known) else "",
        transformations=content_of(
            setting(resource, "metric_transformation", lambda value: _transformations(value, system), ())
        ),
        criteria=criteria if isinstance(pattern, Known) else UNTOLD_PATTERN,
    )


def _transformations(value: Any, system: tuple[str, ...]) -> tuple[MetricTransformation, ...]:
    return tuple(
        MetricTransformation(
            name=needed(one, "name", word),
            namespace=needed(one, "namespace", word),
            value=part(one, "value", word, ""),
            dimensions=(*part(one, "dimensions", _names, ()), *system),
            unit=part(one, "unit", unit, ""),
            default=part(one, "default_value", _default, None),
        )
        for one in blocks(value)
    )


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, dict):
        raise Wrong("with dimensions that are no map")
    return tuple(value)


def read_alarms(filters: Filters, group: Resource, world: World) -> Alarms:
    """Collect the alarms that look at a metric which one of the filters feeds."""
    if isinstance(filters, Unknown):
        return filters
    fed = {(t.namespace, t.name) for entry in filters.content for t in entry.transformations}
    every = world.of(ALARM) if fed else ()
    try:
        found = [_alarm(one, world) for one in every if one.environment == group.environment]
    except Unclear as unclear:
        return unclear.why
    return Known(tuple(alarm for alarm in found if _looks(alarm, fed)), group.origin("alarms"))


def _looks(alarm: Alarm, fed: set[tuple[str, str]]) -> bool:
    return (alarm.namespace, alarm.metric) in fed or any(
        (query.namespace, query.metric) in fed
        or any(name in query.expression and namespace in query.expression for namespace, name in fed)
        for query in alarm.metrics
    )


def _alarm(resource: Resource, world: World) -> Alarm:
    def text(name: str) -> str:
        return str(content_of(setting(resource, name, word, "")))

    return Alarm(
        arn=arn_of(resource),
        name=name_of(resource),
        metric=content_of(_metric(resource, world)),
        namespace=text("namespace"),
        statistic=text("statistic") or text("extended_statistic"),
        comparison=text("comparison_operator"),
        threshold=content_of(setting(resource, "threshold", _real, None)),
        period=content_of(setting(resource, "period", positive, None)),
        evaluation_periods=content_of(setting(resource, "evaluation_periods", positive, None)),
        datapoints=content_of(setting(resource, "datapoints_to_alarm", positive, None)),
        missing_data=text("treat_missing_data"),
        dimensions=content_of(setting(resource, "dimensions", _names, ())),
        metrics=content_of(setting(resource, _METRICS, _queries, ())),
        unit=text("unit"),
        actions_enabled=content_of(setting(resource, "actions_enabled", flag, True)),
        actions=content_of(actions_of(resource, world)),
    )


def _metric(resource: Resource, world: World) -> Observed[str]:
    """Read the metric, which may be written as the one, or the name, of the filter that feeds it."""
    found = value_of(resource, "metric_name")
    filters = world.targets(found, (FILTER,), resource) if isinstance(found, Open) else []
    if len(filters) != 1 or not isinstance(found, Open):
        return setting(resource, "metric_name", word, "")
    if any(reference.attribute == "metric_transformation" for reference in found.references):
        return setting(filters[0], "metric_transformation.name", word, "")
    return setting(filters[0], "name", word, "")


def _queries(value: Any) -> tuple[MetricQuery, ...]:
    return tuple(_query(one) for one in blocks(value))


def _query(one: dict[str, Any]) -> MetricQuery:
    metric = part(one, "metric", block, {})
    return MetricQuery(
        id=needed(one, "id", word),
        expression=part(one, "expression", word, ""),
        metric=part(metric, "metric_name", word, ""),
        namespace=part(metric, "namespace", word, ""),
        statistic=part(metric, "stat", word, ""),
        period=part(metric, "period", positive, None) or part(one, "period", positive, None),
        dimensions=part(metric, "dimensions", _names, ()),
        account=part(one, "account_id", word, ""),
        returns=part(one, "return_data", flag, False),
        unit=part(metric, "unit", word, ""),
    )


def actions_of(resource: Resource, world: World) -> Observed[tuple[str, ...]]:
    """Read the actions; as many topics as are named stand for those that only the apply names."""
    found = value_of(resource, "alarm_actions")
    items: list[Value] = found if isinstance(found, list) else [found]
    left = [one for one in items if isinstance(one, Open)]
    if not left:
        return setting(resource, "alarm_actions", words, ())
    behind = world.targets(left[0], (TOPIC, *RECEIVERS), resource)
    if not behind or (len(behind) != len(left) and not isinstance(found, Open)):
        return unknown(resource, "alarm_actions", left[0])
    written = [one for one in items if isinstance(one, str)]
    return Known((*written, *map(arn_of, behind)), resource.origin("alarm_actions"))


def read_composites(alarms: Alarms, group: Resource, world: World) -> Composites:
    """Collect the alarms on other alarms: those of the group's account and Region."""
    if isinstance(alarms, Unknown):
        return alarms
    every = world.of(COMPOSITE) if alarms.content else ()
    try:
        found = [_composite(one, world) for one in every if one.environment == group.environment]
    except Unclear as unclear:
        return unclear.why
    return Known(tuple(found), group.origin("composite alarms"))


def _composite(resource: Resource, world: World) -> CompositeAlarm:
    return CompositeAlarm(
        arn=arn_of(resource),
        name=name_of(resource),
        rule=content_of(setting(resource, "alarm_rule", word, "")),
        actions_enabled=content_of(setting(resource, "actions_enabled", flag, True)),
        actions=content_of(actions_of(resource, world)),
        suppressor=content_of(setting(resource, "actions_suppressor.alarm", word, "")),
    )


def read_mutes(alarms: Alarms, group: Resource, world: World) -> Observed[tuple[MuteRule, ...]]:
    """Collect the rules that mute alarms of the group's account and Region, but for those that are over."""
    if isinstance(alarms, Unknown):
        return alarms
    every = world.of(MUTE_RULE) if alarms.content else ()
    near = [one for one in every if one.environment == group.environment and not _over(one)]
    try:
        found = tuple(_mute_rule(one, world) for one in near)
    except Unclear as unclear:
        return unclear.why
    return Known(found, group.origin("alarm mute rules"))


def _mute_rule(resource: Resource, world: World) -> MuteRule:
    name = setting(resource, "name", word, resource.address)
    return MuteRule(
        name=name.content if isinstance(name, Known) else resource.address,
        alarms=content_of(_muted(resource, world)),
    )


def _muted(resource: Resource, world: World) -> Observed[tuple[str, ...]]:
    """Read the names of alarms; as many alarms as are named stand for those that only the apply names."""
    path = "mute_targets.alarm_names"
    found = value_of(resource, path)
    items: list[Value] = found if isinstance(found, list) else [found]
    left = [one for one in items if isinstance(one, Open)]
    if not left:
        return setting(resource, path, words, ())
    behind = world.targets(left[0], (ALARM, COMPOSITE), resource)
    if not behind or (len(behind) != len(left) and not isinstance(found, Open)):
        return unknown(resource, path, left[0])
    written = [one for one in items if isinstance(one, str)]
    return Known((*written, *map(name_of, behind)), resource.origin(path))


def _over(resource: Resource) -> bool:
    expression = setting(resource, "rule.schedule.expression", word, "")
    return is_over(expression, setting(resource, "expire_date", word, ""))


def _default(value: Any) -> float | None:
    """Read a text that the provider leaves empty where nothing is given."""
    return None if value == "" else _real(value)


def _real(value: Any) -> float:
    try:
        found = float(word(value))
    except ValueError:
        raise Wrong("no number") from None
    if not math.isfinite(found):
        raise Wrong("no number")
    return found
