"""CloudTrail Lake, for those who have it: its key, its protection, and the warning that it is closed."""

import json
from typing import Any

import aws_cdk as cdk
import pytest

from cdk_app.event_data_store import FIXED, EventDataStore
from cdk_app.refusal import Refusal
from tests.cdk.records import ACCOUNT
from tests.cdk.synthesis import warnings


def stack(region: str = "eu-central-1") -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Lake", env=cdk.Environment(account=ACCOUNT, region=region))


@pytest.fixture(scope="module")
def made() -> cdk.Stack:
    """A store without any argument."""
    scope = stack()
    EventDataStore(scope, "It")
    return scope


@pytest.fixture(scope="module")
def resources(made: cdk.Stack) -> dict[str, dict[str, Any]]:
    app = made.node.root
    assert isinstance(app, cdk.App)
    template = app.synth().get_stack_by_name("Lake").template
    return {resource["Type"]: resource for resource in template["Resources"].values()}


def test_the_store_records_everything_and_is_protected(resources: dict[str, dict[str, Any]]) -> None:
    store = resources["AWS::CloudTrail::EventDataStore"]
    assert store["DeletionPolicy"] == store["UpdateReplacePolicy"] == "Retain"
    properties = store["Properties"]
    assert properties["TerminationProtectionEnabled"] is True
    assert properties["MultiRegionEnabled"] is True
    assert properties["IngestionEnabled"] is True
    assert properties["RetentionPeriod"] == 2557
    selectors = [selector["FieldSelectors"] for selector in properties["AdvancedEventSelectors"]]
    assert selectors == [[{"Field": "eventCategory", "Equals": ["Management"]}]]


def test_the_key_is_its_own_and_names_no_source(resources: dict[str, dict[str, Any]]) -> None:
    key = resources["AWS::KMS::Key"]
    assert key["DeletionPolicy"] == "Retain"
    assert key["Properties"]["EnableKeyRotation"] is True
    assert "Fn::GetAtt" in resources["AWS::CloudTrail::EventDataStore"]["Properties"]["KmsKeyId"]
    policy = key["Properties"]["KeyPolicy"]
    assert "aws:SourceA" not in json.dumps(policy)
    (encrypting,) = (s for s in policy["Statement"] if "Service" in s.get("Principal", ""))
    assert encrypting["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    assert encrypting["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]


def test_the_warning_says_that_lake_is_closed(made: cdk.Stack) -> None:
    (warning,) = warnings(made)
    assert "no new customers" in warning


@pytest.mark.parametrize(
    ("arguments", "region", "says"),
    [
        ({"retention_days": 6}, "eu-central-1", "6 is not between 7 and 3653"),
        ({"retention_days": 3654}, "eu-central-1", "3654 is not between 7 and 3653"),
        ({"retention_days": 2558, "billing_mode": FIXED}, "eu-central-1", "2558 is not between 7 and 2557"),
        ({"billing_mode": "FREE"}, "eu-central-1", "'FREE' is none of"),
        ({}, "cn-north-1", "no event data stores in the partition of cn-north-1"),
    ],
)
def test_what_aws_would_refuse_is_refused_at_synth(arguments: dict[str, Any], region: str, says: str) -> None:
    with pytest.raises(Refusal, match=says):
        EventDataStore(stack(region), "It", **arguments)
