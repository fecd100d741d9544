"""What a caller may choose about a live observation; keys and secrets are not among it."""

from typing import Literal

from msgspec import Struct


class Options(Struct, frozen=True, kw_only=True):
    """Whose eyes to use, how far to look, how hard to try. Endpoints come from botocore's own settings."""

    profile: str | None = None
    """A profile of the AWS configuration; None leaves the choice to botocore's credential chain."""
    regions: tuple[str, ...] = ()
    """Narrows discovery; a trail that is found there is still read wherever it has to be."""
    role_arn: str | None = None
    external_id: str | None = None
    session_name: str = "trailhold"
    max_concurrency: int = 64
    connect_timeout: float = 5.0
    """Seconds."""
    read_timeout: float = 20.0
    """Seconds."""
    max_attempts: int = 4
    """Of one request, the first one included; only errors that may pass are tried again."""
    retry_mode: Literal["adaptive", "standard"] = "adaptive"
    """``standard`` where accounts share clients: adaptive ones slow down for all what one throttles."""
    reads: frozenset[str] = frozenset()
    """IAM actions that the controls to judge read. Only these are asked, beside what finds the resources
    (``Call.always``); what is left out is Unknown, OUT_OF_SCOPE.

    Empty means that nobody said. Then all is read but what takes long: CloudTrail's event history, which
    answers twice a second, all users and roles, and how an organization governs its accounts."""
    history_pause: float = 0.5
    """Seconds between two questions to the event history of one Region."""
    raise_unforeseen: bool = False
    """Let an unforeseen error through, for tests; otherwise the account is reported as not read."""


class Organization(Struct, frozen=True, kw_only=True):
    """Which accounts of an organization to read, and how to get into them."""

    role_name: str = "trailhold-auditor"
    """The role to assume in each account, with its path if it has one."""
    external_id: str | None = None
    units: tuple[str, ...] = ()
    """Ids of organizational units or of the root, read with all below; empty means no choice by unit."""
    accounts: tuple[str, ...] = ()
    """Ids of accounts to read, beside those of ``units``; both empty means every account."""
    exclude: tuple[str, ...] = ()
    told_units: tuple[str, ...] = ()
    """Ids of units whose accounts are to be told, whichever accounts are read."""
    log_archive: str | None = None
    """The account to look into first for log buckets."""
    account_timeout: float = 180.0
    """Seconds after which what is left of an account is given up."""
    processes: int = 0
    """How many to read with; 0 leaves it to the number of accounts and cores."""
    accounts_at_once: int = 32
    calls_an_account: int = 17
    """Most calls that are under way in one account: one that hangs must not take every thread."""
