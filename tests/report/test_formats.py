import subprocess
import sys
from html import unescape

import pytest

from checker.assessment import Assessment
from checker.report import FORMATS, Choices, format_of, render
from tests.report import attacks, samples


@pytest.mark.parametrize(
    ("path", "format"),
    [
        ("report.json", "json"),
        ("out/Report.HTML", "html"),
        ("report.htm", "html"),
        ("a.html.json", "json"),
        ("report.txt", "console"),
    ],
)
def test_a_suffix_stands_for_a_format(path: str, format: str) -> None:
    assert format_of(path) == format


def test_the_longest_suffix_wins() -> None:
    assert format_of("findings.ocsf.json") == "ocsf"
    assert format_of("findings.json") == "json"


@pytest.mark.parametrize("path", ["report", "report.pdf", "json", ""])
def test_an_unknown_suffix_is_told_with_the_known_ones(path: str) -> None:
    with pytest.raises(ValueError, match=r"\.txt, \.html, \.htm, \.json, "):
        format_of(path)


def test_an_unknown_format_is_told_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="console, html, json, csv"):
        render("pdf", samples.EMPTY)


ALL = {
    "organization": samples.ORGANIZATION,
    "clean": samples.CLEAN,
    "small": samples.SMALL,
    "empty": samples.EMPTY,
    "unread": samples.UNREAD,
    "hostile": attacks.hostile(samples.NEGLECTED),
}


def rendered(format: str, assessment: Assessment) -> str:
    return render(format, assessment, Choices(sarif_location="trailhold.toml"))


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", ALL)
def test_every_assessment_renders_the_same_twice_and_can_be_written(format: str, name: str) -> None:
    text = rendered(format, ALL[name])
    assert text == rendered(format, ALL[name])
    assert text.encode("utf-8").endswith(b"\n") or (format, text) == ("github", ""), "no news, no command"


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_shows_a_waiver(format: str) -> None:
    text = unescape(rendered(format, samples.SMALL))
    for part in (samples.ACCEPTED.reason, samples.ACCEPTED.owner, samples.ACCEPTED.expires):
        assert part in text


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_shows_what_was_not_read(format: str) -> None:
    assert "s3:GetBucketPolicy was denied" in unescape(rendered(format, samples.SMALL)).replace("%3A", ":")


HUGE = attacks.huge(10_000_000)


@pytest.mark.parametrize("format", sorted(set(FORMATS) - {"json"}))
def test_a_policy_of_10_mb_leaves_every_report_light(format: str) -> None:
    assert len(render(format, HUGE, Choices(sarif_location="README.md"))) < 500_000


def test_a_format_loads_only_what_it_needs() -> None:
    program = (
        "import sys; from checker.report import render; from tests.report.samples import SMALL;"
        "render('json', SMALL); render('console', SMALL);"
        "print('jinja2' in sys.modules); render('html', SMALL); print('jinja2' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True"]
