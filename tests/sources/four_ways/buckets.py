"""Buckets with all that is set on them: properties of one resource here, resources of their own there."""

from typing import Any

from tests.simulator.world import AccessPoint, Bucket
from tests.sources.four_ways import bucket_rules
from tests.sources.four_ways.words import Resources, address, block, logical, parsed, snaked

NOTHING_BLOCKED = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
)
_GROUPS = "http://acs.amazonaws.com/groups/global/"
CANNED = {
    f"{_GROUPS}AllUsers": ("PublicRead", "public-read"),
    f"{_GROUPS}AuthenticatedUsers": ("AuthenticatedRead", "authenticated-read"),
}
"""The canned ACL that grants READ to a group."""


def template(bucket: Bucket) -> Resources:
    told, id = bucket.answers, logical("Bucket", bucket.name)
    block = (told.get("GetPublicAccessBlock") or {}).get("PublicAccessBlockConfiguration", NOTHING_BLOCKED)
    settings: dict[str, Any] = {"BucketName": bucket.name, "PublicAccessBlockConfiguration": dict(block)}
    if owned := told.get("GetBucketOwnershipControls"):
        settings["OwnershipControls"] = owned["OwnershipControls"]
    if versions := told.get("GetBucketVersioning"):
        settings["VersioningConfiguration"] = {"Status": versions["Status"]}
    if locked := told.get("GetObjectLockConfiguration"):
        settings |= {"ObjectLockEnabled": True, "ObjectLockConfiguration": locked["ObjectLockConfiguration"]}
    if encrypted := told.get("GetBucketEncryption"):
        settings["BucketEncryption"] = {"ServerSideEncryptionConfiguration": _encryption(encrypted)}
    if logging := told.get("GetBucketLogging"):
        target = logging["LoggingEnabled"]
        settings["LoggingConfiguration"] = {
            "DestinationBucketName": target["TargetBucket"],
            "LogFilePrefix": target["TargetPrefix"],
        }
    if rules := told.get("GetBucketLifecycleConfiguration"):
        settings["LifecycleConfiguration"] = {"Rules": [bucket_rules.kept(r) for r in rules["Rules"]]}
    if copies := told.get("GetBucketReplication"):
        settings["ReplicationConfiguration"] = bucket_rules.copied(copies["ReplicationConfiguration"])
    if events := told.get("GetBucketNotificationConfiguration"):
        settings["NotificationConfiguration"] = _notifications(events)
    if site := told.get("GetBucketWebsite"):
        settings["WebsiteConfiguration"] = {"IndexDocument": site["IndexDocument"]["Suffix"]}
    if acl := _canned(bucket):
        settings["AccessControl"] = acl[0]
    found: Resources = {
        id: {
            "Type": "AWS::S3::Bucket",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": settings,
        }
    }
    if policy := told.get("GetBucketPolicy"):
        found[f"{id}Policy"] = {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": bucket.name, "PolicyDocument": parsed(policy["Policy"])},
        }
    return found


def _encryption(encrypted: Any) -> list[dict[str, Any]]:
    return [
        {
            "ServerSideEncryptionByDefault": rule["ApplyServerSideEncryptionByDefault"],
            "BucketKeyEnabled": rule.get("BucketKeyEnabled", False),
        }
        for rule in encrypted["ServerSideEncryptionConfiguration"]["Rules"]
    ]


def _notifications(events: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "TopicConfigurations": [
            {"Topic": one["TopicArn"], "Event": event}
            for one in events.get("TopicConfigurations", ())
            for event in one["Events"]
        ]
    }
    if "EventBridgeConfiguration" in events:
        found["EventBridgeConfiguration"] = {"EventBridgeEnabled": True}
    return {name: one for name, one in found.items() if one}


def _canned(bucket: Bucket) -> tuple[str, str] | None:
    grants = (bucket.answers.get("GetBucketAcl") or {}).get("Grants", ())
    return CANNED[grants[0]["Grantee"]["URI"]] if grants else None


