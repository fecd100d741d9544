"""What controls on an organization share: who is told of it, what is there, how names stand in a row."""

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from checker.evidence import Cause, Known, Observed, Unknown, Unobserved
from checker.inventory import Inventory, Organization
from checker.inventory.organization import ANY_MEMBER
from checker.model import Judgement, NotApplicable, failed

CLOUDTRAIL = "cloudtrail.amazonaws.com"
_OF_ORGANIZATION = re.compile(r"aws:(principal|resource)org(id|paths)", re.IGNORECASE)
_FEW = 5


def unseen(organization: Organization) -> NotApplicable | None:
    """Say why nothing of the organization can be judged where only a member was audited."""
    if organization.told:
        return None
    account = organization.management_account
    return NotApplicable(
        f"organization {organization.id} is judged from its management account {account}, or with --org"
    )


def nobody_looked(inventory: Inventory) -> NotApplicable | None:
    """Say that nothing is seen of trails where every account that was chosen is suspended or closed.

    An account that could not be entered is another matter: what it would have shown is unknown.
    """
    accounts = inventory.accounts.values()
    if not accounts or any(account.active for account in accounts):
        return None
    return NotApplicable("every account that was chosen is suspended or closed, and shows no trails")


def elsewhere(what: str) -> Unknown:
    """Say that templates declare a part of an organization, and that the rest of it decides."""
    return Unknown(
        f"{what}, and the rest of the organization is not part of these templates", Cause.OUT_OF_SCOPE
    )


def without_effect(organization: Organization, kinds: Iterable[str], what: str) -> Judgement:
    """Fail where no policy of these types has any effect; raise Unobserved where others may do it.

    ``what`` is left open by the policies that are declared, of an organization that is not whole.
    """
    if any(kind in organization.policy_types.value for kind in kinds):
        raise Unobserved(elsewhere(what))
    names = " and ".join(kind.lower().replace("_", " ") for kind in kinds)
    return failed(f"{what}, and the organization has no {names} enabled", observed="not enabled")


def untold(organization: Organization, unknowns: Iterable[Unknown]) -> list[Unknown]:
    """Return what is not known; which organization a template is for, it cannot tell by itself."""
    if organization.whole:
        return list(unknowns)
    return [
        replace(one, cause=Cause.OUT_OF_SCOPE)
        if one.cause is Cause.UNDECIDED and _OF_ORGANIZATION.search(one.reason)
        else one
        for one in unknowns
    ]


def bound(organization: Organization, members: Iterable[str], owners: Iterable[str]) -> list[str]:
    """Return the accounts that organization policies bind.

    Where not all members are known, these are the owners of what is judged, all but the management account,
    which has to be known; none where it is not.
    """
    if organization.whole:
        return list(members)
    management = organization.management_account
    known = management and management != ANY_MEMBER
    return [one for one in owners if known and one not in (management, ANY_MEMBER)]


def gone(exists: Observed[bool]) -> bool:
    """Say whether something is known not to exist: a failure of its trail, which leaves nothing to bind."""
    return isinstance(exists, Known) and not exists.content


def few(names: Iterable[str]) -> str:
    """Name the first of many."""
    found: Sequence[str] = tuple(names)
    more = f" and {len(found) - _FEW} more" if len(found) > _FEW else ""
    return f"{', '.join(found[:_FEW])}{more}"
