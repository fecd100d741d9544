"""Observes an organization: its accounts side by side over shared clients, what they name once over all.

No account waits for another: each has its own share of calls under way, and its own time. What cannot be
entered or is not read in time stays in the inventory as an account of which nothing, or not everything, is
known.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from checker.evidence import Cause, Known, Unknown
from checker.inventory import Account, Sighting
from checker.observation import Audited, CannotObserve, Observation, Scan
from checker.sources.aws import account as accounts
from checker.sources.aws.api import Api
from checker.sources.aws.calls.organization import CLOSED_STATES
from checker.sources.aws.clients import Clients
from checker.sources.aws.entering import Entrance, named
from checker.sources.aws.failures import line
from checker.sources.aws.harvest import Harvest, View
from checker.sources.aws.objects import Organization as Belonging
from checker.sources.aws.observe import inventory, read_account, unread_account, usable_clients
from checker.sources.aws.options import Options, Organization
from checker.sources.aws.organization import Member, Selection, select
from checker.sources.aws.threads import Threads

Tell = Callable[[str], None]


def observe_organization(options: Options, wanted: Organization, progress: Tell) -> Observation:
    """Read the accounts of the caller's organization that are wanted.

    Raise CannotObserve where nothing can be judged: no credentials, no organization, no right to list its
    accounts, no account left to read.
    """
    options = replace(options, retry_mode="standard")
    clients = usable_clients(options)
    threads = Threads(options.max_concurrency, "trailhold")
    try:
        return asyncio.run(_observe(options, wanted, clients, threads, progress))
    finally:
        threads.shutdown()


async def _observe(
    options: Options, wanted: Organization, clients: Clients, threads: Threads, progress: Tell
) -> Observation:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, _context: None)
    started = datetime.now(UTC)
    own = Api(clients, threads, loop.create_future())
    belonging = asyncio.create_task(accounts.read_organization(own))
    selecting = asyncio.create_task(select(own, wanted))
    warming = threads.start(clients.warm)
    warming.add_done_callback(lambda done: done.cancelled() or done.exception())
    caller = await accounts.read_identity(own)
    own.account = caller.account
    own.caller.set_result(caller)
    await _in_one(belonging, caller.account)
    selection = await selecting
    progress(f"{len(selection.chosen)} accounts as {caller.arn}")
    entrance = Entrance(clients, threads, caller, own, options, wanted, selection.members)
    own.limits = entrance.limits(caller.account, loop.time())
    fleet = _Fleet(options, entrance, belonging, Harvest(own, belonging, lambda _: None, entrance), progress)
    read = await fleet.read(selection)
    for id in selection.strangers:
        read[id] = await _stranger(id, belonging)
    sightings = tuple(seen for id in sorted(fleet.sightings) for seen in fleet.sightings[id])
    found = await inventory(caller.partition, dict(sorted(read.items())), sightings, fleet.harvest)
    scan = Scan(
        source="aws",
        callers=tuple(sorted({account.caller_arn for account in read.values() if account.caller_arn})),
        accounts=tuple(sorted(read)),
        regions=options.regions,
        roster=tuple(_audited(read[id], selection) for id in sorted(read)),
        notes=selection.notes,
        started=started,
        finished=datetime.now(UTC),
        calls=entrance.calls,
    )
    return Observation(scan=scan, inventory=found)


async def _in_one(belonging: "asyncio.Task[Belonging]", account: str) -> None:
    """Raise CannotObserve for an account that is known to stand alone."""
    organization, _ = await belonging
    if isinstance(organization, Known) and organization.content is None:
        raise CannotObserve(f"account {account} belongs to no organization: audit it without --org")


async def _stranger(id: str, belonging: "asyncio.Task[Belonging]") -> Account:
    """Return an account that was asked for by an id which the organization does not have."""
    organization, _ = await belonging
    name = organization.content if isinstance(organization, Known) else ""
    reason = f"account {id} is not in organization {name}: the id is wrong, or the account has left"
    return unread_account(id, Unknown(reason, Cause.ABSENT, organization.origin))


def _audited(account: Account, selection: Selection) -> Audited:
    known = account.id in selection.members
    return Audited(
        id=account.id,
        name=account.name,
        state=account.state if known else "",
        problem=account.unread.reason if account.unread else "",
    )


class _Fleet:
    """The accounts of one run while they are read."""

    def __init__(
        self,
        options: Options,
        entrance: Entrance,
        belonging: "asyncio.Task[Belonging]",
        harvest: Harvest,
        progress: Tell,
    ) -> None:
        self.options = options
        self.entrance = entrance
        self.belonging = belonging
        self.harvest = harvest
        self.progress = progress
        self.sightings: dict[str, tuple[Sighting, ...]] = {}

    async def read(self, selection: Selection) -> dict[str, Account]:
        """Read all that was chosen, so many at a time."""
        slots = asyncio.Semaphore(self.entrance.wanted.accounts_at_once)
        number, done = len(selection.chosen), 0

        async def one(member: Member) -> Account:
            nonlocal done
            async with slots:
                account = await self._account(member)
            done += 1
            self.progress(f"{done} of {number} accounts")
            return account

        read = await asyncio.gather(*(one(member) for member in selection.chosen))
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
            if self.options.raise_unforeseen:
                raise
            reason = f"{named(member)} could not be read: {type(error).__name__}: {line(str(error))}"
            read = unread_account(member.id, Unknown(reason, Cause.UNFORESEEN))
        return replace(read, name=line(member.name), **told)

    async def _entered(self, member: Member) -> Account:
        api = await self.entrance.api(member.id)
        assert api is not None
        if api.closed:
            return unread_account(member.id, Unknown(api.closed.reason, api.closed.cause))
        view = View(api, self.harvest)
        account = await read_account(view, self.options, self.belonging)
        self.sightings[member.id] = await view.sightings(member.id)
        return account
