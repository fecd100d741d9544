"""Every finding against the model of ``BatchImportFindings``, and the limits of the API reference."""

import json
import re
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from msgspec.structs import replace

from checker.assessment import Assessment
from checker.model import Status
from checker.report import CannotRender, render
from tests.report import attacks, samples

MODEL = botocore.session.Session().get_service_model("securityhub")
INPUT: Any = MODEL.operation_model("BatchImportFindings").input_shape
FINDING: Any = MODEL.shape_for("AwsSecurityFinding")


def findings(assessment: Assessment) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = json.loads(render("asff", assessment))
    return made


def problems(found: list[dict[str, Any]]) -> str:
    """What the SDK would say before it sent the findings, and the members that it would not know."""
    report = ParamValidator().validate({"Findings": found}, INPUT)
    unknown = sorted({name for each in found for name in each} - set(FINDING.members))
    return f"{report.generate_report()}{', '.join(unknown)}"


SAMPLES = {
    "organization": samples.ORGANIZATION,
    "small": samples.SMALL,
    "unread": samples.UNREAD,
    "hostile": attacks.hostile(samples.NEGLECTED),
    "huge": attacks.huge(10_000_000),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_sdk_finds_nothing_wrong(name: str) -> None:
    assert problems(findings(SAMPLES[name])[:100]) == ""


def test_the_sdk_would_notice() -> None:
    first = findings(samples.SMALL)[0]
    assert "AwsAccountId" in problems([{k: v for k, v in first.items() if k != "AwsAccountId"}])
    assert "Surprise" in problems([first | {"Surprise": "1"}])


LIMITS = {"Id": 512, "GeneratorId": 512, "Title": 256, "Description": 1024}


@pytest.mark.parametrize("name", SAMPLES)
def test_limits(name: str) -> None:
    for each in findings(SAMPLES[name]):
        assert all(1 <= len(each[field]) <= most for field, most in LIMITS.items())
        assert len(json.dumps(each).encode()) <= 240_000
        assert len(each["ProductFields"]) <= 50
        assert all(1 <= len(value) <= 2048 for value in each["ProductFields"].values())
        assert 1 <= len(each["Remediation"]["Recommendation"]["Text"]) <= 512
        assert len(each["Compliance"].get("RelatedRequirements", ())) <= 32
        assert all(1 <= len(r["Id"]) <= 512 and len(r["Region"]) <= 16 for r in each["Resources"])
        assert re.fullmatch(r"\d{12}", each["AwsAccountId"])
        assert all(len(each["Note"][part]) <= 512 for part in each.get("Note", ()))
        assert not {"Workflow", "VerificationState", "UserDefinedFields"} & set(each)


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_that_does_not_print(name: str) -> None:
    for each in findings(SAMPLES[name]):
        texts = [each["Title"], each["Description"], *each["ProductFields"].values()]
        assert all(text.isprintable() for text in texts)


@pytest.mark.parametrize(
    ("control", "status"),
    [("TH203", "PASSED"), ("TH110", "FAILED"), ("TH302", "WARNING"), ("TH116", "FAILED")],
)
def test_status(control: str, status: str) -> None:
    each = next(f for f in findings(samples.SMALL) if f["GeneratorId"] == f"trailhold/{control}")
    assert each["Compliance"]["Status"] == status
    assert ("Note" in each) is (control == "TH116")


def test_a_finding_keeps_its_id_whoever_looks_and_whenever() -> None:
    later = replace(
        samples.SMALL, scan=replace(samples.SCAN, callers=("arn:aws:iam::1:user/other",), calls=1)
    )
    assert [f["Id"] for f in findings(later)] == [f["Id"] for f in findings(samples.SMALL)]


def test_a_finding_is_filed_under_its_own_account_and_region() -> None:
    found = samples.finding("TH102", Status.FAIL, "no trail", account=samples.CONSOLE, region="eu-west-1")
    (each,) = findings(samples.assessment((found,)))
    place = f"eu-west-1:{samples.CONSOLE}"
    assert each["ProductArn"] == f"arn:aws:securityhub:{place}:product/{samples.CONSOLE}/default"
    assert each["AwsAccountId"] == samples.CONSOLE
    assert each["Resources"][0]["Id"] == f"AWS::::Account:{samples.CONSOLE}"


def test_an_owner_that_nobody_learnt_is_the_audited_account() -> None:
    found = replace(samples.SMALL.findings[0], account_id="")
    assert findings(samples.assessment((found,)))[0]["AwsAccountId"] == samples.SCAN.accounts[0]


@pytest.mark.parametrize(
    ("assessment", "says"),
    [
        (
            replace(samples.SMALL, scan=replace(samples.SCAN, source="cloudformation")),
            "a result of templates",
        ),
        (attacks.hostile(), "asff needs the account of each finding"),
    ],
)
def test_what_has_no_account_is_refused(assessment: Assessment, says: str) -> None:
    with pytest.raises(CannotRender, match=says):
        findings(assessment)
