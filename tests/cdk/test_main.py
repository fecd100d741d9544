"""What ``cdk synth`` runs, as a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cdk.whole_app import ROOT, context


def run(found: dict[str, Any], out: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"CDK_CONTEXT_JSON": json.dumps(found), "CDK_OUTDIR": str(out)}
    command = [sys.executable, "-m", "cdk_app"]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_refused_setting_is_one_sentence_and_nothing_is_synthesised(tmp_path: Path) -> None:
    done = run(context({"accounts": {"management": "123"}}), tmp_path)
    assert done.returncode == 2
    assert done.stderr == "cdk.json: accounts.management: '123' is not a 12-digit account id\n"
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_refused_construct_is_one_sentence_too(tmp_path: Path) -> None:
    changes = {
        "home-region": "eu-south-1",
        "organization": {"id": "o-abcdefghij"},
    }
    done = run(context(changes), tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "eu-south-1 has to be opted in to" in done.stderr
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".json"]


def test_cdk_json_is_synthesised_as_it_is(tmp_path: Path) -> None:
    done = run(context(), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    names = {path.name.removesuffix(".template.json") for path in tmp_path.glob("*.template.json")}
    assert {"trailhold-archive", "trailhold-log-archive", "trailhold-organization"} <= names


def test_the_app_is_what_cdk_json_says() -> None:
    assert json.loads((ROOT / "cdk.json").read_text())["app"] == "python -m cdk_app"


@pytest.mark.parametrize("module", ["cdk_app.settings", "cdk_app.formats", "cdk_app.refusal"])
def test_settings_are_read_without_the_cdk(module: str) -> None:
    script = f"import sys, {module}; sys.exit('aws_cdk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
