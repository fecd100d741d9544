"""Rule packs and linters of others on the templates: no finding without a reason beside it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3
from cdk_nag import AwsSolutionsChecks, NIST80053R5Checks, PCIDSS321Checks

from cdk_app.settings import load
from cdk_app.stacks import build
from tests.cdk.whole_app import LOCKED, LOGS, ORGANIZATION, SPLIT, context, synthesise

EVERYTHING: dict[str, Any] = {
    **SPLIT,
    "organization": {"id": ORGANIZATION, "delegated-administrator": LOGS},
    "alerts": {"auto-restart": True},
    "guardrails": {"target-ids": ["r-ab12"]},
    "alarm-emails": ["team@example.com"],
}
CHOICES: dict[str, Mapping[str, Any]] = {
    "one account": {},
    "organization": SPLIT,
    "object-lock": LOCKED,
    "everything": EVERYTHING,
}


@pytest.fixture(scope="session")
def assemblies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Synthesise every choice with all packs at work, and return the folder that has a folder of each."""
    root = tmp_path_factory.mktemp("assemblies")
    for name, changes in CHOICES.items():
        found = context(changes)
        app = cdk.App(context=found, outdir=str(root / name))
        build(app, load(found["trailhold"]))
        packs = AwsSolutionsChecks(app), NIST80053R5Checks(app), PCIDSS321Checks(app)
        cdk.Validations.of(app).add_plugins(*packs)
        try:
            app.synth()
        except RuntimeError:
            assert violations(root / name)
    return root


def violations(folder: Path) -> list[str]:
    report = json.loads((folder / "validation-report.json").read_text())
    return [
        f"{found['ruleName']} {place['constructPath']}"
        for pack in report["pluginReports"]
        for found in pack.get("violations", [])
        for place in found["violatingConstructs"]
    ]


@pytest.mark.parametrize("choice", CHOICES)
def test_cdk_nag_finds_nothing(assemblies: Path, choice: str) -> None:
    assert violations(assemblies / choice) == []


def test_cfn_lint_finds_nothing(assemblies: Path) -> None:
    templates = [str(path) for path in sorted(assemblies.rglob("*.template.json"))]
    assert len(templates) >= 2 * len(CHOICES)
    command = [str(Path(sys.executable).parent / "cfn-lint"), "--", *templates]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("home", "copy"), [("us-gov-west-1", "us-gov-east-1"), ("cn-north-1", "cn-northwest-1")]
)
def test_other_partitions_know_every_type_and_property(home: str, copy: str, tmp_path: Path) -> None:
    changes = {"home-region": home, "archive": {"region": copy}, "organization": {"id": ORGANIZATION}}
    for name, template in synthesise(EVERYTHING, changes).items():
        (tmp_path / f"{name}.json").write_text(json.dumps(template))
    templates = [str(path) for path in sorted(tmp_path.iterdir())]
    assert len(templates) >= 7
    command = [str(Path(sys.executable).parent / "cfn-lint"), "--regions", home, copy, "--", *templates]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_checkov_finds_nothing(assemblies: Path) -> None:
    """Checkov has an environment of its own, which CHECKOV names: it pins an old boto3."""
    checkov = os.environ.get("CHECKOV") or shutil.which("checkov")
    if not checkov:
        pytest.skip("there is no checkov: set CHECKOV to the command")
    command = [
        checkov,
        "--framework",
        "cloudformation",
        "--skip-download",
        "--output",
        "json",
        "-d",
        str(assemblies),
    ]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    report = json.loads(done.stdout)
    failed = [f"{one['check_id']} {one['resource']}" for one in report["results"]["failed_checks"]]
    assert (failed, report["results"]["parsing_errors"]) == ([], [])
    assert report["summary"]["passed"] > 50 * len(CHOICES)
    for skipped in report["results"]["skipped_checks"]:
        assert skipped["check_result"]["suppress_comment"]


@pytest.mark.parametrize("weakness", ["no encryption", "no versions"])
def test_the_packs_are_at_work(weakness: str, tmp_path: Path) -> None:
    found = context()
    app = cdk.App(context=found, outdir=str(tmp_path))
    stacks = build(app, load(found["trailhold"]))
    bucket = stacks["log-archive"].node.find_child("Logs").node.find_child("Bucket").node.default_child
    assert isinstance(bucket, s3.CfnBucket)
    if weakness == "no versions":
        bucket.versioning_configuration = None
    else:
        bucket.bucket_encryption = None
    cdk.Validations.of(app).add_plugins(NIST80053R5Checks(app))
    with pytest.raises(RuntimeError):
        app.synth()
    rule = {"no versions": "S3BucketVersioningEnabled", "no encryption": "S3DefaultEncryptionKMS"}[weakness]
    assert [one for one in violations(tmp_path) if rule in one]
