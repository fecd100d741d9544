"""Reads a log group that a trail delivers to, with its metric filters and the alarms on their metrics."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from checker.evidence import Known, Observed, Origin, Unknown, derive
from checker.inventory import LogGroup
from checker.sources.aws.alarms import RegionAlarms, feeding, read_filters
from checker.sources.aws.api import Answer, Api, Target, elsewhere, malformed, missing
from checker.sources.aws.arns import Arn, parse
from checker.sources.aws.calls import cloudtrail as trails
from checker.sources.aws.calls import logs as calls
from checker.sources.aws.fields import optional, required
from checker.sources.aws.log_policies import (
    RegionPolicies,
    read_own_policies,
    read_subscription_filters,
)
from checker.sources.aws.outdated import unread
from checker.sources.subscribing import joined


async def read_log_group(
    api: Api,
    arn: str,
    alarms_of: Callable[[str], Awaitable[RegionAlarms]],
    policies_of: Callable[[str], Awaitable[RegionPolicies]],
) -> LogGroup:
    """Read a log group by its ARN without ``:*``; ``alarms_of`` and ``policies_of`` return a Region's."""
    caller = await api.caller
    parts = parse(arn)
    if parts is None:
        origin = Origin(
            action=trails.TRAILS.action, field="CloudWatchLogsLogGroupArn", account=caller.account
        )
        return _unread(arn, Arn("", "", "", "", arn), malformed(origin, "an ARN of a log group that is none"))
    target = Target(name=f"log group {arn}", region=parts.region, owner=parts.account)
    if parts.account != caller.account:
        # A group of the same name may exist here, and would be somebody else's.
        origin = Origin(action=calls.LOG_GROUPS.action, account=caller.account, region=parts.region)
        return _unread(arn, parts, elsewhere(target, origin))
    name = _name(parts)
    group, filters, alarms, subscribed, attached, policies = await asyncio.gather(
        _described(api, target, name),
        read_filters(api, target, name),
        alarms_of(parts.region),
        read_subscription_filters(api, target, name),
        read_own_policies(api, target, arn),
        policies_of(parts.region),
    )
    if isinstance(group, Known) and group.content is None:
        nothing = missing(target, group.origin)
        return replace(_unread(arn, parts, nothing), exists=Known(False, group.origin))
    looking = feeding(alarms, filters)
    return LogGroup(
        arn=arn,
        name=name,
        account=parts.account,
        region=parts.region,
        exists=derive(group, lambda _: True),
        retention_days=optional(group, "retentionInDays", int),
        kms_key_id=optional(group, "kmsKeyId", str),
        log_class=derive(optional(group, "logGroupClass", str), lambda kind: kind or "STANDARD"),
        deletion_protection=_protected(api, group, parts.region),
        metric_filters=filters,
        alarms=looking.metric,
        composites=looking.composite,
        mutes=looking.mutes,
        subscription_filters=joined(name, subscribed, policies.subscribing),
        region_policies=policies.resource,
        own_policies=attached,
    )


def _protected(api: Api, group: Observed[Answer], region: str) -> Observed[bool]:
    """Read deletion protection, which an older botocore drops from the answer."""
    told = optional(group, "deletionProtectionEnabled", bool)
    if isinstance(told, Known) and told.content is None:
        client = api.clients.get("logs", region)
        dropped = unread(client, "LogGroup", "deletionProtectionEnabled", told.origin)
        return dropped or Known(False, told.origin)
    return derive(told, bool)


def _name(parts: Arn) -> str:
    return parts.resource.removeprefix("log-group:")


def _unread(arn: str, parts: Arn, why: Unknown) -> LogGroup:
    return LogGroup(
        arn=arn,
        name=_name(parts),
        account=parts.account,
        region=parts.region,
        exists=why,
        retention_days=why,
        kms_key_id=why,
        log_class=why,
        deletion_protection=why,
        metric_filters=why,
        alarms=why,
        composites=why,
        mutes=why,
        subscription_filters=why,
        region_policies=why,
        own_policies=why,
    )


class _Named(Struct, frozen=True):
    logGroupName: str


async def _described(api: Api, target: Target, name: str) -> Observed[Answer]:
    """Find the group among those whose name starts like its own; None when it is not there."""
    answer = await api.ask_all(calls.LOG_GROUPS, target, {"logGroupNamePrefix": name})
    groups = required(answer, "logGroups", list[dict[str, Any]])
    named = required(answer, "logGroups", list[_Named])
    if isinstance(named, Unknown):
        return named  # a name that is none would look like a group that is not there
    return derive(groups, lambda found: next((g for g in found if g.get("logGroupName") == name), None))
