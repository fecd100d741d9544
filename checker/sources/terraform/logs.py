"""A log group out of aws_cloudwatch_log_group, with its metric filters and the alarms on their metrics.

Source of names and defaults: Terraform AWS provider documentation, aws_cloudwatch_log_group,
aws_cloudwatch_log_metric_filter, aws_cloudwatch_metric_alarm.
"""

import math
from typing import Any

from checker.evidence import Known, Observed, Origin, Unknown
from checker.inventory import Alarm, LogGroup, MetricFilter, MetricTransformation
from checker.sources.cloudformation.settings import Wrong, flag, needed, part, word, words
from checker.sources.terraform.keys import named_key
from checker.sources.terraform.log_access import own_policies, region_policies, subscription_filters
from checker.sources.terraform.names import ALARM, GROUP, TOPIC, arn_of, name_of
from checker.sources.terraform.resource import Open, Resource, Value
from checker.sources.terraform.settings import blocks, positive, setting, unknown, value_of
from checker.sources.terraform.world import World, outside, several_of, unread

TYPE, FILTER = GROUP, "aws_cloudwatch_log_metric_filter"


def read_log_group(arn: str, world: World, named: Origin) -> LogGroup:
    """Read a log group by its ARN without ``:*``; one that no plan describes is outside."""
    found = world.with_arn(TYPE, arn)
    if len(found) != 1:
        what, parts = f"log group {arn}", (*arn.split(":", 6), *("",) * 7)
        known = {"arn": arn, "name": parts[6], "account": parts[4], "region": parts[3]}
        return unread(LogGroup, several_of(what, found) if found else outside(what, named), known)
    resource = found[0]
    filters = _filters(resource, world)
    return LogGroup(
        arn=arn,
        name=name_of(resource),
        account=resource.environment.account,
        region=resource.environment.region,
        exists=Known(True, resource.origin()),
        retention_days=setting(resource, "retention_in_days", positive, None),
        kms_key_id=named_key(resource, "kms_key_id", world),
        log_class=setting(resource, "log_group_class", word, "STANDARD"),
        deletion_protection=setting(resource, "deletion_protection_enabled", flag, False),
        metric_filters=filters,
        alarms=_alarms(filters, resource, world),
        subscription_filters=subscription_filters(resource, world),
        region_policies=region_policies(resource, world),
        own_policies=own_policies(resource, world),
    )


def _filters(group: Resource, world: World) -> Observed[tuple[MetricFilter, ...]]:
    """Collect the filters on a group; one whose group cannot be told leaves all of them open."""
    found: list[MetricFilter] = []
    for resource in world.of(FILTER):
        target = world.identified(resource, "log_group_name", (GROUP,), name_of)
        if isinstance(target, Unknown):
            return target
        if target.content != name_of(group) or resource.environment != group.environment:
            continue
        pattern = setting(resource, "pattern", word, "")
        fed = setting(resource, "metric_transformation", _transformations, ())
        if isinstance(pattern, Unknown):
            return pattern
        if isinstance(fed, Unknown):
            return fed
        name = setting(resource, "name", word, resource.address)
        label = name.content if isinstance(name, Known) else resource.address
        found.append(MetricFilter(name=label, pattern=pattern.content, transformations=fed.content))
    return Known(tuple(found), group.origin("metric filters"))


def _transformations(value: Any) -> tuple[MetricTransformation, ...]:
    return tuple(
        MetricTransformation(
            name=needed(one, "name", word),
            namespace=needed(one, "namespace", word),
            value=part(one, "value", word, ""),
        )
        for one in blocks(value)
    )


def _alarms(
    filters: Observed[tuple[MetricFilter, ...]], group: Resource, world: World
) -> Observed[tuple[Alarm, ...]]:
    """Collect the alarms on a metric that one of the filters feeds."""
    if isinstance(filters, Unknown):
        return filters
    fed = {(t.namespace, t.name) for entry in filters.content for t in entry.transformations}
    found: list[Alarm] = []
    for resource in world.of(ALARM) if fed else ():
        metric = _metric(resource, world)
        namespace = setting(resource, "namespace", word, "")
        if isinstance(metric, Unknown):
            return metric
        if isinstance(namespace, Unknown):
            return namespace
        if (namespace.content, metric.content) in fed:
            alarm = _alarm(resource, metric.content or "", namespace.content, world)
            if isinstance(alarm, Unknown):
                return alarm
            found.append(alarm)
    return Known(tuple(found), group.origin("alarms"))


def _metric(resource: Resource, world: World) -> Observed[str | None]:
    """Read the metric, which may be written as the one, or the name, of the filter that feeds it."""
    found = value_of(resource, "metric_name")
    filters = world.targets(found, (FILTER,), resource) if isinstance(found, Open) else []
    if len(filters) != 1 or not isinstance(found, Open):
        return setting(resource, "metric_name", word, "")
    if any(reference.attribute == "metric_transformation" for reference in found.references):
        return setting(filters[0], "metric_transformation.name", word, "")
    return setting(filters[0], "name", word, "")


def _alarm(resource: Resource, metric: str, namespace: str, world: World) -> Alarm | Unknown:
    text = {
        name: setting(resource, name, word, "")
        for name in ("statistic", "extended_statistic", "comparison_operator")
    }
    figures = {name: setting(resource, name, positive, None) for name in ("period", "evaluation_periods")}
    threshold = setting(resource, "threshold", _real, None)
    on = setting(resource, "actions_enabled", flag, True)
    actions = _actions(resource, world)
    for observed in (*text.values(), *figures.values(), threshold, on, actions):
        if isinstance(observed, Unknown):
            return observed
    known: Any = {**text, **figures}
    return Alarm(
        arn=arn_of(resource),
        name=name_of(resource),
        metric=metric,
        namespace=namespace,
        statistic=known["statistic"].content or known["extended_statistic"].content,
        comparison=known["comparison_operator"].content,
        threshold=threshold.content,  # type: ignore[union-attr]
        period=known["period"].content,
        evaluation_periods=known["evaluation_periods"].content,
        actions_enabled=on.content,  # type: ignore[union-attr]
        actions=actions.content,  # type: ignore[union-attr]
    )


def _actions(resource: Resource, world: World) -> Observed[tuple[str, ...]]:
    """Read the actions; as many topics as are named stand for those that only the apply names."""
    found = value_of(resource, "alarm_actions")
    items: list[Value] = found if isinstance(found, list) else [found]
    open_ = [one for one in items if isinstance(one, Open)]
    if not open_:
        return setting(resource, "alarm_actions", words, ())
    topics = world.targets(open_[0], (TOPIC,), resource)
    if len(topics) != len(open_) and not isinstance(found, Open):
        return unknown(resource, "alarm_actions", open_[0])
    if not topics:
        return unknown(resource, "alarm_actions", open_[0])
    written = [one for one in items if isinstance(one, str)]
    return Known((*written, *map(arn_of, topics)), resource.origin("alarm_actions"))


def _real(value: Any) -> float:
    try:
        found = float(word(value))
    except ValueError:
        raise Wrong("no number") from None
    if not math.isfinite(found):
        raise Wrong("no number")
    return found
