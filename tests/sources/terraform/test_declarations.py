"""What plans say beside settings: what an apply may destroy, and in which order it makes things."""

from pathlib import Path
from typing import Any

import pytest

from checker.sources.terraform import load
from tests.sources.cloudformation.judging import OF_TEMPLATES, statuses
from tests.sources.terraform.hardened import inline, resources
from tests.sources.terraform.planning import GONE, after, plan, written

GOOD = {"TH001": "pass", "TH002": "apart", "TH004": "pass", "TH005": "apart"}
"""A plan tells neither prevent_destroy nor how an ARN was put together."""
POLICIES = ["aws_sns_topic_policy.audit", "aws_iam_role_policy.to_logs"]


def judged(folder: Path, found: dict[str, Any], **options: Any) -> dict[str, str]:
    return statuses(load([written(folder, plan(found, **options))]).inventory, OF_TEMPLATES)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, {}),
        ({"aws_s3_bucket__force_destroy": True}, {"TH001": "fail"}),
        ({"aws_kms_key__deletion_window_in_days": "7"}, {"TH002": "fail"}),
        ({"aws_kms_key__lifecycle": [{"prevent_destroy": True}]}, {"TH002": "pass"}),
        ({"aws_kms_key__lifecycle": [{"prevent_destroy": False}]}, {"TH002": "fail"}),
        ({"aws_cloudtrail__depends_on": GONE}, {"TH004": "fail"}),
        ({"aws_cloudtrail__depends_on": POLICIES[:1]}, {"TH004": "fail"}),
        ({"aws_cloudtrail__depends_on": [*POLICIES, "local.ready"]}, {}),
        ({"aws_cloudtrail__depends_on": ["local.ready"]}, {"TH004": "unknown"}),
        ({"aws_cloudtrail__is_organization_trail": True}, {"TH006": "fail"}),
    ],
)
def test_a_plan(changes: dict[str, Any], wanted: dict[str, str], tmp_path: Path) -> None:
    assert judged(tmp_path, resources(**changes)) == GOOD | wanted


def test_the_older_style(tmp_path: Path) -> None:
    assert judged(tmp_path, inline()) == GOOD


def test_what_exists_already_is_there_in_time(tmp_path: Path) -> None:
    found = resources(aws_cloudtrail__depends_on=GONE)
    assert judged(tmp_path, found, actions={one: ["no-op"] for one in POLICIES}) == GOOD


def test_resources_of_other_providers_lead_on(tmp_path: Path) -> None:
    found = resources(aws_cloudtrail__depends_on=["time_sleep.settled"])
    found["time_sleep.settled"] = {"create_duration": "10s", "depends_on": POLICIES}
    assert judged(tmp_path, found) == GOOD


def in_modules(**trail: Any) -> dict[str, Any]:
    """The trail in one module, its bucket with the policy in another one."""
    found = resources(**trail)
    moved = ("aws_s3_bucket.logs", "aws_s3_bucket_policy.logs")
    kept = {
        address: values
        for address, values in found.items()
        if address not in (*moved, "aws_cloudtrail.audit")
    }
    inside = {f"module.logs.{address}": found[address] for address in moved}
    own = found["aws_cloudtrail.audit"] | {
        "s3_bucket_name": after("var.bucket"),
        "kms_key_id": None,
        "cloud_watch_logs_group_arn": None,
        "cloud_watch_logs_role_arn": None,
        "sns_topic_name": None,
        "depends_on": [],
    }
    return kept | inside | {"module.trail.aws_cloudtrail.audit": own}


@pytest.mark.parametrize(
    ("output", "status"),
    [("aws_s3_bucket_policy.logs.bucket", "pass"), ("aws_s3_bucket.logs.id", "fail")],
)
def test_order_is_followed_through_modules(output: str, status: str, tmp_path: Path) -> None:
    calls = {"module.trail": {"bucket": after("module.logs.bucket")}}
    outputs = {"module.logs": {"bucket": after(output)}}
    assert judged(tmp_path, in_modules(), calls=calls, outputs=outputs)["TH004"] == status


STORE: dict[str, Any] = {
    "name": "events",
    "kms_key_id": after("aws_kms_key.logs.arn"),
    "multi_region_enabled": True,
    "organization_enabled": False,
    "retention_period": 2555,
    "termination_protection_enabled": True,
    "suspend": None,
    "advanced_event_selector": [
        {"name": "all", "field_selector": [{"field": "eventCategory", "equals": ["Management"]}]}
    ],
}
LAKE = [f"TH{number}" for number in range(901, 909)]
FINE = dict.fromkeys(LAKE, "pass") | {"TH906": "apart"}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, {}),
        ({"kms_key_id": None}, {"TH901": "fail"}),
        ({"multi_region_enabled": False}, {"TH902": "fail"}),
        ({"termination_protection_enabled": False}, {"TH903": "fail"}),
        ({"suspend": "true"}, {"TH904": "fail"}),
        ({"retention_period": 90}, {"TH905": "fail"}),
        ({"organization_enabled": True}, {"TH906": "pass", "TH908": "apart"}),
        ({"retention_period": after("var.days")}, {"TH905": "unknown"}),
        ({"advanced_event_selector": []}, {}),
    ],
)
def test_an_event_data_store(changes: dict[str, Any], wanted: dict[str, str], tmp_path: Path) -> None:
    found = resources() | {"aws_cloudtrail_event_data_store.events": STORE | changes}
    inventory = load([written(tmp_path, plan(found))]).inventory
    assert statuses(inventory, LAKE) == FINE | wanted


def test_what_a_plan_cannot_set_an_existing_store_may_have(tmp_path: Path) -> None:
    address = "aws_cloudtrail_event_data_store.events"
    found = plan(resources() | {address: STORE}, actions={address: ["no-op"]})
    assert statuses(load([written(tmp_path, found)]).inventory, ["TH908"]) == {"TH908": "apart"}
