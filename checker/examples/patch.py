"""Unified diffs: read one, and undo it."""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from msgspec import Struct

_HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@")


class Hunk(Struct, frozen=True):
    """One place where two texts differ, with the lines around it."""

    line: int
    """Where it begins in the later text, from 1 on."""
    lines: tuple[str, ...]
    """With their sign: `` ``, ``-`` (before) or ``+`` (after)."""

    def without(self, sign: str) -> list[str]:
        """Return the lines of one of the two texts."""
        return [line[1:] for line in self.lines if not line.startswith(sign)]


class Patch(Struct, frozen=True):
    """A diff of one file."""

    file: str
    """The later one."""
    notes: tuple[tuple[str, str], ...]
    """What stands above the diff, ``Word: text`` a line."""
    hunks: tuple[Hunk, ...]

    def said(self, word: str) -> tuple[str, ...]:
        """Return what the notes say under a word."""
        return tuple(text for name, text in self.notes if name == word)


def parse(text: str) -> Patch:
    """Read a unified diff of one file; raises ValueError for what is none."""
    above, _, diff = text.partition("--- ")
    _, later, *rest = [*diff.splitlines(), "", ""]
    if not later.startswith("+++ "):
        raise ValueError(f"no unified diff: {later!r} stands where +++ should")
    hunks: list[tuple[int, list[str]]] = []
    for line in rest[:-2]:
        if found := _HUNK.match(line):
            hunks.append((int(found[1]), []))
        else:
            hunks[-1][1].append(line or " ")
    notes = [line.partition(": ") for line in above.splitlines() if ": " in line]
    return Patch(
        file=later.removeprefix("+++ "),
        notes=tuple((word, said) for word, _, said in notes),
        hunks=tuple(Hunk(line, tuple(lines)) for line, lines in hunks),
    )


def undone(patch: Patch, later: str) -> str:
    """Return the earlier text; raises ValueError where the later one is not what the diff says."""
    lines = later.splitlines()
    for hunk in reversed(patch.hunks):
        after, start = hunk.without("-"), hunk.line - 1
        if lines[start : start + len(after)] != after:
            raise ValueError(f"{patch.file} differs from the diff at line {hunk.line}: write the diff anew")
        lines[start : start + len(after)] = hunk.without("+")
    return "\n".join(lines) + "\n"


def written(earlier: str, later: str, control: str, file: str) -> str:
    """Return the diff of two texts, in the form of ``diff -u``."""
    before, after = earlier.splitlines(), later.splitlines()
    lines = [f"--- {control}.bad", f"+++ {file}"]
    for group in _compared(before, after).get_grouped_opcodes(3):
        (_, first, _, start, _), (_, _, last, _, end) = group[0], group[-1]
        lines.append(f"@@ -{first + 1},{last - first} +{start + 1},{end - start} @@")
        lines += _signed(before, after, group)
    return "\n".join(lines) + "\n"


def joined(earlier: str, later: str) -> list[str]:
    """Return all lines of both texts with their sign, as in a diff that leaves nothing out."""
    before, after = earlier.splitlines(), later.splitlines()
    return list(_signed(before, after, _compared(before, after).get_opcodes()))


def _compared(before: list[str], after: list[str]) -> SequenceMatcher[str]:
    """Compare lines. What templates repeat, such as ``Effect: Allow``, counts like any other line."""
    return SequenceMatcher(None, before, after, autojunk=False)


def _signed(
    before: list[str], after: list[str], changes: Iterable[tuple[str, int, int, int, int]]
) -> Iterator[str]:
    for kind, first, last, start, end in changes:
        if kind == "equal":
            yield from (f" {line}" for line in before[first:last])
        else:
            yield from (f"-{line}" for line in before[first:last])
            yield from (f"+{line}" for line in after[start:end])
