"""Who is who in the embedded organization; an account's name tells what to expect of it."""

from typing import NamedTuple


class Member(NamedTuple):
    """An account."""

    id: str
    name: str


MANAGEMENT = Member("111111111111", "management (hardened)")
SANDBOX = Member("222222222222", "sandbox (console defaults)")
LEGACY = Member("333333333333", "legacy (neglected)")
PAYMENTS = Member("444444444444", "payments (under attack)")
MEMBERS = (MANAGEMENT, SANDBOX, LEGACY, PAYMENTS)
ATTACKER = Member("999999999999", "attacker")
"""Not of the organization, and not audited."""

AUDITOR = "auditor"


def auditor_of(member: Member) -> str:
    """Return the ARN of the role that audits an account."""
    return f"arn:aws:iam::{member.id}:role/{AUDITOR}"
