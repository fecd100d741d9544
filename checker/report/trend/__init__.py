"""Renderings of a trend: one module a format, each with ``render``."""

from collections.abc import Iterable

from checker.frameworks import titles
from checker.history.trend import Series

FORMATS = ("console", "json", "html")


def percent(rate: float | None) -> str:
    """Return a share as a whole percentage; only what is all is 100."""
    return "-" if rate is None else f"{int(rate * 100)} %"


def worst(series: Iterable[Series]) -> list[Series]:
    """Return series by their last share, the lowest first."""
    return sorted(series, key=lambda one: (2.0 if one.latest.rate is None else one.latest.rate, one.id))


def labelled(one: Series) -> str:
    """Return what a series is called: a framework by its title, others by id and name."""
    return titles().get(one.id) or f"{one.id or 'owner unknown'} {one.name}".strip()


def lasted(days: float | None) -> str:
    """Return how long something lasted; less than two days in hours."""
    if days is None:
        return "-"
    if days >= 2:
        return f"{days:,.4g} days"
    hours = round(days * 24)
    return f"{hours} {'hour' if hours == 1 else 'hours'}" if hours else "under an hour"
