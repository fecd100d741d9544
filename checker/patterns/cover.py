"""Decides whether patterns together match every event of a kind.

Every field has finitely many classes of values that the patterns can tell apart: each text that one of them
names, texts that none names (by which of the wildcards and regular expressions they meet), truth values,
numbers between the figures that are compared with, null, and no value at all. All combinations are tried, so
"covered" is proved. What cannot be told (a regular expression beside another) counts as possible: a pattern
is then never taken for wider than it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import TypeAlias

from msgspec import Struct

from checker.patterns.matching import ANY_TEXT, Cell, Text, holds, meets, relation
from checker.patterns.terms import ABSENT, All, Either, Term, Test, Value, tests

Facts: TypeAlias = Mapping[str, Value]

ALWAYS = frozenset(
    {
        *("eventVersion", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress"),
        *("eventID", "eventType", "recipientAccountId", "userIdentity.type"),
    }
)
"""Fields that are texts in every event (CloudTrail User Guide, "CloudTrail record contents")."""
_ON_BUS = frozenset({"id", "time", "version", "account", "region", "source", "detail-type"})
_WORK = 20_000
"""Combinations that are tried before the answer is left open."""
_UNNAMED = 8
"""Wildcards and regular expressions on one field, of which each combination is tried."""


class Kind(Struct, frozen=True, kw_only=True):
    """Events that have these values, whatever else they have."""

    label: str
    """How a sentence names them, such as ``StopLogging``."""
    facts: Facts
    """ABSENT for fields that they do not have."""
    only: Term = All(())
    """Further narrows the kind."""


class Gap(Struct, frozen=True, kw_only=True):
    """Events of a kind that no pattern matches; ``sure`` unless a part of a pattern is not understood."""

    label: str
    where: tuple[str, ...] = ()
    """What these events have beside the kind's own facts, one text a field."""
    sure: bool = True

    @property
    def text(self) -> str:
        """The gap for a sentence."""
        return f"{self.label} with {' and '.join(self.where)}" if self.where else self.label


def gaps(kind: Kind, patterns: Sequence[Term]) -> Gap | None:
    """Return events of the kind that no pattern matches, rather sure ones than others; None without any."""
    return _Search(kind, patterns).run()


def may_match(pattern: Term, kind: Kind) -> bool:
    """Say whether the pattern may match some event of the kind."""
    return holds(All((kind.only, pattern)), dict(kind.facts)) is not False


def about(pattern: Term, kind: Kind) -> bool:
    """Say whether a pattern asks for something that all events of the kind have, such as their name."""
    return any(
        test.kind != "present" and not test.unlike and meets(test, kind.facts[test.path]) is True
        for test in tests(pattern)
        if test.path in kind.facts
    )


class _Search:
    """Tries combinations, and stops at the first sure gap."""

    def __init__(self, kind: Kind, patterns: Sequence[Term]) -> None:
        self.kind, self.found = kind, Either(tuple(patterns))
        every = [*tests(kind.only), *tests(self.found)]
        self.by_path: dict[str, list[Test]] = {}
        for test in every:
            if test.path not in kind.facts:
                self.by_path.setdefault(test.path, []).append(test)
        self.tried = 0
        self.doubt: Gap | None = None

    def run(self) -> Gap | None:
        sure = self._gap(dict(self.kind.facts))
        return sure or self.doubt

    def _gap(self, cells: dict[str, Cell]) -> Gap | None:
        self.tried += 1
        if holds(self.kind.only, cells) is False or holds(self.found, cells) is True:
            return None
        if self.tried > _WORK:
            self.doubt = Gap(label=self.kind.label, sure=False)
            return None
        path = next((path for path in self._open(cells)), None)
        if path is None:
            return self._noted(cells)
        for cell in _cells(path, self.by_path[path]):
            if cell is None:
                self.doubt = self.doubt or Gap(label=self.kind.label, sure=False)
                continue
            found = self._gap({**cells, path: cell.value})
            if found:
                return found
        return None

    def _open(self, cells: Mapping[str, Cell]) -> Iterator[str]:
        """Yield fields that still matter, those that the kind asks for first."""
        undecided = [term for term in (self.kind.only, self.found) if holds(term, cells) is None]
        for term in undecided:
            yield from (test.path for test in tests(term) if test.path not in cells)

    def _noted(self, cells: Mapping[str, Cell]) -> Gap | None:
        sure = holds(self.found, cells) is False and holds(self.kind.only, cells) is True
        gap = Gap(label=self.kind.label, where=self._where(cells), sure=sure)
        if sure:
            return gap
        self.doubt = self.doubt or gap
        return None

    def _where(self, cells: Mapping[str, Cell]) -> tuple[str, ...]:
        """Spell what sets these events apart, for patterns that are about the kind at all."""
        telling = {t.path for term in self.found.parts if about(term, self.kind) for t in tests(term)}
        telling |= {
            test.path for test in tests(self.kind.only) if _spell(cells.get(test.path)) not in (_OTHER, _NONE)
        }
        return tuple(
            f"{path} {_spell(value)}"
            for path, value in cells.items()
            if path in telling and path not in self.kind.facts
        )


