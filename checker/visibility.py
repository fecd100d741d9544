"""What an account can be known to see of trails, Region by Region, and what may hide more of them from us.

A trail is one object with many copies: a multi-Region trail shows a copy in every enabled Region, an
organization trail in every member account. Here copies lead back to the one trail, and whatever could not be
read stays in the list as an Unknown, so that "at least one trail ..." is decided only when it is decided.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from checker.evidence import Cause, Known, Observed, Unknown, Unobserved, every, first, sift
from checker.inventory import Account, AdvancedSelector, Inventory, Trail
from checker.recording import unfold

Seen: TypeAlias = Trail | Unknown
"""A trail, or why there may be one that was not read."""


def visible(account: Account, region: str, inventory: Inventory) -> Iterator[Seen]:
    """Yield the trails that show themselves to an account in one Region."""
    arns = arns_in(account, region)
    if isinstance(arns, Unknown):
        yield arns
    else:
        yield from (_trail(arn, inventory) for arn in arns.value)


def seen(account: Account, inventory: Inventory, *, shown_in: Iterable[str] = ()) -> Iterator[Seen]:
    """Yield each trail that shows itself to an account anywhere, once; then what may hide more of them.

    ``shown_in`` names Regions each of which would show the trails that are asked for: when one of them was
    read, a Region that was not read hides none.
    """
    told: set[str] = set()
    for region in account.judged_regions:
        arns = arns_in(account, region)
        if isinstance(arns, Known):
            fresh = [arn for arn in arns.value if arn not in told]
            told.update(fresh)
            yield from (_trail(arn, inventory) for arn in fresh)
    telling = set(shown_in).intersection(account.judged_regions)
    if not any(isinstance(arns_in(account, region), Known) for region in telling):
        yield from _hidden(account)


def seen_multi_region(account: Account, inventory: Inventory) -> Iterator[Seen]:
    """Yield what an account sees when only multi-Region trails are asked for: any Region shows them all.

    Source: CloudTrail User Guide, "Understanding multi-Region trails and opt-in Regions".
    """
    return seen(account, inventory, shown_in=account.judged_regions)


def _hidden(account: Account) -> Iterator[Unknown]:
    for region in account.judged_regions:
        arns = arns_in(account, region)
        if isinstance(arns, Unknown):
            yield arns
    yield from unlisted(account)
    narrowed = isinstance(account.regions, Unknown) or not set(account.regions.content) <= set(account.scope)
    if account.scope and narrowed:
        yield Unknown(f"no Region but {', '.join(account.scope)} was looked at", Cause.OUT_OF_SCOPE)


def arns_in(account: Account, region: str) -> Observed[tuple[str, ...]]:
    """Return the ARNs of the trails and shadow copies that a Region shows."""
    discovery = next((found for found in account.discoveries if found.region == region), None)
    if discovery:
        return discovery.trail_arns
    return Unknown(f"trails in {region} were not looked for", Cause.OUT_OF_SCOPE)


def _trail(arn: str, inventory: Inventory) -> Seen:
    unread = Unknown(f"trail {arn} was not part of this observation", Cause.OUT_OF_SCOPE)
    return inventory.trails.get(arn, unread)


def search(items: Iterable[Seen], holds: Callable[[Trail], bool]) -> Trail | None:
    """Return the first trail that holds; Unobserved when none does and something unread could."""
    found = first(items, lambda item: holds(_read(item)))
    return found if isinstance(found, Trail) else None


def select(items: Iterable[Seen], holds: Callable[[Trail], bool]) -> tuple[list[Trail], list[Unknown]]:
    """Return the trails that hold, and what may hide more of them."""
    found, unread = sift(items, lambda item: holds(_read(item)))
    return [item for item in found if isinstance(item, Trail)], unread


def _read(item: Seen) -> Trail:
    if isinstance(item, Unknown):
        raise Unobserved(item)
    return item


def sends(trail: Trail, account: Account) -> bool:
    """Say whether an account's events can get into a trail: into another's only where its home is enabled.

    Source: CloudTrail User Guide, "Creating a trail for an organization": members that have not enabled an
    opt-in home Region send nothing, whatever a copy of the trail elsewhere says of itself.
    """
    if trail.account == account.id or isinstance(account.regions, Unknown):
        return True
    return trail.home_region in account.regions.value


def is_logging(trail: Trail, account: Account, inventory: Inventory) -> bool:
    """Say whether the trail logs, as the account itself sees it at the trail's home, or else its owner."""
    if not sends(trail, account):
        return False
    at_home = inventory.sighting(trail, account.id, trail.home_region)
    own = at_home.status.is_logging if at_home else trail.status.is_logging
    return (own if isinstance(own, Known) else trail.status.is_logging).value


