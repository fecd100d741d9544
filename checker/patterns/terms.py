"""What a pattern says: tests on fields, joined by and and or."""

from collections.abc import Iterator
from enum import Enum
from typing import TypeAlias

from msgspec import Struct


class Absence(Enum):
    """The value of a field that an event does not have."""

    ABSENT = "absent"


ABSENT = Absence.ABSENT
Value: TypeAlias = str | float | bool | Absence | None
"""A JSON value as far as patterns look at it; None is JSON's null."""


class Malformed(ValueError):
    """A pattern that its service would not take, or that is not understood; the message ends a sentence."""


class Test(Struct, frozen=True):
    """One question about one field.

    ``kind`` is ``like`` (text; ``*`` in ``text`` stands for anything), ``like-nocase``, ``regex``, ``cidr``,
    ``number`` (``text`` is an operator and a figure, such as ``>= 5``), ``null``, ``true``, ``false``,
    ``present``. ``unlike`` asks for a value that is there and does not meet the question; of ``present`` it
    asks for the absence of the field.
    """

    path: str
    """Names joined by dots, without the leading ``$.``."""
    kind: str
    text: str = ""
    unlike: bool = False
    escaped: bool = False
    """Whether ``text`` is literal throughout: its ``*`` are asterisks."""


class All(Struct, frozen=True):
    """Every part holds; without parts it matches all events."""

    parts: "tuple[Term, ...]"


class Either(Struct, frozen=True):
    """At least one part holds; without parts it matches nothing."""

    parts: "tuple[Term, ...]"


class Mention(Struct, frozen=True):
    """The event has this text as one of its values."""

    text: str


class Opaque(Struct, frozen=True):
    """A part that is not understood: it may hold or not."""

    text: str


Term: TypeAlias = Test | All | Either | Mention | Opaque


def tests(term: Term) -> Iterator[Test]:
    """Yield every test of a term."""
    if isinstance(term, Test):
        yield term
    elif isinstance(term, All | Either):
        for part in term.parts:
            yield from tests(part)
