"""What the operations of Organizations do to an organization."""

from dataclasses import replace
from typing import Any

from tests.simulator.call import Call
from tests.simulator.organizations import mine
from tests.simulator.world import Organization, World
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


WRITES: dict[tuple[str, str], Change] = {
    ("organizations", "DisableAWSServiceAccess"): disable_service_access,
    ("organizations", "LeaveOrganization"): leave,
    ("organizations", "RemoveAccountFromOrganization"): remove_account,
}
