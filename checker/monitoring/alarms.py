"""When an alarm fires on a metric that a filter feeds, and whom it tells then.

Source: CloudWatch User Guide, "Using Amazon CloudWatch alarms", "Combining alarms", "Using metric math".
"""

import re
from collections.abc import Sequence

from checker.evidence import Cause, Unknown, Unobserved, every, first
from checker.inventory import (
    Alarm,
    CompositeAlarm,
    Inventory,
    LogGroup,
    MetricQuery,
    MetricTransformation,
    MuteRule,
)
from checker.monitoring.composing import any_of
from checker.monitoring.firing import Watched, fires_at, hidden
from checker.monitoring.listening import listens


def watched(alarm: Alarm, metric: MetricTransformation) -> Watched | None:
    """Say how an alarm looks at the metric; None when it does not.

    Raises Unobserved for metric math that is not understood. Understood are sums, maxima and filled gaps of
    metrics, in which no other metric can hide this one.
    """
    if alarm.metric:
        same = (alarm.namespace, alarm.metric) == (metric.namespace, metric.name)
        plain = same and not alarm.dimensions and not metric.dimensions
        return Watched(alarm.statistic, alarm.period, alarm.unit) if plain else None
    ours = [query for query in alarm.metrics if _reads(query, metric)]
    returned = [query for query in alarm.metrics if query.returns]
    if len(returned) != 1:
        return None
    (result,) = returned
    if not ours and not any(_searches(query.expression, metric) for query in alarm.metrics):
        return None
    if result in ours:
        return Watched(result.statistic, result.period, result.unit)
    if ours and _adds_up(result.expression, alarm.metrics, {query.id for query in ours}, 0):
        return Watched(ours[0].statistic, ours[0].period, ours[0].unit)
    reason = f"what alarm {alarm.name} compares ({result.expression[:80]}) cannot be told"
    raise Unobserved(Unknown(reason, Cause.UNDECIDED))


def _reads(query: MetricQuery, metric: MetricTransformation) -> bool:
    same = (query.namespace, query.metric) == (metric.namespace, metric.name)
    return same and not query.dimensions and not metric.dimensions and not query.account


def _searches(expression: str, metric: MetricTransformation) -> bool:
    """Say whether an expression may find the metric by itself (SELECT ... FROM namespace)."""
    return metric.name in expression and metric.namespace in expression


_CALL = re.compile(r"(SUM|MAX|FILL)\s*\((.*)\)", re.IGNORECASE | re.DOTALL)
_PLAIN = re.compile(r"(?:FILL\(\s*(\w+)\s*,\s*0(?:\.0*)?\s*\)|(\w+))", re.IGNORECASE)
_ZERO = re.compile(r"0(\.0*)?")
_DEEPEST = 20


def _adds_up(expression: str, queries: Sequence[MetricQuery], wanted: set[str], depth: int) -> bool:
    """Say whether an expression is never below one of the wanted metrics, which count events."""
    text = expression.strip()
    if text in wanted:
        return True
    if depth > _DEEPEST:
        return False
    inner = next((query.expression for query in queries if query.id == text), "")
    if inner:
        return _adds_up(inner, queries, wanted, depth + 1)
    if len(terms := _split(text, "+")) > 1:
        return _sum(terms, queries, wanted, depth)
    call = _CALL.fullmatch(text)
    if call is None or not _closed(call[2]):
        return False
    name, arguments = call[1].upper(), call[2].strip()
    if name == "FILL":
        filled, *otherwise = _split(arguments, ",")
        nothing = len(otherwise) == 1 and _ZERO.fullmatch(otherwise[0].strip())
        return bool(nothing) and _adds_up(filled, queries, wanted, depth + 1)
    if re.fullmatch(r"METRICS\(\s*\)", arguments, re.IGNORECASE):
        return all(query.metric or not query.expression for query in queries if not query.returns)
    listed = _split(arguments.removeprefix("[").removesuffix("]"), ",")
    if name == "SUM":
        return _sum(listed, queries, wanted, depth)
    counts = [one for one in listed if not _ZERO.fullmatch(one.strip())]
    return _counting(counts, queries) and any(_adds_up(one, queries, wanted, depth + 1) for one in counts)


def _closed(arguments: str) -> bool:
    """Say whether no bracket closes that was opened before: ``MAX(a) - MAX(b)`` is no call of MAX."""
    depth = 0
    for character in arguments:
        depth += (character in "([") - (character in ")]")
        if depth < 0:
            return False
    return depth == 0


