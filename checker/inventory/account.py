"""An AWS account and what it sees of trails, Region by Region."""

from msgspec import Struct

from checker.evidence import Cause, Known, Observed, Unknown
from checker.inventory.bucket import PublicAccessBlock

NOT_READ = Unknown("this was not part of this observation", Cause.OUT_OF_SCOPE)
"""What a source leaves in place that does not read a setting at all."""


class Discovery(Struct, frozen=True, kw_only=True):
    """What DescribeTrails, shadow copies included, answered in one Region."""

    region: str
    trail_arns: Observed[tuple[str, ...]]


class Account(Struct, frozen=True, kw_only=True):
    """An account that was audited, or that was to be."""

    id: str
    name: str = ""
    state: str = "ACTIVE"
    """As Organizations has it: SUSPENDED, PENDING_CLOSURE and the like are accounts that nobody can enter."""
    caller_arn: str
    """Who looked: the identity that made the calls; "" where nobody got in."""
    regions: Observed[tuple[str, ...]]
    """The Regions that are enabled for the account."""
    scope: tuple[str, ...] = ()
    """The Regions to which discovery was narrowed on purpose; empty means all."""
    discoveries: tuple[Discovery, ...]
    public_access_block: Observed[PublicAccessBlock]
    organization: Observed[str | None]
    """The id of its organization (o-...), None for a standalone account."""
    management_account: Observed[str | None]
    feature_set: Observed[str | None] = NOT_READ
    """Of its organization: ALL or CONSOLIDATED_BILLING; None for a standalone account."""
    default_regions: Observed[tuple[str, ...]] = NOT_READ
    """The Regions that nobody has to opt in to."""
    trail_role: Observed[bool] = NOT_READ
    """Of a management account: whether it has the role that CloudTrail needs for organization trails."""
    sharing_trust: Observed[str | None] = NOT_READ
    """Who may look into CloudWatch from elsewhere: the trust policy of CloudWatch-CrossAccountSharingRole."""

    @property
    def active(self) -> bool:
        """Whether anything can happen in the account; there is nothing to judge in any other."""
        return self.state == "ACTIVE"

    @property
    def unread(self) -> Unknown | None:
        """Why nothing at all is known of what the account sees; None when something is."""
        told = any(isinstance(found.trail_arns, Known) for found in self.discoveries)
        if told or not isinstance(self.regions, Unknown):
            return None
        return self.regions

    @property
    def judged_regions(self) -> tuple[str, ...]:
        """The Regions to cover, within ``scope``: the enabled ones, or else those that discovery tried."""
        tried = tuple(found.region for found in self.discoveries)
        known = self.regions.content if isinstance(self.regions, Known) else tried
        return tuple(region for region in sorted(set(known)) if not self.scope or region in self.scope)
