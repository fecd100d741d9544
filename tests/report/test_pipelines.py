"""JUnit, Markdown and annotations: counts that agree, limits, and text of others that stays text."""

import re
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from checker.assessment import Assessment, Refusal
from checker.model import Finding, Status
from checker.report import render
from checker.report.github import EACH
from checker.report.markdown import MOST_BYTES
from checker.report.status import STATUS
from checker.report.tally import Outcome, outcome
from tests.report import attacks, samples
from tests.report.test_sarif import PLACE, REFUSAL, placed

GATE = replace(placed(samples.SMALL), refused=(REFUSAL,))
HOSTILE = attacks.hostile(samples.NEGLECTED)
EVERY = {
    "small": samples.SMALL,
    "organization": samples.ORGANIZATION,
    "clean": samples.CLEAN,
    "empty": samples.EMPTY,
    "gate": GATE,
    "hostile": HOSTILE,
}


def test_every_outcome_has_a_word_in_every_format() -> None:
    assert STATUS.keys() == set(Outcome)
    assert len({names.markdown for names in STATUS.values()}) == len(Outcome)


@pytest.mark.parametrize("name", EVERY)
def test_junit_counts_what_it_holds(name: str) -> None:
    assessment = EVERY[name]
    root = ElementTree.fromstring(render("junit", assessment))
    shown = [outcome(f) for f in assessment.findings]
    refused = len(assessment.refused)
    assert root.tag == "testsuites"
    assert int(root.get("tests", "")) == len(shown) + refused
    assert int(root.get("failures", "")) == shown.count(Outcome.FAIL) == len(root.findall(".//failure"))
    unknown = shown.count(Outcome.UNKNOWN) + refused
    assert int(root.get("errors", "")) == unknown == len(root.findall(".//error"))
    assert int(root.get("skipped", "")) == shown.count(Outcome.WAIVED) == len(root.findall(".//skipped"))
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.get("tests", "")) == len(cases)
        assert [child.tag for child in suite][:1] == ["properties"]
        for name_, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(name_, "")) == len(suite.findall(f"testcase/{tag}"))


def test_junit_says_everything_in_the_name_and_the_body() -> None:
    root = ElementTree.fromstring(render("junit", GATE))
    (failure,) = root.iter("failure")
    assert failure.text
    for part in ("TH110", "high", "log files are not signed", "at: templates/a b.yaml:7:9", "fix: "):
        assert part in failure.text
    assert {suite.get("name") for suite in root} == {PLACE.path, "files that could not be read"}


@pytest.mark.parametrize("name", EVERY)
def test_annotations_are_one_command_a_line_within_the_limits(name: str) -> None:
    lines = render("github", EVERY[name]).splitlines()
    kinds = [line.split(" ")[0] for line in lines]
    for kind in ("::error", "::warning", "::notice"):
        assert kinds.count(kind) <= EACH
    for line in lines:
        assert re.fullmatch(r"::(error|warning|notice) ((file|line|col|title)=[^,:]*,?)+::[^\r\n]*", line)
        assert line.isprintable()


def test_annotations_that_find_no_room_are_counted() -> None:
    failed = GATE.findings[0]
    lines = render("github", replace(GATE, findings=(failed,) * 30)).splitlines()
    assert len(lines) == EACH + 1
    assert lines[-1] == "::notice title=trailhold::21 more findings: read the report of the job"


def test_an_annotation_escapes_what_would_end_it() -> None:
    found = replace(GATE.findings[0], detail="100%, done::\n::error ::forged")
    text = render("github", replace(GATE, refused=(), findings=(found,)))
    assert text.startswith("::error file=templates/a b.yaml,line=7,col=9,title=TH110 ")
    assert "100%25, done::\\n::error ::forged" in text
    assert text.count("\n") == 1
    path = replace(PLACE, path="a,b:c%.yaml")
    assert "file=a%2Cb%3Ac%25.yaml," in render("github", placed(samples.SMALL, path))


def test_markdown_stays_within_a_summary() -> None:
    failed = replace(GATE.findings[0], detail="é" * 290, location=None)
    many = tuple(replace(failed, resource_arn=f"arn:aws:s3:::logs-{n}") for n in range(5_000))
    text = render("markdown", replace(GATE, findings=many))
    assert MOST_BYTES - 4_000 < len(text.encode()) <= 1 << 20
    assert re.search(r"\n[\d,]+ more rows: read the whole report\n$", text)


def attacked(text: str) -> Finding:
    return replace(
        GATE.findings[0],
        detail=text,
        title=text,
        remediation=replace(GATE.findings[0].remediation, text=text),
    )


@pytest.mark.parametrize(
    "text", ["<img src=x>", "a|b", "[x](javascript:1)", "`x`", "@team", "http://x.test", "# x\n# y"]
)
def test_markdown_of_others_is_text(text: str) -> None:
    shown = render("markdown", replace(GATE, refused=(), findings=(attacked(text),)))
    assert text not in shown
    rows = [line for line in shown.splitlines() if line.startswith("| high")]
    assert len(rows) == 1
    assert len(re.findall(r"(?<!\\)\|", rows[0])) == 6


@pytest.mark.parametrize("format", ["markdown", "github", "junit"])
def test_a_refused_file_is_shown(format: str) -> None:
    refusal = Refusal(path="x.yaml", reason="x.yaml is no template")
    assert "x.yaml is no template" in render(format, with_refusal(refusal))


def with_refusal(refusal: Refusal) -> Assessment:
    return replace(samples.CLEAN, refused=(refusal,))


def test_markdown_tells_regions_that_say_the_same_once_and_names_the_owner() -> None:
    found = [
        replace(
            samples.finding("TH102", Status.FAIL, f"no trail in {region}", region=region), account_name="prod"
        )
        for region in samples.REGIONS
    ]
    text = render("markdown", samples.assessment(found))
    assert "FAIL: 17 findings" in text
    (row,) = [line for line in text.splitlines() if "TH102" in line]
    assert "no trail in these Regions" in row
    assert f"account {samples.NEGLECTED} prod, ap" in row
    assert "us\\-west\\-2" in row or "us-west-2" in row
