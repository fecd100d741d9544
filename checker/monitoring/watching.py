"""What the filters on a trail's log group tell of, and what nobody would be told of."""

from collections.abc import Sequence

from msgspec import Struct

from checker.evidence import Cause, Known, Unknown, Unobserved, every, first, sift
from checker.inventory import Alarm, Inventory, LogGroup, MetricFilter, MetricTransformation, Trail
from checker.inventory.arns import service_of
from checker.model import Thresholds
from checker.monitoring.alarms import muting, receivers, watched, weakness
from checker.monitoring.kinds import Requirement
from checker.monitoring.listening import refusal, unheard
from checker.patterns import Gap, Kind, Malformed, Opaque, Term, about, gaps, may_match, parse_filter
from checker.recording import MANAGEMENT, missing, unfold


def reports(trail: Trail, requirement: Requirement, inventory: Inventory) -> bool:
    """Say whether a trail sends the required events of all Regions to a log group that is there."""
    return every(
        lambda: trail.multi_region.value,
        lambda: trail.status.is_logging.value,
        lambda: _recorded(trail, requirement),
        lambda: trail.log_group_arn.value is not None,
        lambda: _group(trail, inventory).exists.value,
    )


def _recorded(trail: Trail, requirement: Requirement) -> bool:
    selectors = unfold(trail.selectors.value)
    accesses = ("false",) if requirement.sources else ("true", "false")
    kinds = [
        {**MANAGEMENT, "readOnly": access, **({"eventSource": source} if source else {})}
        for access in accesses
        for source in requirement.sources or ("",)
    ]
    return not any(list(missing(selectors, kind)) for kind in kinds)


def _group(trail: Trail, inventory: Inventory) -> LogGroup:
    group = inventory.log_group_of(trail)
    assert group is not None
    return group


class Watch(Struct, frozen=True, kw_only=True):
    """What one filter tells of; ``doubt`` says why nobody can say whether it tells anybody."""

    name: str
    term: Term
    doubt: tuple[Unknown, ...] = ()


def shortfall(group: LogGroup, requirement: Requirement, inventory: Inventory, thresholds: Thresholds) -> str:
    """Say what nobody would be told of; empty when all of it raises an alarm. Raises Unobserved."""
    most = thresholds.alarm_noise_events if requirement.noisy else thresholds.alarm_events
    filters = group.metric_filters.value
    silent: list[tuple[MetricFilter, str]] = []
    watches: list[Watch] = []
    for entry in filters:
        term = _term(entry)
        if not isinstance(term, Opaque) and not _touches(term, requirement):
            continue
        try:
            why = _silence(entry, group, inventory, most)
        except Unobserved as open_:
            watches.append(Watch(name=entry.name, term=term, doubt=open_.unknowns))
            continue
        if why:
            silent.append((entry, why))
        elif isinstance(entry.criteria, Unknown):
            watches.append(Watch(name=entry.name, term=term, doubt=(entry.criteria,)))
        else:
            watches.append(Watch(name=entry.name, term=term))
    found = [gap for kinds in requirement.kinds if (gap := _missed(kinds, watches)) is not None]
    if not found:
        return ""
    loud = [_term(entry) for entry in filters]
    unseen = [gap for gap in found if _still(gap, requirement, loud)]
    text = f"no filter on log group {group.name} matches {_listed(unseen)}" if unseen else ""
    meant = [kind for kinds in requirement.kinds for kind in kinds if kind.label in {g.label for g in found}]
    failing = [(e, why) for e, why in silent if any(about(_term(e), kind) for kind in meant)]
    alarms = "; ".join(_shortened(sorted(f"filter {e.name} {why}" for e, why in failing or silent)))
    return "; ".join(part for part in (text, alarms) if part) or f"nobody is told of {_listed(found)}"


def _term(entry: MetricFilter) -> Term:
    if entry.criteria and not isinstance(entry.criteria, Unknown):
        return Opaque(f"only events that meet {entry.criteria}")
    if entry.transformed:
        return Opaque("what a transformer has made of the events")
    try:
        return parse_filter(entry.pattern)
    except Malformed as error:
        return Opaque(f"the pattern has {error}")


def _touches(term: Term, requirement: Requirement) -> bool:
    return any(may_match(term, kind) for kinds in requirement.kinds for kind in kinds)


