"""What teams copy into their pipelines: every script line of it is run, with the command in its place."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.sources.cloudformation.judging import HARDENED

ROOT = Path(__file__).parents[1]
BAD = HARDENED.read_text().replace("EnableLogFileValidation: true", "EnableLogFileValidation: false")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a good template, and the command on its path; installing is left out."""
    (tmp_path / "bin").mkdir()
    script(tmp_path / "bin" / "trailhold", f'PYTHONPATH="{ROOT}" exec "{sys.executable}" -m checker "$@"')
    script(tmp_path / "bin" / "pip", ":")
    (tmp_path / "templates").mkdir()
    shutil.copy(HARDENED, tmp_path / "templates" / "good.yaml")
    return tmp_path


def script(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def loaded(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text())


def run(lines: list[str], folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run lines as a pipeline does: the first that fails ends it."""
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-e", "-c", "\n".join(lines)],
        cwd=folder,
        env={"PATH": path, "HOME": str(folder), **env},
        capture_output=True,
        text=True,
        check=False,
    )


PIPELINES: dict[str, Callable[[Any], list[str]]] = {
    "gitlab-ci.yml": lambda content: content["trailhold"]["script"],
    "buildspec.yml": lambda content: [
        *content["phases"]["install"]["commands"],
        *content["phases"]["build"]["commands"],
    ],
}


@pytest.mark.parametrize("broken", [False, True], ids=["good", "bad"])
@pytest.mark.parametrize("name", PIPELINES)
def test_a_pipeline_writes_the_report_that_it_promises(name: str, broken: bool, repository: Path) -> None:
    if broken:
        (repository / "templates" / "bad.yaml").write_text(BAD)
    content = loaded(f"examples/{name}")
    ended = run(PIPELINES[name](content), repository)
    assert ended.returncode == (1 if broken else 0), ended.stderr
    (report,) = set(re.findall(r"\w+\.xml", json.dumps(content)))
    root = ElementTree.parse(repository / report).getroot()
    assert int(root.get("failures", "")) == int(broken)
    assert int(root.get("tests", "")) > 20


def action() -> str:
    (line,) = (step["run"] for step in loaded("action.yml")["runs"]["steps"] if step.get("id") == "check")
    return str(line)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("good.yaml", "", 0), ("bad.yaml", BAD, 1), ("broken.yaml", "Resources:\n  A: [AWS::SNS::Topic\n", 2)],
)
def test_the_action_annotates_summarises_and_keeps_the_code(
    name: str, content: str, code: int, repository: Path
) -> None:
    if content:
        (repository / "templates" / name).write_text(content)
    for file in ("summary", "output"):
        (repository / file).touch()
    ended = run(
        [action()],
        repository,
        PATHS="templates",
        ARGUMENTS="--fail-on low",
        SARIF="trailhold.sarif",
        GITHUB_STEP_SUMMARY=str(repository / "summary"),
        GITHUB_OUTPUT=str(repository / "output"),
    )
    assert ended.returncode == code, ended.stderr
    assert ("::error file=templates/" in ended.stdout) == bool(code)
    assert (repository / "summary").read_text().startswith("## trailhold: ")
    assert (repository / "output").read_text() == f"exit-code={code}\nsarif=trailhold.sarif\n"
    (log,) = json.loads((repository / "trailhold.sarif").read_text())["runs"]
    assert log["invocations"][0]["executionSuccessful"] is (code != 2)


@pytest.mark.parametrize("separator", [" ", "\n", " \n  "], ids=["spaces", "lines", "both"])
def test_the_action_judges_every_path(separator: str, repository: Path) -> None:
    (repository / "more").mkdir()
    (repository / "more" / "bad.yaml").write_text(BAD)
    (repository / "more" / "name with; $(touch pwned) *.yaml").touch()
    ended = run(
        [action()],
        repository,
        PATHS=f"templates{separator}more{separator}",
        ARGUMENTS=f"--fail-on{separator}critical",
        SARIF="trailhold.sarif",
        GITHUB_STEP_SUMMARY=str(repository / "summary"),
        GITHUB_OUTPUT=str(repository / "output"),
    )
    assert ended.returncode == 0, ended.stderr
    (log,) = json.loads((repository / "trailhold.sarif").read_text())["runs"]
    places = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in log["results"]}
    assert places == {"more/bad.yaml"}
    assert not list(repository.rglob("pwned"))


def test_inputs_of_the_action_never_become_code() -> None:
    for step in loaded("action.yml")["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_examples_name_what_the_action_has() -> None:
    used = loaded("examples/github.yml")["jobs"]["check"]["steps"][1]["with"]
    assert used.keys() <= loaded("action.yml")["inputs"].keys()


@pytest.mark.parametrize("hook", loaded(".pre-commit-hooks.yaml"), ids=lambda hook: hook["id"])
@pytest.mark.parametrize("broken", [False, True], ids=["good", "bad"])
def test_a_hook_of_pre_commit_runs(hook: dict[str, Any], broken: bool, repository: Path) -> None:
    if broken:
        (repository / "templates" / "bad.yaml").write_text(BAD)
    (repository / "templates" / "settings.json").write_text('{"name": "x"}')
    files = [f"templates/{path.name}" for path in (repository / "templates").iterdir()]
    assert all(re.search(hook["files"], name) for name in files)
    operands = [*hook.get("args", []), *(files if hook.get("pass_filenames", True) else [])]
    ended = run([" ".join([hook["entry"], *operands])], repository)
    assert ended.returncode == (1 if broken else 0), ended.stderr


def test_a_commit_without_templates_passes(repository: Path) -> None:
    (repository / "settings.json").write_text('{"name": "x"}')
    hook = loaded(".pre-commit-hooks.yaml")[0]
    assert run([f"{hook['entry']} settings.json"], repository).returncode == 0


def test_the_image_runs_as_nobody_and_holds_what_the_wheel_needs() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER")]
    assert users
    assert users[-1].split(":")[0] not in ("0", "root")
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    pyproject = (ROOT / "pyproject.toml").read_text()
    for package in re.findall(r'"(\w+)"', re.search(r"^packages = (.*)$", pyproject, re.MULTILINE)[1]):  # type: ignore[index]
        assert package in kept
    assert {"pyproject.toml", "README.md", "LICENSE"} <= kept
