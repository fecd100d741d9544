"""CloudTrail Lake: event data stores, the channels that feed them and the dashboards that show them.

An entry whose ARN ends with ``/*`` stands for all that a Region would not list: what cannot be seen is judged
UNKNOWN, and not left out.
"""

from msgspec import Struct

from checker.evidence import Observed
from checker.inventory.selectors import AdvancedSelector


class EventDataStore(Struct, frozen=True, kw_only=True):
    """An event data store (CloudTrail API, GetEventDataStore)."""

    arn: str
    account: str
    region: str
    name: Observed[str]
    status: Observed[str]
    """CREATED, ENABLED, PENDING_DELETION, STARTING_INGESTION, STOPPING_INGESTION or STOPPED_INGESTION."""
    selectors: Observed[tuple[AdvancedSelector, ...]]
    multi_region: Observed[bool]
    organization: Observed[bool]
    retention_days: Observed[int]
    termination_protection: Observed[bool]
    kms_key_id: Observed[str | None]
    """None means a key that AWS owns."""
    federation_role: Observed[str | None]
    """ARN of the role with which Athena reads the store; None where it is not federated."""
    policy: Observed[str | None]
    delegated_policy: Observed[str | None]
    """What CloudTrail itself grants to delegated administrators."""


class Channel(Struct, frozen=True, kw_only=True):
    """A channel: of an integration with a partner, or made by an AWS service for itself."""

    arn: str
    account: str
    region: str
    name: Observed[str]
    """Of a service's own channel ``aws-service-channel/...``."""
    destinations: Observed[tuple[str, ...]]
    """ARNs of event data stores, or the name of the service."""
    policy: Observed[str | None]


class Dashboard(Struct, frozen=True, kw_only=True):
    """A dashboard that somebody made; those that CloudTrail manages have no policy."""

    arn: str
    account: str
    region: str
    policy: Observed[str | None]
