"""A log group out of AWS::Logs::LogGroup, with its metric filters and the alarms on their metrics.

Source of names and defaults: CloudFormation template reference, AWS::Logs::LogGroup, AWS::Logs::MetricFilter,
AWS::CloudWatch::Alarm.
"""

import math
from typing import Any

from checker.evidence import Known, Observed, Origin, Unknown
from checker.inventory import Alarm, LogGroup, MetricFilter, MetricTransformation
from checker.sources.cloudformation.keys import key_arn
from checker.sources.cloudformation.log_access import own_policies, region_policies, subscription_filters
from checker.sources.cloudformation.settings import (
    Wrong,
    exists,
    filled,
    flag,
    needed,
    number,
    objects,
    part,
    setting,
    word,
    words,
)
from checker.sources.cloudformation.stack import Resource
from checker.sources.cloudformation.world import World, arn_of, name_of, outside, several_of

TYPE = "AWS::Logs::LogGroup"
FILTER = "AWS::Logs::MetricFilter"
ALARM = "AWS::CloudWatch::Alarm"


def read_log_group(arn: str, world: World, named: Origin) -> LogGroup:
    """Read a log group by its ARN without ``:*``; one that no template describes is outside."""
    found = world.with_arn(TYPE, f"{arn}:*")
    if not found:
        return _outside(arn, outside(f"log group {arn}", named))
    if len(found) > 1:
        return _outside(arn, several_of(f"log group {arn}", found))
    resource = found[0]
    here, filters = resource.stack.environment, _filters(resource, world)

    def key(value: Any) -> str | None:
        id = filled(value)
        return key_arn(id, here, world) if id else None

    return LogGroup(
        arn=arn,
        name=name_of(resource) or "",
        account=here.account,
        region=here.region,
        exists=exists(resource),
        retention_days=setting(resource, "RetentionInDays", number, None),
        kms_key_id=setting(resource, "KmsKeyId", key, None),
        log_class=setting(resource, "LogGroupClass", word, "STANDARD"),
        deletion_protection=setting(resource, "DeletionProtectionEnabled", flag, False),
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
        target = setting(resource, "LogGroupName", word, "")
        if isinstance(target, Unknown):
            return target
        if target.content != name_of(group) or resource.stack.environment != group.stack.environment:
            continue
        pattern = setting(resource, "FilterPattern", word, "")
        fed = setting(resource, "MetricTransformations", _transformations, ())
        if isinstance(pattern, Unknown):
            return pattern
        if isinstance(fed, Unknown):
            return fed
        name = setting(resource, "FilterName", word, f"{resource.stack.tag}-{resource.id}")
        label = name.content if isinstance(name, Known) else resource.id
        found.append(MetricFilter(name=label, pattern=pattern.content, transformations=fed.content))
    return Known(tuple(found), group.origin("metric filters"))


def _transformations(value: Any) -> tuple[MetricTransformation, ...]:
    return tuple(
        MetricTransformation(
            name=needed(one, "MetricName", word),
            namespace=needed(one, "MetricNamespace", word),
            value=part(one, "MetricValue", word, ""),
        )
        for one in objects(value)
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
        metric = setting(resource, "MetricName", word, "")
        namespace = setting(resource, "Namespace", word, "")
        if isinstance(metric, Unknown):
            return metric
        if isinstance(namespace, Unknown):
            return namespace
        if (namespace.content, metric.content) in fed:
            alarm = _alarm(resource, metric.content, namespace.content)
            if isinstance(alarm, Unknown):
                return alarm
            found.append(alarm)
    return Known(tuple(found), group.origin("alarms"))


def _alarm(resource: Resource, metric: str, namespace: str) -> Alarm | Unknown:
    text = {
        name: setting(resource, name, word, "")
        for name in ("Statistic", "ExtendedStatistic", "ComparisonOperator")
    }
    figures = {name: setting(resource, name, number, None) for name in ("Period", "EvaluationPeriods")}
    threshold = setting(resource, "Threshold", _real, None)
    on = setting(resource, "ActionsEnabled", flag, True)
    actions = setting(resource, "AlarmActions", words, ())
    for observed in (*text.values(), *figures.values(), threshold, on, actions):
        if isinstance(observed, Unknown):
            return observed
    known: Any = {**text, **figures}
    return Alarm(
        arn=arn_of(resource) or "",
        name=name_of(resource) or resource.id,
        metric=metric,
        namespace=namespace,
        statistic=known["Statistic"].content or known["ExtendedStatistic"].content,
        comparison=known["ComparisonOperator"].content,
        threshold=threshold.content,  # type: ignore[union-attr]
        period=known["Period"].content,
        evaluation_periods=known["EvaluationPeriods"].content,
        actions_enabled=on.content,  # type: ignore[union-attr]
        actions=actions.content,  # type: ignore[union-attr]
    )


def _real(value: Any) -> float:
    try:
        found = float(word(value))
    except ValueError:
        raise Wrong("no number") from None
    if not math.isfinite(found):
        raise Wrong("no number")
    return found


def _outside(arn: str, why: Unknown) -> LogGroup:
    parts = (*arn.split(":", 6), *("",) * 7)
    return LogGroup(
        arn=arn,
        name=parts[6],
        account=parts[4],
        region=parts[3],
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
