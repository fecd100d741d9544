"""Asks who the caller is to its organization: four calls, before anything is audited."""

import asyncio

from checker.evidence import Known, Observed, Unknown, derive
from checker.observation import Standing
from checker.sources.aws import account as accounts
from checker.sources.aws.api import Api, Target
from checker.sources.aws.calls import organization as calls
from checker.sources.aws.clients import Clients
from checker.sources.aws.fields import required
from checker.sources.aws.observe import usable_clients
from checker.sources.aws.options import Options
from checker.sources.aws.threads import Threads


def read(options: Options) -> Standing:
    """Ask; raise CannotObserve without credentials that AWS knows."""
    clients = usable_clients(options)
    threads = Threads(options.max_concurrency, "trailhold")
    try:
        return asyncio.run(_read(clients, threads))
    finally:
        threads.shutdown()


async def _read(clients: Clients, threads: Threads) -> Standing:
    api = Api(clients, threads, asyncio.get_running_loop().create_future())
    caller = await accounts.read_identity(api)
    api.caller.set_result(caller)
    organization, management = await accounts.read_organization(api)
    if isinstance(organization, Known) and organization.content is None:
        listed: Observed[int] = derive(organization, lambda _: 0)
        trusted: Observed[tuple[str, ...]] = derive(organization, lambda _: ())
    else:
        listed, trusted = await asyncio.gather(_listed(api), _trusted(api))
    return Standing(
        account=caller.account,
        caller=caller.arn,
        organization=organization,
        management=management,
        listed=listed,
        trusted=trusted,
    )


async def _listed(api: Api) -> Observed[int]:
    """Ask for one page: whether the accounts may be listed is all that matters here."""
    answer = await api.ask(calls.ACCOUNTS, Target(name="the organization", region=api.clients.region))
    return derive(required(answer, "Accounts", list[dict[str, object]]), len)


async def _trusted(api: Api) -> Observed[tuple[str, ...]]:
    target = Target(name="the organization", region=api.clients.region)
    answer = await api.ask_all(calls.TRUSTED_SERVICES, target)
    found = required(answer, "EnabledServicePrincipals", list[dict[str, object]])
    if isinstance(found, Unknown):
        return found
    return Known(tuple(sorted(str(each.get("ServicePrincipal")) for each in found.content)), found.origin)
