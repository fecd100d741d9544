"""What Organizations answers about accounts and units: to its management account and delegated ones alone."""

from typing import Any

from tests.simulator.attachments import FULL_ACCESS, effective, everybody, places, policies
from tests.simulator.call import Answer, AwsError, Call, denial, page
from tests.simulator.world import ROOT, Organization, Policy, World


def mine(world: World, call: Call) -> Organization:
    organization = world.organization_of(call.account)
    if organization is None:
        raise AwsError(
            "AWSOrganizationsNotInUseException", "Your account is not a member of an organization."
        )
    if call.account not in (organization.management, *organization.delegated):
        raise denial(call, "because it is neither the management account nor a delegated administrator")
    return organization


def _entry(world: World, organization: Organization, account: str) -> dict[str, Any]:
    state = organization.states.get(account, "ACTIVE")
    names = {a.id: a.name for a in world.accounts}
    prefix = f"arn:{world.partition}:organizations::{organization.management}"
    return {
        "Id": account,
        "Arn": f"{prefix}:account/{organization.id}/{account}",
        "Email": f"{account}@example.com",
        "Name": names.get(account) or f"account-{account[:4]}",
        "Status": "SUSPENDED" if state == "CLOSED" else state,
        "State": state,
        "JoinedMethod": "CREATED",
    }


def list_accounts(world: World, call: Call) -> dict[str, Any]:
    organization = mine(world, call)
    entries = [_entry(world, organization, account) for account in everybody(organization)]
    return page(world, call, "Accounts", entries)


def _parent(organization: Organization, call: Call) -> str:
    parent = str(call.params["ParentId"])
    if parent not in (ROOT, *(unit.id for unit in organization.units)):
        raise AwsError("ParentNotFoundException", "You specified a parent that doesn't exist.")
    return parent


def list_accounts_for_parent(world: World, call: Call) -> dict[str, Any]:
    organization = mine(world, call)
    parent = _parent(organization, call)
    placed = {account for unit in organization.units for account in unit.accounts}
    inside = [account for unit in organization.units if unit.id == parent for account in unit.accounts]
    if parent == ROOT:
        inside = [account for account in everybody(organization) if account not in placed]
    return page(world, call, "Accounts", [_entry(world, organization, account) for account in inside])


def list_units(world: World, call: Call) -> dict[str, Any]:
    organization = mine(world, call)
    parent = _parent(organization, call)
    units = [{"Id": unit.id, "Name": unit.name} for unit in organization.units if unit.parent == parent]
    return page(world, call, "OrganizationalUnits", units)


def list_service_access(world: World, call: Call) -> dict[str, Any]:
    organization = mine(world, call)
    services = [{"ServicePrincipal": name} for name in organization.trusted]
    return page(world, call, "EnabledServicePrincipals", services)


def _policy(organization: Organization, call: Call) -> Policy:
    wanted = call.params["PolicyId"]
    found = next((policy for policy in policies(organization) if policy.id == wanted), None)
    if found is None:
        raise AwsError("PolicyNotFoundException", "We can't find a policy with the PolicyId you specified.")
    return found


def _summary(policy: Policy) -> dict[str, Any]:
    return {"Id": policy.id, "Name": policy.id, "Type": policy.type, "AwsManaged": policy.id == FULL_ACCESS}


def list_roots(world: World, call: Call) -> dict[str, Any]:
    types = [{"Type": kind, "Status": "ENABLED"} for kind in mine(world, call).policy_types]
    return page(world, call, "Roots", [{"Id": ROOT, "Name": "Root", "PolicyTypes": types}])


def list_policies(world: World, call: Call) -> dict[str, Any]:
    found = [one for one in policies(mine(world, call)) if one.type == call.params["Filter"]]
    return page(world, call, "Policies", [_summary(policy) for policy in found])


def describe_policy(world: World, call: Call) -> dict[str, Any]:
    policy = _policy(mine(world, call), call)
    return {"Policy": {"PolicySummary": _summary(policy), "Content": policy.document}}


def list_targets(world: World, call: Call) -> dict[str, Any]:
    found = _policy(mine(world, call), call).targets
    return page(world, call, "Targets", [{"TargetId": target} for target in found])


def list_administrators(world: World, call: Call) -> dict[str, Any]:
    organization = mine(world, call)
    found = [_entry(world, organization, account) for account in organization.administered]
    return page(world, call, "DelegatedAdministrators", found)


def list_administered(world: World, call: Call) -> dict[str, Any]:
    services = mine(world, call).administered[str(call.params["AccountId"])]
    return page(world, call, "DelegatedServices", [{"ServicePrincipal": name} for name in services])


def describe_effective(world: World, call: Call) -> dict[str, Any]:
    organization, kind = mine(world, call), str(call.params["PolicyType"])
    target = str(call.params.get("TargetId", call.account))
    if target not in places(organization):
        raise AwsError("TargetNotFoundException", "We can't find a target with the TargetId you specified.")
    found = effective(organization, kind, target)
    if found is None:
        raise AwsError("EffectivePolicyNotFoundException", "There is no effective policy of this type.")
    return {"EffectivePolicy": {"PolicyContent": found, "TargetId": target, "PolicyType": kind}}


ANSWERS: dict[tuple[str, str], Answer] = {
    ("organizations", "ListAccounts"): list_accounts,
    ("organizations", "ListAccountsForParent"): list_accounts_for_parent,
    ("organizations", "ListOrganizationalUnitsForParent"): list_units,
    ("organizations", "ListAWSServiceAccessForOrganization"): list_service_access,
    ("organizations", "ListRoots"): list_roots,
    ("organizations", "ListPolicies"): list_policies,
    ("organizations", "DescribePolicy"): describe_policy,
    ("organizations", "ListTargetsForPolicy"): list_targets,
    ("organizations", "ListDelegatedAdministrators"): list_administrators,
    ("organizations", "ListDelegatedServicesForAccount"): list_administered,
    ("organizations", "DescribeEffectivePolicy"): describe_effective,
}
