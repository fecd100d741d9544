"""Who may act in an account: its users and roles, and the policies that they hold."""

from msgspec import Struct

from checker.evidence import Cause, Observed, Unknown
from checker.inventory.arns import resource_of

NOT_READ = Unknown(
    "users, roles and their policies were not read: audit again with a control that asks for them",
    Cause.OUT_OF_SCOPE,
)


TRUST_NOT_READ = Unknown(
    "who may assume the roles was not part of this observation: audit again to read it", Cause.OUT_OF_SCOPE
)


class InlinePolicy(Struct, frozen=True, kw_only=True):
    """A policy that belongs to one user, group or role."""

    name: str
    document: str


class Group(Struct, frozen=True, kw_only=True):
    """A group of users; what it holds, its members hold."""

    arn: str
    inline: tuple[InlinePolicy, ...] = ()
    attached: tuple[str, ...] = ()
    """ARNs of managed policies."""


class Principal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A user or a role."""

    arn: str
    id: str = ""
    """Its unique id (AIDA..., AROA...)."""
    inline: tuple[InlinePolicy, ...] = ()
    attached: tuple[str, ...] = ()
    """ARNs of managed policies, those of groups left out."""
    groups: tuple[str, ...] = ()
    """Names."""
    boundary: str | None = None
    """ARN of the managed policy that is its permissions boundary."""
    tags: tuple[tuple[str, str], ...] = ()
    trust: Observed[str] = TRUST_NOT_READ
    """Of a role: the policy that says who may assume it, as text."""

    @property
    def is_user(self) -> bool:
        """Whether it is a user, not a role."""
        return resource_of(self.arn).startswith("user/")

    @property
    def name(self) -> str:
        """Its name, without the path."""
        return self.arn.rpartition("/")[2]

    @property
    def service_linked(self) -> bool:
        """Whether it belongs to an AWS service, which alone assumes it and which nobody can change."""
        # Only there: other paths may hold any text, that one as well.
        return resource_of(self.arn).startswith("role/aws-service-role/")


class Identities(Struct, frozen=True, kw_only=True):
    """All of an account, each policy once."""

    principals: tuple[Principal, ...] = ()
    groups: dict[str, Group] = {}
    """By name."""
    policies: dict[str, Observed[str]] = {}
    """Documents of the managed policies that somebody holds or is bounded by, by ARN."""


class Principals(Struct, frozen=True, kw_only=True):
    """The users and roles of one account, as far as they were asked for."""

    account: str
    identities: Observed[Identities] = NOT_READ
