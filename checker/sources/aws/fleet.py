"""Observes an organization: its accounts side by side over shared clients, what they name once over all.

No account waits for another: each has its own share of calls under way, and its own time. What cannot be
entered or is not read in time stays in the inventory as an account of which nothing, or not everything, is
known. Many accounts are shared out among as many processes as there are cores.
"""

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec.structs import replace

from checker.evidence import Cause, Known, Observed, Origin, Unknown
from checker.inventory import Account, Inventory
from checker.observation import CannotObserve, Observation
from checker.sources.aws import account as accounts
from checker.sources.aws.api import Api
from checker.sources.aws.clients import Clients
from checker.sources.aws.entering import Entrance
from checker.sources.aws.governance import needs_trail_role, read_governance, read_trail_role
from checker.sources.aws.harvest import ELSEWHERE
from checker.sources.aws.merge import merge, notes_on
from checker.sources.aws.observe import governed, unread_account, usable_clients
from checker.sources.aws.options import Options, Organization
from checker.sources.aws.organization import Selection, select
from checker.sources.aws.share import Done, Share, audited, read_share, way_in
from checker.sources.aws.threads import Threads
from checker.sources.aws.workers import Died, Keys, exportable, read_apart

Tell = Callable[[str], None]

THREADS = 64
"""Calls that a process has under way unless told otherwise. A call costs the same CPU with 16 and with 96,
and at 50 ms a call half as many could not keep a core busy."""
WORTH_A_PROCESS = 25
"""Accounts: fewer are read faster than another process starts (about a second of CPU)."""


def observe_organization(options: Options, wanted: Organization, progress: Tell) -> Observation:
    """Read the accounts of the caller's organization that are wanted.

    Raise CannotObserve where nothing can be judged: no credentials, no organization, no right to list its
    accounts, no account left to read.
    """
    options = replace(options, retry_mode="standard")
    clients = usable_clients(options)
    told = options.max_concurrency != Options().max_concurrency
    threads = Threads(options.max_concurrency if told else THREADS, "trailhold")
    try:
        return asyncio.run(_observe(options, wanted, clients, threads, progress))
    finally:
        threads.shutdown()


async def _observe(
    options: Options, wanted: Organization, clients: Clients, threads: Threads, progress: Tell
) -> Observation:
    loop, started = asyncio.get_running_loop(), datetime.now(UTC)
    loop.set_exception_handler(lambda _loop, _context: None)
    own = Api(clients, threads, loop.create_future(), reads=options.reads)
    belonging = asyncio.create_task(accounts.read_organization(own))
    selecting = asyncio.create_task(select(own, wanted))
    governing = asyncio.create_task(read_governance(own, belonging, options.reads, alone=False))
    warming = threads.start(clients.warm)
    warming.add_done_callback(lambda done: done.cancelled() or done.exception())
    caller = await accounts.read_identity(own)
    own.account = caller.account
    own.caller.set_result(caller)
    organization, management = await belonging
    if isinstance(organization, Known) and organization.content is None:
        raise CannotObserve(f"account {caller.account} belongs to no organization: audit it without --org")
    selection = await selecting
    progress(f"{len(selection.chosen)} accounts as {caller.arn}")
    whole = Share(
        options=options,
        wanted=wanted,
        caller=caller,
        belonging=(organization, management),
        chosen=selection.chosen,
        members=selection.members,
    )
    entrance = way_in(whole, own)
    observation = await _read(whole, own, _counting(progress, len(selection.chosen)), entrance)
    features = await accounts.read_feature_set(own)
    calls = entrance.calls
    found = _featured(observation.inventory, features)
    found = await governed(own, found, await governing, options, entrance.api)
    found = await _with_trail_role(found, entrance, options)
    scan = replace(observation.scan, calls=observation.scan.calls + entrance.calls - calls)
    return _completed(Observation(scan=scan, inventory=found), selection, organization, started)


