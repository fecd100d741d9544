"""Weaknesses that every framework of Checkov has to notice, as a template and as a plan have them."""

from typing import Any, NamedTuple

from tests import hardened as good
from tests.sources.cloudformation.judging import GONE
from tests.sources.cloudformation.test_truth import changed
from tests.sources.terraform import hardened as planned


class Case(NamedTuple):
    """A weakness: how a template and a plan differ from the hardened ones."""

    name: str
    template: dict[str, Any]
    plan: dict[str, Any]


BUCKET_POLICY = "aws_s3_bucket_policy__policy"
TLS, TAMPERING, WRITE = (
    planned.without(good.BUCKET_POLICY, 2),
    planned.without(good.BUCKET_POLICY, 3),
    planned.without(good.BUCKET_POLICY, 1),
)
CASES = [
    Case("nothing", {}, {}),
    Case(
        "logging is off",
        {"Trail__IsLogging": False},
        {"aws_cloudtrail__enable_logging": False},
    ),
    Case(
        "one Region alone",
        {"Trail__IsMultiRegionTrail": GONE},
        {"aws_cloudtrail__is_multi_region_trail": GONE},
    ),
    Case(
        "no key",
        {"Trail__KMSKeyId": GONE},
        {"aws_cloudtrail__kms_key_id": None},
    ),
    Case(
        "no tags",
        {"Trail__Tags": GONE},
        {"aws_cloudtrail__tags_all": {}, "aws_cloudtrail__tags": None},
    ),
    Case(
        "no Insights",
        {"Trail__InsightSelectors": GONE},
        {"aws_cloudtrail__insight_selector": []},
    ),
    Case(
        "writes alone, no management events",
        {
            "Trail__AdvancedEventSelectors": GONE,
            "Trail__EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": False}],
        },
        {
            "aws_cloudtrail__advanced_event_selector": [],
            "aws_cloudtrail__event_selector": [
                {
                    "read_write_type": "WriteOnly",
                    "include_management_events": False,
                    "data_resource": [],
                    "exclude_management_event_sources": None,
                }
            ],
        },
    ),
    Case(
        "KMS is left out",
        {
            "Trail__AdvancedEventSelectors": GONE,
            "Trail__EventSelectors": [{"ExcludeManagementEventSources": ["kms.amazonaws.com"]}],
        },
        {
            "aws_cloudtrail__advanced_event_selector": [],
            "aws_cloudtrail__event_selector": [
                {
                    "read_write_type": "All",
                    "include_management_events": True,
                    "data_resource": [],
                    "exclude_management_event_sources": ["kms.amazonaws.com"],
                }
            ],
        },
    ),
    Case(
        "data events of every bucket",
        {
            "Trail__AdvancedEventSelectors": GONE,
            "Trail__EventSelectors": [
                {"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]}
            ],
        },
        {
            "aws_cloudtrail__advanced_event_selector": [],
            "aws_cloudtrail__event_selector": [
                {
                    "read_write_type": "All",
                    "include_management_events": True,
                    "data_resource": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}],
                    "exclude_management_event_sources": [],
                }
            ],
        },
    ),
    Case(
        "versions are suspended",
        {"LogBucket__VersioningConfiguration": {"Status": "Suspended"}},
        {"aws_s3_bucket_versioning__versioning_configuration": [{"status": "Suspended"}]},
    ),
    Case(
        "no access logs",
        {"LogBucket__LoggingConfiguration": GONE},
        {"aws_s3_bucket_logging": GONE},
    ),
    Case(
        "the account may make it public",
        {"LogBucket__PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
        {
            "aws_s3_bucket_public_access_block__block_public_policy": False,
            "aws_s3_bucket_public_access_block__ignore_public_acls": GONE,
            "aws_s3_bucket_public_access_block__restrict_public_buckets": None,
        },
    ),
    Case(
        "ACLs count",
        {"LogBucket__OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}},
        {"aws_s3_bucket_ownership_controls__rule": [{"object_ownership": "ObjectWriter"}]},
    ),
    Case(
        "a lock that is too short",
        {
            "LogBucket__ObjectLockConfiguration": {
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}},
            }
        },
        {
            "aws_s3_bucket_object_lock_configuration__rule": [
                {"default_retention": [{"mode": "COMPLIANCE", "days": 30, "years": 0}]}
            ]
        },
    ),
    Case(
        "encrypted by S3 alone",
        {"LogBucket__BucketEncryption": GONE},
        {"aws_s3_bucket_server_side_encryption_configuration": GONE},
    ),
    Case(
        "plain HTTP",
        {"LogBucketPolicy__PolicyDocument": changed("LogBucketPolicy", "TlsOnly")},
        {BUCKET_POLICY: TLS},
    ),
    Case(
        "tampering",
        {"LogBucketPolicy__PolicyDocument": changed("LogBucketPolicy", "NoTampering")},
        {BUCKET_POLICY: TAMPERING},
    ),
    Case(
        "CloudTrail may not write",
        {"LogBucketPolicy__PolicyDocument": changed("LogBucketPolicy", "Write")},
        {BUCKET_POLICY: WRITE},
    ),
    Case(
        "the key does not rotate",
        {"Key__EnableKeyRotation": GONE},
        {"aws_kms_key__enable_key_rotation": GONE},
    ),
    Case(
        "the key is disabled",
        {"Key__Enabled": False},
        {"aws_kms_key__is_enabled": False},
    ),
    Case(
        "the key admits nobody",
        {"Key__KeyPolicy": GONE},
        {"aws_kms_key__policy": GONE},
    ),
    Case(
        "the group forgets",
        {"LogGroup__RetentionInDays": 90},
        {"aws_cloudwatch_log_group__retention_in_days": 90},
    ),
    Case(
        "the group keeps for ever",
        {"LogGroup__RetentionInDays": GONE},
        {"aws_cloudwatch_log_group__retention_in_days": 0},
    ),
    Case(
        "the group has no key",
        {"LogGroup__KmsKeyId": GONE},
        {"aws_cloudwatch_log_group__kms_key_id": None},
    ),
]
