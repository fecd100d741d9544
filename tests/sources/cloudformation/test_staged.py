"""Nested stacks of an app that ran without the CDK CLI: the asset manifests alone tell where they lie."""

import json
from pathlib import Path
from typing import Any

import pytest

from checker.model import Status
from checker.observation import CannotObserve
from checker.sources import templates
from checker.sources.cloudformation import load
from tests.sources.cloudformation.judging import findings, hardened

KEY = f"{'0a' * 32}.json"


def address(key: str) -> dict[str, Any]:
    """Return TemplateURL as the CDK writes it."""
    parts = ["https://s3.", {"Ref": "AWS::Region"}, ".", {"Ref": "AWS::URLSuffix"}, "/"]
    bucket = {"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"}
    return {"Fn::Join": ["", [*parts, bucket, f"/{key}"]]}


def assembly(folder: Path, *, prefix: str = "", assets: str | None = None) -> Path:
    """Write an assembly of a stack, in which a nested stack has the trail, which does not log."""
    properties = {"TemplateURL": address(prefix + KEY), "Parameters": {"On": "false"}}
    inner = hardened(Trail__IsLogging={"Ref": "On"})
    inner["Parameters"]["On"] = {"Type": "String"}
    destination = {"here": {"bucketName": "b", "objectKey": prefix + KEY}}
    source = {"path": "Inner.nested.template.json", "packaging": "file"}
    artifact = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://111122223333/us-east-1",
        "properties": {"templateFile": "Outer.template.json"},
    }
    files = {
        "manifest.json": {"artifacts": {"Outer": artifact}},
        "Outer.template.json": {
            "Resources": {"In": {"Type": "AWS::CloudFormation::Stack", "Properties": properties}}
        },
        "Inner.nested.template.json": inner,
        "Outer.assets.json": {"files": {"0a": {"source": source, "destinations": destination}, "odd": 1}},
    }
    folder.mkdir(parents=True)
    for name, content in files.items():
        text = assets if assets is not None and name.endswith("assets.json") else json.dumps(content)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize("prefix", ["", "some/prefix/"])
def test_a_nested_stack_is_found_by_what_was_staged(prefix: str, tmp_path: Path) -> None:
    folder = assembly(tmp_path / "cdk.out", prefix=prefix)
    (finding,) = findings(load([folder]).inventory, ["TH106"])
    assert finding.status is Status.FAIL
    assert templates.read([folder], {}).beyond == ()


def test_what_was_not_staged_here_is_named(tmp_path: Path) -> None:
    folder = assembly(tmp_path / "cdk.out", assets='{"files": {}}')
    reading = templates.read([folder], {})
    assert ["(AWS::CloudFormation::Stack)" in one for one in reading.beyond] == [True]
    assert reading.told[0].observation.inventory.trails == {}


def test_a_broken_manifest_of_assets_is_refused(tmp_path: Path) -> None:
    folder = assembly(tmp_path / "cdk.out", assets='{"files": ')
    with pytest.raises(CannotObserve, match=r"Outer\.assets\.json:1:11 is cut short"):
        load([folder])
    (refused,) = templates.read([folder], {}).refused
    assert refused.path == str(folder / "Outer.assets.json")