def _counting(terms: Sequence[str], queries: Sequence[MetricQuery]) -> bool:
    """Say whether all terms are metrics, gaps filled with 0 or not: nothing else, such as a constant."""
    counts = {query.id for query in queries if query.metric}
    parts = [_PLAIN.fullmatch(term.strip()) for term in terms]
    return all(part and (part[1] or part[2]) in counts for part in parts)


def _sum(terms: Sequence[str], queries: Sequence[MetricQuery], wanted: set[str], depth: int) -> bool:
    """Say whether a sum contains a wanted metric and nothing that may be negative and hide it."""
    return _counting(terms, queries) and any(_adds_up(one, queries, wanted, depth + 1) for one in terms)


def _split(text: str, mark: str) -> list[str]:
    """Split at a mark outside of parentheses."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if character == mark and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def weakness(
    alarm: Alarm, metric: MetricTransformation, most: int, fed: Sequence[MetricTransformation]
) -> str:
    """Say why one event (or ``most`` events in a period) would not bring the alarm; empty when they would.

    ``fed`` are the metrics of all filters of the log group.
    """
    seen = watched(alarm, metric)
    if seen is None:
        return "does not look at the metric"
    given = metric.unit or "None"
    if seen.unit and seen.unit != given:
        return f"waits for data in {seen.unit}, and the filter gives {given}"
    needed = fires_at(alarm, metric, seen)
    if needed is None:
        return f"cannot fire ({seen.statistic} {alarm.comparison} {alarm.threshold})"
    if needed > max(most, 1):
        return f"fires at {needed} events in a period, not at {max(most, 1)}"
    if (alarm.datapoints or alarm.evaluation_periods or 1) > 1:
        return "waits for more than one period"
    if alarm.missing_data == "breaching":
        return "is on all the time, since missing data counts as a breach"
    return hidden(alarm, metric, seen, fed)


def seconds(alarm: Alarm, metric: MetricTransformation) -> int | None:
    """Return the period in which an alarm looks at the metric; None when it does not say."""
    seen = watched(alarm, metric)
    return seen.period if seen else None


def actions_of(alarm: Alarm, group: LogGroup) -> list[Alarm | CompositeAlarm]:
    """Return the alarm and the composite alarms that go off with it.

    Raises Unobserved where composite alarms were not read and the alarm itself tells nobody.
    """
    found = _told(alarm, group)
    unread = [one for one in found if isinstance(one, Unknown)]
    if unread and not (alarm.actions and alarm.actions_enabled):
        raise Unobserved(*unread)
    return [one for one in found if not isinstance(one, Unknown)]


def receivers(alarm: Alarm | CompositeAlarm, group: LogGroup, inventory: Inventory) -> bool:
    """Say whether somebody is told when the alarm goes off, by itself or by a composite alarm on it."""
    return first(_told(alarm, group), lambda told: _reaches(told, group, inventory)) is not None


def _told(alarm: Alarm | CompositeAlarm, group: LogGroup) -> list[Alarm | CompositeAlarm | Unknown]:
    """Return the alarms that go off with this one, itself first; then why there may be more of them."""
    if isinstance(group.composites, Unknown):
        return [alarm, group.composites]
    found: list[Alarm | CompositeAlarm | Unknown] = [alarm]
    names = {alarm.arn, alarm.name}
    left = [composite for composite in group.composites.value if not composite.suppressor]
    while True:
        more = [composite for composite in left if names.intersection(any_of(composite.rule))]
        if not more:
            return found
        left = [composite for composite in left if composite not in more]
        found += more
        names.update(name for composite in more for name in (composite.arn, composite.name))


def muting(alarm: Alarm | CompositeAlarm, group: LogGroup) -> tuple[MuteRule, ...]:
    """Return the rules that mute an alarm, now or in a window to come.

    One whose window is not open counts as well. An alarm on events is back at OK a period later, and what was
    muted is made up for after the window only where the state lasts: of an event in the window nobody is ever
    told, and whoever may list the rules knows when. A rule that has expired mutes never again, and is not
    among those that are read. Source: CloudWatch User Guide, "How alarm mute rules work". Raises Unobserved.
    """
    return tuple(rule for rule in group.mutes.value if {alarm.name, alarm.arn}.intersection(rule.alarms))


def _reaches(alarm: Alarm | CompositeAlarm | Unknown, group: LogGroup, inventory: Inventory) -> bool:
    if isinstance(alarm, Unknown):
        raise Unobserved(alarm)
    return every(
        lambda: alarm.actions_enabled,
        lambda: not muting(alarm, group),
        lambda: first(alarm.actions, lambda action: listens(action, alarm.arn, inventory)) is not None,
    )
