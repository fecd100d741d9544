"""A framework to read and to hand on: a table of requirements, and the evidence of each below it."""

from checker.assessment import Assessment
from checker.report.choices import Choices
from checker.report.document import asset, document
from checker.report.framework.rows import State, rows
from checker.report.shown import Values

MARKS = {
    State.FAIL: "✗",
    State.UNKNOWN: "?",
    State.NOT_JUDGED: "…",
    State.WAIVED: "~",
    State.PASS: "✓",
    State.NOT_APPLICABLE: "·",
    State.NOT_COVERED: "·",
}
MANY = 40
"""Findings that are shown of one control; the CSV and JSON reports have them all."""


def render(assessment: Assessment, choices: Choices) -> str:
    """Return the requirements as one HTML document, without a script."""
    framework = rows(assessment, choices.framework)
    return document(
        "framework.html.j2",
        asset("tokens.css", "report.css", "framework.css"),
        "",
        {
            "assessment": assessment,
            "framework": framework,
            "State": State,
            "marks": MARKS,
            "many": MANY,
            "values": Values(),
            "page": None,
            "frameworks": {},
        },
    )
