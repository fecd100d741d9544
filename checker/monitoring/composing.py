"""Which alarms bring a composite alarm by themselves.

Source: CloudWatch User Guide, "Combining alarms"; API reference, PutCompositeAlarm, AlarmRule.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TypeAlias

from checker.patterns.terms import Malformed

State: TypeAlias = Callable[[str, str], bool | None]
"""Answers whether an alarm (second) is in a state (first); None while that is open."""
Rule: TypeAlias = Callable[[State], bool | None]

_WORD = re.compile(r"""\s*(?:([()])|"([^"]*)"|'([^']*)'|([^\s()"']+))""")
_STATES = ("ALARM", "OK", "INSUFFICIENT_DATA")
_DEPTH = 60


@lru_cache(maxsize=1024)
def any_of(rule: str) -> tuple[str, ...]:
    """Return the alarms each of which brings the composite alarm, whatever the state of the others.

    None does of a rule that may hold while all is quiet, since the composite alarm is on already then; nor of
    a rule that is not understood.
    """
    words = [next((g for g in found if g), "") for found in _WORD.findall(rule)]
    try:
        reader = _Reader(words)
        holds = reader.rule(0)
        reader.end()
    except Malformed:
        return ()
    if holds(lambda state, _: None if state == "INSUFFICIENT_DATA" else state == "OK") is not False:
        return ()
    return tuple(name for name in dict.fromkeys(reader.named) if holds(_alone(name)))


def _alone(name: str) -> State:
    return lambda state, of: state == "ALARM" if of == name else None


class _Reader:
    """Reads the words of a rule from left to right."""

    def __init__(self, words: list[str]) -> None:
        self.words, self.at = words, 0
        self.named: list[str] = []

    def peek(self) -> str:
        return self.words[self.at] if self.at < len(self.words) else ""

    def take(self, wanted: str = "") -> str:
        found = self.peek()
        if not found or (wanted and found != wanted):
            raise Malformed(f"{found or 'its end'!r} where {wanted or 'an alarm'} is expected")
        self.at += 1
        return found

    def end(self) -> None:
        if self.at < len(self.words):
            raise Malformed(f"{self.peek()!r} left over")

    def rule(self, depth: int) -> Rule:
        """Read what AND or OR join; both side by side are not understood without parentheses."""
        parts = [self.part(depth)]
        joint = self.peek()
        while joint in ("AND", "OR") and self.peek() == joint:
            self.take()
            parts.append(self.part(depth))
        return _joined(parts, deciding=joint != "AND")

    def part(self, depth: int) -> Rule:
        word = self.take()
        if depth > _DEPTH:
            raise Malformed("a rule that nests too deep")
        if word == "NOT":
            inner = self.part(depth + 1)
            return lambda state: None if (found := inner(state)) is None else not found
        if word == "(":
            inner = self.rule(depth + 1)
            self.take(")")
            return inner
        if word in ("TRUE", "FALSE"):
            return lambda _: word == "TRUE"
        if word not in _STATES:
            raise Malformed(f"{word!r}, which is no state")
        self.take("(")
        name = self.take()
        self.take(")")
        self.named.append(name)
        return lambda state: state(word, name)


def _joined(parts: list[Rule], *, deciding: bool) -> Rule:
    def holds(state: State) -> bool | None:
        answers: Iterator[bool | None] = (part(state) for part in parts)
        found = list(answers)
        if deciding in found:
            return deciding
        return None if None in found else not deciding

    return holds
