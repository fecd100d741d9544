"""The controls inside ``cdk synth``: any app's synthesis fails with construct path, sentence and fix."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_s3 as s3

from checker.selection import SelectionError
from policies.cdk import TrailholdValidation, TrailholdValidationBeta1
from tests.cdk.whole_app import LOCKED, ORGANIZATION, ROOT, SPLIT, context
from tests.deploy.embedded.cdk import CLI, NODE

TRAIL = "Audit/Trail"
APP = """\
import aws_cdk as cdk
from aws_cdk import aws_cloudtrail as cloudtrail
from policies.cdk import TrailholdValidation

app = cdk.App()
stack = cdk.Stack(app, "Audit")
cloudtrail.CfnTrail(
    stack, "Trail", is_logging=True, s3_bucket_name="logs", enable_log_file_validation={signed}
)
cdk.Validations.of(app).add_plugins(TrailholdValidation(select=["TH110"]))
app.synth()
"""


def synth(folder: Path, signed: bool) -> subprocess.CompletedProcess[str]:
    """Run the CDK CLI on an app of another team."""
    (folder / "app.py").write_text(APP.format(signed=signed))
    command = [str(NODE), str(CLI), "synth", "--quiet", "--app", f"{sys.executable} app.py", "--no-notices"]
    home = {"CDK_HOME": str(folder), "CDK_DISABLE_VERSION_CHECK": "1", "AWS_EC2_METADATA_DISABLED": "true"}
    around = {**os.environ, **home, "PYTHONPATH": str(ROOT), "JSII_NODE": str(NODE)}
    return subprocess.run(
        command,
        cwd=folder,
        env=around,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_cdk_synth_fails_with_construct_sentence_and_fix(tmp_path: Path) -> None:
    done = synth(tmp_path, signed=False)
    assert done.returncode == 1
    assert "Trails sign their log files: log file validation is off" in done.stdout
    assert TRAIL in done.stdout
    assert "Turn log file validation on" in done.stdout
    assert "Acknowledge with 'trailhold::TH110'" in done.stdout


def test_cdk_synth_ends_well_where_nothing_fails(tmp_path: Path) -> None:
    done = synth(tmp_path, signed=True)
    assert done.returncode == 0, done.stdout


def synthesised(folder: Path, **changes: Any) -> tuple[bool, list[tuple[str, str]]]:
    """Synthesise a small app; return whether that went well, and what is said of which construct."""
    settings: dict[str, Any] = {"select": ["TH110", "TH104"]} | changes.get("settings", {})
    old = changes.get("old", False)
    app = cdk.App(
        outdir=str(folder),
        policy_validation_beta1=[TrailholdValidationBeta1(**settings)] if old else None,
    )
    scope = cdk.Stage(app, "Prod") if changes.get("stage") else app
    place = cdk.Environment(account="111122223333", region="eu-west-1")
    stack = cdk.Stack(scope, "Audit", env=place)
    bucket = s3.Bucket(stack, "Logs", versioned=True)
    trail = cloudtrail.CfnTrail(
        stack,
        "Trail",
        is_logging=True,
        s3_bucket_name=bucket.bucket_name,
        is_multi_region_trail=changes.get("everywhere", False),
        enable_log_file_validation=changes.get("signed", False),
    )
    if changes.get("parameter"):
        cdk.CfnParameter(stack, "Signed")
        trail.add_property_override("EnableLogFileValidation", {"Ref": "Signed"})
    constructs = {"app": app, "stack": stack, "bucket": bucket, "trail": trail}
    for rule, name in changes.get("acknowledged", []):
        told = cdk.Acknowledgment(id=f"trailhold::{rule}", reason="accepted until May")
        cdk.Validations.of(constructs[name]).acknowledge(told)
    if not old:
        cdk.Validations.of(app).add_plugins(TrailholdValidation(**settings))
    try:
        app.synth()
    except RuntimeError as error:
        assert "ValidationFailed" in str(error)
        return False, violations(folder)
    return True, violations(folder)


def violations(folder: Path) -> list[tuple[str, str]]:
    report = folder / "validation-report.json"
    plugins = json.loads(report.read_text())["pluginReports"] if report.exists() else []
    found = [one for plugin in plugins for one in plugin.get("violations", [])]
    return sorted(
        (one["ruleName"], place["constructPath"])
        for one in found
        for place in one["violatingConstructs"]
        if one["ruleName"].startswith("TH")
    )


TWO = [("TH104", TRAIL), ("TH110", TRAIL)]
CASES: list[tuple[dict[str, Any], bool, list[tuple[str, str]]]] = [
    ({}, False, TWO),
    ({"signed": True}, False, [("TH104", TRAIL)]),
    ({"signed": True, "everywhere": True}, True, []),
    ({"acknowledged": [("TH110", "trail"), ("TH104", "trail")]}, True, []),
    ({"acknowledged": [("TH110", "app"), ("TH104", "stack")]}, True, []),
    ({"acknowledged": [("TH110", "bucket")]}, False, TWO),
    # The library lets pass what is not acknowledged, unless its severity is "error".
    ({"acknowledged": [("TH110", "trail")]}, False, [("TH104", TRAIL)]),
    ({"old": True}, False, TWO),
    ({"old": True, "signed": True, "everywhere": True}, True, []),
    ({"stage": True}, False, [(id, f"Prod/{path}") for id, path in TWO]),
    ({"settings": {"select": ["TH308"]}}, True, []),
    ({"settings": {"ignore": ["TH110"]}}, False, [("TH104", TRAIL)]),
    ({"parameter": True, "settings": {"select": ["TH110"]}}, False, [("TH110", TRAIL)]),
    ({"parameter": True, "settings": {"select": ["TH110"], "allow_incomplete": True}}, True, []),
    ({"parameter": True, "settings": {"select": ["TH110"], "parameters": {"Signed": "true"}}}, True, []),
]


@pytest.mark.parametrize(("changes", "well", "said"), CASES, ids=[str(case[0]) for case in CASES])
def test_what_fails_is_said_and_nothing_else(
    changes: dict[str, Any], well: bool, said: list[tuple[str, str]], tmp_path: Path
) -> None:
    assert synthesised(tmp_path, **changes) == (well, said)


def test_what_cannot_be_read_fails_with_its_sentence(tmp_path: Path) -> None:
    assert synthesised(tmp_path, settings={"parameters": {"Nobody": "1"}}) == (False, [])
    said = (tmp_path / "validation-report.json").read_text()
    assert "Validation plugin 'trailhold' failed: " in said
    assert "Nobody" in said


def test_a_selection_of_nothing_is_refused() -> None:
    with pytest.raises(SelectionError, match="TH999"):
        TrailholdValidation(select=["TH999"])


SETTINGS: list[dict[str, Any]] = [
    {},
    {"logs": {"bucket-name": "audit-logs"}, "organization": {"id": ORGANIZATION}},
    SPLIT,
    LOCKED,
]


@pytest.mark.parametrize("changes", SETTINGS, ids=["one account", "organization", "split", "locked"])
def test_our_own_app_holds(changes: dict[str, Any], tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "CDK_CONTEXT_JSON": json.dumps(context(changes)),
        "CDK_OUTDIR": str(tmp_path),
        "JSII_NODE": str(NODE),
    }
    command = [sys.executable, "-m", "cdk_app"]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_our_own_app_fails_when_it_is_weakened(tmp_path: Path) -> None:
    """A property that is overridden on the way to the template fails the synthesis, without a traceback."""
    weakened = """\
import sys
from aws_cdk import aws_cloudtrail as cloudtrail
made = cloudtrail.CfnTrail.__init__
def weak(self, *given, **properties):
    made(self, *given, **properties | {"enable_log_file_validation": False})
cloudtrail.CfnTrail.__init__ = weak
from cdk_app.__main__ import main
sys.exit(main())
"""
    environment = {
        **os.environ,
        "CDK_CONTEXT_JSON": json.dumps(context()),
        "CDK_OUTDIR": str(tmp_path),
        "JSII_NODE": str(NODE),
    }
    command = [sys.executable, "-c", weakened]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "trailhold::TH110" in said
    assert "Traceback" not in said
