"""Findings of a plan stand at the value that decides, else at their resource, in one line or in many."""

import json
from pathlib import Path
from typing import Any

import pytest

from checker.catalog import CONTROLS
from checker.gate import MOST, judge
from checker.model import Finding
from checker.sources import templates
from tests.sources.cloudformation.judging import PLACE
from tests.sources.terraform import existing
from tests.sources.terraform.hardened import resources
from tests.sources.terraform.planning import GONE, plan

OFF = {"aws_cloudtrail__enable_log_file_validation": False}
VERSIONS = [{"status": "Suspended"}]
CASES: dict[str, tuple[str, dict[str, Any], str]] = {
    "a value": ("TH110", plan(resources(**OFF)), '"enable_log_file_validation": false,'),
    "a value that is not set": (
        "TH110",
        plan(resources(aws_cloudtrail__enable_log_file_validation=GONE)),
        '"address": "aws_cloudtrail.audit",',
    ),
    "a value inside a block": (
        "TH308",
        plan(resources(aws_s3_bucket_versioning__versioning_configuration=VERSIONS)),
        '"versioning_configuration": [',
    ),
    "a trail that is destroyed": (
        "TH106",
        existing.changed({"aws_cloudtrail.audit": ["delete"]}),
        '"address": "aws_cloudtrail.audit",',
    ),
}


def failure(folder: Path, control: str, text: str) -> Finding:
    (folder / "plan.json").write_text(text)
    reading = templates.read([folder], PLACE)
    judged = judge(reading, [CONTROLS[control]], known=CONTROLS, version="1", folder=folder)
    (found,) = (f for f in judged.assessment.findings if f.status.value == "fail")
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_finding_is_at_the_value_that_decides(name: str, tmp_path: Path) -> None:
    control, content, line = CASES[name]
    text = json.dumps(content, indent=2)
    place = failure(tmp_path, control, text).location
    assert place
    assert place.text.strip() == line
    assert text.splitlines()[place.line - 1] == place.text
    assert place.text[place.column - 1 :].startswith(line.partition(":")[0])


@pytest.mark.parametrize("name", CASES)
def test_in_one_line_the_column_tells(name: str, tmp_path: Path) -> None:
    control, content, line = CASES[name]
    text = json.dumps(content)
    place = failure(tmp_path, control, text).location
    assert place
    assert (place.line, place.text) == (1, text[:MOST] if place.column <= MOST else "")
    assert text[place.column - 1 :].startswith(line.partition(":")[0])
