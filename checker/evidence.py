"""What was observed and what could not be, so that an unread setting never looks like a good or a bad one."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Generic, NoReturn, TypeAlias, TypeVar

from msgspec import Meta, Struct

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")

Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
"""A time with its zone; one without is refused when a snapshot is read, since ages could not be measured."""


# gc=False below: an organization has hundreds of thousands of these, and what was read forms no cycles.


class Origin(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Where a value was read: enough for an auditor to replay the call."""

    action: str = ""
    """IAM action of the call, such as ``cloudtrail:DescribeTrails``."""
    field: str = ""
    """Name of the setting in the answer, such as ``LogFileValidationEnabled``."""
    account: str = ""
    """Account whose credentials made the call."""
    region: str = ""
    at: Moment | None = None
    """When the answer came, in UTC."""
    path: str = ""
    """The file, for what stands in one."""
    line: int = 0
    """From 1 on; 0 without a file."""
    column: int = 0
    address: str = ""
    """The resource in the file: construct path of the CDK, stack and logical id, address of Terraform."""


class Cause(StrEnum):
    """Why a setting could not be read."""

    DENIED = "denied"
    FOREIGN_ACCOUNT = "foreign_account"
    NOT_ENTERED = "not_entered"
    """Nobody got into the account; the reason says what to do about it."""
    REGION_CLOSED = "region_closed"
    UNREACHABLE = "unreachable"
    LATE = "late"
    """The time that its account was given had run out."""
    THROTTLED = "throttled"
    MALFORMED = "malformed"
    EXPIRED = "expired"
    ABSENT = "absent"
    """The resource that would carry the setting does not exist."""
    OUT_OF_SCOPE = "out_of_scope"
    UNDECIDED = "undecided"
    """It was read, but what it means cannot be decided (a policy condition, an unresolved token)."""
    UNFORESEEN = "unforeseen"
    """A mistake of the tool itself, which must not look like a verdict."""


class Known(
    Struct, Generic[T_co], frozen=True, tag="known", tag_field="observed", omit_defaults=True, gc=False
):
    """A setting as it was read; ``None`` inside means that it is known to be absent."""

    content: T_co
    origin: Origin = Origin()

    @property
    def value(self) -> T_co:
        """The setting; reading it inside ``recorded()`` makes it part of the evidence."""
        reads = _reads.get()
        if reads is not None:
            reads.append(self)
        return self.content


class Unknown(Struct, frozen=True, tag="unknown", tag_field="observed", omit_defaults=True, gc=False):
    """A setting that could not be read, and why, as one sentence without a full stop."""

    reason: str
    cause: Cause
    origin: Origin = Origin()

    @property
    def value(self) -> NoReturn:
        """Raise ``Unobserved``: what is not known cannot be judged."""
        raise Unobserved(self)


Observed: TypeAlias = Known[T] | Unknown


class Unobserved(Exception):
    """A judgement needs evidence that is not there."""

    def __init__(self, *unknowns: Unknown) -> None:
        super().__init__("; ".join(dict.fromkeys(unknown.reason for unknown in unknowns)))
        self.unknowns = unknowns


_reads: ContextVar[list[Known[object]] | None] = ContextVar("reads", default=None)


@contextmanager
def recorded() -> Iterator[list[Known[object]]]:
    """Collect every known setting that is read inside the block, in reading order."""
    reads: list[Known[object]] = []
    token = _reads.set(reads)
    try:
        yield reads
    finally:
        _reads.reset(token)


def derive(observed: Observed[T], change: Callable[[T], U]) -> Observed[U]:
    """Apply ``change`` to what is known and keep what is not; the origin stays."""
    if isinstance(observed, Unknown):
        return observed
    return Known(change(observed.content), observed.origin)


def first(items: Iterable[T], holds: Callable[[T], bool]) -> T | None:
    """Return the first item that holds, or None when all are known not to.

    Raises Unobserved when none holds and at least one could not be judged: "at least one trail ..." stays
    undecided while an unread trail could still decide it.
    """
    unknowns: list[Unknown] = []
    for item in items:
        try:
            if holds(item):
                return item
        except Unobserved as missing:
            unknowns.extend(missing.unknowns)
    if unknowns:
        raise Unobserved(*dict.fromkeys(unknowns))
    return None


def every(*conditions: Callable[[], bool]) -> bool:
    """Say whether all conditions hold: one that is known not to hold decides, whatever could not be read.

    Raises Unobserved when none is known to fail and at least one could not be judged.
    """
    return first(conditions, lambda condition: not condition()) is None


def sift(items: Iterable[T], holds: Callable[[T], bool]) -> tuple[list[T], list[Unknown]]:
    """Return every item that holds, and what kept the others from being judged."""
    found: list[T] = []
    unknowns: list[Unknown] = []
    for item in items:
        try:
            if holds(item):
                found.append(item)
        except Unobserved as missing:
            unknowns.extend(missing.unknowns)
    return found, list(dict.fromkeys(unknowns))


def all_that(items: Iterable[T], holds: Callable[[T], bool]) -> list[T]:
    """Return every item that holds.

    Items that cannot be judged are left out as long as something was found, since one offender is enough for
    a verdict; raises Unobserved when nothing was found and at least one item could not be judged.
    """
    found, unknowns = sift(items, holds)
    if unknowns and not found:
        raise Unobserved(*unknowns)
    return found
