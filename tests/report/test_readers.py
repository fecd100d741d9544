"""What readers that are none of ours make of JUnit and Markdown; other formats have schemas of their own."""

from collections import Counter

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped, TestSuite
from markdown_it import MarkdownIt
from msgspec.structs import replace

from checker.assessment import Assessment
from checker.history.difference import difference
from checker.report import Choices, render
from checker.report import difference as changes
from checker.report.status import STATUS
from checker.report.tally import Outcome, outcome
from tests.report import attacks, samples
from tests.report.test_sarif import REFUSAL, placed

GATE = replace(placed(samples.SMALL), refused=(REFUSAL,))
EVERY = {
    "small": samples.SMALL,
    "organization": samples.ORGANIZATION,
    "named": samples.large(3, 12),
    "empty": samples.EMPTY,
    "gate": GATE,
    "hostile": attacks.hostile(samples.NEGLECTED),
}


@pytest.mark.parametrize("name", EVERY)
def test_junit(name: str) -> None:
    assessment = EVERY[name]
    read = JUnitXml.fromstring(render("junit", assessment))
    told = (read.tests, read.failures, read.errors, read.skipped)
    suites = [suite for suite in read if isinstance(suite, TestSuite)]
    cases = [case for suite in suites for case in suite]
    kinds = Counter(type(result) for case in cases for result in case.result)
    shown = Counter(STATUS[outcome(f)].junit for f in assessment.findings)
    assert kinds[Failure] == shown["failure"]
    assert kinds[Error] == shown["error"] + len(assessment.refused)
    assert kinds[Skipped] == shown["skipped"]
    assert told == (len(cases), kinds[Failure], kinds[Error], kinds[Skipped])
    for suite in suites:
        suite.update_statistics()  # type: ignore[no-untyped-call]
    read.update_statistics()  # type: ignore[no-untyped-call]
    assert (read.tests, read.failures, read.errors, read.skipped) == told, "as it counts by itself"
    assert all(case.name and case.classname.startswith("trailhold.") for case in cases)
    if name == "named":
        assert {suite.name for suite in suites} == {f"{n + 1:012d} workload-{n}-production" for n in range(3)}
    if name == "small":
        (failure,) = (result for case in cases for result in case.result if isinstance(result, Failure))
        assert failure.message == "log files are not signed"
        assert failure.type == "high"


def markdown(name: str) -> list[str]:
    assessment: Assessment = EVERY[name]
    texts = [render("markdown", assessment)]
    if name in ("organization", "hostile"):
        texts.append(render("markdown", assessment, Choices(framework="soc2")))
        texts.append(changes.render("markdown", difference(samples.CLEAN, assessment)))
    return texts


@pytest.mark.parametrize("name", EVERY)
def test_markdown(name: str) -> None:
    reader = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    for text in markdown(name):
        tokens = reader.parse(text)
        inner = [child for token in tokens for child in token.children or ()]
        kinds = {token.type for token in (*tokens, *inner)}
        assert not kinds & {"html_block", "html_inline", "link_open", "image", "fence", "code_block"}
        headings = [token for token in tokens if token.type == "heading_open"]
        assert tokens[0] in headings
        assert len({token.tag for token in headings[1:]} - {headings[0].tag}) <= 1
        assert len(headings) == sum(line.startswith("#") for line in text.splitlines())
        for row in text.splitlines():
            assert not row.startswith("|") or row.endswith("|")


@pytest.mark.parametrize("name", ["small", "organization", "gate"])
def test_markdown_has_a_row_for_what_failed(name: str) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(render("markdown", EVERY[name]))
    cells = [token.content for token in tokens if token.type == "inline"]
    failed = {f.control_id for f in EVERY[name].findings if outcome(f) is Outcome.FAIL}
    assert failed
    assert all(any(id in cell for cell in cells) for id in failed)
