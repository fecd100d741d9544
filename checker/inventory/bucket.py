"""An S3 bucket that trails deliver to."""

from msgspec import Struct

from checker.evidence import Cause, Moment, Observed, Unknown

NOT_READ = Unknown("the setting was not part of this observation", Cause.OUT_OF_SCOPE)
"""What a setting is in an observation that did not ask for it."""


class PublicAccessBlock(Struct, frozen=True, kw_only=True):
    """The four flags of S3 Block Public Access, of a bucket or of an account."""

    block_public_acls: bool = False
    ignore_public_acls: bool = False
    block_public_policy: bool = False
    restrict_public_buckets: bool = False


class Grant(Struct, frozen=True, kw_only=True):
    """One ACL grant: ``grantee`` is a group URI, a canonical user id or an e-mail address."""

    grantee: str
    permission: str


class Versioning(Struct, frozen=True, kw_only=True):
    """Status is Enabled, Suspended or None (never configured)."""

    status: str | None = None
    mfa_delete: bool | Unknown = False
    """False also when S3 leaves it out, as it does until MFA delete was first configured."""

    @property
    def needs_mfa(self) -> bool:
        """Whether MFA delete is on; raises Unobserved when that is not known although the status is."""
        return self.mfa_delete.value if isinstance(self.mfa_delete, Unknown) else self.mfa_delete


class ObjectLock(Struct, frozen=True, kw_only=True):
    """Object Lock of a bucket; without a mode there is no default retention, and nothing is retained."""

    enabled: bool
    mode: str | None = None
    days: int | None = None
    """Default retention in days; S3 counts a year as 365 days."""


class LifecycleFilter(Struct, frozen=True, kw_only=True):
    """Which objects a rule meets; every part that is given must hold."""

    prefix: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    size_greater_than: int | None = None
    size_less_than: int | None = None


class Transition(Struct, frozen=True, kw_only=True):
    """A move to another storage class, after days or on a date."""

    storage_class: str
    days: int | None = None
    date: Moment | None = None


class LifecycleRule(Struct, frozen=True, kw_only=True):
    """One lifecycle rule; days count from creation, noncurrent days from when a version is superseded."""

    id: str = ""
    enabled: bool
    filter: LifecycleFilter = LifecycleFilter()
    expiration_days: int | None = None
    expiration_date: Moment | None = None
    noncurrent_expiration_days: int | None = None
    noncurrent_newer_versions: int | None = None
    transitions: tuple[Transition, ...] = ()
    noncurrent_transitions: tuple[Transition, ...] = ()
    abort_multipart_days: int | None = None
    """After how many days parts of an upload that was never finished are removed."""


class Encryption(Struct, frozen=True, kw_only=True):
    """Default encryption: AES256, aws:kms or aws:kms:dsse; KMS without a key id means the AWS managed key."""

    algorithm: str
    key_id: str | None = None
    bucket_key: bool = False


class ReplicationRule(Struct, frozen=True, kw_only=True):
    """One replication rule of a bucket."""

    id: str = ""
    enabled: bool
    prefix: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    destination_arn: str
    destination_account: str | None = None
    """The account that the rule names as the destination's owner, if it names any."""
    storage_class: str | None = None
    delete_markers: bool
    """Whether deleting an object deletes its copy as well. Rules of the older kind always do so."""
    owner_override: bool
    """Whether the copies belong to the owner of the destination."""
    kms_objects: bool
    """Whether objects under SSE-KMS are replicated, which S3 does only if told to."""
    priority: int | Unknown | None = NOT_READ
    """Of rules to one destination that an object meets, S3 follows that of the highest number. Rules of the
    older kind have none, and never meet the same object."""

    @property
    def destination(self) -> str:
        """Name of the bucket that the copies go to."""
        return self.destination_arn.rpartition(":")[2]


class AccessPoint(Struct, frozen=True, kw_only=True):
    """An access point of the bucket's owner that leads to the bucket."""

    arn: str
    multi_region: bool = False
    public_access_block: Observed[PublicAccessBlock]


class LogBucket(Struct, frozen=True, kw_only=True):
    """A bucket that at least one trail names, whether it exists or not."""

    arn: str
    name: str
    exists: Observed[bool]
    """False when HeadBucket answers 404: the name can then be claimed by anybody."""
    account: Observed[str]
    """The account that owns it."""
    region: Observed[str]
    policy: Observed[str | None]
    """The policy document as text, None without one."""
    policy_is_public: Observed[bool]
    """What S3 itself says (GetBucketPolicyStatus); False without a policy."""
    public_access_block: Observed[PublicAccessBlock]
    """Of the bucket alone; all False without a configuration. The account's own is in its ``Account``."""
    acl: Observed[tuple[Grant, ...]]
    acl_owner: Observed[str] = NOT_READ
    """The canonical user id of the owner, whose own grants give nothing away."""
    object_ownership: Observed[str | None]
    """BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter, or None without ownership controls."""
    versioning: Observed[Versioning]
    object_lock: Observed[ObjectLock]
    lifecycle: Observed[tuple[LifecycleRule, ...]]
    encryption: Observed[Encryption | None]
    access_log_bucket: Observed[str | None]
    """Target bucket of server access logging, None without logging."""
    access_log_prefix: Observed[str | None] = NOT_READ
    """How the names of its access logs begin in the target."""
    replication: Observed[tuple[ReplicationRule, ...]]
    notifications: Observed[tuple[str, ...]] = NOT_READ
    """Where events of the bucket go: ARNs of queues, topics and functions, or ``EventBridge``."""
    website: Observed[bool] = NOT_READ
    """Whether the bucket serves a website."""
    access_points: Observed[tuple[AccessPoint, ...]] = NOT_READ
    """Those of the owner's account; other accounts' access points are shown to nobody but them."""
    disowned: tuple[str, ...] = ()
    """Accounts that are known not to own it: it is not among the buckets that S3 lists for them."""
    outside: Observed[bool] = NOT_READ
    """Whether it is no account's of the organization, every one of which was asked."""