async def _with_trail_role(found: Inventory, entrance: Entrance, options: Options) -> Inventory:
    """Ask for CloudTrail's role in a management account that was left out of the audit."""
    organizations = dict(found.organizations)
    for id, one in organizations.items():
        if one.management_account in found.accounts or not needs_trail_role(options.reads):
            continue
        if api := await entrance.api(one.management_account):
            organizations[id] = replace(one, trail_role=await read_trail_role(api))
    return replace(found, organizations=organizations)


def _featured(found: Inventory, features: Observed[str | None]) -> Inventory:
    """Add to every account what was asked once."""
    return replace(
        found, accounts={id: replace(one, feature_set=features) for id, one in found.accounts.items()}
    )


def _counting(progress: Tell, number: int) -> Done:
    count = 0

    def done() -> None:
        nonlocal count
        count += 1
        progress(f"{min(count, number)} of {number} accounts")

    return done


async def _read(whole: Share, own: Api, done: Done, entrance: Entrance) -> Observation:
    """Read all accounts, in processes where that is worth it and possible."""
    shares = shared_out(whole, processes(whole))
    keys = exportable(own.clients) if len(shares) > 1 else None
    if keys is None:
        return await read_share(whole, own, done, entrance)
    first, *others = shares
    apart = (_apart(share, keys, own, done) for share in others)
    observations = list(await asyncio.gather(read_share(first, own, done, entrance), *apart))
    merged = merge(observations)
    if any(_left_out(trail.selectors) for trail in merged.inventory.trails.values()):
        # The process that reads its owner did not see a trail, and so nobody followed it.
        return await read_share(whole, own, lambda: None)
    return merged


async def _apart(share: Share, keys: Keys, own: Api, done: Done) -> Observation:
    try:
        return await read_apart(share, keys, own.threads, done)
    except Died:
        return await read_share(share, own, done)


def _left_out(selectors: Observed[object]) -> bool:
    return isinstance(selectors, Unknown) and selectors.reason == ELSEWHERE.reason


def processes(whole: Share) -> int:
    """Return how many processes to read with: the cores that there are, as far as they are worth it."""
    if whole.wanted.processes:
        return whole.wanted.processes
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, len(whole.chosen) // WORTH_A_PROCESS))


def shared_out(whole: Share, number: int) -> list[Share]:
    """Share the accounts out evenly; the first share has the caller's and the management account."""
    management = getattr(whole.belonging[1], "content", None)
    first = (whole.caller.account, management)
    ordered = sorted(whole.chosen, key=lambda member: member.id not in first)
    parts = [tuple(ordered[start::number]) for start in range(number)]
    every = {member.id for member in whole.chosen}
    told = whole.options.max_concurrency != Options().max_concurrency
    at_once = max(whole.options.max_concurrency // number, 1) if told else THREADS
    return [
        replace(
            whole,
            options=replace(whole.options, max_concurrency=at_once),
            chosen=part,
            elsewhere=frozenset(every - {member.id for member in part}),
        )
        for part in parts
        if part
    ]


def _completed(
    observation: Observation, selection: Selection, organization: Observed[str | None], started: datetime
) -> Observation:
    """Add what is known without a call: ids that the organization does not have, and notes."""
    scan, found = observation.scan, observation.inventory
    strangers = {id: _stranger(id, organization) for id in selection.strangers}
    roster = [*scan.roster, *(audited(account, known=False) for account in strangers.values())]
    return Observation(
        scan=replace(
            scan,
            accounts=tuple(sorted({*scan.accounts, *strangers})),
            roster=tuple(sorted(roster, key=lambda row: row.id)),
            notes=tuple(dict.fromkeys((*selection.notes, *notes_on(found), *scan.notes))),
            units=dict(selection.units),
            started=started,
        ),
        inventory=replace(found, accounts=dict(sorted({**found.accounts, **strangers}.items()))),
    )


def _stranger(id: str, organization: Observed[str | None]) -> Account:
    """Return an account that was asked for by an id which the organization does not have."""
    name = f"organization {organization.content}" if isinstance(organization, Known) else "the organization"
    reason = f"account {id} is not in {name}: the id is wrong, or the account has left"
    return unread_account(id, Unknown(reason, Cause.NOT_ENTERED, Origin(account=id)))
