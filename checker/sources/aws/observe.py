"""Observes one account: everything that can overlap does, and the longest chain of calls is five.

Who asks, which Regions there are, which organization it is and what the starting Region shows are asked at
once; the other Regions follow with the Region list, and a trail is followed as soon as any Region shows it.
The longest chain is Regions, trails, attached policies of the role, a policy, its default version.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from checker.evidence import Cause, Known, Unknown
from checker.inventory import Account, Discovery, Inventory
from checker.observation import CannotObserve, Observation, Scan
from checker.sources.aws import account as accounts
from checker.sources.aws.api import Api, Caller
from checker.sources.aws.clients import Clients
from checker.sources.aws.cloudtrail import discover
from checker.sources.aws.failures import UNUSABLE, line
from checker.sources.aws.harvest import Harvest, gathered
from checker.sources.aws.options import Options


def observe(options: Options, progress: Callable[[str], None]) -> Observation:
    """Read one account. Raise CannotObserve where nothing can be judged."""
    try:
        clients = Clients(options)
    except UNUSABLE as error:
        raise CannotObserve(
            f"the AWS configuration cannot be used ({line(str(error))}): check --profile and --region"
        ) from error
    threads = ThreadPoolExecutor(options.max_concurrency, "trailhold")
    try:
        return asyncio.run(_observe(options, clients, threads, progress))
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


async def _observe(
    options: Options, clients: Clients, threads: ThreadPoolExecutor, progress: Callable[[str], None]
) -> Observation:
    loop = asyncio.get_running_loop()
    # The first error is reported or raised; those of other tasks that it ends are not printed.
    loop.set_exception_handler(lambda _loop, _context: None)
    started = datetime.now(UTC)
    api = Api(clients, threads, loop.create_future())
    running = asyncio.create_task(_read(api, options, progress))
    threads.submit(clients.warm)
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
    )
    return Observation(scan=scan, inventory=inventory)


async def _read(api: Api, options: Options, progress: Callable[[str], None]) -> Inventory:
    harvest = Harvest(api, progress)
    start, scope = api.clients.region, options.regions
    early = [region for region in scope if api.clients.knows(region)] if scope else [start]
    discoveries = {region: asyncio.create_task(_discover(harvest, region)) for region in early}
    organization = asyncio.create_task(accounts.read_organization(api))
    block = asyncio.create_task(accounts.read_public_access_block(api))
    regions = await accounts.read_regions(api)
    caller = await api.caller
    _check_scope(scope, regions)
    for region in scope or _to_discover(regions, api, caller):
        if region not in discoveries:
            discoveries[region] = asyncio.create_task(_discover(harvest, region))
    progress(f"{len(discoveries)} Regions")
    found = await gathered(discoveries)
    trails, sightings = await harvest.trails(), await harvest.sightings(caller.account)
    in_organization, management = await organization
    account = Account(
        id=caller.account,
        caller_arn=caller.arn,
        regions=regions.enabled,
        scope=scope,
        discoveries=tuple(found.values()),
        public_access_block=await block,
        organization=in_organization,
        management_account=management,
    )
    return Inventory(
        partition=caller.partition,
        accounts={caller.account: account},
        trails=trails,
        sightings=sightings,
        buckets=await gathered(harvest.buckets),
        keys=await gathered(harvest.keys),
        log_groups=await gathered(harvest.log_groups),
        topics=await gathered(harvest.topics),
        roles=await gathered(harvest.roles),
        taken_at=datetime.now(UTC),
    )


async def _discover(harvest: Harvest, region: str) -> Discovery:
    discovery, shown = await discover(harvest.api, region)
    for trail in shown:
        harvest.add(trail)
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
    account = Account(
        id=caller.account,
        caller_arn=caller.arn,
        regions=why,
        discoveries=(Discovery(region=region, trail_arns=why),),
        public_access_block=why,
        organization=why,
        management_account=why,
    )
    return Inventory(
        partition=caller.partition, taken_at=datetime.now(UTC), accounts={caller.account: account}
    )
