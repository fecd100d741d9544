"""What S3's operations do to buckets, their settings, objects and access points."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from tests.simulator.call import Call
from tests.simulator.delivered import everything
from tests.simulator.s3 import bucket_of, canonical_id
from tests.simulator.world import AccessPoint, Bucket, World
from tests.simulator.writes.change import Change, refuse, swapped

Shape = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
GROUPS = "http://acs.amazonaws.com/groups/global"
NOTHING_BLOCKED = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
)


def _with(world: World, bucket: Bucket, **changes: Any) -> World:
    return replace(world, buckets=swapped(world.buckets, bucket, replace(bucket, **changes)))


def _answering(world: World, bucket: Bucket, **answers: Mapping[str, Any] | None) -> World:
    return _with(world, bucket, answers={**bucket.answers, **answers})


def _blocked(world: World, bucket: Bucket, flag: str) -> bool:
    """Say whether bucket or account block what is public; the stricter of both counts."""
    own = (bucket.answers.get("GetPublicAccessBlock") or {}).get("PublicAccessBlockConfiguration") or {}
    account = world.account(bucket.account).public_access_block or {}
    return bool(own.get(flag) or account.get(flag))


def is_public(document: str) -> bool:
    """Say whether S3 would call a policy public: it lets everybody in without any condition.

    Which conditions are narrow enough is a longer list (S3 User Guide, The meaning of "public"); the policies
    here have either none or a narrow one.
    """
    return any(
        one["Effect"] == "Allow" and one.get("Principal") in ("*", {"AWS": "*"}) and not one.get("Condition")
        for one in json.loads(document)["Statement"]
    )


def put_policy(world: World, call: Call) -> World:
    bucket, document = bucket_of(world, call), call.params["Policy"]
    public = is_public(document)
    if public and _blocked(world, bucket, "BlockPublicPolicy"):
        raise refuse("AccessDenied", "public policies are blocked by the BlockPublicPolicy setting", 403)
    status = {"PolicyStatus": {"IsPublic": public}}
    return _answering(world, bucket, GetBucketPolicy={"Policy": document}, GetBucketPolicyStatus=status)


def delete_policy(world: World, call: Call) -> World:
    return _answering(world, bucket_of(world, call), GetBucketPolicy=None, GetBucketPolicyStatus=None)


def put_acl(world: World, call: Call) -> World:
    """Set a canned ACL, or one that lets one user write, where ACLs are on and the block lets it through."""
    bucket, canned, user = bucket_of(world, call), call.params.get("ACL", ""), call.params.get("GrantWrite")
    if bucket.answers.get("GetBucketOwnershipControls") == _owned("BucketOwnerEnforced"):
        raise refuse("AccessControlListNotSupported", "The bucket does not allow ACLs")
    if canned and _blocked(world, bucket, "BlockPublicAcls"):
        raise refuse("AccessDenied", "public ACLs are blocked by the BlockPublicAcls setting", 403)
    owner = {"ID": canonical_id(bucket.account), "Type": "CanonicalUser"}
    everybody = {"URI": f"{GROUPS}/AllUsers", "Type": "Group"}
    granted = {"public-read": ("READ",), "public-read-write": ("READ", "WRITE")}.get(canned, ())
    grants = [{"Grantee": owner, "Permission": "FULL_CONTROL"}]
    if user:
        id = user.partition("=")[2].strip('"')
        grants.append({"Grantee": {"ID": id, "Type": "CanonicalUser"}, "Permission": "WRITE"})
    grants += [{"Grantee": everybody, "Permission": right} for right in granted]
    return _answering(world, bucket, GetBucketAcl={"Grants": grants})


def _owned(how: str) -> dict[str, Any]:
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": how}]}}


def put_versioning(world: World, call: Call) -> World:
    bucket, wanted = bucket_of(world, call), call.params["VersioningConfiguration"]
    lock = bucket.answers.get("GetObjectLockConfiguration")
    if lock and wanted["Status"] != "Enabled":
        raise refuse("InvalidBucketState", "An Object Lock configuration is present on this bucket", 409)
    return _answering(world, bucket, GetBucketVersioning=wanted)


def create_bucket(world: World, call: Call) -> World:
    """Create an empty bucket as S3 does since April 2023: blocked and without ACLs."""
    name = call.params["Bucket"]
    if any(bucket.name == name for bucket in world.buckets):
        raise refuse("BucketAlreadyExists", "The requested bucket name is not available", 409)
    new = Bucket(
        name=name,
        account=call.account,
        region=call.region,
        answers={
            "GetPublicAccessBlock": {"PublicAccessBlockConfiguration": dict.fromkeys(NOTHING_BLOCKED, True)},
            "GetBucketOwnershipControls": _owned("BucketOwnerEnforced"),
            "GetBucketEncryption": {
                "ServerSideEncryptionConfiguration": {
                    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
                }
            },
        },
        objects=(),
    )
    return replace(world, buckets=(*world.buckets, new))


def delete_bucket(world: World, call: Call) -> World:
    """Delete a bucket, which S3 demands to be empty: that took the attacker longer."""
    return replace(world, buckets=swapped(world.buckets, bucket_of(world, call)))


def delete_objects(world: World, call: Call) -> World:
    """Hide objects below delete markers, which Object Lock does not hinder."""
    bucket = bucket_of(world, call)
    there = everything(world, bucket) if bucket.objects is None else bucket.objects
    gone = {one["Key"] for one in call.params["Delete"]["Objects"]}
    return _with(world, bucket, objects=tuple(name for name in there if name not in gone))


def _put(setting: str, shape: Shape, world: World, call: Call) -> World:
    return _answering(world, bucket_of(world, call), **{setting: shape(call.params)})


def _same(name: str) -> Shape:
    return lambda params: {name: params[name]}


def _bare(name: str) -> Shape:
    return lambda params: params[name]


def _gone(params: Mapping[str, Any]) -> None:
    return None


SETTINGS: dict[str, tuple[str, Shape]] = {
    "PutBucketEncryption": ("GetBucketEncryption", _same("ServerSideEncryptionConfiguration")),
    "PutBucketLifecycleConfiguration": ("GetBucketLifecycleConfiguration", _bare("LifecycleConfiguration")),
    "DeleteBucketLifecycle": ("GetBucketLifecycleConfiguration", _gone),
    "PutBucketLogging": ("GetBucketLogging", _bare("BucketLoggingStatus")),
    "PutBucketNotificationConfiguration": (
        "GetBucketNotificationConfiguration",
        _bare("NotificationConfiguration"),
    ),
    "PutBucketOwnershipControls": ("GetBucketOwnershipControls", _same("OwnershipControls")),
    "PutBucketReplication": ("GetBucketReplication", _same("ReplicationConfiguration")),
    "DeleteBucketReplication": ("GetBucketReplication", _gone),
    "PutBucketWebsite": ("GetBucketWebsite", _bare("WebsiteConfiguration")),
    "PutObjectLockConfiguration": ("GetObjectLockConfiguration", _same("ObjectLockConfiguration")),
    "PutPublicAccessBlock": ("GetPublicAccessBlock", _same("PublicAccessBlockConfiguration")),
    "DeletePublicAccessBlock": ("GetPublicAccessBlock", _gone),
}
"""Operations that only set what another one answers, and how its answer is made of their parameters."""


def put_account_block(world: World, call: Call) -> World:
    return _account_block(world, call, call.params["PublicAccessBlockConfiguration"])


def delete_account_block(world: World, call: Call) -> World:
    return _account_block(world, call, None)


def _account_block(world: World, call: Call, block: Mapping[str, Any] | None) -> World:
    account = world.account(call.account)
    return replace(
        world, accounts=swapped(world.accounts, account, replace(account, public_access_block=block))
    )


def create_access_point(world: World, call: Call) -> World:
    new = AccessPoint(
        name=call.params["name"],
        account=call.account,
        region=call.region,
        bucket=call.params["Bucket"],
        public_access_block=call.params.get("PublicAccessBlockConfiguration")
        or dict.fromkeys(NOTHING_BLOCKED, True),
    )
    return replace(world, access_points=(*world.access_points, new))


def create_multi_region_access_point(world: World, call: Call) -> World:
    """Create one that leads to the first bucket which is named; it is ready at once."""
    details = call.params["Details"]
    new = AccessPoint(
        name=details["Name"],
        account=call.account,
        region="",
        bucket=details["Regions"][0]["Bucket"],
        public_access_block=details.get("PublicAccessBlock") or dict.fromkeys(NOTHING_BLOCKED, True),
    )
    return replace(world, access_points=(*world.access_points, new))


WRITES: dict[tuple[str, str], Change] = {
    ("s3", "CreateBucket"): create_bucket,
    ("s3", "DeleteBucket"): delete_bucket,
    ("s3", "DeleteBucketPolicy"): delete_policy,
    ("s3", "DeleteObjects"): delete_objects,
    ("s3", "PutBucketAcl"): put_acl,
    ("s3", "PutBucketPolicy"): put_policy,
    ("s3", "PutBucketVersioning"): put_versioning,
    **{("s3", name): partial(_put, *how) for name, how in SETTINGS.items()},
    ("s3control", "CreateAccessPoint"): create_access_point,
    ("s3control", "CreateMultiRegionAccessPoint"): create_multi_region_access_point,
    ("s3control", "DeletePublicAccessBlock"): delete_account_block,
    ("s3control", "PutPublicAccessBlock"): put_account_block,
}
