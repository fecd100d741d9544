"""What Organizations answers about accounts and units: to its management account and delegated ones alone."""

from typing import Any

from tests.simulator.call import Answer, AwsError, Call, denial, page
from tests.simulator.world import Organization, World

ROOT = "r-root"


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
    return {
        "Id": account,
        "Arn": f"arn:{world.partition}:organizations::{organization.management}:account/{organization.id}/{account}",
        "Email": f"{account}@example.com",
        "Name": names.get(account) or f"account-{account[:4]}",
        "Status": "SUSPENDED" if state == "CLOSED" else state,
        "State": state,
        "JoinedMethod": "CREATED",
    }


def _all(organization: Organization) -> list[str]:
    return [organization.management, *organization.members]


def list_accounts(world: World, call: Call) -> dict[str, Any]:
    organization = mine(world, call)
    entries = [_entry(world, organization, account) for account in _all(organization)]
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
        inside = [account for account in _all(organization) if account not in placed]
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


ANSWERS: dict[tuple[str, str], Answer] = {
    ("organizations", "ListAccounts"): list_accounts,
    ("organizations", "ListAccountsForParent"): list_accounts_for_parent,
    ("organizations", "ListOrganizationalUnitsForParent"): list_units,
    ("organizations", "ListAWSServiceAccessForOrganization"): list_service_access,
}
