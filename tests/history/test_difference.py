"""What changed between two results: each way from one status to another, and drift without any."""

from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from msgspec.structs import replace

from checker.history.difference import Difference, difference
from checker.model import Evidence, Finding
from checker.report.difference import FORMATS, console, markdown, render
from checker.report.terminal import Terminal
from tests.history.results import ACCOUNT, FAIL, OTHER, PASS, UNKNOWN, day, one, waived
from tests.report import samples

LISTS = ("new", "fixed", "accepted", "gone", "not_judged", "still", "newly_unknown")


def filled(found: Difference) -> set[str]:
    return {name for name in LISTS if getattr(found, name)}


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (one(status=PASS), one(status=FAIL), "new"),
        (one(status=UNKNOWN), one(status=FAIL), "new"),
        (waived(one()), one(status=FAIL), "new"),
        (None, one(status=FAIL), "new"),
        (one(), one(status=PASS), "fixed"),
        (one(), waived(one()), "accepted"),
        (one(), one(), "still"),
        (one(), None, "gone"),
        (one(), one(status=UNKNOWN), "newly_unknown"),
        (one(status=PASS), one(status=UNKNOWN), "newly_unknown"),
        (None, one(status=UNKNOWN), "newly_unknown"),
        (one(status=UNKNOWN), one(status=UNKNOWN), ""),
        (one(status=UNKNOWN), one(status=PASS), ""),
        (one(status=PASS), one(status=PASS), ""),
        (None, one(status=PASS), ""),
        (one(status=PASS), None, ""),
    ],
)
def test_each_change_has_its_list(before: Finding | None, after: Finding | None, kind: str) -> None:
    found = difference(day(0, *filter(None, [before])), day(1, *filter(None, [after])))
    assert filled(found) == ({kind} if kind else set())


@pytest.mark.parametrize(
    ("later", "kind"),
    [
        (day(1), "gone"),
        (day(1, accounts=(OTHER,)), "not_judged"),
        (day(1, regions=("eu-west-1",)), "not_judged"),
        (replace(day(1), controls=("TH102",)), "not_judged"),
        (day(1, one("TH110", UNKNOWN, account=OTHER)), "not_judged"),
        (day(1, one("TH102", UNKNOWN)), "gone"),
    ],
)
def test_what_is_not_there_is_gone_only_if_it_would_have_been_seen(later: Any, kind: str) -> None:
    assert kind in filled(difference(day(0, one()), later))


def test_a_finding_of_another_region_or_account_is_another() -> None:
    found = difference(day(0, one()), day(1, one(account=OTHER)))
    assert filled(found) == {"new", "gone"}


def test_what_one_of_them_did_not_look_at_is_named() -> None:
    found = difference(day(0, accounts=(ACCOUNT,)), day(1, accounts=(ACCOUNT, OTHER)))
    assert (found.only_earlier, found.only_later) == ((), (f"account {OTHER}",))


def reading(value: object, field: str = "S3BucketName", action: str = "", hours: int = 0) -> Finding:
    """A pass whose one setting is this."""
    finding = one(status=PASS)
    (evidence,) = finding.evidence
    origin = replace(evidence.origin, field=field, at=samples.STARTED + timedelta(hours=hours))
    origin = replace(origin, action=action or origin.action)
    return replace(finding, evidence=(Evidence(origin=origin, value=value),))


NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "after", "drifts"),
    [
        (reading("a"), reading("b"), True),
        (reading("a"), reading("a", hours=5), False),
        (reading(None), reading("a"), True),
        (reading({"a": [1, 2]}), reading({"a": [2, 1]}), True),
        (reading({"a": 1, "UpdatedAt": "x", "LastModified": 3}), reading({"a": 1, "UpdatedAt": "y"}), False),
        (reading(NOW), reading(NOW + timedelta(hours=1)), False),
        (reading([NOW]), reading([NOW, NOW]), True),
        (reading("a", "LatestDeliveryTime"), reading("b", "LatestDeliveryTime"), False),
        (
            reading("a", "Events", "cloudtrail:LookupEvents"),
            reading("b", "Events", "cloudtrail:LookupEvents"),
            False,
        ),
        (reading("a", "S3BucketName"), reading("b", "Other"), False),
    ],
)
def test_settings_drift_even_where_nothing_fails(before: Finding, after: Finding, drifts: bool) -> None:
    found = difference(day(0, before), day(1, after))
    assert bool(found.drift) is drifts
    assert filled(found) == set()


def test_drift_says_what_was_and_what_is() -> None:
    (drift,) = difference(day(0, reading("a")), day(1, reading("b"))).drift
    assert (drift.before, drift.after, drift.field) == (("a",), ("b",), "S3BucketName")
    assert drift.resources == (one().resource_arn,)


def test_a_setting_that_several_controls_read_drifts_once() -> None:
    def both(value: str) -> tuple[Finding, Finding]:
        first = reading(value)
        return first, replace(first, control_id="TH106", fingerprint="0")

    assert len(difference(day(0, *both("a")), day(1, *both("b"))).drift) == 1


SCREEN = Terminal(color=False, width=100, verbose=False, unicode=True)
CHANGED = difference(
    day(0, one(), one("TH102"), reading("a")),
    day(
        1, one(status=PASS), one("TH403", UNKNOWN), one("TH302", FAIL, name="x\x1b[31m|<b>@all"), reading("b")
    ),
)


def test_every_format_tells_all_of_it() -> None:
    for format in FORMATS:
        text = render(format, CHANGED)
        assert all(id in text for id in ("TH102", "TH403", "TH302"))
        assert "\x1b" not in text
        assert "S3BucketName" in text


def test_the_headline_counts() -> None:
    last = console.render(CHANGED, SCREEN).splitlines()[-1]
    assert last == "1 new failure, 0 fixed, 0 still failing, 1 newly unknown, 2 changed settings"


def test_many_changes_are_counted_where_a_terminal_has_no_room() -> None:
    many = tuple(one(name=f"t{n}") for n in range(300))
    found = difference(day(0), day(1, *many))
    assert "and 280 more findings: --verbose" in console.render(found, SCREEN)
    assert "and 100 more findings" in markdown.render(found)
    assert "more" not in console.render(found, replace(SCREEN, verbose=True))
    assert samples.NEGLECTED in markdown.render(found)


def test_regions_that_say_the_same_are_told_once() -> None:
    regions = ("eu-west-1", "eu-west-2", "us-east-1")
    many = [replace(one(region=region), detail=f"no trail logs in {region}") for region in regions]
    unlike = [replace(f, fingerprint=f"{n}") for n, f in enumerate(many)]
    found = difference(day(0), day(1, *unlike))
    assert len(found.new) == 3
    for format in ("console", "markdown", "html"):
        text = render(format, found).replace("\\-", "-")
        assert text.count("no trail logs in these Regions") == 1
        assert all(region in text for region in regions)


def test_as_html_nothing_is_markup_and_nothing_changed_is_said() -> None:
    text = render("html", CHANGED)
    assert "<b>@all" not in text
    assert "default-src 'none'" in unescape(text)
    assert "script-src" not in text
    assert ">Nothing changed</h2>" in render(
        "html", difference(day(0, one(status=PASS)), day(1, one(status=PASS)))
    )
