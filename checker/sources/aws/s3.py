"""Reads a log bucket: whether it exists, whose it is, and each setting on its own, through its own Region."""

import asyncio
from collections.abc import Mapping
from typing import TypeVar

from msgspec.structs import replace

from checker.evidence import Cause, Known, Observed, Unknown, derive
from checker.inventory import LogBucket
from checker.sources.aws import s3_shapes
from checker.sources.aws.account import BlockFlags
from checker.sources.aws.api import Answer, Api, Caller, Reply, Target, missing, weigh
from checker.sources.aws.calls import s3 as calls
from checker.sources.aws.failures import line
from checker.sources.aws.fields import optional, required

T = TypeVar("T")

BUCKET_REGION = "x-amz-bucket-region"
"""The header with which S3 tells where a bucket is, also when it refuses everything else."""

SETTINGS = (
    calls.BUCKET_POLICY,
    calls.BUCKET_POLICY_STATUS,
    calls.BUCKET_PUBLIC_ACCESS_BLOCK,
    calls.BUCKET_ACL,
    calls.BUCKET_OWNERSHIP,
    calls.BUCKET_VERSIONING,
    calls.BUCKET_OBJECT_LOCK,
    calls.BUCKET_LIFECYCLE,
    calls.BUCKET_ENCRYPTION,
    calls.BUCKET_LOGGING,
    calls.BUCKET_REPLICATION,
)


async def read_bucket(api: Api, name: str, region: str) -> LogBucket:
    """Read the bucket; ``region`` is where to ask first: HeadBucket tells where the rest is to be read."""
    target = Target(name=f"bucket {name}", region=region)
    head, listed = await asyncio.gather(
        api.send(calls.BUCKET, region, {"Bucket": name}),
        api.ask_all(calls.OWN_BUCKETS, target, {"Prefix": name, "MaxBuckets": 1000}),
    )
    if _leads_nowhere(head) and region != api.clients.region:
        return await read_bucket(api, name, api.clients.region)
    caller = await api.caller
    exists = _explained(weigh(calls.BUCKET, target, head, caller), listed)
    owner = _owner(listed, name, target, caller)
    if isinstance(exists, Known) and exists.content is None:
        nowhere = missing(target, exists.origin)
        unread = dict.fromkeys((call.operation for call in SETTINGS), nowhere)
        return _bucket(name, caller, Known(False, exists.origin), nowhere, nowhere, unread)
    home = _region(head, exists)
    there = replace(target, region=home.content) if isinstance(home, Known) else target
    answers = await asyncio.gather(*(api.ask(call, there, {"Bucket": name}) for call in SETTINGS))
    settings = {
        call.operation: _elsewhere(answer, owner) for call, answer in zip(SETTINGS, answers, strict=True)
    }
    return _bucket(name, caller, _exists(exists, owner), owner, home, settings)


def _leads_nowhere(head: Reply) -> bool:
    """Tell whether a Region neither knows the bucket nor says where it is: closed, or without an answer."""
    failure = head.failure
    return bool(failure and failure.code not in calls.BUCKET.absent and BUCKET_REGION not in failure.headers)


def _explained(exists: Observed[Answer], listed: Observed[Answer]) -> Observed[Answer]:
    """Take the reason from the other call where HeadBucket, whose errors have no body, gives none."""
    if isinstance(exists, Unknown) and exists.cause is Cause.UNDECIDED and isinstance(listed, Unknown):
        return listed
    return exists


def _owner(listed: Observed[Answer], name: str, target: Target, caller: Caller) -> Observed[str]:
    """Return the caller's account when the bucket is among its own; else S3 does not tell whose it is."""
    names = derive(
        required(listed, "Buckets", tuple[s3_shapes.Named, ...]), lambda own: {b.name for b in own}
    )
    if isinstance(names, Unknown):
        return names
    if name in names.content:
        return Known(caller.account, names.origin)
    return Unknown(
        f"{line(target.name)} is not one of account {caller.account}: audit the account that owns it",
        Cause.FOREIGN_ACCOUNT,
        names.origin,
    )


def _region(head: Reply, exists: Observed[Answer]) -> Observed[str]:
    """Return the Region of a bucket."""
    answered = (head.answer or {}).get("ResponseMetadata", {}).get("HTTPHeaders", {})
    region = (head.failure.headers if head.failure else answered).get(BUCKET_REGION)
    if region:
        return Known(region, replace(exists.origin, field=BUCKET_REGION))
    return required(exists, "BucketRegion", str)


def _exists(exists: Observed[Answer], owner: Observed[str]) -> Observed[bool]:
    """Say whether the bucket exists: a refusal proves nothing (S3 API reference, HeadBucket)."""
    if isinstance(exists, Known):
        return Known(True, replace(exists.origin, field="HTTP 200"))
    if isinstance(owner, Known):
        return Known(True, owner.origin)
    return _elsewhere(exists, owner)


def _elsewhere(observed: Observed[T], owner: Observed[str]) -> Observed[T]:
    """Blame a refusal on the bucket's being somebody else's, when it is."""
    if isinstance(observed, Unknown) and isinstance(owner, Unknown):
        refused = observed.cause in (Cause.DENIED, Cause.REGION_CLOSED)
        if refused and owner.cause is Cause.FOREIGN_ACCOUNT:
            return owner
    return observed


def _bucket(
    name: str,
    caller: Caller,
    exists: Observed[bool],
    owner: Observed[str],
    region: Observed[str],
    settings: Mapping[str, Observed[Answer]],
) -> LogBucket:
    encryption = settings[calls.BUCKET_ENCRYPTION.operation]
    block = settings[calls.BUCKET_PUBLIC_ACCESS_BLOCK.operation]
    return LogBucket(
        arn=f"arn:{caller.partition}:s3:::{name}",
        name=name,
        exists=exists,
        account=owner,
        region=region,
        policy=optional(settings[calls.BUCKET_POLICY.operation], "Policy", str),
        policy_is_public=required(
            settings[calls.BUCKET_POLICY_STATUS.operation], "PolicyStatus.IsPublic", bool
        ),
        public_access_block=derive(
            required(block, "PublicAccessBlockConfiguration", BlockFlags), BlockFlags.settings
        ),
        acl=s3_shapes.acl(settings[calls.BUCKET_ACL.operation]),
        object_ownership=s3_shapes.ownership(settings[calls.BUCKET_OWNERSHIP.operation]),
        versioning=s3_shapes.versioning(settings[calls.BUCKET_VERSIONING.operation]),
        object_lock=s3_shapes.object_lock(settings[calls.BUCKET_OBJECT_LOCK.operation]),
        lifecycle=s3_shapes.lifecycle(settings[calls.BUCKET_LIFECYCLE.operation]),
        encryption=s3_shapes.encryption(encryption),
        access_log_bucket=s3_shapes.access_log_bucket(settings[calls.BUCKET_LOGGING.operation]),
        replication=s3_shapes.replication(settings[calls.BUCKET_REPLICATION.operation]),
    )
