"""What controls say that they read is all that they read: an audit by them asks for what they say."""

from collections.abc import Callable

import pytest

from checker.assessment import assess
from checker.catalog import CONTROLS
from checker.sources.aws.calls import CALLS
from tests.simulator import DENIED, Fault, World, hardened_world, organization_world
from tests.sources.aws.conftest import Observe

EVERYTHING = {"reads": frozenset(call.action for call in CALLS.values()), "history_pause": 0.0}
FOR_ANY_CONTROL = frozenset(
    {
        "sts:GetCallerIdentity",
        "account:ListRegions",
        "ec2:DescribeRegions",
        "organizations:DescribeOrganization",
        "cloudtrail:DescribeTrails",
        "s3:ListAllMyBuckets",
        "s3:ListBucket",
        "kms:DescribeKey",
    }
)
"""What finds the resources at all: which there are, whose they are, and whether they exist."""
LEAVES = [(service, operation) for (service, operation), call in CALLS.items()]


def undeclared(observe: Observe, world: World, *faults: Fault) -> dict[str, set[str]]:
    """Map controls to the actions behind their findings that they do not declare."""
    observation = observe(world, faults, **EVERYTHING)
    found: dict[str, set[str]] = {}
    for finding in assess(observation, tuple(CONTROLS.values()), version="0").findings:
        origins = (*(e.origin for e in finding.evidence), *(u.origin for u in finding.unknowns))
        behind = {origin.action for origin in origins} - {""}
        declared = {read.partition(" ")[0] for read in CONTROLS[finding.control_id].reads}
        if behind - declared - FOR_ANY_CONTROL:
            found.setdefault(finding.control_id, set()).update(behind - declared - FOR_ANY_CONTROL)
    return found


@pytest.mark.parametrize("world", [hardened_world, organization_world])
def test_controls_declare_what_they_read(observe: Observe, world: Callable[[], World]) -> None:
    assert undeclared(observe, world()) == {}


@pytest.mark.parametrize(("service", "operation"), LEAVES)
def test_controls_declare_what_they_could_not_read(observe: Observe, service: str, operation: str) -> None:
    if (service, operation) == ("sts", "GetCallerIdentity"):
        pytest.skip("without it nothing can be judged")
    assert undeclared(observe, hardened_world(), Fault(DENIED, service=service, operation=operation)) == {}
