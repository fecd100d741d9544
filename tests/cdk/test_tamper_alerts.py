"""Rules as they are synthesised: they see tampering, and what they publish arrives."""

import json
from typing import Any

import pytest

from cdk_app.refusal import Refusal
from cdk_app.tamper_alerts import TamperAlerts
from cdk_app.tampering import TAMPERING
from tests.cdk.patterns import bus_matches, on_bus
from tests.cdk.synthesis import ACCOUNT, HOME, by_sid, new_stack, only, resources, template

RULE = "AWS::Events::Rule"


def alerts(region: str = HOME, **arguments: Any) -> dict[str, Any]:
    stack = new_stack(region)
    TamperAlerts(stack, "Alerts", **arguments)
    return template(stack)


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return alerts(log_bucket_names=["logs"], log_group_names=["/trailhold/cloudtrail"])


def test_there_is_an_enabled_rule_for_each_kind_of_tampering(made: dict[str, Any]) -> None:
    rules = {one["Name"]: one["State"] for one in resources(made, RULE)}
    assert rules == {f"trailhold-{one.id}": "ENABLED" for one in TAMPERING}


@pytest.mark.parametrize(
    ("name", "source", "parameters", "heard"),
    [
        ("StopLogging", "cloudtrail.amazonaws.com", {"name": "any"}, True),
        ("PutEventSelectors", "cloudtrail.amazonaws.com", {"trailName": "any"}, True),
        ("DescribeTrails", "cloudtrail.amazonaws.com", {}, False),
        ("PutBucketLifecycle", "s3.amazonaws.com", {"bucketName": "logs"}, True),
        ("PutBucketLifecycle", "s3.amazonaws.com", {"bucketName": "website"}, False),
        ("DeleteLogGroup", "logs.amazonaws.com", {"logGroupName": "/trailhold/cloudtrail"}, True),
        ("DisableRule", "events.amazonaws.com", {"name": "trailhold-trail-tampering"}, True),
        ("DisableAWSServiceAccess", "organizations.amazonaws.com", {}, True),
    ],
)
def test_what_is_heard(
    made: dict[str, Any], name: str, source: str, parameters: dict[str, str], heard: bool
) -> None:
    event = {"eventName": name, "eventSource": source, "requestParameters": parameters}
    event["sourceIPAddress"] = "198.51.100.7"
    rules = [one["Name"] for one in resources(made, RULE) if bus_matches(one["EventPattern"], on_bus(event))]
    assert bool(rules) is heard


def test_eventbridge_may_publish_and_encrypt_without_conditions_that_it_cannot_meet(
    made: dict[str, Any],
) -> None:
    publish = by_sid(only(made, "AWS::SNS::TopicPolicy")["PolicyDocument"], "PublishRules")
    assert publish["Principal"] == {"Service": "events.amazonaws.com"}
    assert "Condition" not in publish
    encrypt = by_sid(only(made, "AWS::KMS::Key")["KeyPolicy"], "EncryptRules")
    assert encrypt["Principal"] == {"Service": "events.amazonaws.com"}
    topics = f"arn:aws:sns:{HOME}:{ACCOUNT}:*"
    assert encrypt["Condition"] == {"ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": topics}}


def used_paths(transformer: dict[str, Any]) -> list[str]:
    return list(transformer["InputPathsMap"].values())


def test_the_message_says_who_did_what_where_and_when(made: dict[str, Any]) -> None:
    for rule in resources(made, RULE):
        (target,) = rule["Targets"]
        transformer = target["InputTransformer"]
        used = {name for name in transformer["InputPathsMap"] if f"<{name}>" in transformer["InputTemplate"]}
        assert used == set(transformer["InputPathsMap"])
        # What is an object in the event would not be escaped in the text, and lose the message.
        assert not [
            path for path in used_paths(transformer) if path.endswith(("requestParameters", "detail"))
        ]
        # EventBridge takes lines of text that are JSON strings each.
        assert all(isinstance(json.loads(line), str) for line in transformer["InputTemplate"].split("\n"))
        assert "RoleArn" not in target


def test_what_is_left_out_is_named() -> None:
    rules = {one["Name"] for one in resources(alerts(leave_out=["alarm-tampering"]), RULE)}
    assert len(rules) == len(TAMPERING) - 1
    assert "trailhold-alarm-tampering" not in rules
    with pytest.raises(Refusal, match="there is no 'alarms'"):
        alerts(leave_out=["alarms"])


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1"])
def test_other_partitions(region: str) -> None:
    assert "arn:aws:" not in json.dumps(alerts(region))
