"""Policies that AWS would refuse for their size are refused at synth, with one sentence."""

from typing import Any

import pytest

from cdk_app.archive_bucket import ArchiveBucket
from cdk_app.log_bucket import LogBucket
from cdk_app.refusal import Refusal
from cdk_app.trail_identity import TrailIdentity
from cdk_app.trail_key import TrailKey
from tests.cdk.synthesis import ACCOUNT, new_stack
from tests.cdk.whole_app import SPLIT, synthesise


def roles(count: int) -> list[str]:
    return [f"arn:aws:iam::{ACCOUNT}:role/{number:064}" for number in range(count)]


FITTING = 45
"""Roles with the longest names, each of which is in three statements of a bucket's policy."""


@pytest.mark.parametrize(
    ("count", "what"), [(80, "a bucket takes up to"), (400, "a key takes up to")], ids=["bucket", "key"]
)
@pytest.mark.parametrize("changes", [{}, SPLIT], ids=["one account", "organization"])
def test_too_many_exceptions_are_one_sentence(count: int, what: str, changes: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match=f"the policy of {what}.*name fewer break-glass") as refused:
        synthesise({"deployment": {"break-glass-arns": roles(count)}}, changes)
    assert "\n" not in str(refused.value)


def test_as_many_exceptions_as_fit_are_taken() -> None:
    assert synthesise({"deployment": {"break-glass-arns": roles(FITTING)}})
    with pytest.raises(Refusal, match=r"takes up to 2\d{4} characters and AWS takes 20480"):
        synthesise({"deployment": {"break-glass-arns": roles(FITTING + 20)}})


@pytest.mark.parametrize("kind", ["LogBucket", "ArchiveBucket", "TrailKey"])
def test_each_construct_refuses_by_itself(kind: str) -> None:
    stack = new_stack()
    trail = TrailIdentity.within(stack, "audit")
    common: dict[str, Any] = {"trail": trail, "break_glass_arns": roles(400)}
    with pytest.raises(Refusal, match="AWS takes"):
        if kind == "LogBucket":
            LogBucket(stack, "It", **common)
        elif kind == "TrailKey":
            TrailKey(stack, "It", **common)
        else:
            (role,) = roles(1)
            copies: dict[str, Any] = {
                "source_account": ACCOUNT,
                "replication_role_arn": role,
                "key_alias": "alias/copy",
            }
            ArchiveBucket(stack, "It", **copies, **common)
