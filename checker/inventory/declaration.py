"""What a template says of a resource beside its settings: what becomes of it, and what it waits for.

Only sources of templates make these. A live resource has none, and nothing is asked of it.
"""

from typing import Literal

from msgspec import Struct

from checker.evidence import Cause, Known, Observed, Unknown

DESTROYED, REPLACED = "destroyed", "replaced"
"""What a plan does to what is there: takes it away, or takes it away and then makes another in its place."""
NOT_TOLD = Unknown("the template was not asked for this", Cause.OUT_OF_SCOPE)
"""What a source leaves in place that does not tell a fact, or of a resource that has none."""


class Prerequisite(Struct, frozen=True, kw_only=True):
    """Something that CreateTrail checks, and whether it is there by then."""

    name: str
    """Type and label, as in ``AWS::S3::BucketPolicy logs/Policy``."""
    awaited: Observed[bool]


class Declaration(Struct, frozen=True, kw_only=True):
    """A trail, bucket, key, topic or role as a template declares it, by the ARN that it has or will have."""

    arn: str
    account: str
    region: str
    language: Literal["cloudformation", "terraform"]
    on_deletion: Observed[str] = NOT_TOLD
    """DeletionPolicy: Delete, Retain, RetainExceptOnCreate, Snapshot; prevent_destroy counts as Retain."""
    on_replacement: Observed[str] = NOT_TOLD
    """UpdateReplacePolicy; Delete, Retain or Snapshot."""
    emptied: Observed[bool] = NOT_TOLD
    """Of a bucket: whether whatever deletes it deletes first all that is in it."""
    waiting_days: Observed[int] = NOT_TOLD
    """Of a key: how long it waits for its deletion, in which somebody may notice."""
    prerequisites: Observed[tuple[Prerequisite, ...]] = NOT_TOLD
    """Of a trail."""
    literals: Observed[tuple[str, ...]] = NOT_TOLD
    """Partitions that its policies spell out, such as ``aws``, each once."""
    partition: str = ""
    """Where alone the template can be deployed to; empty where it does not say."""
    removal: Known[str] | None = None
    """``DESTROYED`` or ``REPLACED`` where an apply takes away what is there now; None where it stays."""


class DeployedStack(Struct, frozen=True, kw_only=True):
    """A CloudFormation stack that a trail, its bucket or its key belongs to."""

    arn: str
    name: str
    account: str
    region: str
    protected: Observed[bool]
    """Whether termination protection is on."""
    holds: tuple[str, ...]
    """ARNs of what it has of the trails, sorted."""