def _missed(kinds: Sequence[Kind], watches: Sequence[Watch]) -> Gap | None:
    """Return what no alarm tells of, of the kinds of which one is enough; raises Unobserved while open."""
    sure = [watch.term for watch in watches if not watch.doubt]
    every_ = [watch.term for watch in watches]
    surely = [gaps(kind, sure) for kind in kinds]
    if None in surely:
        return None
    possibly = [gaps(kind, every_) for kind in kinds]
    if None in possibly:
        unknowns = [unknown for watch in watches for unknown in watch.doubt]
        raise Unobserved(*dict.fromkeys(unknowns))
    open_ = next((gap for gap in possibly if gap is not None and not gap.sure), None)
    if open_ is not None:
        reason = f"whether the filters match {open_.text} cannot be told"
        raise Unobserved(Unknown(reason, Cause.UNDECIDED))
    return possibly[0]


def _still(gap: Gap, requirement: Requirement, terms: Sequence[Term]) -> bool:
    """Say whether a gap stays when every filter counts, with or without an alarm."""
    kinds = next(kinds for kinds in requirement.kinds if kinds[0].label == gap.label)
    return all(gaps(kind, terms) is not None for kind in kinds)


def _listed(found: Sequence[Gap]) -> str:
    return ", ".join(_shortened(list(dict.fromkeys(gap.text for gap in found))))


def _shortened(texts: Sequence[str]) -> list[str]:
    more = [f"{len(texts) - 5} more"] if len(texts) > 5 else []
    return [*texts[:5], *more]


def _silence(entry: MetricFilter, group: LogGroup, inventory: Inventory, most: int) -> str:
    """Say why a filter tells nobody; empty when an alarm on one of its metrics does."""
    if not entry.transformations:
        return "feeds no metric"
    if isinstance(group.alarms, Unknown):
        raise Unobserved(group.alarms)
    pairs = [(metric, alarm) for metric in entry.transformations for alarm in group.alarms.value]
    reasons: dict[str, str] = {}
    every_metric = fed(group)

    def tells(pair: tuple[MetricTransformation, Alarm]) -> bool:
        metric, alarm = pair
        if watched(alarm, metric) is None:
            return False
        weak = weakness(alarm, metric, most, every_metric)
        if weak:
            reasons[alarm.name] = f"alarm {alarm.name} {weak}"
            return False
        if not receivers(alarm, group, inventory):
            reasons[alarm.name] = f"alarm {alarm.name} tells nobody: {silence_of(alarm, group, inventory)}"
            return False
        return True

    if first(pairs, tells):
        return ""
    if reasons:
        return f"has no alarm that works ({'; '.join(reasons.values())})"
    split = next((metric for metric in entry.transformations if metric.dimensions), None)
    if split:
        return f"splits its metric by {', '.join(split.dimensions)}, so that no alarm sees all of it"
    return "has no alarm on its metric"


def fed(group: LogGroup) -> list[MetricTransformation]:
    """Return the metrics that the filters of a log group feed."""
    return [metric for entry in group.metric_filters.value for metric in entry.transformations]


def muted_by(alarm: Alarm, group: LogGroup) -> str:
    """Say in words which rules are known to mute an alarm; empty without any."""
    rules = muting(alarm, group) if isinstance(group.mutes, Known) else ()
    names = _shortened([rule.name for rule in rules])
    return f"its actions are muted by alarm mute rule {', '.join(names)}" if names else ""


def silence_of(alarm: Alarm, group: LogGroup, inventory: Inventory) -> str:
    """Say in words why an alarm's own actions reach nobody."""
    if not alarm.actions_enabled:
        return "its actions are disabled"
    if not alarm.actions:
        return "it has no action"
    if muted := muted_by(alarm, group):
        return muted
    topics = [arn for arn in alarm.actions if service_of(arn) == "sns"]
    if not topics:
        return "its actions notify nobody"
    known = [topic for arn in topics if (topic := inventory.alert_topics.get(arn))]
    gone = [topic.arn for topic in known if isinstance(topic.exists, Known) and not topic.exists.content]
    if gone:
        return f"topic {gone[0]} does not exist"
    refusing, _ = sift(known, lambda topic: refusal(topic, alarm.arn) != "")
    if refusing:
        return refusal(refusing[0], alarm.arn)
    deaf = next((why for topic in known if (why := unheard(topic, alarm.arn))), "")
    if deaf:
        return deaf
    return f"no confirmed subscription to {', '.join(topics)}"
