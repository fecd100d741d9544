"""Templates and the trails that are there: the same world agrees, and each change of either is named."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from checker.catalog import CONTROLS
from checker.evidence import Known
from checker.inventory import Inventory
from checker.model import Status
from checker.observation import CannotObserve
from checker.sources.cloudformation.expect import expect
from tests import hardened as good
from tests.controls.judging import judge_all, status_of
from tests.controls.trails import STOPPED, another, discovered
from tests.sources.cloudformation.judging import GONE, HARDENED, PLACE, hardened

DRIFT = CONTROLS["TH127"]
Told = dict[str, Any]


def compared(
    folder: Path, template: Told | None, inventory: Inventory, parameters: dict[str, str] | None = None
) -> tuple[Status | None, str]:
    """Judge the inventory beside a template, the hardened one without another."""
    path = HARDENED
    if template is not None:
        path = folder / "template.json"
        path.write_text(json.dumps(template))
    expected = expect([path], parameters or {}, inventory)
    (judgement,) = judge_all(DRIFT, replace(inventory, expected=expected)).values()
    return status_of(judgement), getattr(judgement, "detail", "")


LIVE: list[tuple[str, Told, Status, str]] = [
    ("nothing changed", {}, Status.PASS, "KMSKeyId not compared"),
    ("stopped", {"status": STOPPED}, Status.FAIL, "IsLogging is false, declared true"),
    ("another bucket", {"bucket_name": Known("theirs")}, Status.FAIL,
     "S3BucketName is theirs, declared audit-logs"),
    ("no key", {"kms_key_id": Known(None)}, Status.FAIL, "KMSKeyId is not set"),
    ("another role", {"log_role_arn": Known(f"arn:aws:iam::{good.ACCOUNT}:role/x")}, Status.FAIL, "RoleArn"),
    ("another topic", {"sns_topic_arn": Known(f"{good.TOPIC_ARN}-2")}, Status.FAIL, "SnsTopicName"),
    ("no Insights", {"insights": Known(())}, Status.FAIL, "Insights types are none"),
    ("another owner", {"tags": Known({"owner": "me"})}, Status.FAIL, "tag owner is me"),
]  # fmt: skip


@pytest.mark.parametrize("parameters", [PLACE, {}], ids=["account and Region given", "found by name"])
@pytest.mark.parametrize(("changes", "status", "detail"), [c[1:] for c in LIVE], ids=[c[0] for c in LIVE])
def test_changes_of_the_trail_are_named(
    changes: Told, status: Status, detail: str, parameters: dict[str, str], tmp_path: Path
) -> None:
    found = compared(tmp_path, None, good.hardened(trail=changes), parameters)
    assert found[0] is status
    assert detail in found[1]


TOLD: list[tuple[str, Told, Status, str]] = [
    ("no validation", hardened(Trail__EnableLogFileValidation=GONE), Status.FAIL,
     "EnableLogFileValidation is true"),
    ("a prefix", hardened(Trail__S3KeyPrefix="logs"), Status.FAIL, "S3KeyPrefix is not set, declared logs"),
    ("no selectors", hardened(Trail__AdvancedEventSelectors=GONE), Status.PASS, ""),
    ("reads alone", hardened(Trail__AdvancedEventSelectors=GONE,
                             Trail__EventSelectors=[{"ReadWriteType": "ReadOnly"}]), Status.FAIL,
     "event selectors"),
    ("imported", hardened(Trail__S3BucketName={"Fn::ImportValue": "x"}), Status.PASS,
     "S3BucketName, KMSKeyId not"),
    ("a parameter", hardened(Trail__S3BucketName={"Ref": "Nothing"}), Status.UNKNOWN, "S3BucketName"),
    ("another name", hardened(Trail__TrailName="other"), Status.FAIL, "other is declared and does not exist"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "status", "detail"), [c[1:] for c in TOLD], ids=[c[0] for c in TOLD])
def test_changes_of_the_template_are_named(
    template: Told, status: Status, detail: str, tmp_path: Path
) -> None:
    found = compared(tmp_path, template, good.hardened(), PLACE)
    assert found[0] is status, found
    assert detail in found[1]


def test_a_trail_without_a_name_is_found_by_the_names_that_cloudformation_makes_up(tmp_path: Path) -> None:
    template = hardened(Trail__TrailName=GONE)
    made_up = another("audit-stack-Trail-1A2B3C4D5E6F", tags=Known({"owner": "security"}))
    status, _ = compared(tmp_path, template, good.hardened(more_trails=(made_up,)))
    assert status is Status.PASS
    status, detail = compared(tmp_path, template, good.hardened())
    assert (status, "does not exist" in detail) == (Status.FAIL, True)


def test_a_missing_trail_is_undecided_while_a_region_is_unread(tmp_path: Path) -> None:
    inventory = replace(good.hardened(account=discovered((), denied=("us-west-2",))), trails={}, sightings=())
    assert compared(tmp_path, None, inventory)[0] is Status.UNKNOWN
    assert compared(tmp_path, None, inventory, PLACE)[0] is Status.FAIL


def test_a_missing_trail_has_the_arn_that_a_deployment_would_give_it(tmp_path: Path) -> None:
    nothing = replace(good.hardened(account=discovered(())), trails={}, sightings=())
    assert list(expect([HARDENED], PLACE, nothing)) == [good.TRAIL_ARN]
    assert list(expect([HARDENED], {}, nothing)) == [good.TRAIL_ARN.replace(good.HOME, "*")]


def test_templates_without_a_trail_are_refused(tmp_path: Path) -> None:
    template = hardened()
    del template["Resources"]["Trail"]
    path = tmp_path / "template.json"
    path.write_text(json.dumps(template))
    with pytest.raises(CannotObserve, match="declares a trail to compare with"):
        expect([path], {}, good.hardened())
