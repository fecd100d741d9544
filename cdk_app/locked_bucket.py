"""What every bucket of logs has in common, whichever protection it gets on top."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct, IConstruct

from cdk_app.accepted import accept
from cdk_app.lengths import BUCKET_POLICY, check_policy
from cdk_app.lifecycle_rules import lifecycle_rules
from cdk_app.settings_storage import Retention
from cdk_app.trail_identity import TrailIdentity


def new_log_bucket(
    scope: Construct,
    trail: TrailIdentity,
    key: kms.IKey,
    bucket_name: str | None,
    retention: Retention | None,
) -> s3.Bucket:
    """Make a private, versioned, encrypted bucket that outlives its stack; a retention locks it."""
    lock = _lock(retention) if retention else None
    rules = lifecycle_rules(trail, retention) if retention else []
    bucket = s3.Bucket(
        scope,
        "Bucket",
        bucket_name=bucket_name,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        encryption=s3.BucketEncryption.KMS,
        encryption_key=key,
        bucket_key_enabled=True,
        blocked_encryption_types=[s3.BlockedEncryptionType.SSE_C],
        versioned=True,
        object_lock_enabled=True if retention else None,
        object_lock_default_retention=lock,
        lifecycle_rules=rules or None,
        removal_policy=RemovalPolicy.RETAIN,
    )
    _write_sizes_as_text(bucket, rules)
    return bucket


def _write_sizes_as_text(bucket: s3.Bucket, rules: Sequence[s3.LifecycleRule]) -> None:
    """Correct what the CDK writes as a number and CloudFormation's schema wants as a string."""
    resource = bucket.node.default_child
    assert isinstance(resource, s3.CfnBucket)
    for index, rule in enumerate(rules):
        if rule.object_size_greater_than is not None:
            path = f"LifecycleConfiguration.Rules.{index}.ObjectSizeGreaterThan"
            resource.add_property_override(path, f"{rule.object_size_greater_than:.0f}")


def _lock(retention: Retention) -> s3.ObjectLockRetention:
    length = Duration.days(retention.lock_days)
    if retention.lock_mode == "COMPLIANCE":
        return s3.ObjectLockRetention.compliance(length)
    return s3.ObjectLockRetention.governance(length)


def accept_no_copy(construct: IConstruct, reason: str) -> None:
    """Accept that a bucket is not replicated, which is for its owner to decide."""
    packs = ("NIST.800.53.R5", "PCI.DSS.321")
    accept(construct, {f"{pack}-S3BucketReplicationEnabled": reason for pack in packs})


def keep_policy(bucket: s3.Bucket) -> None:
    """Keep the bucket's policy when the stack goes: the logs that stay need it more than before.

    Raises Refusal for a policy that has become too large for S3, which many exceptions can make it.
    """
    if bucket.policy:
        check_policy(bucket, "a bucket", bucket.policy.document, BUCKET_POLICY)
        bucket.policy.apply_removal_policy(RemovalPolicy.RETAIN)
