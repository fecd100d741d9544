"""Shares over time and the life of failures, computed by hand."""

import re
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from checker.history.trend import Tally, Trend, trend
from checker.observation import Audited
from checker.report.terminal import Terminal
from checker.report.trend import console, html, json, lasted
from tests.history.results import ACCOUNT, FAIL, OTHER, PASS, UNKNOWN, day, one, waived


def rates(found: Trend) -> list[float | None]:
    return [tally.rate if tally else None for tally in found.overall.tallies]


THREE = trend(
    [
        day(0, one(), one("TH102"), one("TH106", PASS, account=OTHER)),
        day(2, one(status=PASS), one("TH102"), one("TH106", PASS, account=OTHER)),
        day(5, one(status=PASS), one("TH102", UNKNOWN), one("TH106", FAIL, account=OTHER)),
    ]
)


def test_the_share_that_passes() -> None:
    assert rates(THREE) == [1 / 3, 2 / 3, 1 / 2]
    assert {s.id: [t and t.rate for t in s.tallies] for s in THREE.accounts} == {
        ACCOUNT: [0, 0.5, 1],
        OTHER: [1, 1, 0],
    }
    assert {s.id: s.latest.rate for s in THREE.controls} == {"TH102": None, "TH106": 0, "TH110": 1}
    assert [(s.id, s.latest) for s in THREE.frameworks] == [
        ("cis-5.0", Tally(passed=1, unknown=1)),
        ("nist-800-53-r5", Tally(passed=1)),
    ]


def test_how_long_failures_last() -> None:
    assert (THREE.repairs.repaired, THREE.repairs.mean_days) == (1, 2)
    assert (THREE.repairs.open, THREE.repairs.oldest_days) == (2, 5)
    assert [(r.kind, r.repaired, r.open) for r in THREE.repairs_by_control] == [
        ("TH102", 0, 1),
        ("TH106", 0, 1),
        ("TH110", 1, 0),
    ]


@pytest.mark.parametrize(
    ("statuses", "repaired", "mean", "open"),
    [
        ([FAIL, PASS], 1, 1, 0),
        ([FAIL, UNKNOWN, PASS], 1, 2, 0),
        ([FAIL, UNKNOWN], 0, None, 1),
        ([FAIL, None], 1, 1, 0),
        ([FAIL, PASS, FAIL, FAIL, PASS], 2, 1.5, 0),
        ([FAIL, PASS, FAIL], 1, 1, 1),
        ([PASS, UNKNOWN], 0, None, 0),
    ],
)
def test_the_life_of_a_failure(statuses: list, repaired: int, mean: float | None, open: int) -> None:  # type: ignore[type-arg]
    found = trend(day(n, *([one(status=s)] if s else [])) for n, s in enumerate(statuses)).repairs
    assert (found.repaired, found.mean_days, found.open) == (repaired, mean, open)


def test_what_is_accepted_is_no_repair() -> None:
    found = trend([day(0, one()), day(1, waived(one()))]).repairs
    assert (found.repaired, found.open) == (0, 0)


def test_what_was_not_looked_at_is_open() -> None:
    assert trend([day(0, one()), day(1, accounts=(OTHER,))]).repairs.open == 1


def test_results_of_single_accounts_add_up() -> None:
    found = trend(
        [
            day(0, one(), accounts=(ACCOUNT,)),
            day(1, one("TH106", PASS, account=OTHER), accounts=(OTHER,)),
            day(2, one(status=PASS), accounts=(ACCOUNT,)),
        ]
    )
    assert rates(found) == [0, 0.5, 1]


def test_a_result_of_an_organization_speaks_for_all() -> None:
    roster = (Audited(id=ACCOUNT, name="", state="ACTIVE"),)
    found = trend([day(0, one(account=OTHER)), day(1, one(status=PASS), roster=roster)])
    assert rates(found) == [0, 1]


def test_no_result_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no result"):
        trend([])


SCREEN = Terminal(color=False, width=100, verbose=False, unicode=True)


def test_at_a_terminal() -> None:
    text = console.render(THREE, SCREEN)
    assert text.startswith(
        "3 results from 2026-11-20T12:00:04Z to 2026-11-25T12:00:04Z\n\n  ▃▅▄   50 %  of judged"
    )
    assert "all            1 repaired (after 2 days on average), 2 open, the oldest for 5 days" in text
    assert console.render(THREE, replace(SCREEN, unicode=False)).isascii()


@pytest.mark.parametrize(
    ("shares", "drawn"),
    [([0.0, 0.5, 1.0], "▁▄█"), ([None, 0.99], " ▇"), ([n / 99 for n in range(100)], "▁" * 5)],
)
def test_blocks(shares: list[float | None], drawn: str) -> None:
    assert console.spark(shares).startswith(drawn)
    assert len(console.spark(shares)) <= console.WIDEST


def test_the_page_needs_nothing_else_and_its_charts_are_svg() -> None:
    text = html.render(THREE)
    assert "http" not in text.replace("http-equiv", "").replace("http://www.w3.org", "")
    start, end = text.index("<svg"), text.index("</svg>") + 6
    drawing = ElementTree.fromstring(text[start:end])
    (line,) = drawing.findall("polyline")
    assert line.get("points") == "4,105.3 256.8,54.7 636,80"
    assert "<script" not in text
    assert html.render(THREE) == text


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (None, "-"),
        (0.0, "under an hour"),
        (0.04, "1 hour"),
        (1.5, "36 hours"),
        (2, "2 days"),
        (1234.5, "1,234 days"),
    ],
)
def test_how_long_something_lasted(days: float | None, told: str) -> None:
    assert lasted(days) == told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [(0.5, 0.509, ""), (0.5, 0.75, "+25"), (0.75, 0.5, "\u221225"), (None, 0.5, ""), (0.999, 1.0, "+1")],
)
def test_points_are_those_of_the_shown_percentages(before: float | None, after: float, told: str) -> None:
    assert html.points(before, after) == told


def test_hostile_names_are_only_text() -> None:
    evil = replace(one(), account_name="</title><script>alert(1)</script>\x1b[31m", account_id="<b>")
    found = trend([day(0, evil), day(1, evil)])
    for text in (html.render(found), console.render(found, SCREEN), json.render(found)):
        assert "\x1b" not in text
    assert "<script>" not in html.render(found)


def test_a_season_of_many_accounts_is_light() -> None:
    accounts = [f"{n:012d}" for n in range(60)]
    results = [day(n, *(one(account=id, status=(FAIL, PASS)[n % 2]) for id in accounts)) for n in range(90)]
    text = html.render(trend(results))
    assert len(text.encode()) < 200_000
    assert text.count("<circle") == 90 + len(re.findall("<svg", text)) - 1


def test_long_names_are_cut_at_a_terminal() -> None:
    long = replace(one(), account_name="n" * 300)
    for unicode in (True, False):
        text = console.render(trend([day(0, long)]), replace(SCREEN, unicode=unicode))
        assert max(map(len, text.splitlines())) <= SCREEN.width
        assert "characters)" not in text


def test_one_result_is_a_trend_too() -> None:
    only = trend([day(0, one())])
    assert "1 result from" in console.render(only, SCREEN)
    assert 'cx="4.0"' in html.render(only)
