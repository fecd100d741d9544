"""What templates say beside settings: retention, order, partitions and protection of stacks."""

import json
from pathlib import Path
from typing import Any

import pytest

from checker.model import Finding, Status
from checker.sources.cloudformation import load
from tests.hardened import ACCOUNT, HOME
from tests.sources.cloudformation.judging import OF_TEMPLATES, PLACE, findings, hardened, statuses
from tests.sources.cloudformation.test_sets import assembly, nested, referring, split, stacks, write

PASS = {"TH001": "pass", "TH002": "pass", "TH003": "apart", "TH004": "pass", "TH005": "pass"}
EMPTYING = {"Type": "Custom::S3AutoDeleteObjects", "Properties": {"BucketName": {"Ref": "LogBucket"}}}


def told(template: dict[str, Any], folder: Path) -> dict[str, str]:
    return statuses(load([write(folder / "t.json", template)], parameters=PLACE).inventory, OF_TEMPLATES)


def changed(id: str, **attributes: Any) -> dict[str, Any]:
    """The hardened template with attributes of a resource replaced, or taken out for None."""
    found = hardened()
    kept = found["Resources"][id] | attributes
    found["Resources"][id] = {name: value for name, value in kept.items() if value is not None}
    return found


def with_resource(resource: dict[str, Any]) -> dict[str, Any]:
    found = hardened()
    found["Resources"]["Another"] = resource
    return found


def writing(text: Any) -> dict[str, Any]:
    document = hardened()["Resources"]["TopicPolicy"]["Properties"]["PolicyDocument"]
    document["Statement"][0]["Resource"] = text
    return hardened(TopicPolicy__PolicyDocument=document)


CASES: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("hardened", hardened(), {}),
    ("bucket deleted", changed("LogBucket", DeletionPolicy="Delete"), {"TH001": "fail"}),
    ("bucket by default", changed("LogBucket", DeletionPolicy=None), {"TH001": "fail"}),
    ("bucket replaced", changed("LogBucket", UpdateReplacePolicy=None), {"TH001": "fail"}),
    ("bucket on creation", changed("LogBucket", DeletionPolicy="RetainExceptOnCreate"), {}),
    ("bucket open", changed("LogBucket", DeletionPolicy={"Fn::ImportValue": "x"}), {"TH001": "apart"}),
    ("bucket emptied", with_resource(EMPTYING), {"TH001": "fail"}),
    ("key deleted", changed("Key", DeletionPolicy=None), {"TH002": "fail"}),
    ("no order", changed("Trail", DependsOn=None), {"TH004": "fail"}),
    ("half an order", changed("Trail", DependsOn="LogBucketPolicy"), {"TH004": "fail"}),
    ("a literal partition", writing("arn:aws:sns:*:*:audit"), {"TH005": "fail"}),
    (
        "a literal in Fn::Sub",
        writing({"Fn::Sub": "arn:aws:sns:*:${AWS::AccountId}:audit"}),
        {"TH005": "fail"},
    ),
    ("an organization trail", hardened(Trail__IsOrganizationTrail=True), {"TH006": "fail"}),
]


