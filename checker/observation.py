"""One observation: what was found, and how the finding went."""

from typing import Annotated

from msgspec import Meta, Struct

from checker.evidence import Moment
from checker.inventory import Inventory


class Scan(Struct, frozen=True, kw_only=True):
    """How an inventory came to be; part of a snapshot, so that judging it again gives the same report."""

    source: str
    """``aws``, or what a later source calls itself."""
    callers: tuple[str, ...]
    """ARNs of the identities that looked."""
    accounts: tuple[str, ...]
    regions: tuple[str, ...] = ()
    """The Regions to which discovery was narrowed; empty means all that are enabled."""
    started: Moment
    finished: Moment
    calls: Annotated[int, Meta(ge=0)]
    """Requests answered or refused, retries not counted."""


class Observation(Struct, frozen=True, kw_only=True):
    """The result of a source."""

    scan: Scan
    inventory: Inventory


class CannotObserve(Exception):
    """Nothing can be judged at all: no credentials, an unknown profile, a snapshot that is no snapshot.

    The message is one sentence that says what is wrong, where, and what to do.
    """
