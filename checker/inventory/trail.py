"""A trail as its owner configured it."""

from msgspec import Struct

from checker.evidence import Observed
from checker.inventory.selectors import InsightSelector, Selectors
from checker.inventory.status import TrailStatus


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