_OTHER, _NONE = "of any other value", "missing"


class _Option(Struct, frozen=True):
    """One class of values, wrapped, since None is a value too."""

    value: Cell


def _cells(path: str, asked: Iterable[Test]) -> Iterator[_Option | None]:
    """Yield one value of each class that the tests can tell apart; None where there are too many.

    A value that is likely not to be matched comes first, so that a gap is found, and named, early.
    """
    asked = list(asked)
    yield from _texts(asked)
    name = path.removeprefix("detail.")
    if name in ALWAYS or path in _ON_BUS:
        return
    yield _Option(ABSENT)
    if any(test.kind in ("true", "false") for test in asked):
        yield from (_Option(True), _Option(False))
    if any(test.kind == "null" for test in asked):
        yield _Option(None)
    figures = sorted({float(test.text.split()[1]) for test in asked if test.kind == "number"})
    for low, high in zip([None, *figures], [*figures, None], strict=True):
        if low is None or high is None:
            yield from (_Option(edge + step) for edge, step in ((low, 1), (high, -1)) if edge is not None)
        else:
            yield _Option((low + high) / 2)
    yield from (_Option(figure) for figure in figures)


def _texts(asked: Sequence[Test]) -> Iterator[_Option | None]:
    """Yield the texts that no test names, by what they meet of the others, then each text that is named."""
    loose = list(dict.fromkeys(_question(test) for test in asked if _loose(test)))
    if len(loose) > _UNNAMED:
        yield None
    else:
        for answers in product((False, True), repeat=len(loose)):
            unnamed = Text(tuple(zip(loose, answers, strict=True)))
            if _possible(unnamed):
                yield _Option(unnamed)
    named = {test.text for test in asked if test.kind in ("like", "like-nocase") and not _loose(test)}
    yield from (_Option(text) for text in sorted(named))


def _loose(test: Test) -> bool:
    """Say whether a test is on text, of which more than one meets it."""
    if test.kind == "like":
        return "*" in test.text and not test.escaped
    return test.kind in ("like-nocase", "regex", "cidr")


def _question(test: Test) -> Test:
    return Test("", test.kind, test.text, escaped=test.escaped)


def _possible(unnamed: Text) -> bool:
    """Rule out answers that contradict each other, as far as that can be told."""
    for question, answer in unnamed.answers:
        if question == ANY_TEXT and not answer:
            return False
        for other, reply in unnamed.answers:
            related = relation(question, other)
            if (related == "within" and answer and not reply) or (related == "apart" and answer and reply):
                return False
    return True


def _spell(value: Cell) -> str:
    match value:
        case Text():
            met = [question.text for question, answer in value.answers if answer]
            return f"like {' and '.join(met)}" if met else _OTHER
        case bool():
            return str(value).lower()
        case None:
            return "null"
        case str() | float() | int():
            return f"= {value}"
    return _NONE
