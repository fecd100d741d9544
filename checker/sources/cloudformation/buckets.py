"""A bucket out of AWS::S3::Bucket and AWS::S3::BucketPolicy, with what S3 sets where a template is silent.

Source of names and defaults: CloudFormation template reference, AWS::S3::Bucket. Where S3 gives a new bucket
what it does not give an older one, silence tells nothing.
"""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from checker.evidence import Cause, Known, Observed, Origin, Unknown, derive
from checker.inventory import Encryption, Grant, LogBucket, ObjectLock, PublicAccessBlock, Versioning
from checker.sources.cloudformation import bucket_use
from checker.sources.cloudformation.documents import policy
from checker.sources.cloudformation.keys import key_arn
from checker.sources.cloudformation.lifecycle import replication, rules
from checker.sources.cloudformation.settings import (
    exists,
    filled,
    first,
    flag,
    needed,
    number,
    one,
    part,
    setting,
    word,
)
from checker.sources.cloudformation.stack import Resource
from checker.sources.cloudformation.world import World, only_live, outside, several_of

TYPE = "AWS::S3::Bucket"
POLICY = "AWS::S3::BucketPolicy"
_SSE_S3: dict[str, Any] = {"SSEAlgorithm": "AES256"}
_GROUPS = "http://acs.amazonaws.com/groups/"
_ACLS = {
    "PublicRead": (("global/AllUsers", "READ"),),
    "PublicReadWrite": (("global/AllUsers", "READ"), ("global/AllUsers", "WRITE")),
    "AuthenticatedRead": (("global/AuthenticatedUsers", "READ"),),
    "LogDeliveryWrite": (("s3/LogDelivery", "WRITE"), ("s3/LogDelivery", "READ_ACP")),
}
"""What a canned ACL grants beside the owner (S3 User Guide, Canned ACL)."""


def read_bucket(
    name: str, resources: Sequence[Resource], world: World, named: Origin, partition: str
) -> LogBucket:
    """Read a bucket out of those of its name; one that no template describes is outside."""
    if len(resources) != 1:
        several = several_of(f"bucket {name}", resources) if resources else None
        return _outside(name, several or outside(f"bucket {name}", named), partition)
    resource = resources[0]
    here, created = resource.stack.environment, exists(resource)
    document = policy_of(name, resource, world)
    return LogBucket(
        arn=f"arn:{here.partition}:s3:::{name}",
        name=name,
        exists=created,
        account=Known(here.account, resource.origin("")),
        region=Known(here.region, resource.origin("")),
        policy=document,
        policy_is_public=_is_public(document, resource),
        public_access_block=_block(resource),
        acl=setting(resource, "AccessControl", _acl, ()),
        object_ownership=_ownership(resource),
        versioning=_versioning(resource),
        object_lock=_lock(resource),
        lifecycle=setting(resource, "LifecycleConfiguration", rules, ()),
        encryption=_encryption(resource, world),
        access_log_bucket=_access_logs(resource, name),
        access_log_prefix=bucket_use.access_log_prefix(resource),
        replication=setting(resource, "ReplicationConfiguration", replication, ()),
        notifications=bucket_use.notifications(name, resource, world),
        website=bucket_use.website(resource),
        access_points=bucket_use.access_points(name, world),
    )


def policy_of(name: str, resource: Resource, world: World) -> Observed[str | None]:
    """Find the policy that these templates give a bucket.

    One whose bucket cannot be told may be it, unless another one is: S3 keeps one policy for a bucket.
    """
    found, open_ = world.by_target(POLICY, "Bucket")
    mine = found.get(name, [])
    if not mine:
        maybe = next(
            (other[0] for written, other in found.items() if world.may_mean(resource, written)), None
        )
        if maybe is not None:
            reason = f"whether {maybe.label} is the policy of {resource.label} is known only after deployment"
            return Unknown(reason, Cause.UNDECIDED, maybe.origin("Bucket"))
        return open_[0] if open_ else Known(None, resource.origin("bucket policy"))
    if len(mine) > 1:
        reason = f"bucket {name} has several policies, of which the last to be deployed remains"
        return Unknown(reason, Cause.UNDECIDED, mine[0].origin(""))
    created = exists(mine[0])
    return created if isinstance(created, Unknown) else policy(mine[0], "PolicyDocument", world, resource)


def _is_public(document: Observed[str | None], resource: Resource) -> Observed[bool]:
    if isinstance(document, Known) and document.content is None:
        return Known(False, document.origin)
    return only_live("what S3 itself says of a bucket policy", resource)


