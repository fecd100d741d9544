"""Lists the accounts of an organization, and those below organizational units."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import TypeVar

from msgspec import Struct

from checker.evidence import Cause, Unknown
from checker.observation import CannotObserve
from checker.sources.aws.api import Api, Target
from checker.sources.aws.calls import organization as calls
from checker.sources.aws.calls.call import Call
from checker.sources.aws.failures import line
from checker.sources.aws.fields import required
from checker.sources.aws.options import Organization

T = TypeVar("T")


class Member(Struct, frozen=True, rename="pascal"):
    """An account as Organizations lists it, in ListAccounts and in ListAccountsForParent alike."""

    id: str
    name: str = ""
    state: str = ""
    """Newer than ``status``, and finer; older versions of botocore drop it."""
    status: str = ""

    @property
    def standing(self) -> str:
        """ACTIVE, or why nobody can enter it."""
        return self.state or self.status or "ACTIVE"


def named(member: Member) -> str:
    """Return ``account 111122223333 (Security)``."""
    return f"account {member.id} ({line(member.name)})" if member.name else f"account {member.id}"


class Unit(Struct, frozen=True, rename="pascal"):
    """An organizational unit."""

    id: str
    name: str = ""


class Selection(Struct, frozen=True, kw_only=True):
    """Which accounts to read, and all that there are."""

    chosen: tuple[Member, ...]
    strangers: tuple[str, ...]
    """Ids that were asked for and are not in the organization."""
    members: Mapping[str, Member]
    units: Mapping[str, tuple[str, ...]]
    """Account ids below the units that are to be told; one that cannot be listed is missing."""
    notes: tuple[str, ...]
    """What was asked for and made no difference, one sentence each."""


async def select(api: Api, wanted: Organization) -> Selection:
    """List what is needed to tell which accounts to read, with as few calls as that takes.

    All accounts come twenty a call; units are walked only when some were named. Raise CannotObserve when the
    caller may not list, when a unit does not exist, and when nothing is left to read.
    """
    target = Target(name="the organization", region=api.clients.region)
    (listed, *below), told = await asyncio.gather(
        asyncio.gather(
            _list(api, calls.ACCOUNTS, target, {}, Member), *(_below(api, unit) for unit in wanted.units)
        ),
        asyncio.gather(*(_told(api, unit) for unit in wanted.told_units)),
    )
    members = {member.id: member for member in listed}
    chosen = {member.id for unit in below for member in unit} | set(wanted.accounts)
    ids = chosen if wanted.units or wanted.accounts else set(members)
    left = ids - set(wanted.exclude)
    notes = [
        *(
            f"organizational unit {unit} has no accounts"
            for unit, found in zip(wanted.units, below, strict=True)
            if not found
        ),
        *(f"--exclude {id} excludes nothing" for id in wanted.exclude if id not in ids),
    ]
    if not left & members.keys():
        raise CannotObserve(_nothing(left, notes))
    if wanted.log_archive and wanted.log_archive not in members:
        archive = f"log archive account {wanted.log_archive}"
        notes.append(f"{archive} is not in the organization: no bucket can be looked for there")
    return Selection(
        chosen=tuple(members[id] for id in sorted(left & members.keys())),
        strangers=tuple(sorted(left - members.keys())),
        members=members,
        units={unit: ids for unit, ids in zip(wanted.told_units, told, strict=True) if ids is not None},
        notes=tuple(notes),
    )


def _nothing(strangers: set[str], notes: Iterable[str]) -> str:
    if strangers:
        reason = (
            f"{', '.join(sorted(strangers))} {'is' if len(strangers) == 1 else 'are'} not among its accounts"
        )
    else:
        reason = "; ".join(notes) or "every account is excluded"
    return f"there is no account of the organization to audit: {reason}"


async def _below(api: Api, unit: str) -> list[Member]:
    """Return the accounts of a unit and of all units below it."""
    target = Target(name=f"organizational unit {unit}", region=api.clients.region)
    accounts, units = await asyncio.gather(
        _list(api, calls.ACCOUNTS_OF_UNIT, target, {"ParentId": unit}, Member),
        _list(api, calls.UNITS_OF_UNIT, target, {"ParentId": unit}, Unit),
    )
    deeper = await asyncio.gather(*(_below(api, child.id) for child in units))
    return [*accounts, *(member for found in deeper for member in found)]


async def _told(api: Api, unit: str) -> tuple[str, ...] | None:
    """Return the accounts below a unit that waivers name; where it cannot be listed, they waive nothing."""
    try:
        return tuple(sorted({member.id for member in await _below(api, unit)}))
    except CannotObserve:
        return None


async def _list(
    api: Api, call: Call, target: Target, params: Mapping[str, str], kind: type[T]
) -> tuple[T, ...]:
    """Follow all pages, or raise CannotObserve: half a list would drop accounts without a word."""
    assert call.pages is not None
    answer = await api.ask_once(call, target, params)
    found = required(answer, call.pages.items, tuple[kind, ...])  # type: ignore[valid-type]
    if isinstance(found, Unknown):
        raise CannotObserve(_unlisted(found, call))
    return found.content


def _unlisted(why: Unknown, call: Call) -> str:
    """Say why there is no list, and what to do about it."""
    match why.cause:
        case Cause.ABSENT:
            return f"{why.reason} in this organization: check its id"
        case Cause.EXPIRED:
            todo = "renew the credentials and run again"
        case Cause.THROTTLED:
            todo = "run again later"
        case Cause.UNREACHABLE:
            todo = "check the network path to the endpoint, then run again"
        case Cause.MALFORMED:
            todo = "check proxy and AWS_ENDPOINT_URL"
        case _:
            todo = (
                "run --org from the management account or a delegated administrator, with "
                f"{call.action} allowed"
            )
    return f"the accounts of the organization cannot be listed ({why.reason}): {todo}"
