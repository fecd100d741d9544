"""What an audit could read and what not, before any verdict: the report of ``doctor``."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from checker.assessment import Gap
from checker.evidence import Cause, Known, Unknown
from checker.inventory.landing_zone import CONTROL_TOWER, of_trail
from checker.observation import Audited, Observation, Standing
from checker.report.accounts import remarks
from checker.report.advice import obstacles
from checker.report.text import count, listed, visible

TOWER = "controltower.amazonaws.com"
EXPECTED = (Cause.OUT_OF_SCOPE, Cause.ABSENT)
"""Causes that are no want of access: nobody asked, or there is nothing."""


class Lack(Struct, frozen=True, kw_only=True):
    """Something that could not be read, wherever."""

    reason: str
    cause: Cause
    permissions: tuple[str, ...]
    """IAM actions of the calls."""
    places: tuple[str, ...]
    todo: str


class ClosedRegion(Struct, frozen=True, kw_only=True):
    """A Region that lets the auditor in nowhere, or not in some accounts."""

    region: str
    accounts: tuple[str, ...]


class Readiness(Struct, frozen=True, kw_only=True):
    """What ``doctor`` found."""

    caller: str
    account: str
    role: str
    """What the caller is to its organization."""
    organization: str
    may_list_accounts: bool
    accounts: tuple[Audited, ...]
    """Of the organization, with ``--org``; a problem says why one cannot be entered."""
    regions: int
    """Enabled in at least one account."""
    closed_regions: tuple[ClosedRegion, ...]
    landing_zones: tuple[str, ...]
    """Control Tower and others, as trusted access and trails tell; empty when there is no sign of any."""
    trusted_access_read: bool
    """Whether trusted access was told, without which trails alone can tell of a landing zone."""
    controls: int
    """How many an audit with the same options judges: what they read was looked at."""
    lacking: tuple[Lack, ...]
    notes: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether everything could be read that an audit asks for."""
        return not self.lacking


def readiness(standing: Standing, observation: Observation, *, controls: int) -> Readiness:
    """Work out from evidence what is missing for so many controls; nothing is judged."""
    inventory, scan = observation.inventory, observation.scan
    unread = [u for u in dict.fromkeys(unknowns(inventory)) if u.cause not in EXPECTED]
    closed: dict[str, set[str]] = defaultdict(set)
    for unknown in unread:
        if unknown.cause is Cause.REGION_CLOSED:
            closed[unknown.origin.region].add(unknown.origin.account)
    enabled = {region for account in inventory.accounts.values() for region in account.judged_regions}
    zones = {zone.name for trail in inventory.trails.values() if (zone := of_trail(trail))}
    if isinstance(standing.trusted, Known) and TOWER in standing.trusted.content:
        zones.add(CONTROL_TOWER.name)
    organization = standing.organization.content if isinstance(standing.organization, Known) else None
    return Readiness(
        caller=standing.caller,
        account=standing.account,
        role=standing.role,
        organization=organization or "",
        may_list_accounts=bool(organization) and isinstance(standing.listed, Known),
        accounts=scan.roster,
        regions=len(enabled),
        closed_regions=tuple(
            ClosedRegion(region=region, accounts=tuple(sorted(closed[region]))) for region in sorted(closed)
        ),
        landing_zones=tuple(sorted(zones)),
        trusted_access_read=isinstance(standing.trusted, Known),
        controls=controls,
        lacking=_lacking(unread),
        notes=scan.notes,
    )


def unknowns(item: Any) -> Iterator[Unknown]:
    """Yield every setting below an item that could not be read."""
    if isinstance(item, Unknown):
        yield item
    elif isinstance(item, dict):
        for inner in item.values():
            yield from unknowns(inner)
    elif isinstance(item, tuple):
        for inner in item:
            yield from unknowns(inner)
    elif isinstance(item, Struct) and not isinstance(item, Known):
        for name in item.__struct_fields__:
            yield from unknowns(getattr(item, name))


def _lacking(unread: list[Unknown]) -> tuple[Lack, ...]:
    gaps = [
        Gap(
            reason=u.reason,
            cause=u.cause,
            action=u.origin.action,
            account=u.origin.account,
            region=u.origin.region,
            controls=(),
        )
        for u in unread
    ]
    return tuple(
        Lack(
            reason=found.reason,
            cause=found.cause,
            permissions=found.actions,
            places=found.places,
            todo=found.advice,
        )
        for found in obstacles(gaps)
    )


def render(found: Readiness) -> str:
    """Return it as text for a terminal."""
    return "\n".join(visible(line) for line in _lines(found)) + "\n"


def _lines(found: Readiness) -> Iterator[str]:
    where = f" of organization {found.organization}" if found.organization else ""
    yield f"Caller         {found.caller}"
    yield f"Account        {found.account}, {found.role}{where}"
    if found.organization:
        yield f"Organization   {_listing(found)}"
    yield f"Landing zone   {_landing_zones(found)}"
    yield from _accounts(found.accounts)
    yield f"Regions        {count(found.regions, 'Region')} enabled"
    for region in found.closed_regions:
        yield f"  {region.region} is closed to {listed(list(region.accounts))}"
    yield f"Controls       {found.controls:,}, whose evidence was looked for"
    for note in found.notes:
        yield f"Note           {note}"
    yield ""
    if found.ready:
        yield "Ready: everything that an audit asks for can be read"
        return
    yield f"Not everything can be read: {count(len(found.lacking), 'thing')} missing"
    for lack in found.lacking:
        yield ""
        yield f"  {lack.reason}"
        if lack.permissions:
            yield f"    permission  {', '.join(lack.permissions)}"
        if lack.places:
            yield f"    where       {listed(list(lack.places))}"
        if lack.todo:
            yield f"    to do       {lack.todo}"


def _listing(found: Readiness) -> str:
    if found.may_list_accounts:
        return "its accounts can be listed"
    return (
        "its accounts cannot be listed: no --org from here, unless this is a delegated administrator that "
        "lacks organizations:ListAccounts"
    )


def _landing_zones(found: Readiness) -> str:
    if found.landing_zones:
        return ", ".join(found.landing_zones)
    alone = found.organization and not found.trusted_access_read
    return "no sign of one in its trails, and trusted access is not told" if alone else "no sign of one"


def _accounts(found: tuple[Audited, ...]) -> Iterator[str]:
    """Count the accounts that can be read, and name the others; what keeps many closed is said once."""
    if not found:
        return
    lost = [each for each in found if each.problem]
    closed = sum(1 for each in lost if each.state not in ("", "ACTIVE"))
    inactive = f", {closed:,} not active" if closed else ""
    yield f"Accounts       {len(found) - len(lost):,} of {len(found):,} can be read{inactive}"
    told = remarks((each.id, each.problem) for each in lost)
    for each, problem in zip(lost, told, strict=True):
        yield f"  {f'{each.id}  {each.name}'.rstrip()}: {problem}"
