"""Reads a log bucket: whether it exists, whose it is, and each setting on its own, through its own Region."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from msgspec.structs import replace

from checker.evidence import Cause, Known, Observed, Unknown, derive
from checker.inventory import NOT_READ, AccessPoint, LogBucket
from checker.sources.aws import s3_shapes
from checker.sources.aws.access_points import MultiRegion, read_access_points
from checker.sources.aws.account import BlockFlags
from checker.sources.aws.api import Answer, Api, Caller, Reply, Target, missing, weigh
from checker.sources.aws.calls import s3 as calls
from checker.sources.aws.calls.call import Call
from checker.sources.aws.failures import line
from checker.sources.aws.fields import optional, required

T = TypeVar("T")
More = Callable[[Target, Observed[str]], Awaitable[Observed[tuple[AccessPoint, ...]]]]

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
    calls.BUCKET_NOTIFICATIONS,
    calls.BUCKET_WEBSITE,
)
OF_TARGETS = (
    calls.BUCKET_POLICY,
    calls.BUCKET_POLICY_STATUS,
    calls.BUCKET_PUBLIC_ACCESS_BLOCK,
    calls.BUCKET_ACL,
    calls.BUCKET_OWNERSHIP,
    calls.BUCKET_OBJECT_LOCK,
    calls.BUCKET_ENCRYPTION,
)
"""What decides whether access logs arrive in a bucket, and who else may read them."""
OF_REPLICAS = (calls.BUCKET_VERSIONING, calls.BUCKET_OBJECT_LOCK)
"""What keeps the copies in a bucket from being destroyed."""


async def read_bucket(
    api: Api,
    name: str,
    region: str,
    multi_region: MultiRegion,
    listed: Observed[Answer] | None = None,
) -> LogBucket:
    """Read the bucket; ``region`` is where to ask first: HeadBucket tells where the rest is to be read.

    ``multi_region`` gives the Multi-Region Access Points of the caller's account, ``listed`` are its buckets
    where they are known already.
    """

    def more(there: Target, owner: Observed[str]) -> Awaitable[Observed[tuple[AccessPoint, ...]]]:
        return read_access_points(api, there, owner, multi_region)

    return await _read(api, name, region, SETTINGS, more, listed)


async def read_linked(
    api: Api, name: str, region: str, settings: tuple[Call, ...], listed: Observed[Answer] | None = None
) -> LogBucket:
    """Read some settings of a bucket that a log bucket names; the others are left as not read."""
    return await _read(api, name, region, settings, _not_asked, listed)


def named_by(bucket: LogBucket) -> dict[str, tuple[Call, ...]]:
    """Return the other buckets that a log bucket names, with what is to be known of each."""
    wanted: dict[str, dict[str, Call]] = {}
    target = bucket.access_log_bucket.content if isinstance(bucket.access_log_bucket, Known) else None
    rules = bucket.replication.content if isinstance(bucket.replication, Known) else ()
    if target:
        wanted.setdefault(target, {}).update((call.operation, call) for call in OF_TARGETS)
    for rule in rules:
        if rule.enabled:
            wanted.setdefault(rule.destination, {}).update((call.operation, call) for call in OF_REPLICAS)
    return {name: tuple(settings.values()) for name, settings in wanted.items() if name != bucket.name}


async def _not_asked(there: Target, owner: Observed[str]) -> Observed[tuple[AccessPoint, ...]]:
    return NOT_READ


async def _read(
    api: Api,
    name: str,
    region: str,
    wanted: tuple[Call, ...],
    more: More,
    listed: Observed[Answer] | None,
) -> LogBucket:
    target = Target(name=f"bucket {name}", region=region)
    head, own = await asyncio.gather(
        api.send(calls.BUCKET, region, {"Bucket": name}), _listed(api, name, region, listed)
    )
    if _leads_nowhere(head) and region != api.clients.region:
        return await _read(api, name, api.clients.region, wanted, more, listed)
    caller = await api.caller
    exists = _explained(weigh(calls.BUCKET, target, head, caller), own)
    owner = _owner(own, name, target, caller)
    if isinstance(exists, Known) and exists.content is None:
        nowhere = missing(target, exists.origin)
        unread = dict.fromkeys((call.operation for call in wanted), nowhere)
        gone = _bucket(name, caller, Known(False, exists.origin), nowhere, nowhere, unread)
        return replace(gone, access_points=nowhere)
    home = _region(head, exists)
    there = replace(target, region=home.content) if isinstance(home, Known) else target
    answers, points = await asyncio.gather(
        asyncio.gather(*(api.ask(call, there, {"Bucket": name}) for call in wanted)),
        more(there, owner),
    )
    settings = {
        call.operation: _elsewhere(answer, owner) for call, answer in zip(wanted, answers, strict=True)
    }
    bucket = _bucket(name, caller, _exists(exists, owner), owner, home, settings)
    return replace(bucket, access_points=points)


async def _listed(api: Api, name: str, region: str, listed: Observed[Answer] | None) -> Observed[Answer]:
    return listed or await list_buckets(api, name, region)


async def list_buckets(api: Api, prefix: str, region: str) -> Observed[Answer]:
    """List the account's own buckets whose name starts like this; all of them without a prefix."""
    target = Target(name=f"bucket {prefix}" if prefix else "the account's buckets", region=region)
    begin = {"Prefix": prefix} if prefix else {}
    return await api.ask_all(calls.OWN_BUCKETS, target, {**begin, "MaxBuckets": 1000})


