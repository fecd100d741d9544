"""The service control policies above an account, as levels each of which has to allow."""

from msgspec import Struct

from checker.evidence import Unknown
from checker.inventory import Account
from checker.model import Context
from checker.policy.entitled import Held


class Above(Struct, frozen=True):
    """What limits all users and roles of an account, and what a finding has to add."""

    levels: tuple[tuple[Held, ...], ...] = ()
    note: str = ""


def above(account: Account, context: Context) -> Above:
    """Return the levels from the root down to the account; none for an account that nothing limits.

    Without the policies nobody is limited, which the note says: who is named may have less.
    """
    organization = account.organization
    if not isinstance(organization, Unknown) and organization.content is None:
        return Above()
    management = account.management_account
    if not isinstance(management, Unknown) and management.content == account.id:
        return Above()
    return Above(note="service control policies, which may deny it, were not read")
