"""Renderings of a difference between two results: one module a format, each with ``render``."""

from checker.history.difference import Difference

FORMATS = ("console", "json", "markdown")

SECTIONS = {
    "new": "New failures",
    "newly_unknown": "No longer known",
    "still": "Still failing",
    "not_judged": "Failed before, and not judged now",
    "accepted": "Accepted now",
    "fixed": "Fixed",
    "gone": "Failed before, and is gone",
}
"""The lists of a difference in the order in which they matter."""


def headline(found: Difference) -> str:
    """Say in one line what changed."""
    counted = {
        "new failure": len(found.new),
        "fixed": len(found.fixed),
        "still failing": len(found.still),
        "newly unknown": len(found.newly_unknown),
        "changed setting": len(found.drift),
    }
    plural = ("new failure", "changed setting")
    return ", ".join(
        f"{number:,} {what}{'s' if what in plural and number != 1 else ''}"
        for what, number in counted.items()
    )
