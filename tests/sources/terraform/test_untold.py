"""What a plan hides or leaves to others is neither a pass nor a failure, and is said."""

from pathlib import Path
from typing import Any

import pytest

from checker.model import Status
from checker.sources import templates, terraform
from tests.sources.cloudformation.judging import findings
from tests.sources.terraform.hardened import resources
from tests.sources.terraform.planning import plan, written

TRAIL = "aws_cloudtrail.audit"
HIDING: dict[str, dict[str, Any]] = {
    "everything is sensitive": {"after_sensitive": True},
    "everything is known after apply": {"after": None, "after_unknown": True},
    "nothing is told": {"after": None, "after_unknown": {}},
    "something else is told": {"after": "text", "after_unknown": None},
}


@pytest.mark.parametrize("name", HIDING)
def test_a_trail_of_which_nothing_is_told_is_unknown(name: str, tmp_path: Path) -> None:
    content = plan(resources())
    (trail,) = (one for one in content["resource_changes"] if one["address"] == TRAIL)
    trail["change"] |= HIDING[name]
    inventory = terraform.load([written(tmp_path, content)]).inventory
    found = findings(inventory, ["TH104", "TH106", "TH110", "TH111"])
    assert [(f.control_id, f.status) for f in found if f.status is not Status.UNKNOWN] == []
    assert len(found) == 4


BRINGING: dict[str, tuple[dict[str, Any], str]] = {
    "aws_cloudformation_stack.logs": ({"template_body": "{}"}, "aws_cloudformation_stack"),
    "awscc_cloudtrail_trail.audit": ({"is_logging": False}, "awscc_cloudtrail_trail"),
    'module.a["b"].awscc_s3_bucket.logs[0]': ({}, "awscc_s3_bucket"),
    "aws_sqs_queue.other": ({}, ""),
    "awscc_ec2_vpc.other": ({}, ""),
    "data.aws_cloudformation_stack.read": ({}, ""),
}


@pytest.mark.parametrize("address", BRINGING)
def test_what_brings_others_is_named(address: str, tmp_path: Path) -> None:
    values, type = BRINGING[address]
    path = written(tmp_path, plan({**resources(), address: values}))
    found = templates.read([path], {}).beyond
    assert [one.partition(" ")[2] for one in found] == ([f"{address} ({type})"] if type else [])
    assert all(one.startswith(f"{path}:") for one in found)
    gone = written(tmp_path, plan({**resources(), address: values}, actions={address: ["delete"]}))
    assert templates.read([gone], {}).beyond == ()
