"""Who a trail is before it exists: what policies must know about it, and why they never depend on it."""

from dataclasses import dataclass

from aws_cdk import Stack
from constructs import Construct


@dataclass(frozen=True, kw_only=True)
class TrailIdentity:
    """Everything that the policies of bucket, key, role and topic say about one trail.

    The ARN is computed and not taken from the trail, so that whatever the trail needs can be there first.
    """

    name: str
    account: str
    """The owner; of an organization trail the management account."""
    home_region: str
    partition: str
    organization_id: str | None = None
    """Of an organization trail; None for a trail of one account."""
    key_prefix: str | None = None

    @classmethod
    def within(
        cls, scope: Construct, name: str, *, organization_id: str | None = None, key_prefix: str | None = None
    ) -> "TrailIdentity":
        """Return the identity of a trail that the scope's own account and Region will own."""
        stack = Stack.of(scope)
        return cls(
            name=name,
            account=stack.account,
            home_region=stack.region,
            partition=stack.partition,
            organization_id=organization_id,
            key_prefix=key_prefix,
        )

    @property
    def arn(self) -> str:
        """Return the trail's ARN; an organization trail has the same one in every member account."""
        return f"arn:{self.partition}:cloudtrail:{self.home_region}:{self.account}:trail/{self.name}"

    @property
    def any_arn(self) -> str:
        """Return the pattern of the owner's trails, which encryption contexts are compared with."""
        return f"arn:{self.partition}:cloudtrail:*:{self.account}:trail/*"

    @property
    def log_prefixes(self) -> tuple[str, ...]:
        """Return where log files go, without a slash at the end: the owner's prefix is needed in any case.

        CreateTrail refuses a bucket of an organization trail whose policy lacks either of the two.
        """
        root = f"{self.key_prefix}/AWSLogs" if self.key_prefix else "AWSLogs"
        owners = (self.account, self.organization_id) if self.organization_id else (self.account,)
        return tuple(f"{root}/{owner}" for owner in owners)
