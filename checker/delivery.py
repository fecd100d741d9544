"""Whether deliveries of a trail arrive: where to look, and when silence is a failure."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from checker.evidence import Cause, Known, Origin, Unknown, Unobserved
from checker.inventory import Account, Inventory, Sighting, Trail, TrailStatus
from checker.model import Context
from checker.recording import ACCESSES, accesses, unfold
from checker.visibility import unlisted

STEP = timedelta(hours=1)
"""How far the deliveries of one event to S3 and to CloudWatch Logs may lie apart."""
_NAMED = 20


def places(trail: Trail, inventory: Inventory) -> list[Sighting]:
    """Return where the trail delivers from, by account and Region.

    A Region that should show the trail but could not be looked at is a sighting of which nothing is known, so
    that no judgement over all Regions can pass without it. The home Region is always there. So is a member
    account of which nothing is known: it has its own copy of an organization's trail, which can fail alone.
    """
    seen = inventory.sightings_of(trail)
    if all(sighting.region != trail.home_region for sighting in seen):
        seen.append(
            Sighting(
                account=trail.account, region=trail.home_region, trail_arn=trail.arn, status=trail.status
            )
        )
    return sorted(
        [*seen, *_unread(trail, inventory, {s.account for s in seen} | _blind_members(trail, inventory))],
        key=lambda sighting: (sighting.account, sighting.region),
    )


def _blind_members(trail: Trail, inventory: Inventory) -> set[str]:
    """Return the accounts of a trail's organization that could not be read at all."""
    if not (isinstance(trail.organization, Known) and trail.organization.content):
        return set()
    return {
        account.id
        for account in inventory.accounts.values()
        if account.active
        and account.unread
        and getattr(account.management_account, "content", None) == trail.account
    }


def _unread(trail: Trail, inventory: Inventory, watchers: set[str]) -> Iterator[Sighting]:
    single = isinstance(trail.multi_region, Known) and not trail.multi_region.value
    for account in (inventory.accounts[name] for name in sorted(watchers & inventory.accounts.keys())):
        for region, unknown in _unknown_regions(account):
            home = region == trail.home_region
            if (home and account.id != trail.account) or not (home or single):
                yield Sighting(
                    account=account.id, region=region, trail_arn=trail.arn, status=_nothing(unknown)
                )


def _unknown_regions(account: Account) -> Iterator[tuple[str, Unknown]]:
    shown = {found.region: found.trail_arns for found in account.discoveries}
    for region in account.judged_regions:
        unasked = Unknown(f"trails in {region} were not looked for", Cause.OUT_OF_SCOPE)
        arns = shown.get(region, unasked)
        if isinstance(arns, Unknown):
            yield region, arns
    yield from (("", unknown) for unknown in unlisted(account))


def _nothing(unknown: Unknown) -> TrailStatus:
    return TrailStatus(
        is_logging=unknown,
        latest_delivery_time=unknown,
        latest_delivery_error=unknown,
        latest_digest_delivery_time=unknown,
        latest_digest_delivery_error=unknown,
        latest_cloudwatch_logs_delivery_time=unknown,
        latest_cloudwatch_logs_delivery_error=unknown,
        latest_notification_error=unknown,
        start_logging_time=unknown,
        stop_logging_time=unknown,
    )


def s3_overdue(trail: Trail, place: Sighting, context: Context) -> bool:
    """Tell whether log files should have reached S3 from there and have not; Unobserved if undecidable."""
    status, allowed = place.status, window(trail, place, context)
    latest = status.latest_delivery_time.value
    if recent(latest, context.now, allowed) or just_started(trail, place, context.now, allowed):
        return False
    if way_is_free(trail, place, context):
        return at_home(trail, place) and _busy(trail)
    known = at_home(trail, place) or latest is not None or bool(status.latest_delivery_error.value)
    return known or _undecided("log file", place)


