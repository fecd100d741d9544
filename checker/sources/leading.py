"""What resources lead to, whichever source tells them, with the place where each name is given.

What a trail names is read; so are the buckets that a log bucket sends something to, and the topics that an
alarm or a rule tells.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from checker.evidence import Known, Observed, Origin
from checker.inventory import Alarm, CompositeAlarm, EventRule, LogBucket, LogGroup, RegionWatch, Trail
from checker.inventory.arns import service_of
from checker.inventory.watch import HISTORY_NOT_READ
from checker.monitoring.kinds import on_bus
from checker.patterns import Malformed, may_match, parse_rule

Rules = Observed[tuple[EventRule, ...]]

UNTOLD_PATTERN = "a pattern that is known only after the deployment"
"""Stands beside a metric filter whose pattern cannot be told: it may match anything, and surely nothing."""


def named(settings: Sequence[Observed[str | None]], suffix: str = "") -> dict[str, Origin]:
    """Return what is named, each once and without ``suffix``."""
    return {
        one.content.removesuffix(suffix): one.origin
        for one in settings
        if isinstance(one, Known) and one.content
    }


def linked(log_buckets: Mapping[str, LogBucket]) -> dict[str, Origin]:
    """Return the buckets that log buckets, by name, send copies or access logs to, but for log buckets."""
    found: dict[str, Origin] = {}
    for bucket in log_buckets.values():
        target, rules = bucket.access_log_bucket, bucket.replication
        if isinstance(target, Known) and target.content:
            found[target.content] = target.origin
        if isinstance(rules, Known):
            found |= {rule.destination: rules.origin for rule in rules.content}
    return {name: origin for name, origin in found.items() if name not in log_buckets}


def watches(trails: Iterable[Trail], rules_in: Callable[[str, str], Rules]) -> dict[str, RegionWatch]:
    """Return the rules where trails are at home, by ``ACCOUNT/REGION``, as an account and Region has them."""
    homes = {(trail.account, trail.home_region) for trail in trails}
    return {
        f"{account}/{region}": RegionWatch(
            account=account, region=region, rules=rules_in(account, region), history=HISTORY_NOT_READ
        )
        for account, region in sorted(homes)
    }


def alert_topics(groups: Iterable[LogGroup], watches: Iterable[RegionWatch]) -> dict[str, Origin]:
    """Return the topics that alarms on log groups and rules on the bus tell."""
    found: dict[str, Origin] = {}
    for group in groups:
        every: tuple[Observed[tuple[Alarm, ...]] | Observed[tuple[CompositeAlarm, ...]], ...]
        every = (group.alarms, group.composites)
        for alarms in every:
            if isinstance(alarms, Known):
                told = (arn for alarm in alarms.content for arn in alarm.actions)
                found |= {arn: alarms.origin for arn in told if service_of(arn) == "sns"}
    for watch in watches:
        if isinstance(watch.rules, Known):
            told = (arn for rule in watch.rules.content for arn in rule.targets)
            found |= {arn: watch.rules.origin for arn in told if service_of(arn) == "sns"}
    return dict(sorted(found.items()))


def picks(pattern: str, account: str, region: str) -> bool:
    """Say whether an event pattern may pick a call that blinds a trail; one that is not understood may."""
    try:
        term = parse_rule(pattern)
    except Malformed:
        return True
    return any(may_match(term, kind) for kind in on_bus(account, region))
