"""Whose calls come to a trail: its alarms tell of nothing that happens in other accounts."""

from checker.evidence import Cause, Known, Observed, Unknown, every
from checker.inventory import Account, Inventory, Trail
from checker.visibility import logs_everywhere, seen_multi_region, select, sends


def hears_of(trail: Trail, account: Observed[str] | None, inventory: Inventory) -> bool:
    """Say whether a trail records what is called in an account; None stands for the trail's own.

    An organization's trail records its members. Raises Unobserved where nobody knows which account it is, or
    whether it is a member. No template tells who records another account: of a declared trail this is left
    to the account itself.
    """
    if account is None or trail.arn in inventory.declarations or account.value == trail.account:
        return True
    return every(lambda: trail.organization.value, lambda: _belongs(trail, account.value, inventory))


def _belongs(trail: Trail, account: str, inventory: Inventory) -> bool:
    member = _account(account, inventory).value
    return every(lambda: member.management_account.value == trail.account, lambda: sends(trail, member))


def hearing_of(
    trail: Trail, account: Observed[str] | None, inventory: Inventory
) -> tuple[list[Trail], list[Unknown]]:
    """Return the trails that log for another account than the trail's own, and what may hide more of them."""
    if not isinstance(account, Known) or account.content == trail.account:
        return [], []
    if trail.arn in inventory.declarations:
        return [], []
    owner = _account(account.content, inventory)
    if isinstance(owner, Unknown):
        return [], [owner]
    found, unread = select(
        seen_multi_region(owner.content, inventory), lambda t: logs_everywhere(t, owner.content, inventory)
    )
    return [other for other in found if other.arn != trail.arn], unread


def _account(id: str, inventory: Inventory) -> Observed[Account]:
    reason = f"the trails of account {id} were not part of this observation"
    account = inventory.accounts.get(id)
    return Known(account) if account else Unknown(reason, Cause.OUT_OF_SCOPE)
