"""A bucket out of aws_s3_bucket and the resources that each set one thing of it.

Since version 4 of the provider each setting is a resource of its own; before, it was a block of the bucket,
and for an existing bucket these blocks still say what the provider read back from AWS. What a plan sets by a
resource of its own counts first; what it destroys is gone from the bucket; then what the bucket says; then
what S3 gives a bucket that nobody told anything.

Source of names and defaults: Terraform AWS provider documentation, aws_s3_bucket and aws_s3_bucket_*.
Source of what new buckets have since April 2023: S3 User Guide, Default settings for new S3 buckets FAQ.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from msgspec.structs import replace

from checker.evidence import Cause, Known, Observed, Origin, Unknown, derive
from checker.inventory import (
    Encryption,
    Grant,
    LogBucket,
    ObjectLock,
    PublicAccessBlock,
    Versioning,
)
from checker.sources.cloudformation.settings import filled, flag, needed, part, word
from checker.sources.terraform import bucket_use
from checker.sources.terraform.aspects import Aspect, either, flags_of, setter
from checker.sources.terraform.bucket_rules import inline_replication, inline_rules, replication, rules
from checker.sources.terraform.documents import policy
from checker.sources.terraform.keys import named_key
from checker.sources.terraform.names import BUCKET, name_of
from checker.sources.terraform.resource import Resource
from checker.sources.terraform.settings import block, blocks, positive, setting, value_of
from checker.sources.terraform.world import World, missing, only_live, several_of, unread

T = TypeVar("T")

TYPE = BUCKET
POLICY = "aws_s3_bucket_policy"
SERVICE_DEFAULT = "(not set: what S3 gives a new bucket)"
_GROUPS = "http://acs.amazonaws.com/groups/"
_ACLS = {
    "public-read": (("global/AllUsers", "READ"),),
    "public-read-write": (("global/AllUsers", "READ"), ("global/AllUsers", "WRITE")),
    "authenticated-read": (("global/AuthenticatedUsers", "READ"),),
    "log-delivery-write": (("s3/LogDelivery", "WRITE"), ("s3/LogDelivery", "READ_ACP")),
}
"""What a canned ACL grants beside the owner (S3 User Guide, Canned ACL)."""
_ALL_BLOCKED = PublicAccessBlock(
    block_public_acls=True, ignore_public_acls=True, block_public_policy=True, restrict_public_buckets=True
)
_SSE_S3 = Encryption(algorithm="AES256")


_BLOCK = Aspect("aws_s3_bucket_public_access_block", "")
_OWNERSHIP = Aspect("aws_s3_bucket_ownership_controls", "rule.object_ownership")
_ACL = Aspect("aws_s3_bucket_acl", "acl", "acl")
_VERSIONING = Aspect("aws_s3_bucket_versioning", "versioning_configuration", "versioning")
_LOCK = Aspect("aws_s3_bucket_object_lock_configuration", "rule", "object_lock_configuration")
_RULES = Aspect("aws_s3_bucket_lifecycle_configuration", "rule", "lifecycle_rule")
_ENCRYPTION = Aspect(
    "aws_s3_bucket_server_side_encryption_configuration", "rule", "server_side_encryption_configuration.rule"
)
_LOGGING = Aspect("aws_s3_bucket_logging", "target_bucket", "logging.target_bucket")
_REPLICATION = Aspect("aws_s3_bucket_replication_configuration", "rule", "replication_configuration")


def read_bucket(
    name: str, resources: Sequence[Resource], world: World, named: Origin, partition: str
) -> LogBucket:
    """Read a bucket out of those of its name; one that no plan describes is outside."""
    if len(resources) != 1:
        what, known = f"bucket {name}", {"arn": f"arn:{partition}:s3:::{name}", "name": name}
        if resources:
            return unread(LogBucket, several_of(what, resources), known)
        why, exists = missing(world, (BUCKET,), name_of, name, what, named)
        return unread(LogBucket, why, known | exists)
    resource = resources[0]
    here = resource.environment
    document = policy_of(name, resource, world)
    lock = _lock(resource, world)
    return LogBucket(
        arn=f"arn:{here.partition}:s3:::{name}",
        name=name,
        exists=Known(True, resource.origin()),
        account=Known(here.account, resource.origin()),
        region=Known(here.region, resource.origin()),
        policy=document,
        policy_is_public=_is_public(document, resource),
        public_access_block=_public_access_block(resource, world),
        acl=_acl(resource, world),
        object_ownership=_ownership(resource, world),
        versioning=_versioning(resource, world, lock),
        object_lock=lock,
        lifecycle=either(_RULES, resource, world, rules, inline_rules, ()),
        encryption=_encryption(resource, world),
        access_log_bucket=_access_logs(resource, world),
        access_log_prefix=either(bucket_use.LOG_PREFIX, resource, world, word, word, None),
        replication=either(_REPLICATION, resource, world, replication, inline_replication, ()),
        notifications=bucket_use.notifications(resource, world),
        website=bucket_use.website(resource, world),
        access_points=bucket_use.access_points(name, world),
    )


def policy_of(name: str, resource: Resource, world: World) -> Observed[str | None]:
    """Find the policy of a bucket: of a resource of its own, else of the bucket itself."""
    found = setter(Aspect(POLICY, "policy", "policy"), resource, world)
    if isinstance(found, Unknown):
        return found
    if found.destroyed:
        return Known(None, resource.origin("bucket policy"))
    return policy(found.resource, "policy", world)


def _is_public(document: Observed[str | None], resource: Resource) -> Observed[bool]:
    if isinstance(document, Known) and document.content is None:
        return Known(False, document.origin)
    return only_live("what S3 itself says of a bucket policy", resource)


def _public_access_block(resource: Resource, world: World) -> Observed[PublicAccessBlock]:
    found = setter(_BLOCK, resource, world)
    if isinstance(found, Unknown):
        return found
    if found.destroyed:
        return Known(PublicAccessBlock(), resource.origin(_BLOCK.type))
    if not found.own:
        return _of_new(resource, _BLOCK, _ALL_BLOCKED)
    return flags_of(found.resource)


def _of_new(resource: Resource, aspect: Aspect, default: T) -> Observed[T]:
    """Return what S3 gives a new bucket; what an existing one has, the plan does not tell."""
    if resource.new:
        return Known(default, resource.origin(f"{aspect.type} {SERVICE_DEFAULT}"))
    since = "exists" if resource.new is False else "may exist"
    reason = f"no {aspect.type} is set for {resource.address}, which {since} already: set one"
    return Unknown(reason, Cause.UNDECIDED, resource.origin(aspect.type))


def _acl(resource: Resource, world: World) -> Observed[tuple[Grant, ...]]:
    found = setter(_ACL, resource, world)
    if isinstance(found, Unknown):
        return found
    if found.destroyed:
        return Known((), resource.origin(_ACL.type))
    grants = "access_control_policy.grant" if found.own else "grant"
    if value_of(found.resource, grants) is not None:
        return setting(found.resource, grants, _grants, ())
    return setting(found.resource, "acl", _canned, ())


def _canned(value: Any) -> tuple[Grant, ...]:
    granted = _ACLS.get(word(value), ())
    return tuple(Grant(grantee=f"{_GROUPS}{who}", permission=what) for who, what in granted)


def _grants(value: Any) -> tuple[Grant, ...]:
    """Read the grants, of which the bucket's own blocks have several permissions each."""
    found: list[Grant] = []
    for one in blocks(value):
        told = part(one, "grantee", block, {}) or one
        who = next((w for f in ("uri", "id", "email_address") if (w := part(told, f, filled, None))), "")
        permissions = part(one, "permissions", lambda every: [word(each) for each in every], [])
        single = part(one, "permission", filled, None)
        found += [Grant(grantee=who, permission=p) for p in (*permissions, *([single] if single else []))]
    return tuple(found)


