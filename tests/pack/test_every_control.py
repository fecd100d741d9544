"""Checkov with the pack says of each control what trailhold says of it: in templates, plans and HCL."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from checker.catalog import CONTROLS
from checker.sources import terraform
from tests.pack import hcl
from tests.pack.running import FRAMEWORKS, Ended, checkov, needs_checkov
from tests.pack.weaknesses import CASES
from tests.sources.cloudformation import judging
from tests.sources.cloudformation.judging import EXPRESSIBLE, statuses
from tests.sources.terraform import hardened as planned
from tests.sources.terraform.planning import plan, written

pytestmark = needs_checkov
PLACE = judging.PLACE
PARAMETERS = " ".join(f"{name}={value}" for name, value in PLACE.items())
ELSEWHERE = ("the account may make it public", "a lock that is too short")
"""Weaknesses that the account's own settings, or MFA delete, may make good."""
EXISTING = {"TH218"}
"""What is known of a trail that is made from nothing, as only a plan says."""
Verdicts = dict[str, dict[str, str]]
"""By case, and by control: PASS or FAIL."""


def template_of(case: Any, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "template.json").write_text(json.dumps(judging.hardened(**case.template), indent=2))


def plan_of(case: Any, folder: Path) -> None:
    folder.mkdir(parents=True)
    written(folder, plan(planned.resources(**case.plan)))


def language_of(case: Any, folder: Path) -> None:
    hcl.written(folder, planned.resources(**case.plan))


WRITTEN = {"cloudformation": template_of, "terraform_plan": plan_of, "terraform": language_of}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    """Judge every case in every framework: one run a framework, with a folder a case."""
    found = {}
    for framework in FRAMEWORKS:
        root = tmp_path_factory.mktemp(framework)
        for place, case in enumerate(CASES):
            WRITTEN[framework](case, root / f"{place:02}")
        env = {"TRAILHOLD_SET": "strict", "TRAILHOLD_PARAMETERS": PARAMETERS}
        found[framework] = checkov(root, frameworks=(framework,), env=env)
    return found


def told(ended: Ended) -> Verdicts:
    found: Verdicts = {}
    for status in ("failed", "passed"):
        for one in ended.records(status):
            case = found.setdefault(CASES[int(one["file_path"].split("/")[1])].name, {})
            case.setdefault(one["check_id"], "FAIL" if status == "failed" else "PASS")
    return found


def decided(found: dict[str, str], controls: Iterable[str] = EXPRESSIBLE) -> dict[str, str]:
    return {id: found[id].upper() for id in controls if found.get(id, "").upper() in ("PASS", "FAIL")}


@pytest.mark.parametrize("framework", ["cloudformation", "terraform_plan"])
def test_files_are_judged_as_trailhold_judges_them(
    framework: str, ran: dict[str, Ended], tmp_path: Path
) -> None:
    verdicts = told(ran[framework])
    for case in CASES:
        if framework == "cloudformation":
            inventory = judging.observed(tmp_path, judging.hardened(**case.template), **PLACE).inventory
        else:
            path = written(tmp_path, plan(planned.resources(**case.plan)))
            inventory = terraform.load([path], parameters=PLACE).inventory
        ours = decided(statuses(inventory))
        assert decided(verdicts[case.name]) == ours, case.name
        assert len(ours) >= 60, case.name


def test_hcl_is_judged_as_its_plan(ran: dict[str, Ended]) -> None:
    language, plans = told(ran["terraform"]), told(ran["terraform_plan"])
    for case in CASES:
        ours, theirs = decided(language[case.name]), decided(plans[case.name])
        for id in {*ours, *theirs} - EXISTING:
            assert ours.get(id) == theirs.get(id), f"{id}: {case.name}"


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_no_weakness_passes(framework: str, ran: dict[str, Ended]) -> None:
    """Each fails something, or leaves it undecided where an account would have to tell."""
    verdicts = told(ran[framework])
    good = {id for id, verdict in verdicts["nothing"].items() if verdict == "PASS"}
    assert len(good) >= 60
    for case in CASES[1:]:
        lost = {id: verdicts[case.name].get(id) for id in good if verdicts[case.name].get(id) != "PASS"}
        assert lost, case.name
        assert "FAIL" in lost.values() or case.name in ELSEWHERE, case.name


def test_the_cases_fail_what_they_should(ran: dict[str, Ended]) -> None:
    """The controls that some weakness fails are the same in every framework."""
    failing = {
        framework: {id for case in told(ended).values() for id, verdict in case.items() if verdict == "FAIL"}
        for framework, ended in ran.items()
    }
    assert failing["terraform"] == failing["terraform_plan"] - EXISTING
    assert len(failing["cloudformation"] & set(CONTROLS)) >= 40
