"""The real Checkov with the pack: it never ends well where nothing was judged, and its ways hold for us."""

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from checker.catalog import CONTROLS
from checker.inventory import Account, DeployedStack
from checker.model import IN_TEMPLATES
from tests.pack import hcl
from tests.pack.running import CHECKOV, POLICIES, Ended, checkov, needs_checkov
from tests.sources.cloudformation.judging import HARDENED
from tests.sources.terraform import existing
from tests.sources.terraform import hardened as planned
from tests.sources.terraform.planning import GONE, plan, written

pytestmark = needs_checkov
SOME = "TH110,TH304,TH317,TH405,TH_UNDECIDED"
"""Controls of the baseline that the good folder passes in every framework."""
SIGNED = "      EnableLogFileValidation: true\n"
MORE = """
variable "signed" {
  type = bool
}
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same weakness in every framework, and what is the matter with some."""
    root = tmp_path_factory.mktemp("folders")
    good = HARDENED.read_text()
    weak = good.replace(SIGNED, "")
    skipped = weak.replace("  Trail:\n", "  Trail:\n    # checkov:skip=TH110:signed from May on\n")
    open_ = good.replace(SIGNED, "      EnableLogFileValidation: !Ref Signed\n")
    open_ = open_.replace("Parameters:\n", "Parameters:\n  Signed: {Type: String}\n", 1)
    found = {"good": good, "weak": weak, "skipped": skipped, "unknown": open_}
    assert len(set(found.values())) == 4
    for name, text in found.items():
        (root / name / "cloudformation").mkdir(parents=True)
        (root / name / "cloudformation" / "audit.yaml").write_text(text)
    for name in ("good", "weak"):
        changes = {} if name == "good" else {"aws_cloudtrail__enable_log_file_validation": GONE}
        resources = planned.resources(**changes)
        hcl.written(root / name / "terraform", resources)
        (root / name / "terraform_plan").mkdir()
        written(root / name / "terraform_plan", plan(resources))
    language = hcl.written(root / "skipped" / "terraform", planned.resources())
    text = language.read_text().replace(
        "enable_log_file_validation = true", "# checkov:skip=TH110:from May on"
    )
    language.write_text(text)
    language = hcl.written(root / "unknown" / "terraform", planned.resources(), MORE)
    text = language.read_text()
    language.write_text(
        text.replace("enable_log_file_validation = true", "enable_log_file_validation = var.signed")
    )
    return root


def of(ended: Ended, status: str, framework: str) -> set[str]:
    return {
        str(one["check_id"])
        for report in ended.reports
        if report["check_type"] == framework
        for one in report["results"][f"{status}_checks"]
    }


@cache
def judged(folder: Path) -> Ended:
    """Run some controls on a folder, once."""
    return checkov(folder, checks=SOME)


def test_a_good_folder_passes_and_a_weak_one_fails_in_every_framework(folders: Path) -> None:
    good, weak = judged(folders / "good"), judged(folders / "weak")
    assert (good.code, good.ids("failed")) == (0, set())
    assert weak.code == 1
    for framework in ("cloudformation", "terraform", "terraform_plan"):
        assert of(good, "passed", framework) == set(SOME.split(","))
        assert of(weak, "failed", framework) == {"TH110"}
    record = next(one for one in weak.records("failed") if one["check_id"] == "TH110")
    assert record["check_name"] == CONTROLS["TH110"].title
    assert record["severity"] == "HIGH"
    assert record["guideline"].startswith("https://docs.aws.amazon.com/")


REGISTERED = """
import json, sys
from checkov.cloudformation.checks.resource.registry import cfn_registry
from checkov.common.checks_infra.registry import get_graph_checks_registry
for _ in range(2):
    cfn_registry.load_external_checks(sys.argv[1])
frameworks = ("cloudformation", "terraform", "terraform_plan")
print(json.dumps({name: [one.id for one in get_graph_checks_registry(name).checks] for name in frameworks}))
"""


