"""Reads how an organization governs its accounts, as far as a control that was chosen asks for it.

Who asks is the management account or, with ``--org``, a delegated administrator: members are told nothing.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from checker.evidence import Known, Observed, Origin, Unknown, derive
from checker.inventory import Inventory
from checker.inventory.organization import (
    RESOURCE_CONTROL,
    S3,
    SERVICE_CONTROL,
    Administrator,
    Organization,
    OrganizationPolicy,
    Place,
)
from checker.sources.aws.api import Api, Target
from checker.sources.aws.calls import governance as calls
from checker.sources.aws.calls import iam
from checker.sources.aws.calls.call import Call
from checker.sources.aws.failures import line
from checker.sources.aws.fields import optional, required
from checker.sources.aws.objects import Organization as Belonging
from checker.sources.aws.organization import Member, Unit

Reads = Iterable[str]


class _Root(Struct, frozen=True, rename="pascal"):
    id: str
    name: str = ""
    policy_types: tuple[dict[str, str], ...] = ()


class _Policy(Struct, frozen=True, rename="pascal"):
    id: str
    name: str = ""


class _Targeted(Struct, frozen=True, rename="pascal"):
    target_id: str


class _Service(Struct, frozen=True, rename="pascal"):
    service_principal: str


async def read_governance(
    api: Api, belonging: "asyncio.Future[Belonging]", reads: Reads, *, alone: bool
) -> Organization | None:
    """Return the organization; None for a standalone account.

    ``alone`` says that one account is audited by itself: only the management account is then asked anything,
    since members are told nothing but which organization they are in. That every member may be told
    (DescribeOrganization), so that not to know it is a permission that is missing, and nothing is told.
    """
    caller = await api.caller
    organization, management = await belonging
    missing = next((one for one in (organization, management) if isinstance(one, Unknown)), None)
    if missing:
        return _unread(missing, organization, management)
    assert isinstance(organization, Known)
    assert isinstance(management, Known)
    if organization.content is None or management.content is None:
        return None
    found = Organization(id=organization.content, management_account=management.content)
    if alone and found.management_account != caller.account:
        return replace(found, told=False)
    wanted = set(reads)
    parts = await asyncio.gather(
        _trusted(api, wanted), _administrators(api, wanted), _tree(api, wanted), _policies(api, wanted)
    )
    return replace(found, **{name: value for part in parts for name, value in part.items()})


def _unread(
    why: Unknown, organization: Observed[str | None], management: Observed[str | None]
) -> Organization:
    """Return an organization of which nothing is told, so that what asks of it says so."""
    return Organization(
        id=getattr(organization, "content", None) or "unread",
        management_account=getattr(management, "content", None) or "",
        trusted_services=why,
        administrators=why,
        policy_types=why,
        places=why,
        policies=why,
        trail_role=why,
    )


def _target(api: Api, name: str = "the organization") -> Target:
    return Target(name=name, region=api.clients.region)


async def _trusted(api: Api, reads: set[str]) -> dict[str, Any]:
    if calls.TRUSTED_SERVICES.action not in reads:
        return {}
    found = await _listed(api, calls.TRUSTED_SERVICES, _Service)
    return {
        "trusted_services": derive(found, lambda all: tuple(sorted(each.service_principal for each in all)))
    }


async def _administrators(api: Api, reads: set[str]) -> dict[str, Any]:
    if calls.ADMINISTRATORS.action not in reads:
        return {}
    listed = await _listed(api, calls.ADMINISTRATORS, Member)
    if isinstance(listed, Unknown):
        return {"administrators": listed}
    services = await asyncio.gather(
        *(_listed(api, calls.ADMINISTERED, _Service, AccountId=member.id) for member in listed.content)
    )
    found = tuple(
        Administrator(
            account=member.id,
            name=line(member.name),
            services=derive(told, lambda all: tuple(sorted(each.service_principal for each in all))),
        )
        for member, told in zip(listed.content, services, strict=True)
    )
    return {"administrators": Known(found, listed.origin)}


async def _tree(api: Api, reads: set[str]) -> dict[str, Any]:
    """Read the roots, and below them every unit and account, level by level."""
    if calls.ROOTS.action not in reads:
        return {}
    roots = await _listed(api, calls.ROOTS, _Root)
    if isinstance(roots, Unknown):
        return {"policy_types": roots, "places": roots}
    enabled = {
        kind.get("Type", "")
        for root in roots.content
        for kind in root.policy_types
        if kind.get("Status") in ("ENABLED", "PENDING_DISABLE")
    }
    types = Known(tuple(sorted(enabled)), replace(roots.origin, field="Roots.PolicyTypes"))
    if calls.ACCOUNTS_OF_UNIT.action not in reads:
        return {"policy_types": types}
    below = await asyncio.gather(*(_below(api, root.id) for root in roots.content))
    places = [Place(id=root.id, name=line(root.name)) for root in roots.content]
    for found in below:
        if isinstance(found, Unknown):
            return {"policy_types": types, "places": found}
        places += found
    return {"policy_types": types, "places": Known(tuple(places), roots.origin)}


async def _below(api: Api, parent: str) -> list[Place] | Unknown:
    accounts, units = await asyncio.gather(
        _listed(api, calls.ACCOUNTS_OF_UNIT, Member, ParentId=parent),
        _listed(api, calls.UNITS_OF_UNIT, Unit, ParentId=parent),
    )
    if isinstance(accounts, Unknown):
        return accounts
    if isinstance(units, Unknown):
        return units
    found = [
        Place(id=one.id, parent=parent, name=line(one.name), state=one.standing) for one in accounts.content
    ]
    found += [Place(id=one.id, parent=parent, name=line(one.name)) for one in units.content]
    for deeper in await asyncio.gather(*(_below(api, unit.id) for unit in units.content)):
        if isinstance(deeper, Unknown):
            return deeper
        found += deeper
    return found


async def _policies(api: Api, reads: set[str]) -> dict[str, Any]:
    if calls.POLICIES.action not in reads:
        return {}
    read = await asyncio.gather(*(_of_type(api, kind) for kind in (SERVICE_CONTROL, RESOURCE_CONTROL)))
    found: list[OrganizationPolicy] = []
    origin = Origin()
    for listed in read:
        if isinstance(listed, Unknown):
            return {"policies": listed}
        found, origin = [*found, *listed.content], listed.origin
    return {"policies": Known(tuple(sorted(found, key=lambda policy: policy.id)), origin)}


async def _of_type(api: Api, kind: str) -> Observed[tuple[OrganizationPolicy, ...]]:
    listed = await _listed(api, calls.POLICIES, _Policy, Filter=kind)
    if isinstance(listed, Unknown):
        return listed
    return Known(
        tuple(await asyncio.gather(*(_policy(api, kind, one) for one in listed.content))), listed.origin
    )


async def _policy(api: Api, kind: str, listed: _Policy) -> OrganizationPolicy:
    target = _target(api, f"policy {listed.id}")
    described, targets = await asyncio.gather(
        api.ask(calls.POLICY, target, {"PolicyId": listed.id}),
        _listed(api, calls.TARGETS, _Targeted, PolicyId=listed.id),
    )
    return OrganizationPolicy(
        id=listed.id,
        name=line(listed.name),
        type=kind,
        targets=derive(targets, lambda all: tuple(sorted(each.target_id for each in all))),
        document=required(described, "Policy.Content", str),
    )


async def _listed(api: Api, call: Call, kind: type[Any], **params: str) -> Observed[tuple[Any, ...]]:
    assert call.pages is not None
    about = next(iter(params.values()), "")
    answer = await api.ask_once(call, _target(api, about or "the organization"), params)
    return required(answer, call.pages.items, tuple[kind, ...])  # type: ignore[valid-type]


async def read_trail_role(api: Api) -> Observed[bool]:
    """Say whether the account has the role that CloudTrail needs for organization trails."""
    answer = await api.ask(iam.ROLE, _target(api, f"role {iam.TRAIL_ROLE}"), {"RoleName": iam.TRAIL_ROLE})
    if isinstance(answer, Known) and answer.content is None:
        return Known(False, replace(answer.origin, field="Role.Arn"))
    return derive(required(answer, "Role.Arn", str), lambda arn: ":role/aws-service-role/" in arn)


def needs_trail_role(reads: Reads) -> bool:
    """Say whether a control that was chosen asks for the role: those that ask for trusted access do."""
    return calls.TRUSTED_SERVICES.action in set(reads)


async def with_s3_policies(
    api: Api, organization: Organization, inventory: Inventory, reads: Reads
) -> Organization:
    """Add the S3 policies in effect for the accounts that own the log buckets; they are known only now."""
    if calls.EFFECTIVE.action not in set(reads) or not organization.told:
        return organization
    owners = {b.account.content for b in inventory.buckets.values() if isinstance(b.account, Known)}
    owners &= _within(organization, inventory)
    read = await asyncio.gather(*(_s3_policy(api, organization, owner) for owner in sorted(owners)))
    return replace(organization, s3_policies=dict(zip(sorted(owners), read, strict=True)))


def _within(organization: Organization, inventory: Inventory) -> set[str]:
    """Return the accounts that are known to be in the organization."""
    found = {organization.management_account}
    if isinstance(organization.places, Known):
        found |= {place.id for place in organization.places.content if place.is_account}
    for account in inventory.accounts.values():
        if getattr(account.organization, "content", None) == organization.id:
            found.add(account.id)
    return found


async def _s3_policy(api: Api, organization: Organization, owner: str) -> Observed[str | None]:
    types = organization.policy_types
    if isinstance(types, Known) and S3 not in types.content:
        return Known(None, types.origin)
    target = _target(api, f"account {owner}")
    answer = await api.ask(calls.EFFECTIVE, target, {"PolicyType": S3, "TargetId": owner})
    if isinstance(answer, Known) and answer.content is None:
        return Known(None, answer.origin)
    return optional(answer, "EffectivePolicy.PolicyContent", str)
