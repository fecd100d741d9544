"""One share of an organization's accounts: read side by side over shared clients, by one process."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from checker.evidence import Cause, Observed, Origin, Unknown
from checker.inventory import Account, Sighting
from checker.observation import Audited, CannotObserve, Observation, Scan
from checker.sources.aws.api import Api, Caller
from checker.sources.aws.calls.organization import CLOSED_STATES
from checker.sources.aws.entering import Entrance
from checker.sources.aws.failures import line
from checker.sources.aws.harvest import Harvest, View
from checker.sources.aws.objects import Organization as Belonging
from checker.sources.aws.observe import inventory, read_account, unread_account
from checker.sources.aws.options import Options, Organization
from checker.sources.aws.organization import Member, named

Done = Callable[[], None]


class Share(Struct, frozen=True, kw_only=True):
    """What one process is to read; all that it has to know goes to it as it is."""

    options: Options
    wanted: Organization
    caller: Caller
    belonging: tuple[Observed[str | None], Observed[str | None]]
    chosen: tuple[Member, ...]
    members: Mapping[str, Member]
    elsewhere: frozenset[str] = frozenset()
    """Accounts that other processes read: what their trails name is left to them."""


def way_in(share: Share, own: Api) -> Entrance:
    """Return the way into the accounts of a share; ``own`` asks as the caller."""
    return Entrance(own.clients, own.threads, share.caller, own, share.options, share.wanted, share.members)


async def read_share(share: Share, own: Api, done: Done, entrance: Entrance | None = None) -> Observation:
    """Read the accounts of a share; ``own`` asks as the caller, ``done`` is told of each account.

    ``entrance`` is given where somebody goes into accounts once more afterwards.
    """
    loop, started = asyncio.get_running_loop(), datetime.now(UTC)
    belonging = asyncio.ensure_future(_known(share.belonging))
    entrance = entrance or way_in(share, own)
    own.limits = entrance.limits(share.caller.account, loop.time())
    harvest = Harvest(own, belonging, lambda _: None, entrance, share.elsewhere)
    reading = _Reading(share, entrance, belonging, harvest, done)
    read = await reading.all()
    lost = [] if share.options.raise_unforeseen else await harvest.settled()
    sightings = tuple(seen for id in sorted(reading.sightings) for seen in reading.sightings[id])
    found = await inventory(share.caller.partition, dict(sorted(read.items())), sightings, harvest)
    scan = Scan(
        source="aws",
        callers=tuple(sorted({account.caller_arn for account in read.values() if account.caller_arn})),
        accounts=tuple(sorted(read)),
        regions=share.options.regions,
        roster=tuple(audited(read[id], known=True) for id in sorted(read)),
        notes=tuple(lost),
        started=started,
        finished=datetime.now(UTC),
        calls=entrance.calls,
    )
    return Observation(scan=scan, inventory=found)


async def _known(belonging: Belonging) -> Belonging:
    return belonging


def audited(account: Account, *, known: bool) -> Audited:
    """Return an account's row of the roster; ``known`` says whether the organization has it."""
    return Audited(
        id=account.id,
        name=account.name,
        state=account.state if known else "",
        problem=account.unread.reason if account.unread else "",
    )


class _Reading:
    """The accounts of a share while they are read."""

    def __init__(
        self,
        share: Share,
        entrance: Entrance,
        belonging: "asyncio.Future[Belonging]",
        harvest: Harvest,
        done: Done,
    ) -> None:
        self.share = share
        self.entrance = entrance
        self.belonging = belonging
        self.harvest = harvest
        self.done = done
        self.sightings: dict[str, tuple[Sighting, ...]] = {}

    async def all(self) -> dict[str, Account]:
        """Read all that was chosen, so many at a time."""
        slots = asyncio.Semaphore(self.share.wanted.accounts_at_once)

        async def one(member: Member) -> Account:
            async with slots:
                account = await self._account(member)
            self.done()
            return account

        read = await asyncio.gather(*(one(member) for member in self.share.chosen))
        return {account.id: account for account in read}

    async def _account(self, member: Member) -> Account:
        organization, management = await self.belonging
        told: dict[str, Any] = {"organization": organization, "management_account": management}
        if closed := CLOSED_STATES.get(member.standing):
            why = Unknown(f"{named(member)} {closed}", Cause.OUT_OF_SCOPE)
            unread = unread_account(member.id, why, name=line(member.name))
            return replace(unread, state=member.standing, **told)
        try:
            read = await self._entered(member)
        except CannotObserve:
            raise
        except Exception as error:
            # The one boundary of an account: what nobody foresaw must not end the audit of all others.
            if self.share.options.raise_unforeseen:
                raise
            reason = f"{named(member)} could not be read: {type(error).__name__}: {line(str(error))}"
            read = unread_account(member.id, Unknown(reason, Cause.UNFORESEEN))
        return replace(read, name=line(member.name), **told)

    async def _entered(self, member: Member) -> Account:
        api = await self.entrance.api(member.id)
        assert api is not None
        if api.closed:
            why = Unknown(api.closed.reason, api.closed.cause, Origin(account=member.id))
            return unread_account(member.id, why)
        view = View(api, self.harvest)
        account = await read_account(view, self.share.options, self.belonging)
        self.sightings[member.id] = await view.sightings(member.id)
        return account
