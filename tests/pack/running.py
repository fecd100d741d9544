"""Runs the real Checkov with the pack. It has an environment of its own, which CHECKOV names."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

_NOTHING: Mapping[str, str] = {}
POLICIES = Path(__file__).parents[2] / "policies"
CHECKOV = os.environ.get("CHECKOV") or shutil.which("checkov") or ""
needs_checkov = pytest.mark.skipif(not CHECKOV, reason="there is no checkov: set CHECKOV to the command")
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
    command = [
        CHECKOV, "-d", str(folder), "--external-checks-dir", str(policies), "--skip-download",
        "--framework", *frameworks, "--output", output, *(("--check", checks) if checks else ()), *arguments,
    ]  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**kept, **env}, cwd=folder
    )
    return Ended(done.returncode, done.stdout, done.stderr)
