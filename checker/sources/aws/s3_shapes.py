"""The settings of a bucket out of S3's answers."""

from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct, field

from checker.evidence import Known, Observed, derive
from checker.inventory import (
    Encryption,
    Grant,
    LifecycleFilter,
    LifecycleRule,
    ObjectLock,
    ReplicationRule,
    Transition,
    Versioning,
)
from checker.sources.aws.api import Answer
from checker.sources.aws.fields import optional, required

Enabled = Literal["Enabled", "Disabled"]


class Named(Struct, frozen=True, rename="pascal"):
    """An entry of ListBuckets."""

    name: str


class _Grantee(Struct, frozen=True):
    ID: str = ""
    URI: str = ""
    EmailAddress: str = ""


class _Grant(Struct, frozen=True, rename="pascal"):
    permission: str
    grantee: _Grantee

    def grant(self) -> Grant:
        who = self.grantee
        return Grant(grantee=who.URI or who.ID or who.EmailAddress, permission=self.permission)


def acl(answer: Observed[Answer]) -> Observed[tuple[Grant, ...]]:
    """Read the ACL's grants."""
    grants = required(answer, "Grants", tuple[_Grant, ...])
    return derive(grants, lambda found: tuple(raw.grant() for raw in found))


class _Owned(Struct, frozen=True, rename="pascal"):
    object_ownership: Literal["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]


def ownership(answer: Observed[Answer]) -> Observed[str | None]:
    """Read who owns new objects, None without ownership controls."""
    if _absent(answer):
        return derive(answer, lambda _: None)
    return derive(
        required(answer, "OwnershipControls.Rules", tuple[_Owned]), lambda rules: rules[0].object_ownership
    )


class _Versioning(Struct, frozen=True):
    Status: Literal["Enabled", "Suspended"] | None = None
    MFADelete: Enabled | None = None


def versioning(answer: Observed[Answer]) -> Observed[Versioning]:
    """Read versioning and MFA delete; an empty answer means that neither was ever configured."""
    found = required(_wrapped(answer, "VersioningConfiguration"), "VersioningConfiguration", _Versioning)
    return derive(found, lambda v: Versioning(status=v.Status, mfa_delete=v.MFADelete == "Enabled"))


class _Retention(Struct, frozen=True, rename="pascal"):
    mode: Literal["GOVERNANCE", "COMPLIANCE"] | None = None
    days: int | None = None
    years: int | None = None


class _LockRule(Struct, frozen=True, rename="pascal"):
    default_retention: _Retention = _Retention()


class _Lock(Struct, frozen=True, rename="pascal"):
    object_lock_enabled: Enabled | None = None
    rule: _LockRule = _LockRule()

    def lock(self) -> ObjectLock:
        kept = self.rule.default_retention
        days = kept.years * 365 if kept.years else kept.days
        return ObjectLock(enabled=self.object_lock_enabled == "Enabled", mode=kept.mode, days=days)


def object_lock(answer: Observed[Answer]) -> Observed[ObjectLock]:
    """Read Object Lock with its default retention."""
    if _absent(answer):
        return derive(answer, lambda _: ObjectLock(enabled=False))
    return derive(required(answer, "ObjectLockConfiguration", _Lock), _Lock.lock)


class _Tag(Struct, frozen=True, rename="pascal"):
    key: str
    value: str = ""


class _And(Struct, frozen=True, rename="pascal"):
    prefix: str = ""
    tags: tuple[_Tag, ...] = ()
    object_size_greater_than: int | None = None
    object_size_less_than: int | None = None


class _Filter(Struct, frozen=True, rename="pascal"):
    prefix: str = ""
    tag: _Tag | None = None
    object_size_greater_than: int | None = None
    object_size_less_than: int | None = None
    several: _And | None = field(default=None, name="And")

    def parts(self) -> _And:
        """Return one condition in the shape of several."""
        if self.several:
            return self.several
        tags = (self.tag,) if self.tag else ()
        return _And(self.prefix, tags, self.object_size_greater_than, self.object_size_less_than)


class _Expiration(Struct, frozen=True, rename="pascal"):
    days: int | None = None
    date: datetime | None = None


class _Noncurrent(Struct, frozen=True, rename="pascal"):
    noncurrent_days: int | None = None
    newer_noncurrent_versions: int | None = None
    storage_class: str = ""

    def transition(self) -> Transition:
        return Transition(storage_class=self.storage_class, days=self.noncurrent_days)


class _Unfinished(Struct, frozen=True, rename="pascal"):
    days_after_initiation: int | None = None


class _Transition(Struct, frozen=True, rename="pascal"):
    storage_class: str
    days: int | None = None
    date: datetime | None = None

    def transition(self) -> Transition:
        return Transition(storage_class=self.storage_class, days=self.days, date=_utc(self.date))


class _Lifecycle(Struct, frozen=True, rename="pascal"):
    status: Enabled
    id: str = field(default="", name="ID")
    prefix: str = ""
    filter: _Filter = _Filter()
    expiration: _Expiration = _Expiration()
    noncurrent_version_expiration: _Noncurrent = _Noncurrent()
    transitions: tuple[_Transition, ...] = ()
    noncurrent_version_transitions: tuple[_Noncurrent, ...] = ()
    abort_incomplete_multipart_upload: _Unfinished = _Unfinished()

    def rule(self) -> LifecycleRule:
        wanted, superseded = self.filter.parts(), self.noncurrent_version_expiration
        return LifecycleRule(
            id=self.id,
            enabled=self.status == "Enabled",
            filter=LifecycleFilter(
                prefix=wanted.prefix or self.prefix,
                tags=tuple((tag.key, tag.value) for tag in wanted.tags),
                size_greater_than=wanted.object_size_greater_than,
                size_less_than=wanted.object_size_less_than,
            ),
            expiration_days=self.expiration.days,
            expiration_date=_utc(self.expiration.date),
            noncurrent_expiration_days=superseded.noncurrent_days,
            noncurrent_newer_versions=superseded.newer_noncurrent_versions,
            transitions=tuple(raw.transition() for raw in self.transitions),
            noncurrent_transitions=tuple(raw.transition() for raw in self.noncurrent_version_transitions),
            abort_multipart_days=self.abort_incomplete_multipart_upload.days_after_initiation,
        )


def lifecycle(answer: Observed[Answer]) -> Observed[tuple[LifecycleRule, ...]]:
    """Read the lifecycle rules, none without a configuration."""
    return derive(
        required(answer, "Rules", tuple[_Lifecycle, ...]), lambda found: tuple(raw.rule() for raw in found)
    )


class _ByDefault(Struct, frozen=True):
    SSEAlgorithm: str
    KMSMasterKeyID: str | None = None


class _EncryptionRule(Struct, frozen=True, rename="pascal"):
    apply_server_side_encryption_by_default: _ByDefault | None = None
    bucket_key_enabled: bool = False

    def encryption(self) -> Encryption | None:
        chosen = self.apply_server_side_encryption_by_default
        if chosen is None:
            return None
        return Encryption(
            algorithm=chosen.SSEAlgorithm,
            key_id=chosen.KMSMasterKeyID or None,
            bucket_key=self.bucket_key_enabled,
        )


def encryption(answer: Observed[Answer]) -> Observed[Encryption | None]:
    """Read default encryption, None without a configuration."""
    if _absent(answer):
        return derive(answer, lambda _: None)
    rules = required(answer, "ServerSideEncryptionConfiguration.Rules", tuple[_EncryptionRule])
    return derive(rules, lambda found: found[0].encryption())


class _Logging(Struct, frozen=True, rename="pascal"):
    target_bucket: str
    target_prefix: str = ""


def access_logs(answer: Observed[Answer]) -> tuple[Observed[str | None], Observed[str | None]]:
    """Read to which bucket server access logs go and how their names begin there, None without logging."""
    logging = optional(answer, "LoggingEnabled", _Logging)
    return (
        derive(logging, lambda found: found.target_bucket if found else None),
        derive(logging, lambda found: found.target_prefix if found else None),
    )


class _Switch(Struct, frozen=True, rename="pascal"):
    status: Enabled = "Disabled"


class _Owner(Struct, frozen=True, rename="pascal"):
    owner: Literal["Destination"]


class _Destination(Struct, frozen=True, rename="pascal"):
    bucket: str
    account: str | None = None
    storage_class: str | None = None
    access_control_translation: _Owner | None = None


class _Selected(Struct, frozen=True, rename="pascal"):
    sse_kms_encrypted_objects: _Switch = _Switch()


class _Replication(Struct, frozen=True, rename="pascal"):
    status: Enabled
    destination: _Destination
    id: str = field(default="", name="ID")
    prefix: str = ""
    priority: int | None = None
    filter: _Filter | None = None
    delete_marker_replication: _Switch = _Switch()
    source_selection_criteria: _Selected = _Selected()

    def rule(self) -> ReplicationRule:
        wanted, target = (self.filter or _Filter()).parts(), self.destination
        return ReplicationRule(
            id=self.id,
            enabled=self.status == "Enabled",
            prefix=wanted.prefix or self.prefix,
            tags=tuple((tag.key, tag.value) for tag in wanted.tags),
            destination_arn=target.bucket,
            destination_account=target.account,
            storage_class=target.storage_class,
            # A rule without a filter is one of the older kind (S3 User Guide, replication configuration).
            delete_markers=self.filter is None or self.delete_marker_replication.status == "Enabled",
            owner_override=target.access_control_translation is not None,
            kms_objects=self.source_selection_criteria.sse_kms_encrypted_objects.status == "Enabled",
            priority=self.priority,
        )


def replication(answer: Observed[Answer]) -> Observed[tuple[ReplicationRule, ...]]:
    """Read the replication rules, none without a configuration."""
    if _absent(answer):
        return derive(answer, lambda _: ())
    rules = required(answer, "ReplicationConfiguration.Rules", tuple[_Replication, ...])
    return derive(rules, lambda found: tuple(raw.rule() for raw in found))


class _Told(Struct, frozen=True):
    TopicArn: str = ""
    QueueArn: str = ""
    LambdaFunctionArn: str = ""


class _Notifications(Struct, frozen=True, rename="pascal"):
    topic_configurations: tuple[_Told, ...] = ()
    queue_configurations: tuple[_Told, ...] = ()
    lambda_function_configurations: tuple[_Told, ...] = ()
    event_bridge_configuration: dict[str, str] | None = None


def notifications(answer: Observed[Answer]) -> Observed[tuple[str, ...]]:
    """Read where events of the bucket go; an empty answer means nowhere."""
    found = required(
        _wrapped(answer, "NotificationConfiguration"), "NotificationConfiguration", _Notifications
    )
    return derive(found, _destinations)


def _destinations(found: _Notifications) -> tuple[str, ...]:
    told = (
        *found.topic_configurations,
        *found.queue_configurations,
        *found.lambda_function_configurations,
    )
    arns = sorted(one.TopicArn or one.QueueArn or one.LambdaFunctionArn for one in told)
    return (*arns, *(("EventBridge",) if found.event_bridge_configuration is not None else ()))


def website(answer: Observed[Answer]) -> Observed[bool]:
    """Read whether the bucket serves a website."""
    return derive(answer, lambda content: content is not None)


def _absent(answer: Observed[Answer]) -> bool:
    return isinstance(answer, Known) and answer.content is None


def _wrapped(answer: Observed[Answer], name: str) -> Observed[Answer]:
    """Give the answer a name to be read by: its settings are not under one."""
    return derive(answer, lambda content: {name: content})


def _utc(at: datetime | None) -> datetime | None:
    return at and at.astimezone(UTC)
