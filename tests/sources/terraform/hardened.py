"""The hardened account of the tests as a Terraform plan, in both styles of the provider."""

import copy
import json
from typing import Any

from tests import hardened as good
from tests.sources.terraform.planning import GONE, after

RETENTION = [{"mode": "COMPLIANCE", "days": 365, "years": None}]
ENCRYPTION = [
    {
        "apply_server_side_encryption_by_default": [
            {"sse_algorithm": "aws:kms", "kms_master_key_id": after("aws_kms_key.logs.arn")}
        ],
        "bucket_key_enabled": True,
    }
]
RESOURCES: dict[str, dict[str, Any]] = {
    "aws_cloudtrail.audit": {
        "name": "audit",
        "s3_bucket_name": after("aws_s3_bucket_policy.logs.bucket"),
        "s3_key_prefix": None,
        "is_multi_region_trail": True,
        "is_organization_trail": False,
        "include_global_service_events": True,
        "enable_log_file_validation": True,
        "enable_logging": True,
        "kms_key_id": after("aws_kms_key.logs.arn"),
        "cloud_watch_logs_group_arn": after("aws_cloudwatch_log_group.audit.arn"),
        "cloud_watch_logs_role_arn": after("aws_iam_role.to_logs.arn"),
        "sns_topic_name": after("aws_sns_topic.audit.name"),
        "event_selector": [],
        "advanced_event_selector": [
            {
                "name": "everything",
                "field_selector": [
                    {
                        "field": "eventCategory",
                        "equals": ["Management"],
                        "not_equals": None,
                        "starts_with": None,
                        "ends_with": None,
                        "not_starts_with": None,
                        "not_ends_with": None,
                    }
                ],
            }
        ],
        "insight_selector": [
            {"insight_type": "ApiCallRateInsight"},
            {"insight_type": "ApiErrorRateInsight"},
        ],
        "tags": {"owner": "security"},
        "tags_all": {"owner": "security"},
        "depends_on": ["aws_sns_topic_policy.audit", "aws_iam_role_policy.to_logs"],
    },
    "aws_s3_bucket.logs": {"bucket": good.BUCKET, "force_destroy": False, "object_lock_enabled": True},
    "aws_s3_bucket_policy.logs": {"bucket": after("aws_s3_bucket.logs.id"), "policy": good.BUCKET_POLICY},
    "aws_s3_bucket_public_access_block.logs": {
        "bucket": after("aws_s3_bucket.logs.id"),
        "block_public_acls": True,
        "ignore_public_acls": True,
        "block_public_policy": True,
        "restrict_public_buckets": True,
    },
    "aws_s3_bucket_ownership_controls.logs": {
        "bucket": after("aws_s3_bucket.logs.id"),
        "rule": [{"object_ownership": "BucketOwnerEnforced"}],
    },
    "aws_s3_bucket_versioning.logs": {
        "bucket": after("aws_s3_bucket.logs.bucket"),
        "versioning_configuration": [{"status": "Enabled"}],
    },
    "aws_s3_bucket_object_lock_configuration.logs": {
        "bucket": good.BUCKET,
        "rule": [{"default_retention": RETENTION}],
    },
    "aws_s3_bucket_server_side_encryption_configuration.logs": {
        "bucket": after("aws_s3_bucket.logs.id"),
        "rule": ENCRYPTION,
    },
    "aws_s3_bucket_logging.logs": {
        "bucket": after("aws_s3_bucket.logs.id"),
        "target_bucket": "access-logs-111122223333",
        "target_prefix": "s3/",
    },
    "aws_kms_key.logs": {
        "enable_key_rotation": True,
        "is_enabled": True,
        "customer_master_key_spec": "SYMMETRIC_DEFAULT",
        "policy": good.KEY_POLICY,
    },
    "aws_cloudwatch_log_group.audit": {
        "name": "audit",
        "retention_in_days": 365,
        "kms_key_id": after("aws_kms_key.logs.arn"),
    },
    "aws_iam_role.to_logs": {
        "name": "audit-to-logs",
        "path": "/",
        "assume_role_policy": good.ROLE.trust_policy.value,
    },
    "aws_iam_role_policy.to_logs": {
        "name": "write",
        "role": after("aws_iam_role.to_logs.id"),
        "policy": good.ROLE.policies.value[0].document,
    },
    "aws_sns_topic.audit": {"name": "audit", "kms_master_key_id": after("aws_kms_key.logs.key_id")},
    "aws_sns_topic_policy.audit": {
        "arn": after("aws_sns_topic.audit.arn"),
        "policy": good.TOPIC.policy.value,
    },
}
INLINE: dict[str, dict[str, Any]] = {
    "aws_s3_bucket.logs": {
        "bucket": good.BUCKET,
        "policy": good.BUCKET_POLICY,
        "acl": "private",
        "versioning": [{"enabled": True, "mfa_delete": False}],
        "object_lock_configuration": [
            {"object_lock_enabled": "Enabled", "rule": [{"default_retention": RETENTION}]}
        ],
        "server_side_encryption_configuration": [{"rule": ENCRYPTION}],
        "logging": [{"target_bucket": "access-logs-111122223333", "target_prefix": "s3/"}],
        "lifecycle_rule": [],
        "replication_configuration": [],
    }
}
"""The bucket as version 3 of the provider has it."""


def resources(**changes: Any) -> dict[str, dict[str, Any]]:
    """Return the hardened resources with settings replaced: ``aws_cloudtrail__enable_logging=False``.

    Each type is there once, so that it stands for its resource.
    """
    return changed(RESOURCES, **changes)


def inline() -> dict[str, dict[str, Any]]:
    """Return them with the bucket in the older style."""
    kept = {
        address: values
        for address, values in RESOURCES.items()
        if not address.startswith("aws_s3_bucket_") or "block" in address or "ownership" in address
    }
    found = changed(kept | INLINE)
    found["aws_cloudtrail.audit"]["s3_bucket_name"] = after("aws_s3_bucket.logs.id")
    return found


def changed(found: dict[str, dict[str, Any]], **changes: Any) -> dict[str, dict[str, Any]]:
    found = copy.deepcopy(found)
    for path, value in changes.items():
        type, _, name = path.partition("__")
        (address,) = (one for one in found if one.startswith(f"{type}."))
        if value is GONE and not name:
            del found[address]
        elif value is GONE:
            del found[address][name]
        else:
            found[address][name] = value
    return found


def without(policy: str, sid: int, **changes: Any) -> str:
    """Return a policy document without a statement, or with some elements of it changed."""
    document = json.loads(policy)
    statement = document["Statement"].pop(sid)
    if changes:
        document["Statement"].insert(sid, statement | changes)
    return json.dumps(document)
