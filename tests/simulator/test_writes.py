"""Calls that change the simulated AWS: the next answer tells it, and what AWS refuses is refused."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests import hardened as good
from tests.simulator import hardened_world, organization_world, serve
from tests.simulator.samples import BUCKET, Calls, code_of
from tests.simulator.worlds import ALL_BLOCKED

OPEN = good.document(good.statement(Principal="*", Action="s3:GetObject", Resource=f"{good.BUCKET_ARN}/*"))
ONE_DAY = {
    "Rules": [
        {
            "ID": "a",
            "Status": "Enabled",
            "Filter": {"Tag": {"Key": "k", "Value": "v"}},
            "Expiration": {"Days": 1},
        },
        {
            "ID": "b",
            "Status": "Disabled",
            "Filter": {"Prefix": "b"},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        },
    ]
}
CHANGES: list[tuple[str, dict[str, Any], str, dict[str, Any], str, Any]] = [
    (
        "s3:put_bucket_lifecycle_configuration",
        {**BUCKET, "LifecycleConfiguration": ONE_DAY},
        "s3:get_bucket_lifecycle_configuration",
        BUCKET,
        "Rules",
        ONE_DAY["Rules"],
    ),
    (
        "s3:put_bucket_policy",
        {**BUCKET, "Policy": good.document(good.TLS_ONLY)},
        "s3:get_bucket_policy",
        BUCKET,
        "Policy",
        good.document(good.TLS_ONLY),
    ),
    (
        "sns:set_topic_attributes",
        {"TopicArn": good.TOPIC_ARN, "AttributeName": "DisplayName", "AttributeValue": "a & b"},
        "sns:get_topic_attributes",
        {"TopicArn": good.TOPIC_ARN},
        "Attributes.DisplayName",
        "a & b",
    ),
    (
        "cloudtrail:update_trail",
        {"Name": good.TRAIL_ARN, "EnableLogFileValidation": False, "KmsKeyId": ""},
        "cloudtrail:get_trail",
        {"Name": good.TRAIL_ARN},
        "Trail.LogFileValidationEnabled",
        False,
    ),
    (
        "cloudtrail:put_event_selectors",
        {"TrailName": good.TRAIL_ARN, "EventSelectors": [{"ReadWriteType": "ReadOnly"}]},
        "cloudtrail:get_event_selectors",
        {"TrailName": good.TRAIL_ARN},
        "EventSelectors",
        [{"ReadWriteType": "ReadOnly"}],
    ),
    (
        "cloudwatch:put_metric_alarm",
        {"AlarmName": good.ALARMS[0].name, "AlarmActions": [], "Threshold": 7.0, "EvaluationPeriods": 1,
         "ComparisonOperator": "GreaterThanThreshold", "MetricName": "m", "Namespace": "n"},
        "cloudwatch:describe_alarms",
        {"AlarmNamePrefix": good.ALARMS[0].name},
        "MetricAlarms.0.Threshold",
        7.0,
    ),
    (
        "iam:put_role_policy",
        {"RoleName": "audit-to-logs", "PolicyName": "write", "PolicyDocument": good.document()},
        "iam:get_role_policy",
        {"RoleName": "audit-to-logs", "PolicyName": "write"},
        "PolicyDocument.Statement",
        [],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "params", "asked", "about", "path", "value"), CHANGES)
def test_the_next_answer_tells_the_change(
    call: Calls, name: str, params: dict[str, Any], asked: str, about: dict[str, Any], path: str, value: Any
) -> None:
    with serve(hardened_world()) as aws:
        call(aws, name, params)
        found = call(aws, asked, about)
    for step in path.split("."):
        found = found[int(step)] if step.isdigit() else found[step]
    assert found == value


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("s3:put_bucket_policy", {**BUCKET, "Policy": OPEN}, "AccessDenied"),
    ("s3:put_bucket_acl", {**BUCKET, "ACL": "public-read"}, "AccessControlListNotSupported"),
    (
        "s3:put_bucket_versioning",
        {**BUCKET, "VersioningConfiguration": {"Status": "Suspended"}},
        "InvalidBucketState",
    ),
    ("s3:create_bucket", BUCKET, "BucketAlreadyExists"),
    ("events:delete_rule", {"Name": good.RULE.name}, "ValidationException"),
    ("kms:disable_key", {"KeyId": good.KEY_ARN[:-1] + "0"}, "NotFoundException"),
    ("logs:delete_log_group", {"logGroupName": "nothing"}, "ResourceNotFoundException"),
    ("organizations:leave_organization", {}, "MasterCannotLeaveOrganizationException"),
    ("organizations:remove_account_from_organization", {"AccountId": "1" * 12}, "AccountNotFoundException"),
]


@pytest.mark.parametrize(("name", "params", "code"), REFUSED)
def test_what_aws_refuses_changes_nothing(call: Calls, name: str, params: dict[str, Any], code: str) -> None:
    world = organization_world() if name.startswith("organizations") else hardened_world()
    with serve(world) as aws, pytest.raises(ClientError) as refused:
        call(aws, name, params)
    assert code_of(refused) == code


def test_a_trail_is_changed_at_home_only(call: Calls) -> None:
    with serve(hardened_world()) as aws:
        with pytest.raises(ClientError) as refused:
            call(aws, "cloudtrail:stop_logging", {"Name": good.TRAIL_ARN}, region="eu-west-1")
        assert code_of(refused) == "InvalidHomeRegionException"
        assert call(aws, "cloudtrail:get_trail_status", {"Name": good.TRAIL_ARN})["IsLogging"]


def test_another_world_takes_the_place_of_a_changed_one(call: Calls) -> None:
    world = hardened_world(account={"public_access_block": ALL_BLOCKED})
    with serve(world) as aws:
        call(aws, "cloudtrail:delete_trail", {"Name": good.TRAIL_ARN})
        assert call(aws, "cloudtrail:describe_trails", {})["trailList"] == []
        assert aws.become
        aws.become(world)
        assert call(aws, "cloudtrail:describe_trails", {})["trailList"]
