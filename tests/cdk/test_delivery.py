"""What delivers a trail's events, each used alone: log group and role, topic, keys, a log bucket."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
import pytest

from cdk_app.log_bucket import LogBucket
from cdk_app.realtime_delivery import RealtimeDelivery
from cdk_app.trail_identity import TrailIdentity
from cdk_app.trail_key import TrailKey
from cdk_app.trail_topic import TrailTopic
from tests.cdk.synthesis import ACCOUNT, HOME, by_sid, new_stack, only, resources, template

ORGANIZATION = "o-abcdefghij"
TRAIL = f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:trail/audit"
SOURCE = {"StringEquals": {"aws:SourceArn": TRAIL}}
S3 = "AWS::S3::Object"


def identity(stack: cdk.Stack, organization: str | None = ORGANIZATION) -> TrailIdentity:
    return TrailIdentity.within(stack, "audit", organization_id=organization)


@pytest.mark.parametrize(
    ("organization", "streams"),
    [
        (None, [f"{ACCOUNT}_CloudTrail_{HOME}*"]),
        (ORGANIZATION, [f"{ACCOUNT}_CloudTrail_{HOME}*", f"{ORGANIZATION}_*"]),
    ],
)
def test_the_role_writes_the_streams_of_the_trail_and_no_other(
    organization: str | None, streams: list[str]
) -> None:
    stack = new_stack()
    RealtimeDelivery(stack, "Realtime", trail=identity(stack, organization), log_group_name="audit")
    found = template(stack)
    (statement,) = only(found, "AWS::IAM::ManagedPolicy")["PolicyDocument"]["Statement"]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    group = f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:audit:log-stream"
    resource = statement["Resource"]
    assert ([resource] if isinstance(resource, str) else resource) == [f"{group}:{name}" for name in streams]
    (trust,) = only(found, "AWS::IAM::Role")["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "cloudtrail.amazonaws.com"}


@pytest.mark.parametrize(("bound", "condition"), [(False, None), (True, SOURCE)])
def test_the_role_may_be_bound_to_the_trail(bound: bool, condition: Mapping[str, Any] | None) -> None:
    stack = new_stack()
    who = identity(stack)
    RealtimeDelivery(stack, "Realtime", trail=who, log_group_name="audit", bind_role_to_trail=bound)
    (trust,) = only(template(stack), "AWS::IAM::Role")["AssumeRolePolicyDocument"]["Statement"]
    assert trust.get("Condition") == condition


def test_the_log_group_is_encrypted_kept_and_searchable() -> None:
    stack = new_stack()
    RealtimeDelivery(stack, "Realtime", trail=identity(stack), log_group_name="audit")
    found = template(stack)
    group = only(found, "AWS::Logs::LogGroup")
    assert (group["LogGroupClass"], group["RetentionInDays"]) == ("STANDARD", 365)
    assert group["DeletionProtectionEnabled"] is True
    assert found["Resources"][group["KmsKeyId"]["Fn::GetAtt"][0]]["Type"] == "AWS::KMS::Key"


def test_only_the_trail_publishes_and_only_over_tls() -> None:
    stack = new_stack()
    TrailTopic(stack, "Topic", trail=identity(stack))
    found = template(stack)
    policy = only(found, "AWS::SNS::TopicPolicy")["PolicyDocument"]
    assert by_sid(policy, "CloudTrailPublishes")["Condition"] == SOURCE
    denied = [one["Condition"] for one in policy["Statement"] if one["Effect"] == "Deny"]
    assert denied == [{"Bool": {"aws:SecureTransport": "false"}}]
    key = only(found, "AWS::KMS::Key")["KeyPolicy"]
    assert by_sid(key, "CloudTrailPublishes")["Condition"] == {
        "StringEqualsIfExists": SOURCE["StringEquals"],
        "ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": f"arn:aws:sns:{HOME}:{ACCOUNT}:*"},
    }
    assert "KmsMasterKeyId" in only(found, "AWS::SNS::Topic")


def test_administering_the_key_is_not_using_it() -> None:
    stack = new_stack()
    TrailKey(stack, "Key", trail=identity(stack), bucket_name="logs")
    policy = only(template(stack), "AWS::KMS::Key")["KeyPolicy"]
    administering = by_sid(policy, "AdministerWithoutUse")["Action"]
    using = ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncrypt", "kms:CreateGrant", "kms:*")
    assert not [action for action in administering if action.startswith(using)]
    reading = by_sid(policy, "ReadersDecryptThroughS3")
    assert reading["Condition"] == {
        "StringEquals": {"kms:ViaService": f"s3.{HOME}.amazonaws.com"},
        "StringLike": {"kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]},
    }


def test_cloudtrail_encrypts_for_one_trail_in_its_own_context() -> None:
    stack = new_stack()
    TrailKey(stack, "Key", trail=identity(stack))
    key = only(template(stack), "AWS::KMS::Key")
    assert key["EnableKeyRotation"] is True
    assert by_sid(key["KeyPolicy"], "CloudTrailEncrypts")["Condition"] == {
        **SOURCE,
        "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*"},
    }
    assert by_sid(key["KeyPolicy"], "CloudTrailChecksTheKey")["Condition"] == SOURCE


def test_cloudwatch_logs_encrypts_one_log_group() -> None:
    stack = new_stack()
    group = f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:audit"
    TrailKey(stack, "Key", trail=identity(stack), log_group_arn=group)
    statement = by_sid(only(template(stack), "AWS::KMS::Key")["KeyPolicy"], "CloudWatchLogsEncrypts")
    assert statement["Principal"] == {"Service": f"logs.{HOME}.amazonaws.com"}
    assert statement["Condition"] == {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": group}}


def test_only_break_glass_can_make_log_files_unreadable() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/break-glass"
    for given, condition in ((), None), ((role,), {"ArnNotLike": {"aws:PrincipalArn": [role]}}):
        stack = new_stack()
        TrailKey(stack, "Key", trail=identity(stack), break_glass_arns=given)
        denied = by_sid(only(template(stack), "AWS::KMS::Key")["KeyPolicy"], "DenyDestruction")
        assert denied.get("Condition") == condition
        assert {"kms:ScheduleKeyDeletion", "kms:DisableKey"} <= set(denied["Action"])


def test_a_log_bucket_alone_brings_its_key_and_its_access_logs() -> None:
    stack = new_stack()
    LogBucket(stack, "Logs", trail=identity(stack))
    found = template(stack)
    assert len(resources(found, "AWS::S3::Bucket")) == 2
    assert len(resources(found, "AWS::S3::BucketPolicy")) == 2
    assert len(resources(found, "AWS::KMS::Key")) == 1
    assert not [bucket for bucket in resources(found, "AWS::S3::Bucket") if "BucketName" in bucket]
