"""Reads CloudTrail Lake: three lists a Region, and what they name; most accounts have none of it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from checker.evidence import Known, Observed, Unknown, derive
from checker.inventory import Channel, Dashboard, EventDataStore
from checker.sources.aws.api import Answer, Api, Caller, Target, malformed, unasked
from checker.sources.aws.arns import parse
from checker.sources.aws.calls import lake as calls
from checker.sources.aws.calls.call import NOTHING, Call
from checker.sources.aws.fields import anchored, optional, required
from checker.sources.aws.outdated import unread
from checker.sources.aws.selectors import advanced_of

T = TypeVar("T")

SERVICE_CHANNEL = "aws-service-channel/"


class Lake(NamedTuple):
    """What the Regions of one account have of it, by ARN."""

    stores: dict[str, EventDataStore]
    channels: dict[str, Channel]
    dashboards: dict[str, Dashboard]


class _Kind(NamedTuple):
    """A kind of thing that a Region lists."""

    call: Call
    field: str
    arn: str
    word: str
    """Of its ARN."""
    filter: Mapping[str, str] = NOTHING


STORES = _Kind(calls.STORES, "EventDataStores", "EventDataStoreArn", "eventdatastore")
CHANNELS = _Kind(calls.CHANNELS, "Channels", "ChannelArn", "channel")
DASHBOARDS = _Kind(calls.DASHBOARDS, "Dashboards", "DashboardArn", "dashboard", {"Type": "CUSTOM"})


async def read_lake(api: Api, regions: Iterable[str]) -> Lake:
    """Ask every Region at once, and read what each lists as soon as it lists it."""
    chosen = tuple(regions)
    stores, channels, dashboards = await asyncio.gather(
        _every(api, STORES, chosen, _store, unlisted_store),
        _every(api, CHANNELS, chosen, _channel, unlisted_channel),
        _every(api, DASHBOARDS, chosen, _dashboard, unlisted_dashboard),
    )
    return Lake(stores, channels, dashboards)


async def _every(
    api: Api,
    kind: _Kind,
    regions: Sequence[str],
    read: Callable[[Api, Target], Awaitable[T]],
    unlisted: Callable[[str, str, Unknown], T],
) -> dict[str, T]:
    """Read one kind of thing in all Regions; those that would not list theirs have one entry together."""
    if not api.asks(kind.call):
        caller = await api.caller
        arn = _anywhere(kind, caller)
        return {arn: unlisted(arn, caller.account, unasked(kind.call.action, caller.account))}
    asked = await asyncio.gather(*(_in_region(api, kind, region, read) for region in regions))
    found = {arn: one for listed in asked if not isinstance(listed, Unknown) for arn, one in listed.items()}
    closed = [listed for listed in asked if isinstance(listed, Unknown)]
    if closed:
        caller = await api.caller
        arn = _anywhere(kind, caller)
        found[arn] = unlisted(arn, caller.account, _together(closed))
    return dict(sorted(found.items()))


def _anywhere(kind: _Kind, caller: Caller) -> str:
    """Return what stands for all that an account may have of one kind."""
    return f"arn:{caller.partition}:cloudtrail:*:{caller.account}:{kind.word}/*"


def _together(closed: Sequence[Unknown]) -> Unknown:
    others = len(closed) - 1
    if not others:
        return closed[0]
    regions = "another Region" if others == 1 else f"{others} other Regions"
    return replace(closed[0], reason=f"{closed[0].reason}; {regions} did not answer either")


async def _in_region(
    api: Api, kind: _Kind, region: str, read: Callable[[Api, Target], Awaitable[T]]
) -> dict[str, T] | Unknown:
    answer = await api.ask_all(kind.call, Target(name=f"Region {region}", region=region), kind.filter)
    entries = required(answer, kind.field, list[dict[str, Any]])
    if isinstance(entries, Unknown):
        return entries
    arns = [entry.get(kind.arn) for entry in entries.content]
    targets = [_target(arn, kind) for arn in arns]
    if not all(targets):
        return malformed(entries.origin, f"an entry without a valid {kind.arn}")
    named = [target for target in targets if target]
    things = await asyncio.gather(*(read(api, target) for target in named))
    return {_arn(target): thing for target, thing in zip(named, things, strict=True)}


def _target(arn: object, kind: _Kind) -> Target | None:
    parts = parse(arn) if isinstance(arn, str) else None
    if parts is None or not (parts.account and parts.region):
        return None
    return Target(name=f"{kind.word} {arn}", region=parts.region, owner=parts.account)


def _arn(target: Target) -> str:
    return target.name.partition(" ")[2]


async def _store(api: Api, target: Target) -> EventDataStore:
    arn = _arn(target)
    answer, policies = await asyncio.gather(
        api.ask(calls.STORE, target, {"EventDataStore": arn}),
        api.ask(calls.RESOURCE_POLICY, target, {"ResourceArn": arn}),
    )
    answer, policies = anchored(answer, "EventDataStoreArn"), anchored(policies, "ResourceArn")
    return EventDataStore(
        arn=arn,
        account=target.owner,
        region=target.region,
        name=required(answer, "Name", str),
        status=required(answer, "Status", str),
        selectors=advanced_of(answer),
        multi_region=required(answer, "MultiRegionEnabled", bool),
        organization=required(answer, "OrganizationEnabled", bool),
        retention_days=required(answer, "RetentionPeriod", int),
        termination_protection=required(answer, "TerminationProtectionEnabled", bool),
        kms_key_id=optional(answer, "KmsKeyId", str),
        federation_role=_federation(answer),
        policy=optional(policies, "ResourcePolicy", str),
        delegated_policy=_delegated(api, policies, target.region),
    )


def _delegated(api: Api, policies: Observed[Answer], region: str) -> Observed[str | None]:
    """Read what CloudTrail grants by itself, which an older botocore drops from the answer."""
    told = optional(policies, "DelegatedAdminResourcePolicy", str)
    if isinstance(told, Unknown) or told.content is not None:
        return told
    client = api.clients.get("cloudtrail", region)
    return unread(client, "GetResourcePolicyResponse", "DelegatedAdminResourcePolicy", told.origin) or told


def _federation(answer: Observed[Answer]) -> Observed[str | None]:
    """Read the role of a federated store; a role that is left over from before opens nothing."""
    status = optional(answer, "FederationStatus", str)
    if isinstance(status, Known) and status.content in (None, "DISABLED"):
        return derive(status, lambda _: None)
    return optional(answer, "FederationRoleArn", str)


class _Destination(Struct, frozen=True, rename="pascal"):
    location: str


async def _channel(api: Api, target: Target) -> Channel:
    arn = _arn(target)
    answer = anchored(await api.ask(calls.CHANNEL, target, {"Channel": arn}), "ChannelArn")
    name = required(answer, "Name", str)
    policy: Observed[str | None]
    if isinstance(name, Known) and name.content.startswith(SERVICE_CHANNEL):
        policy = derive(name, lambda _: None)
    else:
        answered = await api.ask(calls.RESOURCE_POLICY, target, {"ResourceArn": arn})
        policy = optional(anchored(answered, "ResourceArn"), "ResourcePolicy", str)
    found = optional(answer, "Destinations", tuple[_Destination, ...])
    return Channel(
        arn=arn,
        account=target.owner,
        region=target.region,
        name=name,
        destinations=derive(found, lambda raw: tuple(one.location for one in raw or ())),
        policy=policy,
    )


async def _dashboard(api: Api, target: Target) -> Dashboard:
    arn = _arn(target)
    answered = await api.ask(calls.RESOURCE_POLICY, target, {"ResourceArn": arn})
    policy = optional(anchored(answered, "ResourceArn"), "ResourcePolicy", str)
    return Dashboard(arn=arn, account=target.owner, region=target.region, policy=policy)


def unlisted_store(arn: str, account: str, why: Unknown) -> EventDataStore:
    """Stand for the event data stores that could not be listed."""
    return EventDataStore(
        arn=arn,
        account=account,
        region="",
        name=why,
        status=why,
        selectors=why,
        multi_region=why,
        organization=why,
        retention_days=why,
        termination_protection=why,
        kms_key_id=why,
        federation_role=why,
        policy=why,
        delegated_policy=why,
    )


def unlisted_channel(arn: str, account: str, why: Unknown) -> Channel:
    """Stand for the channels that could not be listed."""
    return Channel(arn=arn, account=account, region="", name=why, destinations=why, policy=why)


def unlisted_dashboard(arn: str, account: str, why: Unknown) -> Dashboard:
    """Stand for the dashboards that could not be listed."""
    return Dashboard(arn=arn, account=account, region="", policy=why)
