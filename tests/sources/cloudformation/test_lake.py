"""CloudTrail Lake in templates is judged by the controls that judge it in accounts."""

from pathlib import Path
from typing import Any

import pytest

from checker.sources.cloudformation import load
from tests.hardened import ACCOUNT
from tests.sources.cloudformation.judging import PLACE, statuses
from tests.sources.cloudformation.test_sets import write

LAKE = [f"TH{number}" for number in range(901, 912)]
MANAGEMENT = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]
WRITES = [
    {
        "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Management"]},
            {"Field": "readOnly", "Equals": ["false"]},
        ]
    }
]
GOOD: dict[str, Any] = {
    "Name": "events",
    "AdvancedEventSelectors": MANAGEMENT,
    "KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]},
    "MultiRegionEnabled": True,
    "RetentionPeriod": 2557,
    "TerminationProtectionEnabled": True,
}
STORE = {"TH901": "pass", "TH902": "pass", "TH903": "pass", "TH904": "pass", "TH905": "pass"} | {
    "TH906": "apart",
    "TH907": "pass",
    "TH908": "pass",
}
"""Whether an account belongs to an organization no template tells."""


def granting(principal: Any, action: str, resource: str) -> dict[str, Any]:
    """A resource policy on a resource of the template."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}
    return {
        "Type": "AWS::CloudTrail::ResourcePolicy",
        "Properties": {
            "ResourceArn": {"Ref": resource},
            "ResourcePolicy": {"Version": "2012-10-17", "Statement": [statement]},
        },
    }


def judged(folder: Path, **resources: Any) -> dict[str, str]:
    found = {"Key": {"Type": "AWS::KMS::Key", "Properties": {}}, **resources}
    path = write(folder / "t.json", {"Resources": found})
    return statuses(load([path], parameters=PLACE).inventory, LAKE)


def store(**changes: Any) -> dict[str, Any]:
    return {"Type": "AWS::CloudTrail::EventDataStore", "Properties": GOOD | changes}


NOTHING = {"Ref": "AWS::NoValue"}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, {}),
        ({"KmsKeyId": NOTHING}, {"TH901": "fail"}),
        ({"MultiRegionEnabled": False}, {"TH902": "fail"}),
        ({"MultiRegionEnabled": NOTHING}, {}),
        ({"TerminationProtectionEnabled": "false"}, {"TH903": "fail"}),
        ({"TerminationProtectionEnabled": NOTHING}, {}),
        ({"IngestionEnabled": False}, {"TH904": "fail"}),
        ({"RetentionPeriod": 30}, {"TH905": "fail"}),
        ({"RetentionPeriod": NOTHING}, {}),
        ({"OrganizationEnabled": True}, {"TH906": "pass", "TH908": "apart"}),
        ({"AdvancedEventSelectors": WRITES}, {"TH907": "fail"}),
        ({"AdvancedEventSelectors": NOTHING}, {}),
        ({"AdvancedEventSelectors": {"Fn::Transform": {}}}, {"TH902": "unknown", "TH907": "unknown"}),
        ({"FederationEnabled": True, "FederationRoleArn": "arn:aws:iam::1:role/x"}, {"TH908": "apart"}),
    ],
)
def test_a_store(changes: dict[str, Any], wanted: dict[str, str], tmp_path: Path) -> None:
    assert judged(tmp_path, Store=store(**changes)) == STORE | wanted


@pytest.mark.parametrize(
    ("principal", "status"),
    [({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "pass"), ("*", "fail"), ({"AWS": "999999999999"}, "fail")],
)
def test_the_policy_of_a_store(principal: Any, status: str, tmp_path: Path) -> None:
    policy = granting(principal, "cloudtrail:StartQuery", "Store")
    assert judged(tmp_path, Store=store(), Policy=policy)["TH908"] == status


@pytest.mark.parametrize(
    ("destination", "principal", "status"),
    [
        ({"Ref": "Store"}, None, "pass"),
        ("arn:aws:cloudtrail:us-east-1:999999999999:eventdatastore/x", None, "fail"),
        ({"Ref": "Store"}, "*", "fail"),
    ],
)
def test_a_channel(destination: Any, principal: Any, status: str, tmp_path: Path) -> None:
    properties = {
        "Name": "partner",
        "Source": "Custom",
        "Destinations": [{"Location": destination, "Type": "EVENT_DATA_STORE"}],
    }
    resources = {"Store": store(), "Channel": {"Type": "AWS::CloudTrail::Channel", "Properties": properties}}
    if principal:
        resources["Policy"] = granting(principal, "cloudtrail-data:PutAuditEvents", "Channel")
    assert judged(tmp_path, **resources)["TH909"] == status


@pytest.mark.parametrize(
    ("principal", "status"), [({"Service": "cloudtrail.amazonaws.com"}, "pass"), ({"AWS": ACCOUNT}, "fail")]
)
def test_a_dashboard(principal: Any, status: str, tmp_path: Path) -> None:
    dashboard = {"Type": "AWS::CloudTrail::Dashboard", "Properties": {"Name": "overview"}}
    policy = granting(principal, "cloudtrail:StartDashboardRefresh", "Dashboard")
    assert judged(tmp_path, Dashboard=dashboard, Policy=policy) == {"TH911": status}
