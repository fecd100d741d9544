"""Policies of the simulated organization bind what they are attached to, and what is below that."""

import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulator import Organization, Unit, World, organization_world, serve
from tests.simulator.attachments import FULL_ACCESS, effective
from tests.simulator.samples import Calls, code_of
from tests.simulator.world import ROOT, Policy
from tests.simulator.worlds import LOG_ARCHIVE, MANAGEMENT, MEMBER

KIND, UPPER, LOWER = "S3_POLICY", "ou-upper", "ou-lower"
CLOSING = {"@@operators_allowed_for_child_policies": ["@@none"]}


def blocking(public: str, to: str, **more: Any) -> Policy:
    setting = {"public_access_block_configuration": {"@@assign": public, **more}}
    return Policy(
        id=f"p-{public}-{to}", type=KIND, targets=(to,), document=json.dumps({"s3_attributes": setting})
    )


def organization(
    *policies: Policy, types: tuple[str, ...] = (KIND, "SERVICE_CONTROL_POLICY")
) -> Organization:
    """One account in a unit in a unit, and one in the root."""
    return Organization(
        management=MANAGEMENT,
        members=(LOG_ARCHIVE, MEMBER),
        units=(Unit(id=UPPER), Unit(id=LOWER, parent=UPPER, accounts=(MEMBER,))),
        policies=policies,
        policy_types=types,
    )


INHERITED: list[tuple[tuple[Policy, ...], str, str | None]] = [
    ((blocking("all", ROOT),), MEMBER, "all"),
    ((blocking("all", UPPER),), MEMBER, "all"),
    ((blocking("all", UPPER),), LOG_ARCHIVE, None),
    ((blocking("all", MEMBER),), MEMBER, "all"),
    ((blocking("all", ROOT), blocking("none", LOWER)), MEMBER, "none"),
    ((blocking("none", LOWER), blocking("all", ROOT)), MEMBER, "none"),
    ((blocking("all", UPPER, **CLOSING), blocking("none", MEMBER)), MEMBER, "all"),
    ((blocking("all", UPPER), blocking("none", LOWER, **CLOSING)), MEMBER, "none"),
    ((), MEMBER, None),
]


@pytest.mark.parametrize(("policies", "account", "expected"), INHERITED)
def test_what_is_in_effect_follows_from_the_tree(
    policies: tuple[Policy, ...], account: str, expected: str | None
) -> None:
    found = effective(organization(*policies), KIND, account)
    assert (found and json.loads(found)) == (
        expected and {"s3_attributes": {"public_access_block_configuration": expected}}
    )


def test_a_type_that_is_off_is_not_in_effect() -> None:
    assert effective(organization(blocking("all", ROOT), types=()), KIND, MEMBER) is None


def world(*policies: Policy) -> World:
    return replace(organization_world(), organizations=(organization(*policies),))


GUARD = Policy(id="p-guard", document="{}", targets=(UPPER,))
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    (
        "attach_policy",
        {"PolicyId": GUARD.id, "TargetId": UPPER},
        "DuplicatePolicyAttachmentException",
    ),
    ("attach_policy", {"PolicyId": GUARD.id, "TargetId": "ou-none"}, "TargetNotFoundException"),
    ("detach_policy", {"PolicyId": GUARD.id, "TargetId": ROOT}, "PolicyNotAttachedException"),
    ("detach_policy", {"PolicyId": FULL_ACCESS, "TargetId": ROOT}, "ConstraintViolationException"),
    ("delete_policy", {"PolicyId": GUARD.id}, "PolicyInUseException"),
    (
        "move_account",
        {"AccountId": MEMBER, "SourceParentId": ROOT, "DestinationParentId": UPPER},
        "SourceParentNotFoundException",
    ),
    (
        "move_account",
        {"AccountId": MEMBER, "SourceParentId": LOWER, "DestinationParentId": "ou-none"},
        "DestinationParentNotFoundException",
    ),
]


@pytest.mark.parametrize(("operation", "params", "code"), REFUSED)
def test_what_aws_refuses(call: Calls, operation: str, params: dict[str, Any], code: str) -> None:
    with serve(world(GUARD)) as aws, pytest.raises(ClientError) as refused:
        call(aws, f"organizations:{operation}", params)
    assert code_of(refused) == code


def test_full_access_gives_way_to_another_policy(call: Calls) -> None:
    with serve(world(GUARD)) as aws:

        def targets(policy: str) -> set[str]:
            found = call(aws, "organizations:list_targets_for_policy", {"PolicyId": policy})
            return {target["TargetId"] for target in found["Targets"]}

        assert UPPER in targets(FULL_ACCESS)
        call(aws, "organizations:detach_policy", {"PolicyId": FULL_ACCESS, "TargetId": UPPER})
        assert targets(FULL_ACCESS) == {ROOT, LOWER, MANAGEMENT, LOG_ARCHIVE, MEMBER}
        call(aws, "organizations:attach_policy", {"PolicyId": FULL_ACCESS, "TargetId": UPPER})
        assert UPPER in targets(FULL_ACCESS)


def test_an_account_that_leaves_takes_no_policy_with_it(call: Calls) -> None:
    with serve(world(replace(GUARD, targets=(MEMBER, UPPER)))) as aws:
        call(aws, "organizations:remove_account_from_organization", {"AccountId": MEMBER})
        found = call(aws, "organizations:list_targets_for_policy", {"PolicyId": GUARD.id})
    assert [target["TargetId"] for target in found["Targets"]] == [UPPER]
