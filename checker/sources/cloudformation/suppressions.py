"""Finds the risks that a template says are accepted: in the metadata of a resource, or in comments of YAML.

Checkov's own words are honoured for the ids of this catalogue (Checkov documentation, Suppressing and
Skipping Policies): ``Metadata: checkov: skip`` and the comment ``checkov:skip=ID:reason``.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

from checker.sources.cloudformation.node import Node, child, entries
from checker.sources.cloudformation.stack import Resource, Stack
from checker.sources.suppression import Suppression

_MARKS = ("trailhold", "checkov")
_COMMENT = re.compile(
    r"(?:^|(?<=[ \t]))#[ \t]*(?:trailhold:[ \t]*waive[ \t]+(?P<ours>[\w,-]+)[ \t:]*(?P<why>.*)"
    r"|checkov:skip=(?P<theirs>[\w,-]+)(?:[ \t]*:(?P<because>.*))?)",
    re.MULTILINE,
)
_MEANT = re.compile(r"(?:^|(?<=[ \t]))#[ \t]*trailhold[ \t]*:", re.MULTILINE)
"""The beginning of what was meant as a waiver, perhaps with a slip of the pen."""
_OURS = "TH"
"""What ids of this catalogue begin with; Checkov's own skips are Checkov's business."""
_OF_THE_PACK = "TH_UNDECIDED"
"""What Checkov calls all that could not be decided; here there is no such control."""


def suppressions(stack: Stack) -> Iterator[Suppression]:
    """Yield what a stack asks to waive, in the order in which it is written."""
    text = stack.document.text
    if not any(mark in text for mark in _MARKS):
        return
    for resource in stack.resources.values():
        yield from _in_metadata(resource)
    if not text.lstrip().startswith("{"):
        yield from _in_comments(stack)


def _in_metadata(resource: Resource) -> Iterator[Suppression]:
    ours = child(resource.node, "Metadata", "trailhold")
    for word, waived in entries(ours):
        if word != "waive" or not isinstance(waived.value, dict):
            yield _suppression(resource, "", "", waived.place)
    if ours is not None and not isinstance(ours.value, dict):
        yield _suppression(resource, "", "", ours.place)
    for id, reason in entries(child(ours, "waive")):
        yield _suppression(resource, id, _text(reason), reason.place)
    skipped = child(resource.node, "Metadata", "checkov", "skip")
    for one in skipped.value if skipped and isinstance(skipped.value, list) else ():
        id = _text(child(one, "id"))
        if _is_ours(id):
            yield _suppression(resource, id, _text(child(one, "comment")), one.place)


def _is_ours(id: str) -> bool:
    return id.startswith(_OURS) and id != _OF_THE_PACK


def _text(node: Node | None) -> str:
    return node.value.strip() if node and isinstance(node.value, str) else ""


def _suppression(
    resource: Resource | None, id: str, reason: str, place: tuple[int, int], path: str = ""
) -> Suppression:
    return Suppression(
        control=id,
        reason=reason,
        path=path or (str(resource.stack.path) if resource else ""),
        line=place[0],
        column=place[1],
        construct=resource.label if resource else "",
    )


def _in_comments(stack: Stack) -> Iterator[Suppression]:
    text, path = stack.document.text, str(stack.path)
    found = list(_COMMENT.finditer(text))
    starts = {comment.start() for comment in found}
    slips = [slip.start() for slip in _MEANT.finditer(text) if slip.start() not in starts]
    if not found and not slips:
        return
    owners, quoted = _Owners(stack), _scalars(text)
    for at in slips:
        if not _within(at, quoted):
            yield _suppression(None, "", "", owners.place(at), path)
    for comment in found:
        if _within(comment.start(), quoted):
            continue
        place = owners.place(comment.start())
        ids = (comment["ours"] or comment["theirs"]).split(",")
        for id in filter(None, ids):
            if comment["ours"] or _is_ours(id):
                reason = (comment["why"] or comment["because"] or "").strip()
                yield _suppression(owners.of(*place), id, reason, place, path)


def _scalars(text: str) -> list[tuple[int, int]]:
    """Return where texts begin and end: what looks like a comment inside one is none."""
    import yaml

    from checker.sources.cloudformation.yaml_text import LOADER

    events: Iterator[Any] = yaml.parse(text, Loader=LOADER)
    scalars: Iterator[Any] = (event for event in events if isinstance(event, yaml.ScalarEvent))
    return [(event.start_mark.index, event.end_mark.index) for event in scalars]


def _within(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    n = bisect_right(spans, (at, len(spans) and spans[-1][1] + 1)) - 1
    return n >= 0 and spans[n][0] <= at < spans[n][1]


class _Owners:
    """Tells which resource a comment belongs to: the one that it stands in, or right above."""

    def __init__(self, stack: Stack) -> None:
        self.lines = stack.document.text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        resources = sorted(stack.resources.values(), key=lambda one: one.node.place)
        self.resources = resources
        self.begins = [one.node.place[0] for one in resources]
        after = (node.place[0] for _, node in entries(stack.root))
        last = self.begins[-1] if self.begins else 0
        self.end = min((line for line in after if line > last), default=len(self.lines) + 1)

    def place(self, at: int) -> tuple[int, int]:
        line = bisect_right(self.starts, at)
        return line, at - self.starts[line - 1] + 1

    def of(self, line: int, column: int) -> Resource | None:
        below = self._below(line)
        for one in self.resources:
            if one.node.place == (below, column):
                return one
        n = bisect_right(self.begins, line) - 1
        inside = n >= 0 and line < self.end and (line == self.begins[n] or column > self._column(n))
        return self.resources[n] if inside else None

    def _column(self, n: int) -> int:
        return self.resources[n].node.place[1]

    def _below(self, line: int) -> int:
        """Return the next line that is neither empty nor a comment."""
        while line < len(self.lines) and self.lines[line].lstrip()[:1] in ("", "#"):
            line += 1
        return line + 1
