"""What S3 answers: existence, Region and owner decide before any setting does."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from tests.simulator.call import Answer, AwsError, Call, denial, page
from tests.simulator.delivered import delivered
from tests.simulator.world import Bucket, World

NOT_CONFIGURED = {
    "GetBucketPolicy": "NoSuchBucketPolicy",
    "GetBucketPolicyStatus": "NoSuchBucketPolicy",
    "GetPublicAccessBlock": "NoSuchPublicAccessBlockConfiguration",
    "GetBucketOwnershipControls": "OwnershipControlsNotFoundError",
    "GetObjectLockConfiguration": "ObjectLockConfigurationNotFoundError",
    "GetBucketLifecycleConfiguration": "NoSuchLifecycleConfiguration",
    "GetBucketEncryption": "ServerSideEncryptionConfigurationNotFoundError",
    "GetBucketReplication": "ReplicationConfigurationNotFoundError",
    "GetBucketTagging": "NoSuchTagSet",
    "GetBucketWebsite": "NoSuchWebsiteConfiguration",
}
"""The 404 of a setting that a bucket does not have."""
EMPTY = ("GetBucketVersioning", "GetBucketLogging", "GetBucketNotificationConfiguration")
"""Settings whose absence is an empty document."""


def bucket_of(world: World, call: Call) -> Bucket:
    """Find the bucket of a call; raise as S3 does: 404, then 301 to its Region, then 403."""
    name = call.params["Bucket"]
    bucket = next((b for b in world.buckets if b.name == name), None)
    if bucket is None:
        raise AwsError("NoSuchBucket", "The specified bucket does not exist", 404)
    here = {"x-amz-bucket-region": bucket.region}
    if bucket.region != call.region and call.operation != "GetBucketLocation":
        raise AwsError("PermanentRedirect", "The bucket must be addressed in its own Region", 301, here)
    expected = call.params.get("ExpectedBucketOwner", bucket.account)
    if expected != bucket.account or call.account not in (bucket.account, *bucket.readers):
        raise AwsError("AccessDenied", denial(call).message, 403, here)
    return bucket


def get_bucket_acl(world: World, call: Call) -> dict[str, Any]:
    bucket = bucket_of(world, call)
    owner = {"ID": canonical_id(bucket.account)}
    private = {"Grantee": {**owner, "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"}
    return {"Owner": owner, "Grants": [private], **(bucket.answers.get("GetBucketAcl") or {})}


def _setting(operation: str, world: World, call: Call) -> dict[str, Any]:
    answer = bucket_of(world, call).answers.get(operation)
    if answer is not None:
        return dict(answer)
    if operation in EMPTY:
        return {}
    raise AwsError(NOT_CONFIGURED[operation], "The bucket has no such configuration", 404)


def head_bucket(world: World, call: Call) -> dict[str, Any]:
    return {"BucketRegion": bucket_of(world, call).region}


def get_bucket_location(world: World, call: Call) -> dict[str, Any]:
    region = bucket_of(world, call).region
    return {"LocationConstraint": None if region == "us-east-1" else region}


def list_buckets(world: World, call: Call) -> dict[str, Any]:
    created = datetime(2025, 1, 1, tzinfo=UTC)
    wanted = call.params.get("BucketRegion")
    own = [b for b in world.buckets if b.account == call.account and wanted in (None, b.region)]
    entries = [{"Name": b.name, "CreationDate": created, "BucketRegion": b.region} for b in own]
    return {**page(world, call, "Buckets", entries), "Owner": {"ID": canonical_id(call.account)}}


def canonical_id(account: str) -> str:
    """Return a canonical user id for an account: 64 hexadecimal digits."""
    return account.zfill(64)


def account_public_access_block(world: World, call: Call) -> dict[str, Any]:
    if call.params["AccountId"] != call.account:
        raise denial(call)
    settings = world.account(call.account).public_access_block
    if settings is None:
        raise AwsError("NoSuchPublicAccessBlockConfiguration", "The account has no such configuration", 404)
    return {"PublicAccessBlockConfiguration": settings}


def list_objects(world: World, call: Call) -> dict[str, Any]:
    """List names in order; a bucket without names of its own holds what its trails delivered."""
    bucket, prefix = bucket_of(world, call), call.params.get("Prefix", "")
    after = call.params.get("ContinuationToken") or call.params.get("StartAfter", "")
    names = delivered(world, bucket, prefix) if bucket.objects is None else bucket.objects
    found = sorted(name for name in names if name.startswith(prefix) and name > after)
    most = min(int(call.params.get("MaxKeys") or 1000), world.page_size)
    more = {"NextContinuationToken": found[most - 1]} if len(found) > most else {}
    return {
        "Name": bucket.name,
        "Prefix": prefix,
        "KeyCount": len(found[:most]),
        "IsTruncated": bool(more),
        "Contents": [{"Key": name, "Size": 1} for name in found[:most]],
        **more,
    }


def access_points(world: World, call: Call) -> dict[str, Any]:
    own = [
        {
            "Name": point.name,
            "NetworkOrigin": "Internet",
            "Bucket": point.bucket,
            "AccessPointArn": f"arn:{world.partition}:s3:{point.region}:{point.account}:accesspoint/"
            f"{point.name}",
        }
        for point in world.access_points
        if (point.account, point.region) == (call.account, call.region)
        and point.bucket == call.params.get("Bucket", point.bucket)
    ]
    return page(world, call, "AccessPointList", own)


def access_point(world: World, call: Call) -> dict[str, Any]:
    for point in world.access_points:
        if (point.name, point.account, point.region) == (call.params["name"], call.account, call.region):
            return {
                "Name": point.name,
                "Bucket": point.bucket,
                "PublicAccessBlockConfiguration": point.public_access_block,
            }
    raise AwsError("NoSuchAccessPoint", "The specified accesspoint does not exist", 404)


def multi_region_access_points(world: World, call: Call) -> dict[str, Any]:
    if call.region != "us-west-2":
        raise AwsError("InvalidRequest", "This action is answered in us-west-2 alone", 400)
    entries = [
        {
            "Name": point.name,
            "Status": "READY",
            "PublicAccessBlock": point.public_access_block,
            "Regions": [{"Bucket": point.bucket, "Region": world.region_of(point.bucket)}],
        }
        for point in world.access_points
        if (point.account, point.region) == (call.account, "")
    ]
    return page(world, call, "AccessPoints", entries)


ANSWERS: dict[tuple[str, str], Answer] = {
    ("s3", "HeadBucket"): head_bucket,
    ("s3", "GetBucketLocation"): get_bucket_location,
    ("s3", "ListBuckets"): list_buckets,
    ("s3", "GetBucketAcl"): get_bucket_acl,
    ("s3", "ListObjectsV2"): list_objects,
    ("s3control", "GetPublicAccessBlock"): account_public_access_block,
    ("s3control", "ListAccessPoints"): access_points,
    ("s3control", "GetAccessPoint"): access_point,
    ("s3control", "ListMultiRegionAccessPoints"): multi_region_access_points,
    **{("s3", name): partial(_setting, name) for name in (*NOT_CONFIGURED, *EMPTY)},
}
