"""Three-valued truth, because a condition that cannot be decided is neither true nor false."""

from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Struct


class Undecided(Struct, frozen=True):
    """Neither true nor false, and why."""

    why: str


Truth: TypeAlias = bool | Undecided


def negate(truth: Truth) -> Truth:
    """Turn true and false around."""
    return truth if isinstance(truth, Undecided) else not truth


def every(truths: Iterable[Truth]) -> Truth:
    """Return false if any is false, else undecided if any is, else true (also of nothing)."""
    undecided: Undecided | None = None
    for truth in truths:
        if truth is False:
            return False
        if isinstance(truth, Undecided):
            undecided = undecided or truth
    return undecided or True


def some(truths: Iterable[Truth]) -> Truth:
    """Return true if any is true, else undecided if any is, else false (also of nothing)."""
    undecided: Undecided | None = None
    for truth in truths:
        if truth is True:
            return True
        if isinstance(truth, Undecided):
            undecided = undecided or truth
    return undecided or False
