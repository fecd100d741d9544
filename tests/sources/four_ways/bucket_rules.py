"""Lifecycle and replication rules of buckets, in both languages."""

from typing import Any

from tests.sources.four_ways.words import block

Rule = dict[str, Any]


def kept(rule: Rule) -> Rule:
    """Write a lifecycle rule as CloudFormation has it."""
    found: Rule = {"Id": rule["ID"], "Status": rule["Status"]}
    if prefix := rule.get("Filter", {}).get("Prefix"):
        found["Prefix"] = prefix
    if "Expiration" in rule:
        found["ExpirationInDays"] = rule["Expiration"]["Days"]
    if "NoncurrentVersionExpiration" in rule:
        found["NoncurrentVersionExpiration"] = rule["NoncurrentVersionExpiration"]
    if "AbortIncompleteMultipartUpload" in rule:
        found["AbortIncompleteMultipartUpload"] = rule["AbortIncompleteMultipartUpload"]
    if "Transitions" in rule:
        found["Transitions"] = [
            {"StorageClass": move["StorageClass"], "TransitionInDays": move["Days"]}
            for move in rule["Transitions"]
        ]
    return found


def kept_by_rule(rule: Rule) -> Rule:
    """Write a ``rule`` block of aws_s3_bucket_lifecycle_configuration."""
    superseded = rule.get("NoncurrentVersionExpiration")
    unfinished = rule.get("AbortIncompleteMultipartUpload")
    expiry = rule.get("Expiration")
    return {
        "id": rule["ID"],
        "status": rule["Status"],
        "filter": [{"prefix": rule.get("Filter", {}).get("Prefix", ""), "and": [], "tag": []}],
        "expiration": block(expiry and {"days": expiry["Days"], "date": None}),
        "noncurrent_version_expiration": block(
            superseded
            and {
                "noncurrent_days": superseded["NoncurrentDays"],
                "newer_noncurrent_versions": superseded.get("NewerNoncurrentVersions"),
            }
        ),
        "abort_incomplete_multipart_upload": block(
            unfinished and {"days_after_initiation": unfinished["DaysAfterInitiation"]}
        ),
        "transition": [
            {"storage_class": move["StorageClass"], "days": move["Days"], "date": None}
            for move in rule.get("Transitions", ())
        ],
        "noncurrent_version_transition": [],
    }


def copied(configuration: Rule) -> Rule:
    """Write a replication configuration as CloudFormation has it."""
    rules = [{name: one for name, one in rule.items() if name != "ID"} for rule in configuration["Rules"]]
    named = [{"Id": old["ID"], **new} for old, new in zip(configuration["Rules"], rules, strict=True)]
    return {"Role": configuration["Role"], "Rules": named}


def copied_by_rule(rule: Rule) -> Rule:
    """Write a ``rule`` block of aws_s3_bucket_replication_configuration."""
    target, chosen = rule["Destination"], rule.get("SourceSelectionCriteria")
    owner, markers = target.get("AccessControlTranslation"), rule.get("DeleteMarkerReplication")
    key = target.get("EncryptionConfiguration")
    return {
        "id": rule["ID"],
        "priority": rule["Priority"],
        "status": rule["Status"],
        "prefix": None,
        "filter": [{"prefix": rule["Filter"].get("Prefix", ""), "and": [], "tag": []}],
        "delete_marker_replication": block(markers and {"status": markers["Status"]}),
        "source_selection_criteria": block(
            chosen
            and {
                "sse_kms_encrypted_objects": block({"status": chosen["SseKmsEncryptedObjects"]["Status"]}),
                "replica_modifications": [],
            }
        ),
        "destination": [
            {
                "bucket": target["Bucket"],
                "account": target.get("Account"),
                "storage_class": target.get("StorageClass"),
                "access_control_translation": block(owner and {"owner": owner["Owner"]}),
                "encryption_configuration": block(key and {"replica_kms_key_id": key["ReplicaKmsKeyID"]}),
                "metrics": [],
                "replication_time": [],
            }
        ],
        "existing_object_replication": [],
    }
