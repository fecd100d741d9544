"""The policies of the demo's buckets, keys and roles, as their owners wrote them."""

import json
from typing import Any

CLOUDTRAIL = {"Service": "cloudtrail.amazonaws.com"}
TAMPERING = [
    "s3:BypassGovernanceRetention",
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:DeleteObject*",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketPolicy",
    "s3:PutBucketVersioning",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
]

Statement = dict[str, Any]


def document(*statements: Statement) -> str:
    """Write a policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(principal: Any, action: Any, resource: Any, condition: Any = None) -> Statement:
    """Write a statement of a resource policy; without a condition it binds the principal to nothing."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource}
    return statement | ({"Condition": condition} if condition else {})


def delivery(bucket: str, trail: str, *owners: str) -> tuple[Statement, ...]:
    """Let one trail write for its owners: an account, and the organization of an organization trail."""
    bound = {"StringEquals": {"aws:SourceArn": trail}}
    written = {"StringEquals": {"aws:SourceArn": trail, "s3:x-amz-acl": "bucket-owner-full-control"}}
    return (
        allow(CLOUDTRAIL, "s3:GetBucketAcl", f"arn:aws:s3:::{bucket}", bound),
        *(
            allow(CLOUDTRAIL, "s3:PutObject", f"arn:aws:s3:::{bucket}/AWSLogs/{owner}/*", written)
            for owner in owners
        ),
    )


def encrypted_only(bucket: str) -> Statement:
    """Refuse everybody without TLS."""
    return _deny(bucket, "s3:*", {"Bool": {"aws:SecureTransport": "false"}})


def tamper_proof(bucket: str, break_glass: str) -> Statement:
    """Refuse everybody but one role whatever destroys logs or the protection of logs."""
    return _deny(bucket, TAMPERING, {"ArnNotLike": {"aws:PrincipalArn": break_glass}})


def _deny(bucket: str, action: Any, condition: Any) -> Statement:
    resources = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    return allow("*", action, resources, condition) | {"Effect": "Deny"}


def key_policy(account: str, trail: str, *more: Statement) -> str:
    """Let the account use the key as its IAM policies say, and one trail encrypt with it."""
    bound = {"StringEquals": {"aws:SourceArn": trail}}
    own_trails = f"arn:aws:cloudtrail:*:{account}:trail/*"
    encrypting = {**bound, "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": own_trails}}
    return document(
        allow({"AWS": f"arn:aws:iam::{account}:root"}, "kms:*", "*"),
        allow(CLOUDTRAIL, "kms:GenerateDataKey*", "*", encrypting),
        allow(CLOUDTRAIL, ["kms:DescribeKey", "kms:Decrypt"], "*", bound),
        *more,
    )


def log_key_use(account: str, region: str, group: str) -> Statement:
    """Let CloudWatch Logs encrypt one log group."""
    context = {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{region}:{account}:log-group:{group}"}
    actions = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
    return allow({"Service": f"logs.{region}.amazonaws.com"}, actions, "*", {"ArnEquals": context})


def trust(principal: Any, condition: Any = None) -> str:
    """Write who may assume a role."""
    statement = allow(principal, "sts:AssumeRole", "*", condition)
    del statement["Resource"]
    return document(statement)
