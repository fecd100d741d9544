"""What a test says of a value, and of a class of texts that only the answers to some tests describe."""

import re
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import TypeAlias

from msgspec import Struct

from checker.patterns.terms import ABSENT, All, Either, Mention, Term, Test, Value
from checker.policy.globs import Glob, Reach, Wild, reach


class Text(Struct, frozen=True):
    """Any text that no test names, and that answers the others so."""

    answers: tuple[tuple[Test, bool], ...]


Cell: TypeAlias = Value | Text
ANY_TEXT = Test("", "like", "*")


def holds(term: Term, cells: Mapping[str, Cell]) -> bool | None:
    """Say whether a term holds for an event whose fields have these values; None when that is open.

    A field that is not among the cells is not decided yet.
    """
    match term:
        case Test():
            return meets(term, cells[term.path]) if term.path in cells else None
        case All():
            return _joined(term.parts, cells, False)
        case Either():
            return _joined(term.parts, cells, True)
        case Mention():
            return term.text in cells.values()
    return None


def _joined(parts: tuple[Term, ...], cells: Mapping[str, Cell], deciding: bool) -> bool | None:
    open_ = False
    for part in parts:
        answer = holds(part, cells)
        if answer is deciding:
            return deciding
        open_ = open_ or answer is None
    return None if open_ else not deciding


def meets(test: Test, value: Cell) -> bool | None:
    """Say whether a value meets a test.

    A field that is not there meets no comparison, neither ``=`` nor ``!=``: CloudWatch Logs was seen to leave
    out events without the field for ``!=``, and EventBridge documents the same of ``anything-but``.
    """
    if test.kind == "present":
        return (value is ABSENT) if test.unlike else (value is not ABSENT)
    if value is ABSENT:
        return False
    answer = _answer(test, value)
    return answer if answer is None or not test.unlike else not answer


def _answer(test: Test, value: Cell) -> bool | None:
    match test.kind:
        case "null":
            return value is None
        case "true" | "false":
            return value is (test.kind == "true")
        case "number":
            return _compared(test.text, value)
    if isinstance(value, Text):
        return _known(test, value)
    if not isinstance(value, str):
        # Whether text is compared with a number or a truth value is nowhere documented.
        return False if value is None or test.kind == "cidr" else None
    match test.kind:
        case "like":
            return value == test.text if test.escaped else _like(test.text, value)
        case "like-nocase":
            own, given = test.text.lower(), value.lower()
            return given == own if test.escaped else _like(own, given)
        case "regex":
            return _regex(test.text, value)
        case "cidr":
            return _within(test.text, value)
    return None


def _known(test: Test, value: Text) -> bool | None:
    wanted = Test("", test.kind, test.text, escaped=test.escaped)
    for question, answer in value.answers:
        if question == wanted:
            return answer
    # A single text, which is none of those that are not named.
    return False if test.kind == "like" and (test.escaped or "*" not in test.text) else None


def _compared(text: str, value: Cell) -> bool | None:
    operator, figure = text.split()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None if isinstance(value, str | Text) else False
    wanted = float(figure)
    return {
        "=": value == wanted,
        ">": value > wanted,
        ">=": value >= wanted,
        "<": value < wanted,
        "<=": value <= wanted,
    }[operator]


@lru_cache(maxsize=1024)  # the proof of one filter asks for the same few a thousand times
def pieces(pattern: str) -> Glob:
    """Read a pattern in which ``*`` alone is special."""
    return tuple(Wild.MANY if character == "*" else character for character in pattern)


def _like(pattern: str, text: str) -> bool:
    if "*" not in pattern:
        return pattern == text
    return reach(pieces(pattern), tuple(text)) is Reach.ALL


_SIMPLE = re.compile(r"\^?[\w\s.@:/#=&,;\-^$?\[\]()|*+\\]*\$?")
"""The characters that CloudWatch Logs allows in a regular expression."""
_NESTED = re.compile(r"[*+?][)\]]*[*+]")


def _regex(pattern: str, text: str) -> bool | None:
    """Search as CloudWatch Logs does; None for an expression that could take for ever, or is no such."""
    if len(pattern) > 200 or not _SIMPLE.fullmatch(pattern) or _NESTED.search(pattern):
        return None
    try:
        return re.search(pattern, text[:500]) is not None
    except re.error:
        return None


def _within(network: str, text: str) -> bool:
    try:
        return ip_address(text) in ip_network(network)
    except ValueError:
        return False


def relation(one: Test, other: Test) -> str:
    """Return ``within`` when all that meets one meets the other, ``apart`` when nothing meets both."""
    if one == other or one.kind != "like" or other.kind != "like" or one.escaped or other.escaped:
        return ""
    reached = reach(pieces(other.text), pieces(one.text))
    return {Reach.ALL: "within", Reach.NONE: "apart"}.get(reached, "")