def plan(bucket: Bucket) -> Resources:
    told, name = bucket.answers, bucket.name
    locked = told.get("GetObjectLockConfiguration")
    found: Resources = {
        address("aws_s3_bucket", name): {
            "bucket": name,
            "force_destroy": False,
            "object_lock_enabled": locked is not None,
        }
    }

    def beside(kind: str, **settings: Any) -> None:
        found[address(f"aws_s3_bucket_{kind}", name)] = {"bucket": name, **settings}

    flags = (told.get("GetPublicAccessBlock") or {}).get("PublicAccessBlockConfiguration", NOTHING_BLOCKED)
    beside("public_access_block", **snaked(flags))
    if owned := told.get("GetBucketOwnershipControls"):
        beside("ownership_controls", rule=snaked(owned["OwnershipControls"]["Rules"]))
    if versions := told.get("GetBucketVersioning"):
        mfa = {"mfa_delete": versions["MFADelete"]} if "MFADelete" in versions else {}
        beside("versioning", versioning_configuration=[{"status": versions["Status"], **mfa}])
    if locked and (rule := locked["ObjectLockConfiguration"].get("Rule")):
        kept = {"mode": None, "days": None, "years": None} | snaked(rule["DefaultRetention"])
        beside("object_lock_configuration", rule=[{"default_retention": [kept]}])
    if encrypted := told.get("GetBucketEncryption"):
        beside("server_side_encryption_configuration", rule=_encrypted(encrypted))
    if logging := told.get("GetBucketLogging"):
        beside("logging", **snaked(logging["LoggingEnabled"]))
    if rules := told.get("GetBucketLifecycleConfiguration"):
        beside("lifecycle_configuration", rule=[bucket_rules.kept_by_rule(r) for r in rules["Rules"]])
    if copies := told.get("GetBucketReplication"):
        configuration = copies["ReplicationConfiguration"]
        every = [bucket_rules.copied_by_rule(rule) for rule in configuration["Rules"]]
        beside("replication_configuration", role=configuration["Role"], rule=every)
    if events := told.get("GetBucketNotificationConfiguration"):
        topics = [
            {"topic_arn": one["TopicArn"], "events": one["Events"]}
            for one in events.get("TopicConfigurations", ())
        ]
        beside("notification", topic=topics, eventbridge="EventBridgeConfiguration" in events)
    if site := told.get("GetBucketWebsite"):
        beside("website_configuration", index_document=block(snaked(site["IndexDocument"])))
    if acl := _canned(bucket):
        beside("acl", acl=acl[1])
    if policy := told.get("GetBucketPolicy"):
        beside("policy", policy=policy["Policy"])
    return found


def _encrypted(encrypted: Any) -> list[dict[str, Any]]:
    return [
        {
            "apply_server_side_encryption_by_default": [
                {
                    "sse_algorithm": rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"],
                    "kms_master_key_id": rule["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID"),
                }
            ],
            "bucket_key_enabled": rule.get("BucketKeyEnabled", False),
        }
        for rule in encrypted["ServerSideEncryptionConfiguration"]["Rules"]
    ]


def point_template(point: AccessPoint) -> Resources:
    settings = {
        "Name": point.name,
        "Bucket": point.bucket,
        "PublicAccessBlockConfiguration": dict(point.public_access_block),
    }
    return {logical("Point", point.name): {"Type": "AWS::S3::AccessPoint", "Properties": settings}}


def point_plan(point: AccessPoint) -> Resources:
    settings = {
        "name": point.name,
        "bucket": point.bucket,
        "public_access_block_configuration": block(snaked(point.public_access_block)),
    }
    return {address("aws_s3_access_point", point.name): settings}


def account_plan(account: str, public_access_block: Any) -> Resources:
    """Write the account's own block, of which CloudFormation knows nothing."""
    settings = {"account_id": account, **snaked(public_access_block)}
    return {"aws_s3_account_public_access_block.account": settings}
