"""An organization: how it is built, who administers it, and the policies that bind its accounts."""

from msgspec import Struct

from checker.evidence import Cause, Observed, Unknown

GOVERNANCE_NOT_READ = Unknown(
    "how the organization governs its accounts was not part of this observation: audit again with a control "
    "that asks for it",
    Cause.OUT_OF_SCOPE,
)
ANY_MEMBER = "000000000000"
"""Stands for each member, where nobody says which there are."""
SERVICE_CONTROL, RESOURCE_CONTROL, S3 = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "S3_POLICY"
"""Types of policies, as Organizations names them."""


class Place(Struct, frozen=True, kw_only=True):
    """A root, an organizational unit or an account, and what it is directly in."""

    id: str
    parent: str = ""
    """Empty for a root."""
    name: str = ""
    state: str = "ACTIVE"
    """Of an account."""

    @property
    def is_account(self) -> bool:
        """Whether it is an account: roots begin with ``r-``, units with ``ou-``."""
        return self.id.isdecimal()


class OrganizationPolicy(Struct, frozen=True, kw_only=True):
    """A service or resource control policy."""

    id: str
    name: str
    type: str
    targets: Observed[tuple[str, ...]]
    """Ids of the roots, units and accounts that it is attached to."""
    document: Observed[str]


class Administrator(Struct, frozen=True, kw_only=True):
    """A member that administers services for the whole organization."""

    account: str
    name: str = ""
    services: Observed[tuple[str, ...]]
    """Their principals, such as ``cloudtrail.amazonaws.com``."""


class Organization(Struct, frozen=True, kw_only=True):
    """An organization as its management account or a delegated administrator sees it.

    Members are told none of it: where only they were audited, ``told`` is False.
    """

    id: str
    management_account: str
    told: bool = True
    whole: bool = True
    """Whether these are all of its places, policies and administrators. Templates declare some of them: what
    they deny is denied, and what they do not, others may."""
    trusted_services: Observed[tuple[str, ...]] = GOVERNANCE_NOT_READ
    """Principals of the services with trusted access."""
    administrators: Observed[tuple[Administrator, ...]] = GOVERNANCE_NOT_READ
    policy_types: Observed[tuple[str, ...]] = GOVERNANCE_NOT_READ
    """The types of policies that are enabled; those of others have no effect."""
    places: Observed[tuple[Place, ...]] = GOVERNANCE_NOT_READ
    """The whole tree, accounts included."""
    policies: Observed[tuple[OrganizationPolicy, ...]] = GOVERNANCE_NOT_READ
    """Service and resource control policies, attached or not."""
    trail_role: Observed[bool] = GOVERNANCE_NOT_READ
    """Whether its management account has CloudTrail's role, where that account itself was not audited."""
    s3_policies: dict[str, Observed[str | None]] = {}
    """By account that owns a log bucket: the S3 policy in effect as JSON, None without one."""

    @property
    def account(self) -> str:
        """The account that owns it."""
        return self.management_account

    def administers(self, account: str, service: str) -> bool:
        """Say whether an account is a delegated administrator of a service."""
        return any(
            one.account == account and service in one.services.value for one in self.administrators.value
        )
