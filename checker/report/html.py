"""The report to read and to hand on: one file that needs nothing else and lets nothing in."""

from checker import frameworks
from checker.assessment import Assessment
from checker.catalog import CONTROLS
from checker.report import coverage
from checker.report.document import asset, document
from checker.report.page import Listed, home, page
from checker.report.shown import Values


def render(assessment: Assessment) -> str:
    """Return the report as one HTML document."""
    return document(
        "report.html.j2",
        asset("tokens.css", "report.css"),
        asset("report.js"),
        {
            "page": page(assessment, {id: control.rationale for id, control in CONTROLS.items()}),
            "values": Values(),
            "frameworks": frameworks.titles(),
            "uncovered": coverage.uncovered,
            "amount": _amount,
            "home": home,
        },
    )


def _amount(lists: tuple[Listed, ...]) -> int:
    return sum(len(fold.findings) for _, folds in lists for fold in folds)
