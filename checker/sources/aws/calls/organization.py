"""Calls on the organization: its accounts and units, and the way into its accounts."""

from collections.abc import Mapping

from checker.sources.aws.calls.call import Call, Pages


def _pages(items: str) -> Pages:
    return Pages(items=items, answer_token="NextToken", request_token="NextToken")


ACCOUNTS = Call(service="organizations", operation="ListAccounts", always=True, pages=_pages("Accounts"))
ACCOUNTS_OF_UNIT = Call(
    service="organizations",
    operation="ListAccountsForParent",
    always=True,
    pages=_pages("Accounts"),
    gone=("ParentNotFoundException",),
)
UNITS_OF_UNIT = Call(
    service="organizations",
    operation="ListOrganizationalUnitsForParent",
    always=True,
    pages=_pages("OrganizationalUnits"),
    gone=("ParentNotFoundException",),
)
TRUSTED_SERVICES = Call(
    service="organizations",
    operation="ListAWSServiceAccessForOrganization",
    pages=_pages("EnabledServicePrincipals"),
)
ENTRY = Call(service="sts", operation="AssumeRole", always=True)
"""Not asked like the others: what it answers are credentials."""

CLOSED_STATES: Mapping[str, str] = {
    "PENDING_ACTIVATION": "is not active yet",
    "SUSPENDED": "is suspended",
    "PENDING_CLOSURE": "is being closed",
    "CLOSED": "is closed",
}
"""States in which nobody can enter an account (Organizations API reference, Account.State)."""
