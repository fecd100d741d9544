"""The checker judges what was synthesised, as a gate would; whatever is broken fails for what it is."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from cdk_app.settings import load
from cdk_app.stacks import build
from checker.assessment import beyond_scope
from checker.catalog import CONTROLS
from checker.engine import evaluate
from checker.model import BASELINE, Finding, Status
from checker.sources.cloudformation import load as observe
from tests.cdk.whole_app import LOCKED, SPLIT, context

TRAIL, BUCKET, KEY, GROUP = (
    "AWS::CloudTrail::Trail",
    "AWS::S3::Bucket",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
)
LOGS = {
    BUCKET: "trailhold-logs-",
    KEY: "Log files of",
    GROUP: "/trailhold/cloudtrail",
    TRAIL: "organization-trail",
}
"""How the one resource of each type begins that belongs to the delivery."""
NAMES = {BUCKET: "BucketName", KEY: "Description", GROUP: "LogGroupName", TRAIL: "TrailName"}
CHOSEN = {
    "TH207": "data events cost extra",
    "TH309": "with MFA delete it is the copy that is locked",
    "TH324": "who listens to the bucket is for those who read the log; the topic announces the same files",
    "TH410": "readers are named in IAM, for this bucket alone: a bucket key leaves no context of the trail",
    "TH509": "AWS supports no aws:SourceArn in the policies of this role (user guide, Role policy document)",
    "TH514": "the topic has no subscribers of its own, so which protocol to log is for theirs",
}
"""What strict asks for, and why the app does otherwise."""
IN_ONE_ACCOUNT = {
    "TH325": "the locked bucket of this choice has no copy",
    "TH334": "there is one account",
    "TH336": "there is one account",
}


def assembly(folder: Path, *changes: Mapping[str, Any]) -> Path:
    found = context(*changes)
    app = cdk.App(context=found, outdir=str(folder))
    build(app, load(found["trailhold"]))
    app.synth()
    return folder


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return assembly(tmp_path_factory.mktemp("whole") / "cdk.out", LOCKED)


def judged(folder: Path) -> tuple[Finding, ...]:
    return evaluate(observe([folder]).inventory, CONTROLS.values()).findings


def failing(findings: Sequence[Finding]) -> set[str]:
    return {found.control_id for found in findings if found.status is Status.FAIL}


def open_questions(findings: Sequence[Finding]) -> set[str]:
    """Return what the templates should tell and do not."""
    return {f.control_id for f in findings if f.status is Status.UNKNOWN and not beyond_scope(f)}


@pytest.mark.parametrize("changes", [{}, LOCKED], ids=["mfa-delete", "object-lock"])
def test_one_account_is_judged_and_nothing_is_wrong(changes: Mapping[str, Any], tmp_path: Path) -> None:
    findings = judged(assembly(tmp_path, changes))
    assert failing(findings) <= CHOSEN.keys() | IN_ONE_ACCOUNT.keys()
    assert not {id for id in failing(findings) if CONTROLS[id].sets == BASELINE}
    assert open_questions(findings) == set()
    passed = {found.control_id for found in findings if found.status is Status.PASS}
    assert len([id for id in passed if CONTROLS[id].sets == BASELINE]) > 20


def test_an_organization_is_judged_across_its_accounts(tmp_path: Path) -> None:
    """Whose organization it is, no template tells: whether the policy names the right one stays open."""
    findings = judged(assembly(tmp_path, SPLIT))
    assert failing(findings) <= CHOSEN.keys()
    assert open_questions(findings) <= {"TH317"}


GONE = object()
ALARMS = {f"TH{number}" for number in (*range(601, 616), *range(619, 622))}
"""Those on a trail of one Region do not hear of the others."""
BROKEN: list[tuple[str, str, object, set[str]]] = [
    (TRAIL, "IsLogging", False, {"TH106"}),
    (TRAIL, "EnableLogFileValidation", False, {"TH110"}),
    (TRAIL, "KMSKeyId", GONE, {"TH111"}),
    (TRAIL, "IsMultiRegionTrail", False, {"TH104", *ALARMS}),
    (TRAIL, "SnsTopicName", GONE, {"TH114"}),
    (TRAIL, "InsightSelectors", GONE, {"TH204", "TH211"}),
    (TRAIL, "Tags", GONE, {"TH116"}),
    (BUCKET, "VersioningConfiguration", {"Status": "Suspended"}, {"TH307", "TH308"}),
    (BUCKET, "LoggingConfiguration", GONE, {"TH306"}),
    (BUCKET, "OwnershipControls", {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}, {"TH313"}),
    (BUCKET, "LifecycleConfiguration", {"Rules": [{"Status": "Enabled", "ExpirationInDays": 1}]}, {"TH315"}),
    (KEY, "EnableKeyRotation", False, {"TH401"}),
    (KEY, "Enabled", False, {"TH403"}),
    (GROUP, "KmsKeyId", GONE, {"TH501"}),
    (GROUP, "RetentionInDays", 30, {"TH502"}),
]


@pytest.mark.parametrize(
    ("kind", "name", "value", "wanted"), BROKEN, ids=[f"{k} {n}" for k, n, _, _ in BROKEN]
)
def test_what_is_broken_fails_and_nothing_else(
    kind: str, name: str, value: object, wanted: set[str], whole: Path, tmp_path: Path
) -> None:
    broken = 0
    for path in whole.glob("*.json"):
        found = json.loads(path.read_text())
        for resource in found.get("Resources", {}).values() if ".template." in path.name else ():
            properties = resource.get("Properties", {})
            if resource["Type"] == kind and properties.get(NAMES[kind], "").startswith(LOGS[kind]):
                properties.pop(name, None)
                properties.update({} if value is GONE else {name: value})
                broken += 1
        (tmp_path / path.name).write_text(json.dumps(found))
    assert broken == 1
    assert failing(judged(tmp_path)) - failing(judged(whole)) == wanted
