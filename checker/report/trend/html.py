"""A trend as one HTML file with charts in SVG, which needs nothing from elsewhere."""

from datetime import datetime

from msgspec import Struct

from checker.history.trend import Repairs, Series, Trend
from checker.report.document import asset, document
from checker.report.trend import labelled, lasted, percent, worst

WIDTH, HEIGHT = 640, 160
SMALL_WIDTH, SMALL_HEIGHT = 160, 28
MANY = 200
"""Rows of one table; the JSON has all."""


class Chart(Struct, frozen=True, kw_only=True):
    """Lines through the shares of a series, broken where it has none, and its points."""

    lines: tuple[str, ...]
    """Each the ``points`` of an SVG polyline."""
    dots: tuple[tuple[float, float, str], ...]
    """x, y and what to say."""


class Row(Struct, frozen=True, kw_only=True):
    """One series in a table."""

    name: str
    latest: str
    first: str
    change: str
    """In points, with its sign; empty for none."""
    fail: int
    unknown: int
    chart: Chart


def render(found: Trend) -> str:
    """Return the document."""
    values = {
        "trend": found,
        "chart": chart(found.overall, found.moments, WIDTH, HEIGHT),
        "now": percent(found.overall.latest.rate),
        "first": percent(_first(found.overall)),
        "tables": {
            "Standards": _rows(list(found.frameworks), found.moments),
            "Accounts, the worst first": _rows(worst(found.accounts), found.moments),
            "Controls, the worst first": _rows(worst(found.controls), found.moments),
        },
        "repairs": _repairs(found),
        "lasted": lasted,
        "sizes": (WIDTH, HEIGHT, SMALL_WIDTH, SMALL_HEIGHT),
    }
    return document("trend.html.j2", asset("tokens.css", "trend.css"), "", values)


def chart(series: Series, moments: tuple[datetime, ...], width: int, height: int) -> Chart:
    """Place each share by its time, from the left to the right, and 100 % on top."""
    start, end = moments[0].timestamp(), moments[-1].timestamp()
    lines: list[list[str]] = [[]]
    dots = []
    for at, tally in zip(moments, series.tallies, strict=True):
        if tally is None or tally.rate is None:
            lines.append([])
            continue
        x = round((at.timestamp() - start) / ((end - start) or 1) * (width - 8) + 4, 1)
        y = round((1 - tally.rate) * (height - 8) + 4, 1)
        lines[-1].append(f"{x:g},{y:g}")
        dots.append((x, y, f"{at:%Y-%m-%d %H:%M}: {percent(tally.rate)}, {tally.failed:,} fail"))
    return Chart(lines=tuple(" ".join(line) for line in lines if line), dots=tuple(dots))


def _rows(series: list[Series], moments: tuple[datetime, ...]) -> list[Row]:
    return [
        Row(
            name=labelled(one),
            latest=percent(one.latest.rate),
            first=percent(_first(one)),
            change=points(_first(one), one.latest.rate),
            fail=one.latest.failed,
            unknown=one.latest.unknown,
            chart=chart(one, moments, SMALL_WIDTH, SMALL_HEIGHT),
        )
        for one in series[:MANY]
    ]


def _first(series: Series) -> float | None:
    return next(tally for tally in series.tallies if tally).rate


def points(before: float | None, after: float | None) -> str:
    """Return how many points of percentage were gained or lost, as the percentages are shown."""
    if before is None or after is None:
        return ""
    gained = int(after * 100) - int(before * 100)
    return f"{gained:+d}".replace("-", "\u2212") if gained else ""


def _repairs(found: Trend) -> list[Repairs]:
    slowest = sorted(found.repairs_by_control, key=lambda one: -(one.oldest_days or 0))
    return [found.repairs, *found.repairs_by_severity, *slowest[:10]]