def _block(resource: Resource) -> Observed[PublicAccessBlock]:
    found = setting(resource, "PublicAccessBlockConfiguration", bucket_use.block_of, None)
    return _told(found, "PublicAccessBlockConfiguration", resource)


def _told(observed: Observed[Any], name: str, resource: Resource) -> Observed[Any]:
    """Leave open what is not set: S3 protects new buckets by itself, and takes it off those that exist."""
    if isinstance(observed, Unknown) or observed.content is not None:
        return observed
    reason = f"{name} of {resource.label} is not set, which protects a new bucket only: set it"
    return Unknown(reason, Cause.UNDECIDED, observed.origin)


def _acl(value: Any) -> tuple[Grant, ...]:
    granted = _ACLS.get(word(value), ())
    return tuple(Grant(grantee=f"{_GROUPS}{who}", permission=what) for who, what in granted)


def _ownership(resource: Resource) -> Observed[str | None]:
    found = setting(resource, "OwnershipControls.Rules", _owner, None)
    return _told(found, "OwnershipControls", resource)


def _owner(value: Any) -> str | None:
    return needed(first(value), "ObjectOwnership", word)


def _versioning(resource: Resource) -> Observed[Versioning]:
    """Read versioning, which Object Lock turns on by itself; MFA delete is for root alone to set.

    Without versions it is off: S3 takes it together with their status.
    """
    mfa = only_live("whether MFA delete is on", resource)
    status = setting(resource, "VersioningConfiguration.Status", word, None)
    lock = _lock(resource)
    if (
        isinstance(status, Known)
        and status.content is None
        and isinstance(lock, Known)
        and lock.content.enabled
    ):
        return Known(Versioning(status="Enabled", mfa_delete=mfa), lock.origin)
    return derive(status, lambda found: Versioning(status=found, mfa_delete=mfa if found else False))


def _lock(resource: Resource) -> Observed[ObjectLock]:
    enabled = setting(resource, "ObjectLockEnabled", flag, False)
    configured = setting(resource, "ObjectLockConfiguration", _retention, None)
    if isinstance(configured, Unknown):
        return configured
    if isinstance(enabled, Unknown):
        return enabled
    if configured.content is not None:
        lock = configured.content
        return Known(replace(lock, enabled=lock.enabled or enabled.content), configured.origin)
    return Known(ObjectLock(enabled=enabled.content), enabled.origin)


def _retention(value: Any) -> ObjectLock:
    found = one(value)
    rule = part(found, "Rule", one, {})
    kept = part(rule, "DefaultRetention", one, {})
    years = part(kept, "Years", number, None)
    return ObjectLock(
        enabled=found.get("ObjectLockEnabled") == "Enabled",
        mode=part(kept, "Mode", word, None),
        days=years * 365 if years else part(kept, "Days", number, None),
    )


def _encryption(resource: Resource, world: World) -> Observed[Encryption | None]:
    """Read default encryption; S3 encrypts every bucket with SSE-S3 unless told otherwise."""

    def read(value: Any) -> Encryption:
        rule = first(value)
        chosen = part(rule, "ServerSideEncryptionByDefault", one, _SSE_S3)
        key = part(chosen, "KMSMasterKeyID", filled, None)
        return Encryption(
            algorithm=needed(chosen, "SSEAlgorithm", word),
            key_id=key_arn(key, resource.stack.environment, world) if key else None,
            bucket_key=part(rule, "BucketKeyEnabled", flag, False),
        )

    default = Encryption(algorithm="AES256")
    return derive(
        setting(resource, "BucketEncryption.ServerSideEncryptionConfiguration", read, default), lambda e: e
    )


def _access_logs(resource: Resource, name: str) -> Observed[str | None]:
    """Read where access logs go: without a destination, to the bucket itself."""

    def read(value: Any) -> str:
        return part(one(value), "DestinationBucketName", word, name)

    return setting(resource, "LoggingConfiguration", read, None)


def _outside(name: str, why: Unknown, partition: str) -> LogBucket:
    return LogBucket(
        arn=f"arn:{partition}:s3:::{name}",
        name=name,
        exists=why,
        account=why,
        region=why,
        policy=why,
        policy_is_public=why,
        public_access_block=why,
        acl=why,
        object_ownership=why,
        versioning=why,
        object_lock=why,
        lifecycle=why,
        encryption=why,
        access_log_bucket=why,
        access_log_prefix=why,
        replication=why,
        notifications=why,
        website=why,
        access_points=why,
    )
