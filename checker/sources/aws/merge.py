"""Puts observations of several accounts together, so that each resource is judged as its owner sees it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from msgspec.structs import replace

from checker.evidence import Known, Unknown
from checker.inventory import Account, Discovery, Inventory, Sighting, TrailStatus
from checker.observation import Observation, Scan

R = TypeVar("R")


def merge(observations: Iterable[Observation]) -> Observation:
    """Join observations of one partition: the owner's view of a resource before others, Known before Unknown.

    Raises ValueError without any observation, and for observations of different partitions.
    """
    every = list(observations)
    partitions = {observation.inventory.partition for observation in every}
    if len(partitions) != 1:
        raise ValueError(f"observations of one partition are needed, not of {sorted(partitions) or 'none'}")
    inventories = [observation.inventory for observation in every]
    inventory = _inventory(inventories, partitions.pop())
    scan = _scan([observation.scan for observation in every])
    stale = {note for one in inventories for note in notes_on(one)}
    notes = _distinct((*(note for note in scan.notes if note not in stale), *notes_on(inventory)))
    return Observation(scan=replace(scan, notes=notes), inventory=inventory)


def notes_on(found: Inventory) -> tuple[str, ...]:
    """Say where nothing is judged at all, so that nobody takes the silence for a pass."""
    return (*_not_enabled(found), *_not_told(found))


def _not_enabled(found: Inventory) -> Iterator[str]:
    """Name the Regions that were asked for and that accounts have not enabled."""
    known = {id: one.regions.content for id, one in found.accounts.items() if isinstance(one.regions, Known)}
    for region in sorted({region for account in found.accounts.values() for region in account.scope}):
        closed = [id for id, enabled in known.items() if region not in enabled]
        if closed:
            many = f"{len(closed):,} of {len(known):,} accounts"
            where = f"account {closed[0]}" if len(closed) == 1 else many
            yield f"Region {region} is not enabled in {where}: nothing is judged there"


def _not_told(found: Inventory) -> Iterator[str]:
    """Name the members whose audit is told nothing of how their organization governs them."""
    return (
        f"account {account.id} is a member of organization {one.id}, and members are not told how they are "
        f"governed: audit its management account {one.management_account}, or with --org"
        for one in found.organizations.values()
        for account in found.accounts.values()
        if not one.told and account.organization == Known(one.id, account.organization.origin)
    )


def _inventory(inventories: Sequence[Inventory], partition: str) -> Inventory:
    return Inventory(
        partition=partition,
        taken_at=max(inventory.taken_at for inventory in inventories),
        accounts=_accounts(inventories),
        trails=_joined(inventories, "trails"),
        sightings=_sightings(inventories),
        buckets=_joined(inventories, "buckets"),
        linked_buckets=_joined(inventories, "linked_buckets"),
        objects=_joined(inventories, "objects"),
        keys=_joined(inventories, "keys"),
        log_groups=_joined(inventories, "log_groups"),
        topics=_joined(inventories, "topics"),
        alert_topics=_joined(inventories, "alert_topics"),
        watches=_joined(inventories, "watches"),
        principals=_joined(inventories, "principals"),
        roles=_joined(inventories, "roles"),
        event_data_stores=_joined(inventories, "event_data_stores"),
        channels=_joined(inventories, "channels"),
        dashboards=_joined(inventories, "dashboards"),
        organizations=_joined(inventories, "organizations"),
        declarations=_joined(inventories, "declarations"),
        stacks=_joined(inventories, "stacks"),
        expected=_joined(inventories, "expected"),
    )


def _scan(scans: Sequence[Scan]) -> Scan:
    everywhere = any(not scan.regions for scan in scans)
    return Scan(
        source=scans[0].source,
        callers=_distinct(caller for scan in scans for caller in scan.callers),
        accounts=_distinct(account for scan in scans for account in scan.accounts),
        regions=() if everywhere else _distinct(region for scan in scans for region in scan.regions),
        roster=tuple(sorted({each for scan in scans for each in scan.roster}, key=lambda each: each.id)),
        notes=_distinct(note for scan in scans for note in scan.notes),
        started=min(scan.started for scan in scans),
        finished=max(scan.finished for scan in scans),
        calls=sum(scan.calls for scan in scans),
    )


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _joined(inventories: Sequence[Inventory], kind: str) -> dict[str, Any]:
    """Join one kind of resource, each by the view of the account that owns it before any other."""
    views: dict[str, list[tuple[bool, Any]]] = {}
    for inventory in inventories:
        for key, resource in getattr(inventory, kind).items():
            stranger = _owner(resource) not in inventory.accounts
            views.setdefault(key, []).append((stranger, resource))
    return {
        key: _best([r for _, r in sorted(seen, key=lambda v: v[0])]) for key, seen in sorted(views.items())
    }


def _owner(resource: Any) -> str | None:
    """Return the account of a resource; a bucket's is an observation of its own."""
    account = resource.account
    if isinstance(account, Known):
        return str(account.content)
    return account if isinstance(account, str) else None


def _best(views: Sequence[R]) -> R:
    """Take every setting from the first view that knows it."""
    best = views[0]
    for other in views[1:]:
        best = filled(best, other)
    return best


def filled(best: R, other: R) -> R:
    """Take every setting from ``best``, or from the other view where that alone knows it."""
    changes: dict[str, Any] = {}
    for name in best.__struct_fields__:  # type: ignore[attr-defined]
        mine, theirs = getattr(best, name), getattr(other, name)
        if isinstance(mine, Unknown) and isinstance(theirs, Known):
            changes[name] = theirs
        elif isinstance(mine, TrailStatus):
            changes[name] = filled(mine, theirs)
        elif name == "disowned":
            changes[name] = _distinct((*mine, *theirs))
    return replace(best, **changes)  # type: ignore[type-var]


def _accounts(inventories: Sequence[Inventory]) -> dict[str, Account]:
    views: dict[str, list[Account]] = {}
    for inventory in inventories:
        for key, account in inventory.accounts.items():
            views.setdefault(key, []).append(account)
    return {key: _account(seen) for key, seen in sorted(views.items())}


def _account(views: Sequence[Account]) -> Account:
    """Join views of one account, which may have been narrowed to different Regions."""
    by_region: dict[str, list[Discovery]] = {}
    for view in views:
        for found in view.discoveries:
            by_region.setdefault(found.region, []).append(found)
    everywhere = any(not view.scope for view in views)
    return replace(
        _best(views),
        scope=() if everywhere else _distinct(region for view in views for region in view.scope),
        discoveries=tuple(_best(found) for _, found in sorted(by_region.items())),
    )


def _sightings(inventories: Sequence[Inventory]) -> tuple[Sighting, ...]:
    views: dict[tuple[str, str, str], list[Sighting]] = {}
    for inventory in inventories:
        for seen in inventory.sightings:
            views.setdefault((seen.trail_arn, seen.account, seen.region), []).append(seen)
    return tuple(_best(seen) for _, seen in sorted(views.items()))
