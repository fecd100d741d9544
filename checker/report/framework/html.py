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
FEW, MANY = 5, 40
"""Findings that are shown of one control at once, and in all; the CSV and JSON reports have the others."""


def render(assessment: Assessment, choices: Choices) -> str:
    """Return the requirements as one HTML document, without a script.

    Evidence stands under the first requirement that a control serves; the others lead there.
    """
    framework = rows(assessment, choices.framework)
    homes: dict[str, str] = {}
    for row in framework.rows:
        for part in row.parts:
            homes.setdefault(part.control_id, row.id)
    return document(
        "framework.html.j2",
        asset("tokens.css", "report.css", "framework.css"),
        "",
        {
            "assessment": assessment,
            "framework": framework,
            "State": State,
            "marks": MARKS,
            "numbers": {row.id: number for number, row in enumerate(framework.rows, 1)},
            "homes": homes,
            "few": FEW,
            "many": MANY,
            "values": Values(),
            "page": None,
            "frameworks": {},
        },
    )
