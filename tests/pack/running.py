"""Runs the real Checkov with the pack. It has an environment of its own, which CHECKOV names."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.forking import Forking, settled

_NOTHING: Mapping[str, str] = {}
POLICIES = Path(__file__).parents[2] / "policies"
CHECKOV = os.environ.get("CHECKOV") or shutil.which("checkov") or ""
needs_checkov = pytest.mark.skipif(not CHECKOV, reason="there is no checkov: set CHECKOV to the command")
KEPT = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
LOADED = ("checkov.cloudformation.runner", "checkov.terraform.plan_runner", "checkov.kubernetes.runner")
"""Not its main module, which keeps the arguments that are there when it is loaded."""
FORKS = Forking(str(Path(CHECKOV).parent / "python"), CHECKOV, LOADED, KEPT)
FRAMEWORKS = ("cloudformation", "terraform", "terraform_plan")


class Ended(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def reports(self) -> list[dict[str, Any]]:
        """The reports of ``--output json``, one a framework that found something to judge."""
        found = json.loads(self.out)
        return [one for one in (found if isinstance(found, list) else [found]) if "results" in one]

    def records(self, status: str) -> list[dict[str, Any]]:
        return [one for report in self.reports for one in report["results"][f"{status}_checks"]]

    def ids(self, status: str) -> set[str]:
        return {str(one["check_id"]) for one in self.records(status)}


def checkov(
    folder: Path,
    *arguments: str,
    frameworks: tuple[str, ...] = FRAMEWORKS,
    output: str = "json",
    checks: str = "TH*",
    policies: Path = POLICIES,
    env: Mapping[str, str] = _NOTHING,
) -> Ended:
    """Run Checkov on a folder as teams do, without asking the network; only our controls unless told."""
    options = [
        "-d", str(folder), "--external-checks-dir", str(policies), "--skip-download",
        "--framework", *frameworks, "--output", output, *(("--check", checks) if checks else ()), *arguments,
    ]  # fmt: skip
    if settled(env):
        return started(options, folder, env)
    code, out, err = FORKS.run(options, folder, {**KEPT, **env}, seconds=300)
    return Ended(code, out.decode(), err.decode())


def started(options: Sequence[str], folder: Path, env: Mapping[str, str] = _NOTHING) -> Ended:
    """Run Checkov in a folder, by an interpreter that is started for it."""
    done = subprocess.run(
        [CHECKOV, *options], capture_output=True, text=True, check=False, env={**KEPT, **env}, cwd=folder
    )
    return Ended(done.returncode, done.stdout, done.stderr)