def bucket_names(listed: Observed[Answer]) -> Observed[frozenset[str]]:
    """Return the names of listed buckets."""
    found = required(listed, "Buckets", tuple[s3_shapes.Named, ...])
    return derive(found, lambda own: frozenset(bucket.name for bucket in own))


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
    names = bucket_names(listed)
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
    """Put the bucket together; what was not asked for is not read, which is no answer."""

    def answer(call: Call) -> Observed[Answer]:
        return settings.get(call.operation, NOT_READ)

    log_bucket, log_prefix = s3_shapes.access_logs(answer(calls.BUCKET_LOGGING))
    block = required(answer(calls.BUCKET_PUBLIC_ACCESS_BLOCK), "PublicAccessBlockConfiguration", BlockFlags)
    return LogBucket(
        arn=f"arn:{caller.partition}:s3:::{name}",
        name=name,
        exists=exists,
        account=owner,
        region=region,
        policy=optional(answer(calls.BUCKET_POLICY), "Policy", str),
        policy_is_public=required(answer(calls.BUCKET_POLICY_STATUS), "PolicyStatus.IsPublic", bool),
        public_access_block=derive(block, BlockFlags.settings),
        acl=s3_shapes.acl(answer(calls.BUCKET_ACL)),
        acl_owner=required(answer(calls.BUCKET_ACL), "Owner.ID", str),
        object_ownership=s3_shapes.ownership(answer(calls.BUCKET_OWNERSHIP)),
        versioning=s3_shapes.versioning(answer(calls.BUCKET_VERSIONING)),
        object_lock=s3_shapes.object_lock(answer(calls.BUCKET_OBJECT_LOCK)),
        lifecycle=s3_shapes.lifecycle(answer(calls.BUCKET_LIFECYCLE)),
        encryption=s3_shapes.encryption(answer(calls.BUCKET_ENCRYPTION)),
        access_log_bucket=log_bucket,
        access_log_prefix=log_prefix,
        replication=s3_shapes.replication(answer(calls.BUCKET_REPLICATION)),
        notifications=s3_shapes.notifications(answer(calls.BUCKET_NOTIFICATIONS)),
        website=s3_shapes.website(answer(calls.BUCKET_WEBSITE)),
        disowned=_disowned(owner, caller),
    )


def _disowned(owner: Observed[str], caller: Caller) -> tuple[str, ...]:
    """Say whose it is not: the caller's, when S3 did not list it among the caller's own."""
    stranger = isinstance(owner, Unknown) and owner.cause is Cause.FOREIGN_ACCOUNT
    return (caller.account,) if stranger else ()
