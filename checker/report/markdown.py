"""Markdown for the summary of a job: what failed, where, and how to fix it, within the limits of a summary.

Source: GitHub Docs, "Adding a job summary": 1 MiB a step, and what is larger is dropped whole.
"""

import re
from collections.abc import Callable, Iterable
from html import escape

from checker.assessment import Assessment
from checker.model import Finding
from checker.report.status import STATUS
from checker.report.tally import Fold, Outcome, by_control, counted, folded, outcome
from checker.report.text import accepted, clip, count, visible

MOST_BYTES = (1 << 20) - 8_192
LONGEST = 300
_SPECIAL = re.compile(r"([\\`*_\[\]#|~])")
_ROW = Callable[[Fold], tuple[str, ...]]


def render(assessment: Assessment) -> str:
    """Return the report; rows that find no room are counted, the worst come first."""
    room = _Room(MOST_BYTES)
    groups = by_control(assessment.findings)
    counts = counted(group.outcome for group in groups)
    percent = "nothing was judged" if counts.percent is None else f"{counts.percent} % of controls pass"
    room.add(f"## {assessment.tool.name}: {percent}\n\n")
    summary = assessment.summary
    room.add("| " + " | ".join(_heading(one) for one in Outcome) + " | not applicable |\n")
    room.add("|---|---|---|---|---|\n")
    figures = (summary.failed, summary.unknown, summary.waived, summary.passed, summary.not_applicable)
    room.add(f"| {' | '.join(f'{figure:,}' for figure in figures)} |\n")
    for note in assessment.scan.notes:
        room.row(f"\n{inert(note)}\n")
    if assessment.refused:
        room.add("\n### Could not be read\n\n")
        for refusal in assessment.refused:
            room.row(f"- {inert(refusal.reason)}\n")
    for shown, titles, row in _TABLES:
        _table(room, [f for f in assessment.findings if outcome(f) is shown], shown, titles, row)
    return room.text()


class _Room:
    """Collects text as long as there is room, and counts the rows for which there is none."""

    def __init__(self, most: int) -> None:
        self.left = most
        self.parts: list[str] = []
        self.hidden = 0

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.left -= len(text.encode())

    def row(self, text: str) -> None:
        if self.hidden or self.left < len(text.encode()):
            self.hidden += 1
        else:
            self.add(text)

    def text(self) -> str:
        more = f"\n{count(self.hidden, 'more row')}: read the whole report\n" if self.hidden else ""
        return "".join(self.parts) + more


def _heading(shown: Outcome) -> str:
    return f"{STATUS[shown].markdown} {shown.value.upper()}"


def _table(room: _Room, found: Iterable[Finding], shown: Outcome, titles: tuple[str, ...], row: _ROW) -> None:
    findings = list(found)
    if not findings:
        return
    room.add(f"\n### {_heading(shown)}: {count(len(findings), 'finding')}\n\n")
    room.add(f"| {' | '.join(titles)} |\n|{'---|' * len(titles)}\n")
    for fold in folded(findings):
        room.row(f"| {' | '.join(map(inert, row(fold)))} |\n")


def _where(fold: Fold) -> str:
    place = fold.first.location
    if place is None:
        return fold.resource
    construct = f" {place.construct}" if place.construct else ""
    return f"{place.path}:{place.line}{construct}"


def _failed(fold: Fold) -> tuple[str, ...]:
    finding = fold.first
    control = f"{finding.control_id} {finding.title}"
    known = f" (known since the baseline of {finding.known_since})" if finding.known_since else ""
    return finding.severity.value, control, _where(fold), fold.detail + known, finding.remediation.text


def _unknown(fold: Fold) -> tuple[str, ...]:
    finding = fold.first
    return finding.severity.value, f"{finding.control_id} {finding.title}", _where(fold), fold.detail


def _accepted(fold: Fold) -> tuple[str, ...]:
    finding = fold.first
    why = accepted(finding.waiver) if finding.waiver else ""
    return f"{finding.control_id} {finding.title}", _where(fold), fold.detail, why


_TABLES: tuple[tuple[Outcome, tuple[str, ...], _ROW], ...] = (
    (Outcome.FAIL, ("Severity", "Control", "Where", "Seen", "Fix"), _failed),
    (Outcome.UNKNOWN, ("Severity", "Control", "Where", "Why"), _unknown),
    (Outcome.WAIVED, ("Control", "Where", "Seen", "Accepted because"), _accepted),
)


def inert(text: str) -> str:
    """Return a text as nothing but text: no markup, no link, no mention."""
    safe = escape(clip(visible(text), LONGEST), quote=False)
    safe = _SPECIAL.sub(r"\\\1", safe).replace("@", "&#64;")
    return safe.replace("://", "&#58;//").replace("www.", "www&#46;")


def table(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterable[str]:
    """Return the lines of a table of untrusted text."""
    names = list(titles)
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"
    for row in rows:
        yield f"| {' | '.join(inert(cell) for cell in row)} |"
