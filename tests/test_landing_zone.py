"""What a landing zone deployed is recognised by its names and tags, and nothing else is."""

import pytest
from msgspec.structs import replace

from checker.catalog import CONTROLS
from checker.engine import evaluate
from checker.evidence import Known
from checker.inventory.landing_zone import (
    ACCELERATOR,
    CONTROL_TOWER,
    LANDING_ZONE,
    LandingZone,
    of_name,
    of_trail,
)
from tests import hardened as good
from tests.hardened import hardened

TOWER = "aws-controltower-logs-222233334444-us-east-1"


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("aws-controltower-BaselineCloudTrail", CONTROL_TOWER),
        (TOWER, CONTROL_TOWER),
        ("aws-controltower/CloudTrailLogs", CONTROL_TOWER),
        ("arn:aws:iam::111122223333:role/service-role/AWSControlTowerCloudTrailRole", CONTROL_TOWER),
        ("arn:aws:sns:us-east-1:222233334444:aws-controltower-AllConfigNotifications", CONTROL_TOWER),
        ("AWSAccelerator-Organizations-CloudTrail", ACCELERATOR),
        ("aws-accelerator-central-logs-222233334444-us-east-1", ACCELERATOR),
        ("ASEA-Org-Trail", ACCELERATOR),
        ("AWS-Landing-Zone-BaselineCloudTrail", LANDING_ZONE),
        ("aws-landing-zone-logs-222233334444-us-east-1", LANDING_ZONE),
        ("audit", None),
        ("not-aws-controltower", None),
        ("seasea-trail", None),
        (good.GROUP_ARN, None),
    ],
)
def test_names(name: str, zone: LandingZone | None) -> None:
    assert of_name(name) is zone


@pytest.mark.parametrize(
    ("changes", "zone"),
    [
        ({}, None),
        ({"name": "aws-controltower-BaselineCloudTrail"}, CONTROL_TOWER),
        ({"tags": Known({"Accelerator": "AWSAccelerator"})}, ACCELERATOR),
        ({"tags": good.DENIED}, None),
        ({"bucket_name": Known(TOWER)}, None),
        (
            {
                "bucket_name": Known(TOWER),
                "log_role_arn": Known("arn:aws:iam::1:role/AWSControlTowerCloudTrailRole"),
            },
            CONTROL_TOWER,
        ),
    ],
    ids=["ours", "by name", "by tag", "tags denied", "bucket alone", "bucket and role"],
)
def test_trails(changes: dict[str, object], zone: LandingZone | None) -> None:
    assert of_trail(replace(good.TRAIL, **changes)) is zone


def test_findings_say_where_to_change_it_and_none_is_skipped() -> None:
    ours = hardened(trail={"log_file_validation": Known(False)})
    towers = hardened(
        trail={"log_file_validation": Known(False), "name": "aws-controltower-BaselineCloudTrail"}
    )
    one, other = (evaluate(found, CONTROLS.values()).findings for found in (ours, towers))
    assert [(f.control_id, f.status) for f in one] == [(f.control_id, f.status) for f in other]
    assert not any(f.managed_by for f in one)
    (failure,) = (f for f in other if f.control_id == "TH110")
    assert failure.managed_by.startswith("AWS Control Tower: change it in Control Tower")
