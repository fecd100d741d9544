"""What the operations of Organizations do to an organization."""

from dataclasses import replace
from typing import Any

from tests.simulator.attachments import FULL_ACCESS, SERVICE_CONTROL, attached, parent_of, places
from tests.simulator.call import Call
from tests.simulator.organizations import mine
from tests.simulator.world import ROOT, Organization, Policy, Unit, World
from tests.simulator.writes.change import Change, refuse, swapped


def _with(world: World, organization: Organization, **changes: Any) -> World:
    new = replace(organization, **changes)
    return replace(world, organizations=swapped(world.organizations, organization, new))


def _without(world: World, organization: Organization, account: str) -> World:
    """Take an account out, and every policy off it."""
    units = tuple(
        replace(unit, accounts=tuple(id for id in unit.accounts if id != account))
        for unit in organization.units
    )
    policies = tuple(
        replace(policy, targets=tuple(target for target in policy.targets if target != account))
        for policy in organization.policies
    )
    members = tuple(id for id in organization.members if id != account)
    return _with(world, organization, members=members, units=units, policies=policies)


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


def close_account(world: World, call: Call) -> World:
    """Close an account, which stays a member for 90 days."""
    organization, account = mine(world, call), call.params["AccountId"]
    if account not in organization.members:
        raise refuse("AccountNotFoundException", "You specified an account that doesn't exist.")
    return _with(world, organization, states={**organization.states, account: "CLOSED"})


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


def _target(organization: Organization, call: Call) -> str:
    target = str(call.params["TargetId"])
    if target not in places(organization):
        raise refuse("TargetNotFoundException", "We can't find a target with the TargetId you specified.")
    return target


def attach_policy(world: World, call: Call) -> World:
    organization = mine(world, call)
    target = _target(organization, call)
    if call.params["PolicyId"] == FULL_ACCESS:
        left = tuple(one for one in organization.narrowed if one != target)
        return _with(world, organization, narrowed=left)
    policy = _policy(organization, call)
    if policy.type not in organization.policy_types:
        raise refuse("PolicyTypeNotEnabledException", "The specified policy type isn't enabled in this root.")
    if target in policy.targets:
        raise refuse("DuplicatePolicyAttachmentException", "The selected policy is already attached.")
    return _ruled(world, organization, policy, targets=(*policy.targets, target))


def detach_policy(world: World, call: Call) -> World:
    """Take a policy off a target, which has to keep one service control policy."""
    organization, full = mine(world, call), call.params["PolicyId"] == FULL_ACCESS
    target = _target(organization, call)
    policy = None if full else _policy(organization, call)
    kind = policy.type if policy else SERVICE_CONTROL
    there = {one.id for one in attached(organization, kind, target)}
    if call.params["PolicyId"] not in there:
        raise refuse("PolicyNotAttachedException", "The policy isn't attached to the specified target.")
    if kind == SERVICE_CONTROL and len(there) == 1:
        raise refuse("ConstraintViolationException", "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED")
    if policy is None:
        return _with(world, organization, narrowed=(*organization.narrowed, target))
    left = tuple(one for one in policy.targets if one != target)
    return _ruled(world, organization, policy, targets=left)


def delete_policy(world: World, call: Call) -> World:
    organization = mine(world, call)
    policy = _policy(organization, call)
    if policy.targets:
        raise refuse("PolicyInUseException", "The policy is attached to one or more entities.")
    return _with(world, organization, policies=swapped(organization.policies, policy))


def create_policy(world: World, call: Call) -> World:
    """Create a policy that is attached to nothing; its id is made of its name, so that a script knows it."""
    organization = mine(world, call)
    new = Policy(
        id=f"p-{call.params['Name']}",
        document=call.params["Content"],
        type=call.params["Type"],
        targets=(),
    )
    return _with(world, organization, policies=(*organization.policies, new))


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
    return _with(world, organization, policy_types=left, policies=policies, narrowed=())


def create_unit(world: World, call: Call) -> World:
    """Create a unit, with nothing attached but FullAWSAccess; its id is made of its name."""
    organization, name = mine(world, call), call.params["Name"]
    new = Unit(id=f"ou-root-{name.lower()}", name=name, parent=call.params["ParentId"])
    return _with(world, organization, units=(*organization.units, new))


def move_account(world: World, call: Call) -> World:
    organization, account = mine(world, call), call.params["AccountId"]
    if parent_of(organization, account) != call.params["SourceParentId"]:
        raise refuse("SourceParentNotFoundException", "We can't find the source that you specified.")
    if call.params["DestinationParentId"] not in (ROOT, *(unit.id for unit in organization.units)):
        raise refuse("DestinationParentNotFoundException", "We can't find the destination you specified.")
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


def deregister_administrator(world: World, call: Call) -> World:
    """Take a service away from its administrator; who has none left may not list accounts any more."""
    organization = mine(world, call)
    account = call.params.get("AccountId") or call.params["DelegatedAdminAccountId"]
    service = call.params.get("ServicePrincipal", "cloudtrail.amazonaws.com")
    left = tuple(one for one in organization.administered.get(account, ()) if one != service)
    others = {id: all_ for id, all_ in organization.administered.items() if id != account}
    return _with(
        world,
        organization,
        delegated=tuple(id for id in organization.delegated if id != account or left),
        administered={**others, account: left} if left else others,
    )


WRITES: dict[tuple[str, str], Change] = {
    ("cloudtrail", "DeregisterOrganizationDelegatedAdmin"): deregister_administrator,
    ("cloudtrail", "RegisterOrganizationDelegatedAdmin"): register_administrator,
    ("organizations", "AttachPolicy"): attach_policy,
    ("organizations", "CloseAccount"): close_account,
    ("organizations", "CreateOrganizationalUnit"): create_unit,
    ("organizations", "CreatePolicy"): create_policy,
    ("organizations", "DeletePolicy"): delete_policy,
    ("organizations", "DeregisterDelegatedAdministrator"): deregister_administrator,
    ("organizations", "DetachPolicy"): detach_policy,
    ("organizations", "DisableAWSServiceAccess"): disable_service_access,
    ("organizations", "DisablePolicyType"): disable_policy_type,
    ("organizations", "LeaveOrganization"): leave,
    ("organizations", "MoveAccount"): move_account,
    ("organizations", "RegisterDelegatedAdministrator"): register_administrator,
    ("organizations", "RemoveAccountFromOrganization"): remove_account,
    ("organizations", "UpdatePolicy"): update_policy,
}
