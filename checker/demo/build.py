"""The steps of the demo, once its AWS runs: build an organization, repair a part, attack it, and audit it."""

from collections.abc import Callable

from msgspec.structs import replace

from checker.demo.accounts import (
    blind_payments,
    build_legacy,
    build_payments,
    build_sandbox,
    start_sandbox,
)
from checker.demo.chosen import controls
from checker.demo.hardened import build_management
from checker.demo.members import MEMBERS, PAYMENTS, auditor_of
from checker.demo.organization import found_organization, take_out
from checker.observation import Observation
from checker.sources.aws import Options, collect, merge


def organization(progress: Callable[[str], None]) -> None:
    """Build all accounts."""
    progress("building an organization of four accounts")
    build_management(found_organization())
    build_sandbox()
    build_legacy()
    build_payments()


def repair(progress: Callable[[str], None]) -> None:
    """Start what somebody forgot to start."""
    progress("starting a trail that nobody started")
    start_sandbox()


def attack(progress: Callable[[str], None]) -> None:
    """Let an attacker take one account out of the organization and blind its trails."""
    progress("letting an attacker into one of them")
    take_out(PAYMENTS)
    blind_payments()


STEPS = (organization, repair, attack)
"""What is done to the organization, in this order."""


def observe(progress: Callable[[str], None]) -> Observation:
    """Audit each account with a role of its own, as the security team of an organization does."""
    observations = []
    for member in MEMBERS:
        progress(f"auditing {member.name}")
        observations.append(collect(Options(role_arn=auditor_of(member), reads=_asked_for())))
    return _named(merge(observations))


def _asked_for() -> frozenset[str]:
    """Return what the controls ask for that the demo judges by."""
    return frozenset(read.partition(" ")[0] for control in controls({}) for read in control.reads)


def _named(observation: Observation) -> Observation:
    """Add the accounts' names, which only the organization knows."""
    names = {member.id: member.name for member in MEMBERS}
    accounts = {
        id: replace(account, name=names.get(id, account.name))
        for id, account in observation.inventory.accounts.items()
    }
    return replace(observation, inventory=replace(observation.inventory, accounts=accounts))
