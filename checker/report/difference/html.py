"""A difference to read and to hand on: one HTML file that needs nothing from elsewhere."""

from checker.history.difference import Difference
from checker.report.difference import OUTCOMES, SECTIONS, folded, headline
from checker.report.document import asset, document
from checker.report.shown import Values

MANY = 500
"""Rows of one list; the JSON has all."""


def render(found: Difference) -> str:
    """Return the document."""
    lists = {
        name: (title, OUTCOMES[name], len(getattr(found, name)), folded(getattr(found, name)))
        for name, title in SECTIONS.items()
        if getattr(found, name)
    }
    values = {
        "difference": found,
        "headline": headline(found),
        "lists": lists,
        "many": MANY,
        "values": Values(),
        "page": None,
        "frameworks": {},
    }
    return document("diff.html.j2", asset("tokens.css", "report.css", "diff.css"), "", values)
