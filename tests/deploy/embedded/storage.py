"""S3 in CloudFormation: buckets with all their settings, and their policies."""

import json
from typing import Any

from tests.deploy.embedded.resource import Kind, Physical, Request, given


def put_bucket(request: Request) -> Physical:
    """Create a bucket, or bring one to what the template says."""
    s3 = request.client("s3")
    name = request.take("BucketName", request.name)
    locked = request.take("ObjectLockEnabled", False)
    acl = request.take("AccessControl")
    ownership = request.take("OwnershipControls")
    if request.existing != name:
        create: dict[str, Any] = {"Bucket": name, "ObjectLockEnabledForBucket": bool(locked)}
        if request.region != "us-east-1":
            create["CreateBucketConfiguration"] = {"LocationConstraint": request.region}
        s3.create_bucket(**create)
    ownership = ownership or {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=ownership)
    if acl and acl != "Private":
        raise ValueError(f"{name} wants the ACL {acl}")
    _protect(request, s3, name)
    _keep(request, s3, name)
    return Physical(
        name,
        {
            "Arn": f"arn:aws:s3:::{name}",
            "DomainName": f"{name}.s3.amazonaws.com",
            "RegionalDomainName": f"{name}.s3.{request.region}.amazonaws.com",
        },
    )


def _protect(request: Request, s3: Any, name: str) -> None:
    """Who may see the bucket, how it is encrypted, where its accesses are logged."""
    blocked = request.take("PublicAccessBlockConfiguration")
    if blocked:
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=_truths(blocked))
    encryption = request.take("BucketEncryption")
    if encryption:
        rules = [_encryption(dict(rule)) for rule in encryption["ServerSideEncryptionConfiguration"]]
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
    else:
        s3.delete_bucket_encryption(Bucket=name)
    logging = request.take("LoggingConfiguration")
    target = logging and {
        "TargetBucket": logging["DestinationBucketName"],
        "TargetPrefix": logging.get("LogFilePrefix", ""),
    }
    s3.put_bucket_logging(Bucket=name, BucketLoggingStatus={"LoggingEnabled": target} if target else {})
    tags = request.take("Tags")
    if tags:
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})


def _keep(request: Request, s3: Any, name: str) -> None:
    """How long objects are kept, in which versions, where else, and who is told."""
    versioning = request.take("VersioningConfiguration")
    if versioning:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=versioning)
    lock = request.take("ObjectLockConfiguration")
    if lock:
        s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=_retention(lock))
    lifecycle = request.take("LifecycleConfiguration")
    if lifecycle:
        rules = [_lifecycle_rule(dict(rule)) for rule in lifecycle["Rules"]]
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})
    else:
        s3.delete_bucket_lifecycle(Bucket=name)
    replication = request.take("ReplicationConfiguration")
    if replication:
        rules = [_replication_rule(dict(rule)) for rule in replication["Rules"]]
        role = {"Role": replication["Role"], "Rules": rules}
        s3.put_bucket_replication(Bucket=name, ReplicationConfiguration=role)
    told = request.take("NotificationConfiguration")
    if told:
        s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration=_told(told))


def _truths(block: dict[str, Any]) -> dict[str, bool]:
    """CloudFormation takes true and "true"."""
    return {name: str(value).lower() == "true" for name, value in block.items()}


def _encryption(rule: dict[str, Any]) -> dict[str, Any]:
    default = rule.pop("ServerSideEncryptionByDefault")
    return {"ApplyServerSideEncryptionByDefault": default, **rule}


def _retention(lock: dict[str, Any]) -> dict[str, Any]:
    default = dict(lock.get("Rule", {}).get("DefaultRetention", {}))
    for unit in {"Days", "Years"} & default.keys():
        default[unit] = int(default[unit])
    rule = {"Rule": {"DefaultRetention": default}} if default else {}
    return {"ObjectLockEnabled": "Enabled", **rule}


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """Translate a rule; what has no translation is left under its own name, for botocore to refuse."""
    chosen = [("Prefix", rule.pop("Prefix", None)), ("Tags", rule.pop("TagFilters", None))]
    chosen += [(size, rule.pop(size, None)) for size in ("ObjectSizeGreaterThan", "ObjectSizeLessThan")]
    filters = {name: value for name, value in chosen if value is not None}
    for size in {"ObjectSizeGreaterThan", "ObjectSizeLessThan"} & filters.keys():
        filters[size] = int(filters[size])
    expiry = given(
        Days=rule.pop("ExpirationInDays", None),
        Date=rule.pop("ExpirationDate", None),
        ExpiredObjectDeleteMarker=rule.pop("ExpiredObjectDeleteMarker", None),
    )
    moves = [_transition(dict(move)) for move in rule.pop("Transitions", [])]
    older = [
        _transition(dict(move), "NoncurrentDays") for move in rule.pop("NoncurrentVersionTransitions", [])
    ]
    identified = given(ID=rule.pop("Id", None))
    return {
        **identified,
        **rule,
        **({"Expiration": expiry} if expiry else {}),
        **({"Transitions": moves} if moves else {}),
        **({"NoncurrentVersionTransitions": older} if older else {}),
        "Filter": {"And": filters} if len(filters) > 1 else filters or {"Prefix": ""},
    }


def _transition(move: dict[str, Any], days: str = "Days") -> dict[str, Any]:
    return {days: move.pop("TransitionInDays"), **move}


def _replication_rule(rule: dict[str, Any]) -> dict[str, Any]:
    return {**given(ID=rule.pop("Id", None)), **rule}


def _told(configuration: dict[str, Any]) -> dict[str, Any]:
    if configuration == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}:
        return {"EventBridgeConfiguration": {}}
    raise ValueError(f"no place for {configuration} here")


def delete_bucket(request: Request) -> None:
    """Delete a bucket, which S3 refuses while it holds anything."""
    request.client("s3").delete_bucket(Bucket=request.existing)


def put_policy(request: Request) -> Physical:
    """Put a bucket's policy."""
    bucket = request.take("Bucket")
    document = json.dumps(request.take("PolicyDocument"))
    request.client("s3").put_bucket_policy(Bucket=bucket, Policy=document)
    return Physical(bucket)


def delete_policy(request: Request) -> None:
    """Delete a bucket's policy."""
    request.client("s3").delete_bucket_policy(Bucket=request.existing)


KINDS = {
    "AWS::S3::Bucket": Kind(put_bucket, delete_bucket, "BucketName"),
    "AWS::S3::BucketPolicy": Kind(put_policy, delete_policy),
}
