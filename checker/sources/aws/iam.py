"""Reads the role with which CloudTrail writes to a log group: its trust, its policies, its boundary."""

import asyncio
import json
from collections.abc import Iterable
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from checker.evidence import Known, Observed, Origin, Unknown, derive
from checker.inventory import Role, RolePolicy
from checker.sources.aws.api import Answer, Api, Target, elsewhere, malformed, missing
from checker.sources.aws.arns import parse
from checker.sources.aws.calls import iam as calls
from checker.sources.aws.fields import anchored, optional, required


class _Attached(Struct, frozen=True, rename="pascal"):
    policy_name: str
    policy_arn: str


async def read_role(api: Api, arn: str) -> Role:
    """Read a role of the caller's own account: IAM asks for a name, which means another role elsewhere."""
    caller = await api.caller
    parts = parse(arn)
    account = parts.account if parts else ""
    if parts is None or account != caller.account:
        target = Target(name=f"role {arn}", region=api.clients.region, owner=account)
        origin = Origin(action=calls.ROLE.action, account=caller.account, region=target.region)
        why = elsewhere(target, origin) if parts else malformed(origin, "a role that is no ARN")
        return _unread(arn, account, why)
    target = Target(name=f"role {arn}", region=api.clients.region, owner=account)
    answer, inline, attached = await asyncio.gather(
        api.ask(calls.ROLE, target, {"RoleName": parts.name}),
        _inline(api, target, parts.name),
        _attached(api, target, parts.name),
    )
    if isinstance(answer, Known) and answer.content is None:
        return replace(
            _unread(arn, account, missing(target, answer.origin)), exists=Known(False, answer.origin)
        )
    role = anchored(answer, "Role.Arn")
    listed = replace(answer.origin, action=calls.ROLE_INLINE.action)
    return Role(
        arn=arn,
        account=account,
        exists=derive(role, lambda _: True),
        trust_policy=_document(role, "Role.AssumeRolePolicyDocument"),
        policies=_together((*inline, *attached), listed),
        permissions_boundary=optional(role, "Role.PermissionsBoundary.PermissionsBoundaryArn", str),
    )


async def read_sharing_trust(api: Api) -> Observed[str | None]:
    """Read whom the role trusts that lets others look into CloudWatch; None without the role."""
    name = calls.SHARING_ROLE
    target = Target(name=f"role {name}", region=api.clients.region)
    answer = await api.ask(calls.ROLE, target, {"RoleName": name})
    if isinstance(answer, Known) and answer.content is None:
        return Known(None, answer.origin)
    return _document(anchored(answer, "Role.Arn"), "Role.AssumeRolePolicyDocument")


def _unread(arn: str, account: str, why: Unknown) -> Role:
    return Role(
        arn=arn, account=account, exists=why, trust_policy=why, policies=why, permissions_boundary=why
    )


async def _inline(api: Api, target: Target, role: str) -> list[Observed[RolePolicy]]:
    answer = await api.ask_all(calls.ROLE_INLINE, target, {"RoleName": role})
    names = required(answer, "PolicyNames", tuple[str, ...])
    if isinstance(names, Unknown):
        return [names]
    asked = (
        api.ask(calls.INLINE_POLICY, target, {"RoleName": role, "PolicyName": name}) for name in names.content
    )
    return [
        derive(_text(answer, "PolicyDocument"), partial(_policy, name))
        for name, answer in zip(names.content, await asyncio.gather(*asked), strict=True)
    ]


def _policy(name: str, document: str) -> RolePolicy:
    return RolePolicy(name=name, document=document)


async def _attached(api: Api, target: Target, role: str) -> list[Observed[RolePolicy]]:
    answer = await api.ask_all(calls.ROLE_ATTACHED, target, {"RoleName": role})
    attached = required(answer, "AttachedPolicies", tuple[_Attached, ...])
    if isinstance(attached, Unknown):
        return [attached]
    return list(await asyncio.gather(*(_managed(api, target, policy) for policy in attached.content)))


async def _managed(api: Api, target: Target, policy: _Attached) -> Observed[RolePolicy]:
    arn = policy.policy_arn
    version = required(
        await api.ask(calls.MANAGED_POLICY, target, {"PolicyArn": arn}), "Policy.DefaultVersionId", str
    )
    if isinstance(version, Unknown):
        return version
    answer = await api.ask(
        calls.MANAGED_POLICY_VERSION, target, {"PolicyArn": arn, "VersionId": version.content}
    )
    text = _text(answer, "PolicyVersion.Document")
    return derive(text, lambda document: RolePolicy(name=policy.policy_name, arn=arn, document=document))


def _text(answer: Observed[Answer], field: str) -> Observed[str]:
    """Return a policy as text; botocore has already decoded and parsed it."""
    return derive(required(answer, field, dict[str, Any]), json.dumps)


def _document(answer: Observed[Answer], field: str) -> Observed[str | None]:
    return derive(_text(answer, field), lambda text: text)


def _together(policies: Iterable[Observed[RolePolicy]], origin: Origin) -> Observed[tuple[RolePolicy, ...]]:
    """Join the policies: what a role may do is known only when each of them was read."""
    known: list[Known[RolePolicy]] = []
    for policy in policies:
        if isinstance(policy, Unknown):
            return policy
        known.append(policy)
    return Known(tuple(policy.content for policy in known), origin)