def logs_everywhere(trail: Trail, account: Account, inventory: Inventory) -> bool:
    """Say whether the trail is a multi-Region trail that logs."""
    return every(lambda: trail.multi_region.value, lambda: is_logging(trail, account, inventory))


def covers(trail: Trail, account: Account, region: str, inventory: Inventory) -> bool:
    """Say whether a trail that is visible in a Region records there: it reaches the Region and logs in it."""
    return every(
        lambda: sends(trail, account),
        lambda: region == trail.home_region or trail.multi_region.value,
        lambda: _status_in(trail, account, region, inventory).value,
    )


def _status_in(trail: Trail, account: Account, region: str, inventory: Inventory) -> Observed[bool]:
    sighting = inventory.sighting(trail, account.id, region)
    if sighting:
        return sighting.status.is_logging
    if region == trail.home_region and account.id == trail.account:
        return trail.status.is_logging
    return Unknown(f"the status of trail {trail.name} in {region} was not read", Cause.OUT_OF_SCOPE)


def by_region(account: Account, inventory: Inventory) -> Iterator[tuple[str, list[Trail], list[Unknown]]]:
    """Yield each judged Region with the trails that record there, and what may hide more of them."""

    def recording_in(region: str) -> tuple[list[Trail], list[Unknown]]:
        items = visible(account, region, inventory)
        return select(items, lambda trail: covers(trail, account, region, inventory))

    for region in account.judged_regions:
        yield (region, *recording_in(region))


def unlisted(account: Account) -> list[Unknown]:
    """Return why Regions may be missing from the judged ones; those left out on purpose are not missed."""
    return [account.regions] if isinstance(account.regions, Unknown) and not account.scope else []


def stand_ins(trail: Trail, inventory: Inventory) -> tuple[list[Trail], list[Unknown]]:
    """Return the other trails that log in all Regions and for every account that this one logs for.

    They are looked for where the owner looks, or else among the owner's trails that are known.
    """
    owner = _looking(inventory.accounts.get(trail.account))
    seen_by_owner = seen_multi_region(owner, inventory) if owner else inventory.trails.values()

    def stands_in(other: Trail) -> bool:
        return every(
            lambda: other.arn != trail.arn and (owner is not None or other.account == trail.account),
            lambda: other.multi_region.value,
            lambda: is_logging(other, owner, inventory) if owner else other.status.is_logging.value,
            lambda: other.organization.value or not trail.organization.value,
        )

    return select(seen_by_owner, stands_in)


def _looking(account: Account | None) -> Account | None:
    """Return an account that trails were looked for in: a plan that sets a default of one looks nowhere."""
    if account is None or account.discoveries or isinstance(account.regions, Known):
        return account
    return None if account.regions.cause is Cause.OUT_OF_SCOPE else account


def pool(trails: Iterable[Trail], unread: Iterable[Unknown]) -> tuple[list[AdvancedSelector], list[Unknown]]:
    """Pool the selectors of trails, as far as they were read; what was not read joins ``unread``."""
    pooled: list[AdvancedSelector] = []
    unknowns = list(unread)
    for trail in trails:
        if isinstance(trail.selectors, Unknown):
            unknowns.append(trail.selectors)
            continue
        try:
            pooled.extend(unfold(trail.selectors.value))
        except Unobserved as refused:
            unknowns.extend(refused.unknowns)
    return pooled, unknowns


def label(trail: Trail, account: str) -> str:
    """Name a trail to its owner by name and home Region, to others by ARN."""
    return f"{trail.name} ({trail.home_region})" if trail.account == account else trail.arn


def labels(trails: Iterable[Trail], account: str) -> str:
    """Name trails in a row."""
    return ", ".join(sorted(label(trail, account) for trail in trails))
