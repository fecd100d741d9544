"""A trail as its owner configured it."""

from msgspec import Struct

from checker.evidence import Cause, Observed, Unknown
from checker.inventory.selectors import Aggregation, InsightSelector, Selectors
from checker.inventory.status import TrailStatus

NOT_READ = Unknown("this was not part of this observation", Cause.OUT_OF_SCOPE)
"""What a source leaves in place that does not read a setting at all."""


class Trail(Struct, frozen=True, kw_only=True):
    """One trail, once, however many Regions and accounts see a copy of it: the ARN is its identity."""

    arn: str
    name: str
    account: str
    """The owner, taken from the ARN; for an organization trail the management account."""
    home_region: str
    multi_region: Observed[bool]
    organization: Observed[bool]
    global_service_events: Observed[bool]
    log_file_validation: Observed[bool]
    bucket_name: Observed[str]
    key_prefix: Observed[str | None]
    kms_key_id: Observed[str | None]
    """ARN of the key, or None without SSE-KMS."""
    log_group_arn: Observed[str | None]
    """As DescribeTrails gives it, with its ``:*`` at the end."""
    log_role_arn: Observed[str | None]
    sns_topic_arn: Observed[str | None]
    status: TrailStatus
    """As the owner, or else the caller, sees it in the home Region."""
    selectors: Observed[Selectors]
    insights: Observed[tuple[InsightSelector, ...] | None]
    """Empty when Insights is off, None where the service does not offer it."""
    tags: Observed[dict[str, str]]
    recursive_logging: Observed[bool | None] = NOT_READ
    """False when CloudTrail leaves out its own deliveries; None when it says nothing, which is True."""
    aggregations: Observed[tuple[Aggregation, ...]] = NOT_READ
