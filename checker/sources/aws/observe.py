"""Observes one account: everything that can overlap does, and the longest chain of calls is five.

Who asks, which Regions there are, which organization it is and what the starting Region shows are asked at
once; the other Regions follow with the Region list, and a trail is followed as soon as any Region shows it.
The longest chain is Regions, trails, attached policies of the role, a policy, its default version.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec.structs import replace

from checker.evidence import Cause, Known, Observed, Unknown
from checker.inventory import Account, Discovery, Inventory, Sighting
from checker.inventory.account import NOT_READ
from checker.inventory.organization import Organization as Governed
from checker.observation import CannotObserve, Observation, Scan
from checker.sources.aws import account as accounts
from checker.sources.aws import principals
from checker.sources.aws.aliases import Enter, with_aliases
from checker.sources.aws.api import Api, Caller
from checker.sources.aws.clients import Clients
from checker.sources.aws.cloudtrail import discover
from checker.sources.aws.failures import UNUSABLE, line
from checker.sources.aws.governance import (
    needs_trail_role,
    read_governance,
    read_trail_role,
    with_s3_policies,
)
from checker.sources.aws.harvest import Harvest
from checker.sources.aws.iam import read_sharing_trust
from checker.sources.aws.merge import notes_on
from checker.sources.aws.objects import Organization
from checker.sources.aws.options import Options
from checker.sources.aws.threads import Threads
from checker.sources.aws.view import View, gathered
from checker.sources.aws.watching import wanted


def observe(options: Options, progress: Callable[[str], None], clients: Clients | None = None) -> Observation:
    """Read one account, with clients that are there already or new ones.

    Raise CannotObserve where nothing can be judged.
    """
    clients = clients or usable_clients(options)
    threads = Threads(options.max_concurrency, "trailhold")
    try:
        return asyncio.run(_observe(options, clients, threads, progress))
    finally:
        threads.shutdown()


def usable_clients(options: Options) -> Clients:
    """Return the clients; raise CannotObserve for a configuration that botocore refuses."""
    try:
        return Clients(options)
    except UNUSABLE as error:
        raise CannotObserve(
            f"the AWS configuration cannot be used ({line(str(error))}): check --profile and --region"
        ) from error


async def _observe(
    options: Options, clients: Clients, threads: Threads, progress: Callable[[str], None]
) -> Observation:
    loop = asyncio.get_running_loop()
    # The first error is reported or raised; those of other tasks that it ends are not printed.
    loop.set_exception_handler(lambda _loop, _context: None)
    started = datetime.now(UTC)
    api = Api(clients, threads, loop.create_future(), reads=options.reads)
    running = asyncio.create_task(_read(api, options, progress))
    warming = threads.start(clients.warm)
    warming.add_done_callback(lambda done: done.cancelled() or done.exception())
    caller = await accounts.read_identity(api)
    progress(f"account {caller.account} as {caller.arn}")
    api.caller.set_result(caller)
    try:
        inventory = await running
    except CannotObserve:
        raise
    except Exception as error:
        # The one boundary of an account: an error that nobody foresaw must not end the audit of all others.
        if options.raise_unforeseen:
            raise
        inventory = _unread(caller, clients.region, error)
    scan = Scan(
        source="aws",
        callers=(caller.arn,),
        accounts=(caller.account,),
        regions=options.regions,
        started=started,
        finished=datetime.now(UTC),
        calls=api.calls,
        notes=notes_on(inventory),
    )
    return Observation(scan=scan, inventory=inventory)


async def _read(api: Api, options: Options, progress: Callable[[str], None]) -> Inventory:
    organization = asyncio.create_task(accounts.read_organization(api))
    governing = asyncio.create_task(read_governance(api, organization, options.reads, alone=True))
    harvest = Harvest(api, organization, progress)
    view = View(api, harvest)
    account = await read_account(view, options, organization, progress)
    account = replace(account, feature_set=await accounts.read_feature_set(api))
    sightings = await view.sightings(account.id)
    partition = (await api.caller).partition
    found = await inventory(partition, {account.id: account}, sightings, harvest)

    async def enter(_: str) -> Api:
        return api

    return await governed(api, found, await governing, options, enter)


async def governed(
    api: Api, found: Inventory, organization: Governed | None, options: Options, enter: Enter
) -> Inventory:
    """Add the organization, and what is known of it only after everything else."""
    if organization is None:
        return found
    governing, named = await asyncio.gather(
        with_s3_policies(api, organization, found, options.reads),
        with_aliases(found, organization, enter, api),
    )
    return replace(named, organizations={governing.id: governing})


async def read_account(
    view: View,
    options: Options,
    organization: "asyncio.Future[Organization]",
    progress: Callable[[str], None] = lambda _: None,
) -> Account:
    """Read an account with all its Regions; what its trails name is left to the harvest.

    Raise CannotObserve for a Region that does not exist.
    """
    api, start, scope = view.api, view.api.clients.region, options.regions
    early = [region for region in scope if api.clients.knows(region)] if scope else [start]
    discoveries = {region: asyncio.create_task(_discover(view, region)) for region in early}
    block = asyncio.create_task(accounts.read_public_access_block(api))
    sharing = asyncio.create_task(read_sharing_trust(api))
    if principals.wanted(options.reads):
        view.harvest.add_principals(api)
    role = asyncio.create_task(_trail_role(api, organization, options))
    regions = await accounts.read_regions(api)
    caller = await api.caller
    _check_scope(scope, regions)
    for region in scope or _to_discover(regions, api, caller):
        if region not in discoveries:
            discoveries[region] = asyncio.create_task(_discover(view, region))
    if wanted(options.reads):
        for region in discoveries:
            view.harvest.look_back(api, caller.account, region, options.history_pause)
    view.harvest.add_lake(api, caller.account, discoveries)
    progress(f"{len(discoveries)} Regions")
    found = await gathered(discoveries)
    in_organization, management = await organization
    return Account(
        id=caller.account,
        caller_arn=caller.arn,
        regions=regions.enabled,
        scope=scope,
        discoveries=tuple(found.values()),
        public_access_block=await block,
        organization=in_organization,
        management_account=management,
        default_regions=regions.default,
        trail_role=await role,
        sharing_trust=await sharing,
    )


async def _trail_role(
    api: Api, organization: "asyncio.Future[Organization]", options: Options
) -> Observed[bool]:
    """Ask for CloudTrail's role in the management account, the only one that has to have it."""
    if not needs_trail_role(options.reads):
        return NOT_READ
    _, management = await organization
    if getattr(management, "content", None) != (await api.caller).account:
        return NOT_READ
    return await read_trail_role(api)


