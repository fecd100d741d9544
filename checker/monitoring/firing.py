"""When figures that a filter gives bring an alarm, and what else in the metric hides them from it.

Source: CloudWatch Logs User Guide, "Configuring metric values for a log group", on the value while nothing
matches; CloudWatch User Guide, "Using Amazon CloudWatch alarms".
"""

import math
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from checker.evidence import Cause, Unknown, Unobserved
from checker.inventory import Alarm, MetricTransformation

_COUNTING = ("Sum", "SampleCount")
_PEAK = ("Maximum", "Average", "Minimum")
_DILUTED = ("Average", "Minimum")
"""Statistics that other figures of the same period bring down."""
_MINUTE = 60
"""Seconds for which a filter gives one figure when nothing matches."""
_FIGURE = re.compile(r"[+-]?\d+(\.\d+)?")


class Watched(Struct, frozen=True):
    """How an alarm looks at one metric."""

    statistic: str
    period: int | None
    unit: str


def fires_at(alarm: Alarm, metric: MetricTransformation, seen: Watched) -> int | None:
    """Return how many matching events in one period bring the alarm; None when none of any number does.

    Raises Unobserved where that depends on the events themselves.
    """
    if seen.statistic == "SampleCount":
        return _over(alarm, 1.0)
    value = _figure(metric)
    if seen.statistic in _COUNTING:
        return _over(alarm, value)
    if seen.statistic in _PEAK:
        return 1 if _over(alarm, value) == 1 else None
    return None


def _figure(metric: MetricTransformation) -> float:
    if _FIGURE.fullmatch(metric.value):
        return float(metric.value)
    reason = f"what an event adds to the metric {metric.name} ({metric.value}) cannot be told"
    raise Unobserved(Unknown(reason, Cause.UNDECIDED))


def _over(alarm: Alarm, value: float) -> int | None:
    """Return how many times a value has to be added before the threshold is met."""
    if alarm.threshold is None or value <= 0:
        return None
    times = alarm.threshold / value
    match alarm.comparison:
        case "GreaterThanOrEqualToThreshold":
            return max(1, math.ceil(times)) if alarm.threshold > 0 else None
        case "GreaterThanThreshold":
            return math.floor(times) + 1 if alarm.threshold >= 0 else None
    return None


def hidden(
    alarm: Alarm, metric: MetricTransformation, seen: Watched, fed: Sequence[MetricTransformation]
) -> str:
    """Say what keeps an alarm from seeing an event although its figure would do; empty when nothing does.

    That are the figures that filters give while nothing matches, and those that other filters of the log
    group (``fed`` are the metrics of all) add to the same metric. Raises Unobserved where it is open.
    """
    same = [one for one in fed if _joins(one, metric, seen) and one != metric]
    ways = [*(_idle(alarm, one, seen) for one in (metric, *same)), *_mixed(alarm, metric, same, seen)]
    unknowns = [way for way in ways if isinstance(way, Unknown)]
    found = next((way for way in ways if isinstance(way, str) and way), "")
    if unknowns and not found:
        raise Unobserved(*dict.fromkeys(unknowns))
    return found


def _joins(one: MetricTransformation, metric: MetricTransformation, seen: Watched) -> bool:
    named = (one.namespace, one.name) == (metric.namespace, metric.name) and not one.dimensions
    return named and (not seen.unit or (one.unit or "None") == seen.unit)


def _idle(alarm: Alarm, metric: MetricTransformation, seen: Watched) -> str | Unknown:
    """Say what the figure does that a filter gives while nothing matches."""
    default = metric.default
    if default is None or isinstance(default, Unknown):
        return default or ""
    if seen.statistic == "SampleCount":
        return "counts the times when nothing matches as well"
    if default > 0 and _stuck(alarm, default, seen):
        return f"is on all the time, since the filter gives {default:g} when nothing matches"
    lowered = default < 0 if seen.statistic == "Sum" else seen.statistic in _DILUTED
    if not lowered or _any_average(alarm, default, seen):
        return ""
    why = f"the {default:g} that a filter gives when nothing matches brings down the {seen.statistic}"
    short = seen.period is not None and seen.period <= _MINUTE
    return _open(alarm, why) if short else f"does not see single events, since {why}"


def _stuck(alarm: Alarm, default: float, seen: Watched) -> bool:
    needed = _over(alarm, default)
    figures = max(1, (seen.period or _MINUTE) // _MINUTE) if seen.statistic == "Sum" else 1
    return needed is not None and needed <= figures


def _any_average(alarm: Alarm, default: float, seen: Watched) -> bool:
    """Say whether an average above that of quiet times is enough, however little above."""
    above = alarm.comparison == "GreaterThanThreshold" and alarm.threshold == default
    return above and seen.statistic == "Average"


def _mixed(
    alarm: Alarm, metric: MetricTransformation, same: Sequence[MetricTransformation], seen: Watched
) -> Iterator[str | Unknown]:
    """Say what the events of other filters do that feed the same metric."""
    if seen.statistic in ("SampleCount", "Maximum"):
        return
    for other in same:
        try:
            figure = _figure(other)
            lower = figure < (_figure(metric) if seen.statistic in _DILUTED else 0)
        except Unobserved as open_:
            yield from open_.unknowns
            continue
        if lower and not (figure == 0 and _any_average(alarm, 0, seen)):
            yield f"does not see events behind the {figure:g} that another filter adds to the metric"


def _open(alarm: Alarm, why: str) -> Unknown:
    return Unknown(f"whether alarm {alarm.name} sees single events cannot be told: {why}", Cause.UNDECIDED)