def _ownership(resource: Resource, world: World) -> Observed[str | None]:
    found = setter(_OWNERSHIP, resource, world)
    if isinstance(found, Unknown):
        return found
    if found.destroyed:
        return Known(None, resource.origin(_OWNERSHIP.type))
    if not found.own:
        return _of_new(resource, _OWNERSHIP, "BucketOwnerEnforced")
    return setting(found.resource, _OWNERSHIP.path, filled, None)


def _versioning(resource: Resource, world: World, lock: Observed[ObjectLock]) -> Observed[Versioning]:
    """Read versioning, which Object Lock turns on by itself; taken out of a plan it is suspended.

    Without versions MFA delete is off: S3 takes it together with their status.
    """
    found = setter(_VERSIONING, resource, world)
    if isinstance(found, Unknown):
        return found
    mfa = only_live("whether MFA delete is on", resource)
    if found.destroyed:
        return Known(Versioning(status="Suspended", mfa_delete=mfa), resource.origin(_VERSIONING.type))
    told: Observed[Versioning] = setting(
        found.resource,
        _VERSIONING.path if found.own else _VERSIONING.inline,
        lambda value: _versions(block(value), resource.new, mfa),
        Versioning(),
    )
    silent = isinstance(told, Known) and told.content.status is None
    if silent and isinstance(lock, Known) and lock.content.enabled:
        return Known(Versioning(status="Enabled", mfa_delete=mfa), lock.origin)
    return told


