"""One observation: what was found, and how the finding went."""

from typing import Annotated

from msgspec import Meta, Struct

from checker.evidence import Known, Moment, Observed, Unknown
from checker.inventory import Inventory

TEMPLATES = frozenset(("cloudformation", "terraform"))
"""Sources that tell what a deployment would make; one run may have several, joined by ``+``."""


class Audited(Struct, frozen=True, kw_only=True):
    """An account of an organization that was to be audited, and what came of that."""

    id: str
    name: str
    state: str
    """As Organizations has it, such as ACTIVE or SUSPENDED; "" for an account that it does not have."""
    problem: str = ""
    """Why nothing is known of it; "" where something is."""


class Scan(Struct, frozen=True, kw_only=True):
    """How an inventory came to be; part of a snapshot, so that judging it again gives the same report."""

    source: str
    """``aws``, or what a later source calls itself."""
    callers: tuple[str, ...]
    """ARNs of the identities that looked."""
    accounts: tuple[str, ...]
    regions: tuple[str, ...] = ()
    """The Regions to which discovery was narrowed; empty means all that are enabled."""
    roster: tuple[Audited, ...] = ()
    """The accounts of an organization, by id; empty for an audit of a single account."""
    notes: tuple[str, ...] = ()
    """What was asked for and made no difference, such as an organizational unit without accounts."""
    units: dict[str, tuple[str, ...]] = {}
    """Accounts below the organizational units that waivers name, as far as they could be listed."""
    started: Moment
    finished: Moment
    calls: Annotated[int, Meta(ge=0)]
    """Requests answered or refused, retries not counted."""

    @property
    def before_deployment(self) -> bool:
        """Whether templates were read, in which case there was no caller and nothing was called."""
        return TEMPLATES.issuperset(self.source.split("+"))


class Observation(Struct, frozen=True, kw_only=True):
    """The result of a source."""

    scan: Scan
    inventory: Inventory


class Standing(Struct, frozen=True, kw_only=True):
    """Who the caller is to its organization."""

    account: str
    caller: str
    """The ARN of the identity."""
    organization: Observed[str | None]
    """Its id, None for an account that stands alone."""
    management: Observed[str | None]
    listed: Observed[int]
    """How many accounts the first page has; Unknown when they may not be listed."""
    trusted: Observed[tuple[str, ...]]
    """Services with trusted access."""

    @property
    def role(self) -> str:
        """What that makes of the caller: only a delegated administrator is told what members are not."""
        if isinstance(self.organization, Unknown) or isinstance(self.management, Unknown):
            return "an account whose part in an organization is not known"
        if self.organization.content is None:
            return "an account without an organization"
        if self.management.content == self.account:
            return "the management account"
        return "a delegated administrator" if isinstance(self.listed, Known) else "a member account"


class CannotObserve(Exception):
    """Nothing can be judged at all: no credentials, an unknown profile, a snapshot that is no snapshot.

    The message is one sentence that says what is wrong, where, and what to do.
    """

    def __init__(self, sentence: str, path: str = "", line: int = 0, column: int = 0) -> None:
        super().__init__(sentence)
        self.path = path
        """The file that is wrong, where it is one."""
        self.line = line
        self.column = column
