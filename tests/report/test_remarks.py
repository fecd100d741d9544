"""What stands beside the findings reaches every reader, and nobody is told of accounts that nobody gave."""

from html import unescape

import pytest
from msgspec.structs import replace

from checker.assessment import Assessment
from checker.model import Status
from checker.report import BY_FRAMEWORK, FORMATS, Choices, render
from checker.report.package import build
from tests.report import samples
from tests.report.test_sarif import PLACE, REFUSAL, placed

READ = ("console", "html", "markdown", "summary", "sarif", "junit", "json")
"""Formats that tell of a whole run; the others are records of findings."""
NOTE = "12 findings below high not shown (min-severity)"
NOTED = replace(samples.SMALL, scan=replace(samples.SCAN, notes=(NOTE,)))
GATE = replace(placed(samples.SMALL), refused=(REFUSAL,))
LIVE = Choices(sarif_location="trailhold.toml")


def told(text: str) -> str:
    plain = unescape(text).replace("\\(", "(").replace("\\)", ")").replace("\\-", "-").replace("\\.", ".")
    return " ".join(plain.split())


@pytest.mark.parametrize("format", READ)
def test_a_note_on_the_run_is_there(format: str) -> None:
    assert NOTE in told(render(format, NOTED, LIVE))


@pytest.mark.parametrize("format", BY_FRAMEWORK)
def test_by_framework_too(format: str) -> None:
    text = told(render(format, replace(NOTED, refused=(REFUSAL,)), Choices(framework="cis-5.0")))
    assert (NOTE in text) is (format != "csv")
    lost = "1 file could not be read, so that nothing in it was judged"
    assert (lost in text) is (format != "csv")


def test_and_in_the_evidence_package() -> None:
    assert build(NOTED, None) != build(samples.SMALL, None)


@pytest.mark.parametrize("format", sorted({*READ, "github"} - {"summary"}))
def test_a_file_that_could_not_be_read_is_named(format: str) -> None:
    assert REFUSAL.reason in told(render(format, GATE, LIVE)).replace("%3A", ":")


@pytest.mark.parametrize("format", ["html", "summary"])
def test_a_headline_counts_it(format: str) -> None:
    clean = replace(samples.CLEAN, refused=(REFUSAL,))
    assert "Every judged control passes, and 1 file could not be read" in render(format, clean)


def unplaced(assessment: Assessment) -> Assessment:
    """As a template has it that names no account and no Region."""
    return replace(
        assessment,
        scan=replace(assessment.scan, accounts=(), callers=()),
        findings=tuple(
            replace(
                f,
                account_id="000000000000",
                region="any-region",
                resource_arn="arn:aws:cloudtrail:any-region:000000000000:trail/x",
                remediation=replace(f.remediation, cli=""),
                evidence=(),
                unknowns=(),
            )
            for f in assessment.findings
        ),
    )


@pytest.mark.parametrize("format", ["console", "html", "summary", "markdown", "junit"])
def test_places_that_nobody_gave_are_not_shown_where_the_file_is(format: str) -> None:
    text = render(format, unplaced(GATE))
    assert "any-region" not in text.replace("arn:aws:cloudtrail:any-region", "") or format == "junit"
    if format != "junit":  # which repeats the ARN of the resource in the body
        assert "000000000000" not in text


def test_the_page_leads_to_the_line() -> None:
    text = render("html", GATE)
    assert f"{PLACE.path}:{PLACE.line}:{PLACE.column}" in text
    assert f"<code>{PLACE.line}  {PLACE.text.strip()}" in unescape(text)
    assert PLACE.construct in text
    assert "Findings by file" in text
    assert "CloudTrail check, before deployment" in text
    assert "all enabled" not in text
    assert 'href="#account=' in text


def test_the_same_resource_in_two_files_is_two() -> None:
    found = samples.finding("TH110", Status.FAIL, "log files are not signed", value=False)
    twice = [
        replace(found, location=replace(PLACE, path=path), fingerprint=path) for path in ("a.yaml", "b.yaml")
    ]
    text = render("html", samples.assessment(twice, source="cloudformation"))
    assert text.count('data-o="fail"') == 2
    assert all(f'data-a="{path}"' in text for path in ("a.yaml", "b.yaml"))


@pytest.mark.parametrize("format", ["console", "html", "summary", "markdown", "junit", "csv"])
def test_files_and_lines_of_others_are_only_text(format: str) -> None:
    evil = "<script>window.pwned=1</script>\x1b[31m|`x`"
    place = replace(PLACE, path=evil, construct=evil, text=evil)
    text = render(format, replace(placed(samples.SMALL, place), refused=()))
    assert "\x1b" not in text
    if format in ("html", "summary", "markdown", "junit"):
        assert "<script>window" not in text
    if format == "markdown":
        assert "`x`" not in text


def test_every_format_is_one_or_the_other() -> None:
    assert {*READ, "github", "csv", "ocsf", "asff"} == set(FORMATS)
