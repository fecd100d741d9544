"""What the operations of Organizations do to an organization."""

from dataclasses import replace
from typing import Any

from tests.simulator.call import Call
from tests.simulator.organizations import mine
from tests.simulator.world import Organization, Policy, World
from tests.simulator.writes.change import Change, refuse, swapped


def _with(world: World, organization: Organization, **changes: Any) -> World:
    new = replace(organization, **changes)
    return replace(world, organizations=swapped(world.organizations, organization, new))


def _without(world: World, organization: Organization, account: str) -> World:
    units = tuple(
        replace(unit, accounts=tuple(id for id in unit.accounts if id != account))
        for unit in organization.units
    )
    members = tuple(id for id in organization.members if id != account)
    return _with(world, organization, members=members, units=units)


def remove_account(world: World, call: Call) -> World:
    organization, account = mine(world, call), call.params["AccountId"]
    if account not in organization.members:
        raise refuse("AccountNotFoundException", "You specified an account that doesn't exist.")
    return _without(world, organization, account)


def leave(world: World, call: Call) -> World:
    organization = world.organization_of(call.account)
    if organization is None or call.account == organization.management:
        raise refuse("MasterCannotLeaveOrganizationException", "You can't remove a management account.")
    return _without(world, organization, call.account)


def disable_service_access(world: World, call: Call) -> World:
    organization = mine(world, call)
    left = tuple(name for name in organization.trusted if name != call.params["ServicePrincipal"])
    return _with(world, organization, trusted=left)


def _policy(organization: Organization, call: Call) -> Policy:
    for policy in organization.policies:
        if policy.id == call.params["PolicyId"]:
            return policy
    raise refuse("PolicyNotFoundException", "We can't find a policy with the PolicyId you specified.")


def _ruled(world: World, organization: Organization, policy: Policy, **changes: Any) -> World:
    policies = swapped(organization.policies, policy, replace(policy, **changes))
    return _with(world, organization, policies=policies)


def detach_policy(world: World, call: Call) -> World:
    organization, target = mine(world, call), call.params["TargetId"]
    policy = _policy(organization, call)
    if target not in policy.targets:
        raise refuse("PolicyNotAttachedException", "The policy isn't attached to the specified target.")
    left = tuple(one for one in policy.targets if one != target)
    return _ruled(world, organization, policy, targets=left)


def update_policy(world: World, call: Call) -> World:
    organization = mine(world, call)
    return _ruled(world, organization, _policy(organization, call), document=call.params["Content"])


def disable_policy_type(world: World, call: Call) -> World:
    """Turn a type off in the root: its policies are attached to nothing any more."""
    organization, kind = mine(world, call), call.params["PolicyType"]
    left = tuple(one for one in organization.policy_types if one != kind)
    policies = tuple(
        replace(policy, targets=()) if policy.type == kind else policy for policy in organization.policies
    )
    return _with(world, organization, policy_types=left, policies=policies)


def move_account(world: World, call: Call) -> World:
    organization, account = mine(world, call), call.params["AccountId"]
    units = tuple(
        replace(
            unit,
            accounts=(
                *(id for id in unit.accounts if id != account),
                *((account,) if unit.id == call.params["DestinationParentId"] else ()),
            ),
        )
        for unit in organization.units
    )
    return _with(world, organization, units=units)


def register_administrator(world: World, call: Call) -> World:
    """Make a member the administrator of a service; CloudTrail has an operation of its own for that."""
    organization = mine(world, call)
    account = call.params.get("AccountId") or call.params["MemberAccountId"]
    service = call.params.get("ServicePrincipal", "cloudtrail.amazonaws.com")
    if account not in organization.members:
        raise refuse("AccountNotFoundException", "You specified an account that doesn't exist.")
    services = (*organization.administered.get(account, ()), service)
    return _with(
        world,
        organization,
        delegated=(*organization.delegated, account),
        administered={**organization.administered, account: services},
    )


WRITES: dict[tuple[str, str], Change] = {
    ("cloudtrail", "RegisterOrganizationDelegatedAdmin"): register_administrator,
    ("organizations", "DetachPolicy"): detach_policy,
    ("organizations", "DisableAWSServiceAccess"): disable_service_access,
    ("organizations", "DisablePolicyType"): disable_policy_type,
    ("organizations", "LeaveOrganization"): leave,
    ("organizations", "MoveAccount"): move_account,
    ("organizations", "RegisterDelegatedAdministrator"): register_administrator,
    ("organizations", "RemoveAccountFromOrganization"): remove_account,
    ("organizations", "UpdatePolicy"): update_policy,
}