def cloudwatch_overdue(trail: Trail, place: Sighting, context: Context) -> bool:
    """Tell the same of CloudWatch Logs, where S3 shows whether there was anything to deliver."""
    status, allowed = place.status, window(trail, place, context)
    latest = status.latest_cloudwatch_logs_delivery_time.value
    if recent(latest, context.now, allowed) or just_started(trail, place, context.now, allowed):
        return False
    error = status.latest_cloudwatch_logs_delivery_error.value
    if latest is None and not error and place.account != trail.account:
        # The log group is the owner's: whether a member's status ever speaks of it is documented nowhere.
        return _undecided("event for CloudWatch Logs", place)
    if way_is_free(trail, place, context):
        sent = recent(status.latest_delivery_time.value, context.now, allowed - STEP)
        return sent or (at_home(trail, place) and _busy(trail))
    known = at_home(trail, place) or latest is not None or bool(error)
    return known or _undecided("event for CloudWatch Logs", place)


def _busy(trail: Trail) -> bool:
    """Tell whether a day without events is out of the question: the audit itself makes calls to record."""
    return set(accesses(unfold(trail.selectors.value))) == ACCESSES.keys()


def digest_overdue(trail: Trail, place: Sighting, context: Context) -> bool:
    """Tell whether the hourly digest has not come, although the trail logs for long enough."""
    allowed = timedelta(hours=context.thresholds.digest_max_age_hours)
    latest = place.status.latest_digest_delivery_time.value
    if recent(latest, context.now, allowed) or just_started(trail, place, context.now, allowed):
        return False
    return latest is not None or place.account == trail.account or _undecided("digest", place)


def way_is_free(trail: Trail, place: Sighting, context: Context) -> bool:
    """Tell whether digests reach the bucket from there without errors, on the way that log files take."""
    status = place.status
    if not trail.log_file_validation.value or status.latest_digest_delivery_error.value:
        return False
    allowed = timedelta(hours=context.thresholds.digest_max_age_hours)
    arrive = recent(status.latest_digest_delivery_time.value, context.now, allowed)
    return arrive and not status.latest_delivery_error.value


def window(trail: Trail, place: Sighting, context: Context) -> timedelta:
    """Return how long nothing may arrive from there."""
    figures = context.thresholds
    home = at_home(trail, place)
    return timedelta(hours=figures.delivery_max_age_hours if home else figures.quiet_region_max_age_hours)


def at_home(trail: Trail, place: Sighting) -> bool:
    """Tell whether this is the owner's view of the home Region; a member account may be quiet even there."""
    return (place.account, place.region) == (trail.account, trail.home_region)


def recent(moment: datetime | None, now: datetime, allowed: timedelta) -> bool:
    """Tell whether the moment is known to have been, no longer ago than allowed."""
    return moment is not None and now - moment <= allowed


def just_started(trail: Trail, place: Sighting, now: datetime, allowed: timedelta) -> bool:
    """Tell whether logging began so recently that nothing need have arrived yet."""
    start = place.status.start_logging_time.value or trail.status.start_logging_time.value
    return recent(start, now, allowed)


def _undecided(what: str, place: Sighting) -> bool:
    reason = f"no {what} ever came from {place.region} of account {place.account}, quiet or broken"
    raise Unobserved(Unknown(reason, Cause.UNDECIDED, Origin(account=place.account, region=place.region)))


def named(found: Iterable[Sighting], label: Callable[[Sighting], str]) -> str:
    """List places in words; more than twenty are counted."""
    labels = [label(place) for place in found]
    rest = len(labels) - _NAMED
    return ", ".join(labels[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def labels(everywhere: Iterable[Sighting]) -> Callable[[Sighting], str]:
    """Return how to name a place: by Region, and by account too where several see the trail."""
    several = len({place.account for place in everywhere}) > 1
    return lambda place: f"{place.region} of account {place.account}" if several else place.region


def lasting(span: timedelta) -> str:
    """Put a length of time in words, in whole minutes, hours or days."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    hours = minutes // 60
    if hours >= 48:
        return counted(hours // 24, "day")
    return counted(hours, "hour") if hours else counted(minutes, "minute")


def counted(number: int, what: str) -> str:
    """Put a number and its noun in words: ``1 day``, ``3 days``."""
    return f"{number} {what}{'' if number == 1 else 's'}"
