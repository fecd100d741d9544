"""What controls on an organization share: who is told of it, what is there, how names stand in a row."""

from collections.abc import Iterable, Sequence

from checker.evidence import Known, Observed
from checker.inventory import Organization
from checker.model import NotApplicable

CLOUDTRAIL = "cloudtrail.amazonaws.com"
_FEW = 5


def unseen(organization: Organization) -> NotApplicable | None:
    """Say why nothing of the organization can be judged where only a member was audited."""
    if organization.told:
        return None
    account = organization.management_account
    return NotApplicable(
        f"organization {organization.id} is judged from its management account {account}, or with --org"
    )


def gone(exists: Observed[bool]) -> bool:
    """Say whether something is known not to exist: a failure of its trail, which leaves nothing to bind."""
    return isinstance(exists, Known) and not exists.content


def few(names: Iterable[str]) -> str:
    """Name the first of many."""
    found: Sequence[str] = tuple(names)
    more = f" and {len(found) - _FEW} more" if len(found) > _FEW else ""
    return f"{', '.join(found[:_FEW])}{more}"
