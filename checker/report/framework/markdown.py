"""A framework as Markdown: one table, for a wiki or the summary of a pipeline."""

import re

from checker.assessment import Assessment
from checker.report.choices import Choices
from checker.report.csv import moment
from checker.report.framework.rows import Row, State, rows
from checker.report.remarks import remarks
from checker.report.text import clip, count, visible

LONGEST = 300
"""Characters of one text."""
MARKS = {State.FAIL: "❌", State.UNKNOWN: "❓", State.WAIVED: "🟰", State.PASS: "✅"}


def render(assessment: Assessment, choices: Choices) -> str:
    """Return one line a requirement, with its controls and what keeps it from being met."""
    framework = rows(assessment, choices.framework)
    lines = [
        f"# {text(framework.title)}",
        "",
        f"**{text(framework.headline)}**, observed {moment(assessment.scan.finished)}. {framework.scope}",
        "",
        *(f"{text(remark)}\n" for remark in remarks(assessment)),
        "| Requirement | Status | Controls | Evidence |",
        "| --- | --- | --- | --- |",
        *(_line(row) for row in framework.rows),
    ]
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    controls = ", ".join(f"{text(part.control_id)} ({part.state})" for part in row.parts)
    name = f"{text(row.id)} {text(row.title)}".rstrip()
    status = f"{MARKS.get(row.state, '⬜')} {row.state}"
    return f"| {name} | {status} | {controls} | {_evidence(row)} |"


def _evidence(row: Row) -> str:
    """Return the first finding of the state that the requirement has, and how many more there are."""
    found = [(p, fold) for p in row.parts if p.state is row.state for fold in p.folds]
    if not found:
        return ""
    part, fold = found[0]
    told = text(f"{part.control_id}: {fold.resource}: {fold.detail}")
    return f"{told} and {count(len(found) - 1, 'more')}" if len(found) > 1 else told


def text(untrusted: str) -> str:
    """Return a text that stays text in a table cell: nothing in it is markup, HTML or a new row."""
    safe = clip(visible(untrusted), LONGEST)
    safe = safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_{}\[\]()#+!|~@:-])", r"\\\1", safe)