async def inventory(
    partition: str,
    read: dict[str, Account],
    sightings: tuple[Sighting, ...],
    harvest: Harvest,
) -> Inventory:
    """Wait for all that the harvest reads, and put the inventory together."""
    trails, lake = await harvest.trails(), await harvest.lake()
    return Inventory(
        partition=partition,
        accounts=read,
        trails=trails,
        sightings=sightings,
        buckets=await gathered(harvest.buckets),
        linked_buckets=await gathered(harvest.linked_buckets),
        objects={found.id: found for found in (await gathered(harvest.objects)).values()},
        keys=await gathered(harvest.keys),
        log_groups=await gathered(harvest.log_groups),
        topics=await gathered(harvest.topics),
        watches=await harvest.watches(),
        alert_topics=await gathered(harvest.alert_topics),
        principals={found.account: found for found in (await gathered(harvest.principals)).values()},
        roles=await gathered(harvest.roles),
        event_data_stores=lake.stores,
        channels=lake.channels,
        dashboards=lake.dashboards,
        taken_at=datetime.now(UTC),
    )


async def _discover(view: View, region: str) -> Discovery:
    discovery, shown = await discover(view.api, region)
    for trail in shown:
        view.add(trail)
    return discovery


def _check_scope(scope: tuple[str, ...], regions: accounts.Regions) -> None:
    """Raise CannotObserve for a Region that does not exist, closed ones included."""
    strange = sorted(set(scope) - regions.existing)
    if strange and regions.existing:
        raise CannotObserve(f"there is no Region {', '.join(strange)}: choose among those that AWS lists")


def _to_discover(regions: accounts.Regions, api: Api, caller: Caller) -> list[str]:
    """Return the enabled Regions, or all that botocore knows when AWS does not tell."""
    if isinstance(regions.enabled, Known):
        return list(regions.enabled.content)
    return api.clients.known_regions(caller.partition)


def _unread(caller: Caller, region: str, error: Exception) -> Inventory:
    """Return an account of which nothing is known."""
    reason = f"account {caller.account} could not be read: {type(error).__name__}: {line(str(error))}"
    why = Unknown(reason, Cause.UNDECIDED)
    account = replace(
        unread_account(caller.account, why, caller_arn=caller.arn),
        discoveries=(Discovery(region=region, trail_arns=why),),
    )
    return Inventory(
        partition=caller.partition, taken_at=datetime.now(UTC), accounts={caller.account: account}
    )


def unread_account(id: str, why: Unknown, *, name: str = "", caller_arn: str = "") -> Account:
    """Return an account of which nothing is known, and why."""
    return Account(
        id=id,
        name=name,
        caller_arn=caller_arn,
        regions=why,
        discoveries=(),
        public_access_block=why,
        organization=why,
        management_account=why,
        feature_set=why,
        default_regions=why,
        trail_role=why,
        sharing_trust=why,
    )
