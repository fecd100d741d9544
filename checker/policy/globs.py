"""Patterns with ``*`` and ``?``, and how much of a set of strings they match."""

import re
from enum import Enum, auto
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

from checker.policy.truth import Truth, Undecided


class Wild(Enum):
    """A part of a pattern that is no literal character."""

    MANY = "*"
    ONE = "?"
    VARIABLE = "${}"
    """A policy variable: some text that only the request decides."""


Glob: TypeAlias = tuple[str | Wild, ...]
"""Literal characters, one by one, and wildcards between them."""


class Reach(Enum):
    """How much of a set something matches. Of a set of one it is ALL, NONE or UNSURE."""

    ALL = auto()
    SOME = auto()
    NONE = auto()
    UNSURE = auto()


_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_LARGEST_COMPARISON = 4_000_000
"""Characters times characters; two patterns beyond it are not compared (a policy is other people's text)."""


@lru_cache(maxsize=8192)
def glob(text: str, *, variables: bool = False, wildcards: bool = True) -> Glob:
    """Read a pattern; ``${*}``, ``${?}`` and ``${$}`` are literal characters where variables are read.

    Source: IAM user guide, Policy elements: Variables (version 2012-10-17 only).
    """
    if not variables:
        return _characters(text, wildcards)
    tokens: list[str | Wild] = []
    end = 0
    for found in _VARIABLE.finditer(text):
        tokens += _characters(text[end : found.start()], wildcards)
        tokens.append(found[1] if found[1] in ("*", "?", "$") else Wild.VARIABLE)
        end = found.end()
    return (*tokens, *_characters(text[end:], wildcards))


def _characters(text: str, wildcards: bool) -> Glob:
    if not wildcards:
        return tuple(text)
    return tuple(Wild(character) if character in "*?" else character for character in text)


def render(pattern: Glob) -> str:
    """Write a pattern as it stands in a policy."""
    return "".join(token.value if isinstance(token, Wild) else token for token in pattern)


def is_fixed(pattern: Glob) -> bool:
    """Say whether the pattern matches one string only."""
    return not any(isinstance(token, Wild) for token in pattern)


@lru_cache(maxsize=8192)
def reach(pattern: Glob, subject: Glob) -> Reach:
    """Say how much of the strings that ``subject`` stands for the pattern matches."""
    if Wild.VARIABLE in pattern:
        widest = tuple(Wild.MANY if token is Wild.VARIABLE else token for token in pattern)
        return Reach.NONE if reach(widest, subject) is Reach.NONE else Reach.UNSURE
    if pattern == (Wild.MANY,):
        return Reach.ALL
    pattern, subject = _in_order(pattern), _in_order(subject)
    same = _common_start(pattern, subject)
    pattern, subject = pattern[same:], subject[same:]
    if pattern and subject and not isinstance(pattern[0], Wild) and not isinstance(subject[0], Wild):
        return Reach.NONE
    if is_fixed(subject):
        return Reach.ALL if _matches(pattern, subject) else Reach.NONE
    if len(pattern) * len(subject) > _LARGEST_COMPARISON:
        return Reach.UNSURE
    if _meet(pattern, subject, covering=True):
        return Reach.ALL
    return Reach.SOME if _meet(pattern, subject, covering=False) else Reach.NONE


def settle(reached: Reach, suits: bool, doubt: str) -> Truth:
    """Turn a reach into truth; where some members match and some do not, the requester picks what suits."""
    if reached is Reach.UNSURE:
        return Undecided(doubt)
    return suits if reached is Reach.SOME else reached is Reach.ALL


def covers(pattern: str, part: str) -> bool:
    """Say whether everything that ``part`` matches is matched by ``pattern``."""
    return reach(glob(pattern), glob(part)) is Reach.ALL


@lru_cache(maxsize=8192)
def _in_order(pattern: Glob) -> Glob:
    """Return wildcards side by side in one order, ``*?*`` as ``?*``, so that what covers what shows."""
    if not any(Wild.MANY in pair and isinstance(pair[0], Wild) for pair in pairwise(pattern)):
        return pattern
    tokens: list[str | Wild] = []
    for token in pattern:
        if tokens and tokens[-1] is Wild.MANY and token in (Wild.ONE, Wild.MANY):
            tokens[-1:] = [Wild.ONE, Wild.MANY] if token is Wild.ONE else [Wild.MANY]
        else:
            tokens.append(token)
    return tuple(tokens)


def _common_start(pattern: Glob, subject: Glob) -> int:
    """Count the literal characters that both begin with: most comparisons are settled right behind them."""
    count = 0
    for ours, theirs in zip(pattern, subject, strict=False):
        if isinstance(ours, Wild) or ours != theirs:
            break
        count += 1
    return count


def _matches(pattern: Glob, text: Glob) -> bool:
    """Match without backtracking further than the last ``*``, so that no pattern can stall the audit."""
    at = position = 0
    star: int | None = None
    resume = 0
    while position < len(text):
        token = pattern[at] if at < len(pattern) else None
        if token is Wild.MANY:
            star, resume = at, position
            at += 1
        elif token is Wild.ONE or token == text[position]:
            at += 1
            position += 1
        elif star is not None:
            resume += 1
            at, position = star + 1, resume
        else:
            return False
    return all(token is Wild.MANY for token in pattern[at:])


def _meet(pattern: Glob, subject: Glob, *, covering: bool) -> bool:
    """Say whether the pattern matches all of the subject's strings (``covering``), or at least one.

    Row by row from the end: ``row[j]`` says whether the rest of the pattern meets ``subject[j:]``. Covering
    is exact but for ``?`` beside ``*``, where it may miss a cover and never claims one that is not there.
    """
    size = len(subject)
    row = [False] * size + [True]
    if not covering:
        for j in range(size - 1, -1, -1):
            row[j] = subject[j] is Wild.MANY and row[j + 1]
    for token in reversed(pattern):
        below, row = row, [False] * (size + 1)
        row[size] = token is Wild.MANY and below[size]
        for j in range(size - 1, -1, -1):
            theirs = subject[j]
            if token is Wild.MANY:
                row[j] = below[j] or row[j + 1]
            elif theirs is Wild.MANY or theirs is Wild.VARIABLE:
                row[j] = not covering and (row[j + 1] or below[j])
            elif token is Wild.ONE or token == theirs:
                row[j] = below[j + 1]
            elif theirs is Wild.ONE:
                row[j] = not covering and below[j + 1]
    return row[0]