def _versions(found: dict[str, Any], new: bool | None, mfa: Unknown) -> Versioning:
    """Read the block of either style; a bucket that exists and has no versions may have had some."""
    deletes = part(found, "mfa_delete", _on, mfa)
    if "enabled" in found:
        on = part(found, "enabled", flag, False)
        status: str | None = "Enabled" if on else "Suspended" if new is False else None
    else:
        told = needed(found, "status", word)
        status = None if told == "Disabled" else told
    return Versioning(status=status, mfa_delete=deletes if status else False)


def _on(value: Any) -> bool:
    """Read a switch that is a truth value in one style and a word in the other."""
    if isinstance(value, bool):
        return value
    return word(value) == "Enabled"


def _lock(resource: Resource, world: World) -> Observed[ObjectLock]:
    enabled = setting(resource, "object_lock_enabled", flag, False)
    found = setter(_LOCK, resource, world)
    if isinstance(found, Unknown):
        return found
    if isinstance(enabled, Unknown):
        return enabled
    inline = {} if found.own or found.destroyed else value_of(resource, _LOCK.inline)
    if found.own:
        kept = setting(found.resource, _LOCK.path, _retention, ObjectLock(enabled=True))
        return derive(kept, lambda lock: replace(lock, enabled=True))
    if found.destroyed or not inline:
        return Known(ObjectLock(enabled=enabled.content), enabled.origin)
    told = setting(resource, _LOCK.inline, _inline_lock, ObjectLock(enabled=False))
    return derive(told, lambda lock: replace(lock, enabled=lock.enabled or enabled.content))


def _inline_lock(value: Any) -> ObjectLock:
    found = block(value)
    kept = part(found, "rule", _retention, ObjectLock(enabled=False))
    return replace(kept, enabled=found.get("object_lock_enabled") == "Enabled")


def _retention(value: Any) -> ObjectLock:
    kept = part(block(value), "default_retention", block, {})
    years = part(kept, "years", positive, None)
    return ObjectLock(
        enabled=True,
        mode=part(kept, "mode", filled, None),
        days=years * 365 if years else part(kept, "days", positive, None),
    )


def _encryption(resource: Resource, world: World) -> Observed[Encryption | None]:
    """Read default encryption; S3 encrypts every bucket with SSE-S3 unless told otherwise."""
    found = setter(_ENCRYPTION, resource, world)
    if isinstance(found, Unknown):
        return found
    path = _ENCRYPTION.path if found.own else _ENCRYPTION.inline
    chosen = f"{path}.apply_server_side_encryption_by_default"
    if found.destroyed:
        return Known(_SSE_S3, resource.origin(_ENCRYPTION.type))
    if value_of(found.resource, chosen) is None:
        on = setting(found.resource, f"{path}.bucket_key_enabled", flag, False)
        return derive(on, lambda key: replace(_SSE_S3, bucket_key=key))
    key = named_key(found.resource, f"{chosen}.kms_master_key_id", world)
    algorithm = setting(found.resource, f"{chosen}.sse_algorithm", word, "")
    bucket_key = setting(found.resource, f"{path}.bucket_key_enabled", flag, False)
    for one in (algorithm, key, bucket_key):
        if isinstance(one, Unknown):
            return one
    known: Any = (algorithm, key, bucket_key)
    told, id, saved = (one.content for one in known)
    return Known(Encryption(algorithm=told, key_id=id, bucket_key=saved), known[0].origin)


def _access_logs(resource: Resource, world: World) -> Observed[str | None]:
    """Read where access logs go."""
    found = setter(_LOGGING, resource, world)
    if isinstance(found, Unknown):
        return found
    if found.destroyed:
        return Known(None, resource.origin(_LOGGING.type))
    path = _LOGGING.path if found.own else _LOGGING.inline
    return world.identified(found.resource, path, (BUCKET,), name_of)
