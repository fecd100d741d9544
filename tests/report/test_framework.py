import csv
import json
import re
from io import StringIO

import pytest
from msgspec.structs import replace

from checker import frameworks
from checker.assessment import Assessment
from checker.evidence import Cause
from checker.model import Finding, Status
from checker.report import BY_FRAMEWORK, FORMATS, CannotRender, Choices, render
from checker.report.framework.rows import Part, Row, State, rows
from tests.report import attacks, samples

CIS = Choices(framework="cis-5.0")


def of(assessment: Assessment, requirement: str, framework: str = "cis-5.0") -> Row:
    return next(row for row in rows(assessment, framework).rows if row.id == requirement)


def found(id: str, status: Status) -> Finding:
    if status is Status.UNKNOWN:
        return samples.finding("TH110", status, "denied", unknown=Cause.DENIED)
    return replace(samples.finding("TH110", status, "as it is"), control_id=id)


PASS, FAIL, UNKNOWN = Status.PASS, Status.FAIL, Status.UNKNOWN
WAIVED = replace(found("TH110", FAIL), waiver=samples.ACCEPTED)
ALL_OF_3_1 = ("TH102", "TH103", "TH201")


@pytest.mark.parametrize(
    ("requirement", "findings", "state"),
    [
        pytest.param("3.2", [found("TH110", PASS)], State.PASS, id="its control passes"),
        pytest.param("3.2", [found("TH110", PASS), found("TH110", FAIL)], State.FAIL, id="one of two fails"),
        pytest.param("3.2", [found("TH110", UNKNOWN), found("TH110", PASS)], State.UNKNOWN, id="one unread"),
        pytest.param("3.2", [WAIVED, found("TH110", PASS)], State.WAIVED, id="accepted is not met"),
        pytest.param("3.2", [], State.NOT_APPLICABLE, id="nothing to judge"),
        pytest.param("3.1", [found(id, PASS) for id in ALL_OF_3_1], State.PASS, id="all controls pass"),
        pytest.param("3.1", [found(id, PASS) for id in ALL_OF_3_1[:2]], State.NOT_JUDGED, id="one left out"),
        pytest.param("3.1", [found("TH103", FAIL)], State.FAIL, id="a failure outweighs what was left out"),
        pytest.param("3.3", [], State.NOT_COVERED, id="no control answers it"),
    ],
)
def test_what_becomes_of_a_requirement(requirement: str, findings: list[Finding], state: State) -> None:
    judged = {f.control_id for f in findings} | {"TH110"}
    assessment = replace(samples.assessment(findings), controls=tuple(sorted(judged)))
    assert of(assessment, requirement).state is state


@pytest.mark.parametrize("framework", frameworks.FRAMEWORKS)
def test_no_requirement_is_left_out(framework: str) -> None:
    data = frameworks.load(framework)
    listed = [row.id for row in rows(samples.ORGANIZATION, framework).rows]
    assert len(listed) == len(set(listed))
    assert set(listed) == {*data.requirements, *data.outline}


@pytest.mark.parametrize("framework", ["cis-5.0", "cis-6.0"])
def test_the_whole_benchmark_is_listed_with_titles(framework: str) -> None:
    made = rows(samples.ORGANIZATION, framework)
    assert made.whole
    assert len(made.rows) == 63
    assert all(row.title for row in made.rows)


@pytest.mark.parametrize(
    ("framework", "says"),
    [
        (
            "iso-27001-2022",
            "Of Annex A all requirements are listed, also those that no control answers; of the",
        ),
        ("soc2", "All requirements of the framework are listed, also those that no control answers."),
        ("pci-3.2.1", "Listed are the requirements that controls answer; the framework has others"),
    ],
)
@pytest.mark.parametrize("format", ["console", "markdown", "html"])
def test_every_reader_learns_which_part_is_listed(format: str, framework: str, says: str) -> None:
    text = render(format, samples.ORGANIZATION, Choices(framework=framework))
    assert says in " ".join(text.split())


