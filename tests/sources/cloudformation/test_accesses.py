"""Before deployment, reads and writes both have to be recorded, by one trail of the templates or another."""

import copy
from pathlib import Path
from typing import Any

import pytest

from checker.sources import terraform
from tests.sources.cloudformation.judging import GONE, findings, hardened, observed
from tests.sources.terraform.hardened import resources
from tests.sources.terraform.planning import plan, written

MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}


def basic(access: str) -> dict[str, Any]:
    return {"EventSelectors": [{"ReadWriteType": access}], "AdvancedEventSelectors": GONE}


def advanced(flag: str) -> dict[str, Any]:
    fields = [MANAGEMENT, {"Field": "readOnly", "Equals": [flag]}]
    return {"AdvancedEventSelectors": [{"FieldSelectors": fields}]}


CASES: dict[str, tuple[dict[str, Any], dict[str, Any] | None, str]] = {
    "reads and writes": (basic("All"), None, "pass"),
    "reads alone": (basic("ReadOnly"), None, "write management events are recorded by no trail"),
    "writes alone": (basic("WriteOnly"), None, "read management events are recorded by no trail"),
    "reads alone, by advanced selectors": (advanced("true"), None, "write management events are recorded"),
    "reads here, writes there": (basic("ReadOnly"), basic("WriteOnly"), "pass"),
    "reads here, all there": (basic("ReadOnly"), basic("All"), "pass"),
    "reads here and there": (basic("ReadOnly"), basic("ReadOnly"), "write management events are recorded"),
    "reads here, all there but stopped": (
        basic("ReadOnly"),
        {**basic("All"), "IsLogging": False},
        "write management events are recorded",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_trail_that_records_half_fails_unless_another_records_the_rest(name: str, tmp_path: Path) -> None:
    here, there, expected = CASES[name]
    template = hardened(**{f"Trail__{name}": value for name, value in here.items()})
    if there is not None:
        other = copy.deepcopy(hardened(**{f"Trail__{name}": value for name, value in there.items()}))
        template["Resources"]["Other"] = other["Resources"]["Trail"]
        template["Resources"]["Other"]["Properties"]["TrailName"] = "other"
    found = [
        f
        for f in findings(observed(tmp_path, template).inventory, ["TH202"])
        if f.resource_arn.endswith("/audit")
    ]
    (finding,) = found
    if expected == "pass":
        assert finding.status.value == "pass", finding.detail
    else:
        assert (finding.status.value, expected in finding.detail) == ("fail", True), finding.detail


def test_a_plan_is_asked_the_same(tmp_path: Path) -> None:
    found = resources(
        aws_cloudtrail__advanced_event_selector=[],
        aws_cloudtrail__event_selector=[{"read_write_type": "ReadOnly", "include_management_events": True}],
    )
    inventory = terraform.load([written(tmp_path, plan(found))]).inventory
    (finding,) = findings(inventory, ["TH202"])
    assert finding.status.value == "fail"