@pytest.mark.parametrize(("template", "wanted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_one_template(template: dict[str, Any], wanted: dict[str, str], tmp_path: Path) -> None:
    assert told(template, tmp_path) == PASS | wanted


def test_what_waits_for_a_policy_makes_the_trail_wait(tmp_path: Path) -> None:
    template = changed("Trail", DependsOn=["Gate"])
    template["Resources"]["Gate"] = {
        "Type": "AWS::CloudFormation::WaitConditionHandle",
        "DependsOn": ["LogBucketPolicy", "TopicPolicy"],
    }
    assert told(template, tmp_path)["TH004"] == "pass"


def where(template: dict[str, Any], control: str, folder: Path) -> tuple[Finding, str]:
    text = json.dumps(template, indent=2)
    (folder / "t.json").write_text(text)
    (found,) = findings(load([folder / "t.json"], parameters=PLACE).inventory, [control])
    assert found.status is Status.FAIL
    assert found.location
    return found, text.splitlines()[found.location.line - 1].strip()


@pytest.mark.parametrize(
    ("template", "control", "line"),
    [
        (changed("LogBucket", DeletionPolicy="Delete"), "TH001", '"DeletionPolicy": "Delete",'),
        (changed("Key", UpdateReplacePolicy=None), "TH002", '"Key": {'),
        (changed("Trail", DependsOn=["TopicPolicy"]), "TH004", '"DependsOn": ['),
        (writing("arn:aws:sns:*:*:audit"), "TH005", '"Resource": "arn:aws:sns:*:*:audit",'),
    ],
)
def test_findings_name_the_line(template: dict[str, Any], control: str, line: str, tmp_path: Path) -> None:
    assert where(template, control, tmp_path)[1] == line


def split_stacks(folder: Path, **properties: Any) -> dict[str, str]:
    """The bucket and the key in a stack of their own, as the CDK synthesises them."""
    trail, logs = stacks()
    for name in ("LogBucketPolicy", "Key"):
        assert name in logs["Resources"]
    trail["Resources"]["Trail"]["DependsOn"] = ["TopicPolicy"]
    referring(trail, {"Fn::ImportValue": "logs-bucket"}, {"Fn::ImportValue": "key"})
    place = f"aws://{ACCOUNT}/{HOME}"
    assembly(folder, {"trail": (place, trail), "logs": (place, logs)})
    manifest = json.loads((folder / "manifest.json").read_text())
    found = manifest["artifacts"]["trail"]
    found["dependencies"] = properties.pop("dependencies", [])
    found["properties"] |= properties
    manifest["artifacts"]["logs"]["properties"] |= {"terminationProtection": True}
    write(folder / "manifest.json", manifest)
    inventory = load([folder]).inventory
    seen: dict[str, str] = {}
    for finding in findings(inventory, OF_TEMPLATES):
        seen.setdefault(finding.control_id, finding.status.value)
    return seen


def test_the_cdk_says_which_stack_is_first_and_which_is_protected(tmp_path: Path) -> None:
    good = split_stacks(tmp_path / "good", dependencies=["trail.assets", "logs"], terminationProtection=True)
    assert (good["TH003"], good["TH004"]) == ("pass", "pass")
    bad = split_stacks(tmp_path / "bad", dependencies=["trail.assets"])
    assert (bad["TH003"], bad["TH004"]) == ("fail", "fail")


def test_templates_by_themselves_have_no_order(tmp_path: Path) -> None:
    trail, logs = stacks()
    trail["Resources"]["Trail"]["DependsOn"] = ["TopicPolicy"]
    referring(trail, {"Fn::ImportValue": "logs-bucket"}, {"Fn::ImportValue": "key"})
    write(tmp_path / "trail.json", trail)
    write(tmp_path / "logs.json", logs)
    assert statuses(load([tmp_path], parameters=PLACE).inventory, ["TH004"]) == {"TH004": "apart"}


def test_a_nested_stack_is_waited_for_as_a_whole(tmp_path: Path) -> None:
    parent = json.loads(nested(tmp_path, "logs.json").read_text())
    parent["Resources"]["Trail"]["DependsOn"] = ["TopicPolicy"]
    path = write(tmp_path / "parent.json", parent)
    assert statuses(load([path], parameters=PLACE).inventory, ["TH004"]) == {"TH004": "pass"}


def test_what_lies_outside_is_not_asked_for(tmp_path: Path) -> None:
    template, _ = split(hardened(Trail__S3BucketName="elsewhere"), ("LogBucket", "LogBucketPolicy"))
    template["Resources"]["Trail"]["DependsOn"] = ["TopicPolicy"]
    assert "TH001" not in told(template, tmp_path)
