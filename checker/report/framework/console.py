"""A framework at a terminal: a line a requirement, and what keeps it from being met."""

from collections.abc import Iterator

from checker.assessment import Assessment
from checker.report.choices import Choices
from checker.report.framework.rows import Part, Row, State, rows
from checker.report.remarks import remarks
from checker.report.tally import Outcome
from checker.report.terminal import PLAIN, Terminal
from checker.report.text import count, visible

MANY = 3
"""Findings of one control that are shown without ``verbose``."""
_OUTCOMES = {
    State.FAIL: Outcome.FAIL,
    State.UNKNOWN: Outcome.UNKNOWN,
    State.WAIVED: Outcome.WAIVED,
    State.PASS: Outcome.PASS,
}


def render(assessment: Assessment, choices: Choices, terminal: Terminal | None = None) -> str:
    """Return the requirements in the framework's own order; without a terminal as for a file."""
    screen = terminal or PLAIN
    framework = rows(assessment, choices.framework)
    lines = [screen.paint(visible(framework.title), "1")]
    for row in framework.rows:
        if row.parts:
            lines += _row(row, screen)
    lines += _uncovered([row for row in framework.rows if not row.parts], screen)
    lines += ["", screen.paint(framework.headline, "1"), *screen.wrapped(framework.scope, 0)]
    for remark in remarks(assessment):
        lines += screen.wrapped(remark, 0)
    text = "\n".join(line.rstrip() for line in lines) + "\n"
    return text if screen.unicode else text.replace("…", "...")


def _row(row: Row, terminal: Terminal) -> Iterator[str]:
    yield ""
    title = f"{visible(row.id)}  {row.title}" if row.title else visible(row.id)
    first, *rest = terminal.wrapped(title, 0, codes="1")
    yield f"{_badge(row.state, terminal)}  {first}"
    yield from rest
    for part in row.parts:
        yield from _part(part, terminal)


def _part(part: Part, terminal: Terminal) -> Iterator[str]:
    yield from terminal.wrapped(f"{part.title} ({part.state})", 2, f"{visible(part.control_id)}  ")
    if part.state in (State.PASS, State.NOT_APPLICABLE, State.NOT_JUDGED) and not terminal.verbose:
        return
    folds = part.folds if terminal.verbose else [f for f in part.folds if f.first.status != "pass"]
    most = len(folds) if terminal.verbose else MANY
    for fold in folds[:most]:
        yield from terminal.wrapped(f"{fold.resource}: {fold.detail}", 4)
    if left := sum(len(fold.findings) for fold in folds[most:]):
        yield f"    and {count(left, 'more finding')}"


def _uncovered(rows: list[Row], terminal: Terminal) -> Iterator[str]:
    """List the requirements that no control answers, below all others: there is nothing to say of them."""
    if rows:
        yield ""
        told = f"{count(len(rows), 'requirement')} for a person to answer"
        yield f"{_badge(State.NOT_COVERED, terminal)}  {told}"
    for row in rows:
        yield from terminal.wrapped(row.title, 2, f"{visible(row.id)}  ")


def _badge(state: State, terminal: Terminal) -> str:
    """Return the symbol and word of a state, all of one width, so that requirements stand in a column."""
    shown = _OUTCOMES.get(state)
    if shown is None:
        return terminal.paint(f"- {state.upper()}", "2")
    return terminal.badge(shown)
