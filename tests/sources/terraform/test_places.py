"""The account and the Region that a plan is for, and what it sets for the account itself."""

from pathlib import Path
from typing import Any

import pytest

from checker.sources import terraform
from tests.hardened import ACCOUNT, BUCKET, HOME
from tests.sources.cloudformation.judging import statuses
from tests.sources.terraform.hardened import resources
from tests.sources.terraform.planning import GONE, plan, written
from tests.sources.terraform.reading import BLOCKED, content, observed, only


def providers(**expressions: Any) -> dict[str, Any]:
    return {"aws": {"name": "aws", "expressions": {"region": {"constant_value": HOME}, **expressions}}}


PLACES: list[tuple[str, dict[str, Any], dict[str, str], str | None]] = [
    ("by the caller's identity", {}, {}, ACCOUNT),
    ("by nobody", {"account": ""}, {}, None),
    ("by a parameter", {"account": ""}, {"AWS::AccountId": ACCOUNT}, ACCOUNT),
    (
        "by the only account that is allowed",
        {"account": "", "providers": providers(allowed_account_ids={"constant_value": [ACCOUNT]})},
        {},
        ACCOUNT,
    ),
    (
        "by the role that is assumed",
        {
            "account": "",
            "providers": providers(
                assume_role=[{"role_arn": {"constant_value": f"arn:aws:iam::{ACCOUNT}:role/deploy"}}]
            ),
        },
        {},
        ACCOUNT,
    ),
]


@pytest.mark.parametrize(("name", "more", "parameters", "account"), PLACES, ids=[p[0] for p in PLACES])
def test_the_account_is_told(
    name: str, more: dict[str, Any], parameters: dict[str, str], account: str | None, tmp_path: Path
) -> None:
    path = written(tmp_path, plan(resources(), **more))
    observation = terraform.load([path], parameters=parameters)
    assert observation.scan.accounts == ((account,) if account else ())
    told = statuses(observation.inventory)
    assert told["TH312"] == ("pass" if account else "unknown"), "the policies spell the account out"


def test_the_region_of_a_resource_counts_first(tmp_path: Path) -> None:
    found = observed(tmp_path, resources(aws_cloudtrail__region="eu-west-1"))
    assert only(found.trails).home_region == "eu-west-1"


def test_the_account_s_own_block_of_public_access_counts(tmp_path: Path) -> None:
    found = resources(aws_s3_bucket_public_access_block=GONE)
    flags = dict.fromkeys(BLOCKED.__struct_fields__, True)
    every = observed(
        tmp_path,
        {**found, "aws_s3_account_public_access_block.all": flags},
        actions={"aws_s3_bucket.logs": ["no-op"]},
    )
    assert content(every.accounts[ACCOUNT].public_access_block) == BLOCKED
    assert every.blocks_public(every.buckets[BUCKET], "block_public_policy")


@pytest.mark.parametrize("blocked", [False, True])
def test_a_setting_of_the_account_tells_of_no_other_trails(blocked: bool, tmp_path: Path) -> None:
    block = {"aws_s3_account_public_access_block.all": dict.fromkeys(BLOCKED.__struct_fields__, True)}
    found = resources(aws_cloudtrail__include_global_service_events=False)
    observation = observed(tmp_path, {**found, **block} if blocked else found)
    assert statuses(observation, ["TH107"]) == {"TH107": "fail"}
