"""SARIF against the schema of its standard: real checks of good, bad, broken and waived files, attacks."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from checker.assessment import Assessment
from checker.catalog import CONTROLS
from checker.gate import judge
from checker.report import Choices, render
from checker.report.tally import Outcome
from checker.sources import templates
from tests.report import attacks, samples
from tests.report.test_sarif import REFUSAL, placed
from tests.sources.cloudformation.judging import HARDENED, PLACE
from tests.sources.terraform import existing
from tests.sources.terraform.planning import written

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
GOOD = HARDENED.read_text()
BAD = GOOD.replace("EnableLogFileValidation: true", "EnableLogFileValidation: false")
OPEN = GOOD.replace("IsLogging: true", "IsLogging: !ImportValue nobodys").replace(
    "IsMultiRegionTrail: true", "IsMultiRegionTrail: !Ref None"
)
WAIVED = BAD.replace(
    "Validation: false", "Validation: false # trailhold:waive TH110 <b>because</b> @all \u202e"
)
FOLDERS: dict[str, tuple[dict[str, str], set[str]]] = {
    "good": ({"t.yaml": GOOD}, set()),
    "bad": ({"de ep/t é.yaml": BAD}, {"fail"}),
    "open": ({"t.yaml": OPEN}, {"unknown"}),
    "waived": ({"t.yaml": WAIVED}, {"waived"}),
    "broken beside bad": (
        {"t.yaml": BAD, "%20#?\u202e.json": '{"Resources": {"A": {"Type": "AWS::S3::Bucket"'},
        {"fail"},
    ),
}


def check(folder: Path) -> Assessment:
    reading = templates.read([folder], PLACE)
    return judge(reading, tuple(CONTROLS.values()), known=CONTROLS, version="1.2.3", folder=folder).assessment


def log(assessment: Assessment) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render("sarif", assessment, Choices()))
    return found


@pytest.mark.parametrize("name", FOLDERS)
def test_what_a_check_writes_is_valid(name: str, tmp_path: Path) -> None:
    files, outcomes = FOLDERS[name]
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    found = log(check(tmp_path))
    VALIDATOR.validate(found)
    (run,) = found["runs"]
    assert {one["properties"]["status"] for one in run["results"]} >= outcomes
    assert bool(run["invocations"][0]["toolExecutionNotifications"]) is (len(files) > 1)


def test_what_a_check_of_a_plan_writes_is_valid(tmp_path: Path) -> None:
    written(tmp_path, existing.changed({"aws_cloudtrail.audit": ["delete"]}))
    found = log(check(tmp_path))
    VALIDATOR.validate(found)
    assert "TH106" in {one["ruleId"] for one in found["runs"][0]["results"]}


@pytest.mark.parametrize(
    "assessment", [samples.SMALL, samples.ORGANIZATION, attacks.hostile(samples.NEGLECTED)]
)
def test_whatever_is_found_the_log_is_valid(assessment: Assessment) -> None:
    found = log(replace(placed(assessment), refused=(REFUSAL, replace(REFUSAL, path="", line=0))))
    VALIDATOR.validate(found)
    statuses = {one["properties"]["status"] for one in found["runs"][0]["results"]}
    assert statuses <= {one.value for one in Outcome}
    assert statuses


WRONG = {
    "a result without a message": lambda run: run["results"][0].pop("message"),
    "a level that is none": lambda run: run["results"][0].update(level="bad"),
    "a tool without a name": lambda run: run["tool"]["driver"].pop("name"),
    "a line before the first": lambda run: run["results"][0]["locations"][0]["physicalLocation"][
        "region"
    ].update(startLine=0),
    "a word of nobody's": lambda run: run.update(ours=1),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_schema_finds_what_is_wrong(name: str) -> None:
    found = log(placed(samples.SMALL))
    WRONG[name](found["runs"][0])
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(found)
