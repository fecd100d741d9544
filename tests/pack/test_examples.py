"""The examples in Terraform's language are what they say, which Checkov's parser and the pack tell."""

import shutil
from pathlib import Path

import pytest

from checker.examples import HERE, Example, example
from tests.pack.running import Ended, checkov, needs_checkov

pytestmark = needs_checkov
CONTROLS = sorted(path.name.partition(".")[0] for path in HERE.glob("*.tf.diff"))
GOOD = "good"
Failing = dict[str, dict[str, str]]
"""By folder, and by control: passed or failed."""


def the(control: str) -> Example:
    found = example(control, "terraform")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Failing:
    """Judge every bad half, and the good ones, in one run."""
    root = tmp_path_factory.mktemp("examples")
    for control in CONTROLS:
        (root / control).mkdir()
        (root / control / "main.tf").write_text(the(control).bad)
    (root / GOOD).mkdir()
    shutil.copy(HERE / "trail.tf", root / GOOD)
    ended = checkov(root, frameworks=("terraform",), env={"TRAILHOLD_SET": "strict"})
    found: Failing = {}
    for status in ("passed", "failed"):
        for one in ended.records(status):
            found.setdefault(one["file_path"].split("/")[1], {})[one["check_id"]] = status
    return found


@pytest.mark.parametrize("control", CONTROLS)
def test_the_good_half_passes_and_the_bad_one_fails_nothing_else(control: str, told: Failing) -> None:
    before, after = told[GOOD], told[control]
    assert before[control] == "passed"
    worse = {id for id, status in after.items() if status == "failed" and before.get(id) != "failed"}
    assert worse == {control, *the(control).also}


def test_the_good_templates_pass_the_baseline_in_checkov_too(tmp_path: Path) -> None:
    """But for the organization's, which only the assembly around it makes three accounts of."""
    (tmp_path / GOOD).mkdir()
    for path in (*HERE.glob("*.yaml"), *HERE.glob("*.tf")):
        shutil.copy(path, tmp_path / GOOD)
    ended: Ended = checkov(tmp_path / GOOD, frameworks=("cloudformation", "terraform"))
    assert (ended.code, ended.ids("failed")) == (0, set())
    assert {report["check_type"] for report in ended.reports} == {"cloudformation", "terraform"}