def test_a_part_is_whole_and_the_rest_stands_around_it_in_order() -> None:
    listed = [row.id for row in rows(samples.ORGANIZATION, "nist-800-53-r5").rows]
    assert listed.index("AC-2(4)") < listed.index("AU-1") < listed.index("AU-2(b)") < listed.index("AU-16(3)")
    assert listed.index("AU-16(3)") < listed.index("CA-7") < listed.index("SI-19(4)")
    open_ = [row.id for row in rows(samples.ORGANIZATION, "nist-800-53-r5").rows if not row.parts]
    assert {"AU-1", "AU-5", "AU-9(b)"} <= set(open_)
    assert all(id.startswith("AU-") for id in open_)


@pytest.mark.usefixtures("logging")
def test_a_headline_leaves_out_nothing_that_is_open() -> None:
    made = rows(samples.ORGANIZATION, "cis-5.0")
    assert made.headline == "0 of 3 judged requirements met (1 not judged, 1 not covered)"


def test_evidence_stands_under_one_requirement_and_the_others_lead_there() -> None:
    text = render("html", samples.ORGANIZATION, Choices(framework="nist-800-53-r5"))
    evidence = re.findall(r"no trail records the Region", text)
    assert len(evidence) <= 1
    served = [
        row.id for row in rows(samples.ORGANIZATION, "nist-800-53-r5").rows if "TH102" in map(_id, row.parts)
    ]
    assert text.count(f"evidence under {served[0]}</a>") >= len(served) - 1 > 40


def test_a_framework_of_many_accounts_is_light() -> None:
    text = render("html", samples.large(500, 60, failing=2), Choices(framework="nist-800-53-r5"))
    assert len(text.encode()) < 1_000_000
    assert "35 more resources</summary>" in text


def _id(part: Part) -> str:
    return part.control_id


def test_the_table_has_every_requirement_and_its_evidence() -> None:
    text = render("csv", samples.ORGANIZATION, CIS)
    read = list(csv.DictReader(StringIO(text, newline=""), strict=True))
    assert {row["requirement"] for row in read} == {
        row.id for row in rows(samples.ORGANIZATION, "cis-5.0").rows
    }
    (failed,) = [r for r in read if r["requirement"] == "3.2" and r["account_id"] == samples.CONSOLE]
    assert failed["evidence"] == "cloudtrail:DescribeTrails LogFileValidationEnabled = false"


@pytest.mark.usefixtures("logging")
def test_json_leads_to_the_findings() -> None:
    document = json.loads(render("json", samples.ORGANIZATION, CIS))
    assert document["summary"]["not_covered"] == 1
    known = {f.fingerprint for f in samples.ORGANIZATION.findings}
    requirement = next(each for each in document["requirements"] if each["id"] == "3.2")
    assert requirement["status"] == "fail"
    assert {f["fingerprint"] for f in requirement["controls"][0]["findings"]} <= known


@pytest.mark.parametrize("format", BY_FRAMEWORK)
def test_hostile_names_stay_names(format: str) -> None:
    text = render(format, attacks.hostile(), CIS)
    assert text == render(format, attacks.hostile(), CIS)
    if format != "json":  # where the characters are data, which its own rules escape
        assert not set(text) & set("\x1b\x07\x9b\u202e\u2066\u200b")
    assert not set(text) & set("\x1b\x07")
    if format in ("html", "markdown"):
        assert "<script" not in text
        assert "<img" not in text


@pytest.mark.parametrize("format", sorted(set(FORMATS) - set(BY_FRAMEWORK)))
def test_what_cannot_go_by_framework_says_so(format: str) -> None:
    with pytest.raises(CannotRender, match=f"{format} cannot go by framework: choose one of console"):
        render(format, samples.SMALL, CIS)


def test_an_unknown_framework_is_refused() -> None:
    with pytest.raises(CannotRender, match=r"unknown framework cis-9\.0; there are cis-1\.2"):
        render("json", samples.SMALL, Choices(framework="cis-9.0"))
