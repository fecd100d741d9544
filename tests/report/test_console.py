import re
import unicodedata

import pytest

from checker.model import Status
from checker.report.console import render
from tests.report import attacks, samples

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("verbose", [False, True])
def test_colour_only_repeats_what_words_say(verbose: bool) -> None:
    coloured = render(samples.ORGANIZATION, color=True, verbose=verbose)
    assert ESCAPE.search(coloured)
    assert ESCAPE.sub("", coloured) == render(samples.ORGANIZATION, verbose=verbose)


@pytest.mark.parametrize("verbose", [False, True])
def test_hostile_names_reach_no_terminal(verbose: bool) -> None:
    text = render(attacks.hostile(), verbose=verbose)
    kinds = {unicodedata.category(character) for character in text.replace("\n", "")}
    assert not kinds & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert not [line for line in text.splitlines() if line.startswith(("✓ PASS  everything", "rm"))]
    assert len(text) < 200_000


@pytest.mark.parametrize("width", [72, 100, 160])
def test_lines_fit_but_for_words_that_must_stay_whole(width: int) -> None:
    for line in render(samples.ORGANIZATION, width=width, verbose=True).splitlines():
        longest = max(map(len, line.split() or [""]))
        assert len(line) <= width or longest > width - 30


def test_failures_come_first_and_the_worst_before_the_rest() -> None:
    text = render(samples.ORGANIZATION)
    order = ["✗ FAIL  CRITICAL", "TH102", "✗ FAIL  HIGH", "? UNKNOWN", "~ WAIVED", "✓ PASS", "Next  "]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)


def test_many_findings_are_counted_unless_all_are_wanted() -> None:
    many = samples.assessment(samples.large(9, 1).findings)
    assert "and 4 more findings" in render(many)
    assert render(many).count(":trail/") < render(many, verbose=True).count(":trail/")
    assert "more findings" not in render(many, verbose=True)


def test_without_unicode_the_report_adds_no_symbol() -> None:
    assert render(samples.ORGANIZATION, unicode=False).isascii()


def test_a_fix_that_is_the_same_again_is_told_once() -> None:
    accounts = (samples.CONSOLE, samples.NEGLECTED, samples.ATTACKED)
    same = [
        samples.finding("TH102", Status.FAIL, "no trail", account=account, value=[]) for account in accounts
    ]
    text = render(samples.assessment(same))
    assert text.count("aws cloudtrail update-trail --name audit") == 1
    assert text.count("fix  as above") == 2
    other = [
        samples.finding("TH110", Status.FAIL, "not signed", account=account, value=False)
        for account in accounts
    ]
    assert "as above" not in render(samples.assessment(other)), "each names its own trail"
