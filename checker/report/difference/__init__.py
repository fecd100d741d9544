"""Renderings of a difference between two results: one module a format, each with ``render``."""

from collections.abc import Iterable
from importlib import import_module

from msgspec import Struct

from checker.history.difference import Change, Difference
from checker.report.tally import Outcome, anywhere, given
from checker.report.terminal import PLAIN, Terminal

FORMATS = ("console", "json", "markdown", "html")

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
OUTCOMES = {
    "new": Outcome.FAIL,
    "newly_unknown": Outcome.UNKNOWN,
    "still": Outcome.FAIL,
    "not_judged": Outcome.UNKNOWN,
    "accepted": Outcome.WAIVED,
    "fixed": Outcome.PASS,
    "gone": Outcome.PASS,
}
"""What each list is marked with."""


class Fold(Struct, frozen=True, kw_only=True):
    """Changes that differ in nothing but the Region."""

    changes: tuple[Change, ...]

    @property
    def first(self) -> Change:
        """The change that stands for all."""
        return self.changes[0]

    @property
    def regions(self) -> list[str]:
        """Where it happened."""
        return [change.region for change in self.changes if given(change.region)]

    @property
    def detail(self) -> str:
        """The sentence that they have in common."""
        return anywhere(self.first.detail, self.first.region) if len(self.changes) > 1 else self.first.detail

    @property
    def owner(self) -> str:
        """The account, by id and name as far as they are known."""
        return f"{given(self.first.account_id)} {self.first.account_name}".strip() or "owner unknown"


def folded(changes: Iterable[Change]) -> list[Fold]:
    """Fold changes by Region, in the order of their first."""
    folds: dict[tuple[str, ...], list[Change]] = {}
    for each in changes:
        said = (each.before, each.after, anywhere(each.detail, each.region))
        folds.setdefault((each.control_id, each.account_id, each.resource_arn, *said), []).append(each)
    return [Fold(changes=tuple(found)) for found in folds.values()]


def render(format: str, found: Difference, terminal: Terminal | None = None) -> str:
    """Return a difference in one of ``FORMATS``; only the console's depends on a terminal."""
    module = import_module(f"{__name__}.{format}")
    text: str = module.render(found, terminal or PLAIN) if format == "console" else module.render(found)
    return text


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
