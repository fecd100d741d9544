"""A KMS key that encrypts log files."""

from msgspec import Struct

from checker.evidence import Cause, Moment, Observed, Unknown

NOT_READ = Unknown("the grants of the key were not part of this observation", Cause.OUT_OF_SCOPE)


ALIASES_NOT_READ = Unknown(
    "the aliases of the key were not read: no policy of the organization was known to ask for them",
    Cause.OUT_OF_SCOPE,
)


class KeyGrant(Struct, frozen=True, kw_only=True):
    """A grant: who may use the key beside its policy. ``operations`` are those of the KMS API, sorted."""

    id: str
    grantee: str
    """ARN of a principal, or the name of a service."""
    retiring: str | None = None
    operations: tuple[str, ...] = ()
    constraints: tuple[tuple[str, str], ...] = ()
    """Pairs of an encryption context that a call must carry, sorted."""
    source: str = ""
    """ARN of the resource on whose behalf a call must be made."""


class Key(Struct, frozen=True, kw_only=True):
    """A key that a trail names. States and specs are those of the KMS API (KeyMetadata)."""

    arn: str
    account: str
    region: str
    exists: Observed[bool]
    """False when DescribeKey answers NotFoundException."""
    state: Observed[str]
    """Enabled, Disabled, PendingDeletion, PendingImport, PendingReplicaDeletion, Unavailable, ..."""
    deletion_date: Observed[Moment | None]
    manager: Observed[str]
    """AWS or CUSTOMER."""
    spec: Observed[str]
    """SYMMETRIC_DEFAULT, RSA_4096, ..."""
    origin: Observed[str]
    """AWS_KMS, EXTERNAL, AWS_CLOUDHSM or EXTERNAL_KEY_STORE."""
    multi_region: Observed[bool]
    rotation_enabled: Observed[bool]
    rotation_days: Observed[int | None]
    policy: Observed[str | None]
    """The document of the policy named default, as text."""
    grants: Observed[tuple[KeyGrant, ...]] = NOT_READ
    aliases: Observed[tuple[str, ...]] = ALIASES_NOT_READ
    """Names such as ``alias/logs``, sorted. Read where a policy of the organization asks for aliases."""
