"""The part of an example that is worth reading: the lines that differ, and what they stand in and beside."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from checker.examples import Example
from checker.examples.patch import joined

NEAR = 2
"""Lines that are shown before and after one that differs, as far as they belong to the same thing."""
WHOLE = 14
"""The longest thing that is shown whole for one line in it."""
BLOCK = "resource "
"""Begins what Terraform has at the left; in other templates everything stands in something there."""
MOST = 16
"""Lines alike that are shown of a longer run."""


class Line(NamedTuple):
    """A line of both templates, of the bad (``-``) or the good one (``+``) alone; ``~`` for some left out."""

    sign: str
    text: str


def excerpt(example: Example) -> tuple[Line, ...]:
    """Return what differs, in the order of the templates, with names of all that it stands in."""
    lines = whole(example)
    differing = [at for at, line in enumerate(lines) if line.sign != " "]
    frame = {one for at in differing for one in _frame(lines, at)}
    near = {one for at in differing for one in _near(lines, at)} - frame
    kept = {*differing, *frame, *near} - set(_tail(lines))
    return tuple(_cut(lines, sorted(kept), frame))


def whole(example: Example) -> list[Line]:
    """Return all lines of both templates in one order."""
    return [Line(line[0], line[1:]) for line in joined(example.bad, example.good)]


def _frame(lines: Sequence[Line], at: int) -> Iterator[int]:
    """Yield the lines that one stands in, with the types of resources, and the brackets that close them."""
    for place in _above(lines, at):
        yield place
        if "Type:" in lines[place + 1].text:
            yield place + 1
        yield from _closing(lines, place)


def _near(lines: Sequence[Line], at: int) -> Iterator[int]:
    """Yield what stands beside a line: all of it where it is little, else its nearest neighbours."""
    parent = next(_above(lines, at), None)
    inside = [] if parent is None else [one for one in _inside(lines, parent) if lines[one].text.strip()]
    if len(inside) <= WHOLE:
        yield from inside
        return
    indent = _indent(lines[at].text)
    for one in inside:
        text = lines[one].text
        opens = text.endswith(":") and _indent(lines[one + 1].text) > indent
        if abs(one - at) <= NEAR and _indent(text) == indent and not opens:
            yield one


def _above(lines: Sequence[Line], at: int) -> Iterator[int]:
    """Yield the lines that a line stands in, from the inside out, but for what all of them stand in."""
    indent = _indent(lines[at].text)
    for place in range(at - 1, -1, -1):
        line = lines[place]
        same = line.sign == " " or line.sign == lines[at].sign
        if same and line.text.strip() and _indent(line.text) < indent:
            indent = _indent(line.text)
            if indent or line.text.startswith(BLOCK):
                yield place


def _inside(lines: Sequence[Line], parent: int) -> Iterator[int]:
    indent = _indent(lines[parent].text)
    for place in range(parent + 1, len(lines)):
        text = lines[place].text
        if text.strip() and _indent(text) <= indent:
            return
        yield place


def _closing(lines: Sequence[Line], parent: int) -> Iterator[int]:
    """Yield the line with the bracket that closes what a line opens."""
    text = lines[parent].text
    if text.rstrip()[-1:] in "{[(":
        end = parent + 1 + len(list(_inside(lines, parent)))
        if end < len(lines) and lines[end].text.strip()[:1] in tuple("}])"):
            yield end


def _tail(lines: Sequence[Line]) -> Iterator[int]:
    """Yield what is too much of a long run of lines that only one of the templates has."""
    start = 0
    for at in range(len(lines) + 1):
        if at == len(lines) or lines[at].sign != lines[start].sign:
            if lines[start].sign != " ":
                yield from range(start + MOST, at)
            start = at


def _cut(lines: Sequence[Line], kept: Sequence[int], frame: Collection[int]) -> Iterator[Line]:
    """Yield what is kept, with a mark where something is left out that is more than the way down to it."""
    last = kept[0] - 1
    for place in kept:
        skipped = [line for line in lines[last + 1 : place] if line.text.strip()]
        if skipped and not (place in frame and last in frame):
            yield Line("~", " " * _indent(skipped[0].text))
        yield lines[place]
        last = place
    left = lines[last + 1 :]
    if left and left[0].sign == lines[last].sign != " ":
        yield Line("~", " " * _indent(left[0].text))


def _indent(text: str) -> int:
    found = re.match(r" *", text)
    return found.end() if found else 0
