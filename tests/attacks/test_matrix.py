"""The attack matrix: each way of blinding CloudTrail makes the difference that it should, and no other.

Attacks are calls of the real boto3 over HTTP to the simulated AWS, which starts anew for each: it keeps what
AWS keeps of every setting that an audit reads, and a whole organization is read in half a second.
"""

from collections.abc import Iterator

import pytest

from checker.model import Status
from tests.attacks import (
    on_alerts,
    on_buckets,
    on_copies,
    on_delivery,
    on_destinations,
    on_doubts,
    on_identities,
    on_keys,
    on_lake,
    on_objects,
    on_organization,
    on_patterns,
    on_selectors,
    on_trails,
)
from tests.attacks.auditing import Findings, Ground, ground, silent, with_status

FAMILIES = (
    on_trails,
    on_selectors,
    on_buckets,
    on_delivery,
    on_objects,
    on_copies,
    on_keys,
    on_destinations,
    on_identities,
    on_alerts,
    on_patterns,
    on_lake,
    on_organization,
    on_doubts,
)
ATTACKS = {
    f"{family.__name__.rpartition('.')[2]}: {attack.name}": attack
    for family in FAMILIES
    for attack in family.ATTACKS
}


@pytest.fixture(scope="module")
def hardened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with ground(tmp_path_factory.mktemp("expected")) as prepared:
        yield prepared


@pytest.fixture(scope="module")
def before(hardened: Ground) -> Findings:
    return hardened.audit()


def test_the_audit_is_clean_before(before: Findings) -> None:
    assert {finding.status for finding in before.values()} == {Status.PASS}


@pytest.mark.parametrize("name", ATTACKS)
def test_the_audit_tells_what_was_done_and_nothing_else(
    hardened: Ground, before: Findings, name: str
) -> None:
    attack = ATTACKS[name]
    hardened.restore()
    for step in attack.steps:
        hardened.make(step)
    after = hardened.audit()
    failing = with_status(after, Status.FAIL)
    assert failing == set(attack.fails.split())
    assert with_status(after, Status.UNKNOWN) == set(attack.unknown.split())
    silenced = silent(before, after)
    assert {found.control_id for found in silenced if found.resource_arn not in attack.gone} == set(
        attack.moot.split()
    )
    assert {found.resource_arn for found in silenced} >= set(attack.gone)
    assert failing or attack.unknown, "the audit is still clean"
    assert _named(after, attack.target, Status.FAIL if failing else Status.UNKNOWN)


def test_no_two_attacks_have_one_name() -> None:
    assert len(ATTACKS) == sum(len(family.ATTACKS) for family in FAMILIES)


def _named(after: Findings, target: str, status: Status) -> bool:
    """Say whether a finding of a status names what was attacked."""
    found = (finding for finding in after.values() if finding.status is status)
    return any(target in (f.resource_arn, f.account_id) or target in f.detail for f in found)
