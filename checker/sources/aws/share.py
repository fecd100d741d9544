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
from checker.sources.aws.harvest import Harvest
from checker.sources.aws.objects import Organization as Belonging
from checker.sources.aws.observe import inventory, read_account, unread_account
from checker.sources.aws.options import Options, Organization
from checker.sources.aws.organization import Member, named
from checker.sources.aws.view import View

Done = Callable[[], None]
Take = Callable[[Account, tuple[Sighting, ...]], None]
"""Takes an account and where it sees trails, as soon as they are read; the share keeps them no longer."""


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


async def read_share(
    share: Share, own: Api, done: Done, entrance: Entrance | None = None, take: Take | None = None
) -> Observation:
    """Read the accounts of a share; ``own`` asks as the caller, ``done`` is told of each account.

    ``entrance`` is given where somebody goes into accounts once more afterwards. What there is somebody to
    ``take`` is missing from the observation.
    """
    loop, started = asyncio.get_running_loop(), datetime.now(UTC)
    belonging = asyncio.ensure_future(_known(share.belonging))
    entrance = entrance or way_in(share, own)
    own.limits = entrance.limits(share.caller.account, loop.time())
    harvest = Harvest(own, belonging, lambda _: None, entrance, share.elsewhere)
    reading = _Reading(share, entrance, belonging, harvest, take)
    await reading.all(done)
    lost = [] if share.options.raise_unforeseen else await harvest.settled()
    sightings = tuple(seen for id in sorted(reading.sightings) for seen in reading.sightings[id])
    accounts = dict(sorted(reading.accounts.items()))
    found = await inventory(share.caller.partition, accounts, sightings, harvest)
    roster = tuple(sorted(reading.roster, key=lambda row: row.id))
    scan = Scan(
        source="aws",
        callers=tuple(sorted(reading.callers)),
        accounts=tuple(row.id for row in roster),
        regions=share.options.regions,
        roster=roster,
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
        take: Take | None,
    ) -> None:
        self.share = share
        self.entrance = entrance
        self.belonging = belonging
        self.harvest = harvest
        self.take = take or self._keep
        self.accounts: dict[str, Account] = {}
        self.sightings: dict[str, tuple[Sighting, ...]] = {}
        """By account, as far as nobody has taken them."""
        self.roster: list[Audited] = []
        self.callers: set[str] = set()

    async def all(self, done: Done) -> None:
        """Read all that was chosen, so many at a time."""
        slots = asyncio.Semaphore(self.share.wanted.accounts_at_once)

        async def one(member: Member) -> None:
            async with slots:
                account, seen = await self._account(member)
            self.roster.append(audited(account, known=True))
            self.callers |= {account.caller_arn} - {""}
            self.take(account, seen)
            done()

        await asyncio.gather(*(one(member) for member in self.share.chosen))

    def _keep(self, account: Account, seen: tuple[Sighting, ...]) -> None:
        self.accounts[account.id], self.sightings[account.id] = account, seen

    async def _account(self, member: Member) -> tuple[Account, tuple[Sighting, ...]]:
        organization, management = await self.belonging
        told: dict[str, Any] = {"organization": organization, "management_account": management}
        if closed := CLOSED_STATES.get(member.standing):
            why = Unknown(f"{named(member)} {closed}", Cause.OUT_OF_SCOPE)
            unread = unread_account(member.id, why, name=line(member.name))
            return replace(unread, state=member.standing, **told), ()
        try:
            read, seen = await self._entered(member)
        except CannotObserve:
            raise
        except Exception as error:
            # The one boundary of an account: what nobody foresaw must not end the audit of all others.
            if self.share.options.raise_unforeseen:
                raise
            reason = f"{named(member)} could not be read: {type(error).__name__}: {line(str(error))}"
            read, seen = unread_account(member.id, Unknown(reason, Cause.UNFORESEEN)), ()
        return replace(read, name=line(member.name), **told), seen

    async def _entered(self, member: Member) -> tuple[Account, tuple[Sighting, ...]]:
        api = await self.entrance.api(member.id)
        assert api is not None
        if api.closed:
            why = Unknown(api.closed.reason, api.closed.cause, Origin(account=member.id))
            return unread_account(member.id, why), ()
        view = View(api, self.harvest)
        account = await read_account(view, self.share.options, self.belonging)
        return account, await view.sightings(member.id)