def test_every_control_that_templates_express_is_registered_once() -> None:
    command = [str(Path(CHECKOV).parent / "python"), "-c", REGISTERED, str(POLICIES)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = [one for one in CONTROLS.values() if set(one.told_by) & set(IN_TEMPLATES)]
    kinds = {one.applies_to for one in told} - {Account}  # of which one setting alone can be declared
    unseen = {DeployedStack}  # stands in a manifest, which Checkov does not read
    express = {one.id for one in (*told, *CONTROLS.values()) if one in told or one.applies_to in kinds}
    express -= {one.id for one in told if one.applies_to in unseen}
    for ids in json.loads(done.stdout).values():
        assert sorted(ids) == sorted({*express, "TH_UNDECIDED"})


STORES = {
    "template.json": lambda on: json.dumps(
        {
            "Resources": {
                "Store": {
                    "Type": "AWS::CloudTrail::EventDataStore",
                    "Properties": {"Name": "lake", "TerminationProtectionEnabled": on},
                }
            }
        }
    ),
    "main.tf": lambda on: (
        'resource "aws_cloudtrail_event_data_store" "lake" {\n'
        f'  name = "lake"\n  termination_protection_enabled = {str(on).lower()}\n}}\n'
    ),
    "plan.json": lambda on: json.dumps(
        plan(
            {
                "aws_cloudtrail_event_data_store.lake": {
                    "name": "lake",
                    "termination_protection_enabled": on,
                }
            }
        )
    ),
}


@pytest.mark.parametrize("name", STORES)
def test_event_data_stores_are_judged(name: str, tmp_path: Path) -> None:
    for on in (True, False):
        folder = tmp_path / str(on)
        folder.mkdir()
        (folder / name).write_text(STORES[name](on))
        ended = checkov(folder, checks="TH903")
        assert (ended.code, ended.ids("passed" if on else "failed")) == (0 if on else 1, {"TH903"})


def test_what_a_plan_destroys_is_carried_by_what_is_left(tmp_path: Path) -> None:
    """Checkov leaves it out of its graph, so that nothing of its own could fail."""
    content = existing.changed({"aws_cloudtrail.audit": ["delete"]})
    ended = checkov(written(tmp_path, content).parent, frameworks=("terraform_plan",), checks="TH106")
    assert (ended.code, ended.ids("failed")) == (1, {"TH106"})
    assert "TH106 fails for arn:aws:cloudtrail:" in ended.err


def test_skips_are_shown_and_count(folders: Path) -> None:
    ended = judged(folders / "skipped")
    assert (ended.code, ended.ids("failed")) == (0, set())
    for framework in ("cloudformation", "terraform"):
        assert of(ended, "skipped", framework) == {"TH110"}
    assert all("May" in one["check_result"]["suppress_comment"] for one in ended.records("skipped"))


def test_what_cannot_be_decided_fails_and_is_said(folders: Path) -> None:
    ended = judged(folders / "unknown")
    assert ended.code == 1
    for framework in ("cloudformation", "terraform"):
        assert of(ended, "failed", framework) == {"TH_UNDECIDED"}
        assert "TH110" not in of(ended, "passed", framework)
    assert ended.err.count("TH110 is UNKNOWN for ") == 2


def test_without_its_record_it_is_still_said(folders: Path) -> None:
    ended = checkov(folders / "unknown" / "cloudformation", checks="TH110")
    assert (ended.code, "TH110 is UNKNOWN for " in ended.err) == (0, True)


def test_a_parameter_may_be_given(folders: Path) -> None:
    env = {"TRAILHOLD_PARAMETERS": "Signed=true"}
    ended = checkov(folders / "unknown" / "cloudformation", checks=SOME, env=env)
    assert (ended.code, ended.ids("failed")) == (0, set())


def test_what_is_named_runs_whatever_its_set(folders: Path) -> None:
    ended = checkov(folders / "good" / "cloudformation", checks="TH110,TH51[4]")
    assert (ended.code, ended.ids("passed"), ended.ids("failed")) == (1, {"TH110"}, {"TH514"})


def test_the_set_is_chosen_by_the_environment(folders: Path) -> None:
    assert "TH514" not in checkov(folders / "good" / "cloudformation").ids("failed")
    strict = checkov(folders / "good" / "cloudformation", env={"TRAILHOLD_SET": "strict"})
    assert (strict.code, "TH514" in strict.ids("failed")) == (1, True)


def test_a_set_that_is_none_fails(folders: Path) -> None:
    ended = checkov(folders / "good" / "cloudformation", env={"TRAILHOLD_SET": "nothing"})
    assert (ended.code, ended.ids("failed")) == (1, {"TH_UNDECIDED"})
    assert "trailhold judged nothing: " in ended.err


def test_a_baseline_holds(folders: Path, tmp_path: Path) -> None:
    shutil.copytree(folders / "weak" / "cloudformation", tmp_path / "code")
    baseline = tmp_path / "code" / ".checkov.baseline"
    checkov(tmp_path / "code", "--create-baseline", checks=SOME)
    assert "TH110" in baseline.read_text()
    ended = checkov(tmp_path / "code", "--baseline", str(baseline), checks=SOME)
    assert (ended.code, ended.ids("failed")) == (0, set())


def test_the_other_outputs_name_the_control(folders: Path, tmp_path: Path) -> None:
    others = ("--output", "sarif", "--output", "junitxml", "--output-file-path", str(tmp_path))
    ended = checkov(folders / "weak" / "cloudformation", *others, output="cli", checks=SOME)
    assert ended.code == 1
    (run,) = json.loads((tmp_path / "results_sarif.sarif").read_text())["runs"]
    assert [one["ruleId"] for one in run["results"]] == ["TH110"]
    failed = ElementTree.parse(tmp_path / "results_junitxml.xml").findall(".//testcase[failure]")
    assert len(failed) == 1
    assert "TH110" in str(failed[0].get("name"))
    assert f'Check: TH110: "{CONTROLS["TH110"].title}"' in (tmp_path / "results_cli.txt").read_text()


def test_a_pack_without_trailhold_fails_instead_of_passing(folders: Path, tmp_path: Path) -> None:
    """Checkov itself would log the import and end with 0."""
    alone = tmp_path / "alone"
    alone.mkdir()
    for path in POLICIES.glob("*.py"):
        shutil.copy(path, alone)
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "__init__.py").write_text("")
    ended = checkov(
        folders / "good" / "cloudformation", policies=alone, checks=SOME, env={"PYTHONPATH": str(tmp_path)}
    )
    assert (ended.code, ended.ids("failed")) == (1, {"TH_UNDECIDED"})
    assert "trailhold judged nothing" in ended.err


def test_the_installed_folder_is_printed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "checker", "policies-path"],
        cwd=POLICIES.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()) == POLICIES
