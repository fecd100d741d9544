"""Exports: those of the same account and Region alone can be imported, and only those that are put out."""

import json
from pathlib import Path
from typing import Any

import pytest

from checker.evidence import Known
from checker.sources.cloudformation import load
from tests.hardened import ACCOUNT
from tests.sources.cloudformation.judging import PLACE, hardened

OTHER = "222233334444"
NEVER = {"Fn::Equals": ["a", "b"]}
OPEN = {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}


def exporting(value: str, condition: Any = None, **more: Any) -> dict[str, Any]:
    output: dict[str, Any] = {"Value": value, "Export": {"Name": "logging"}}
    conditions = {}
    if condition:
        conditions, output["Condition"] = {"C": condition}, "C"
    return {
        "Parameters": {"Stage": {"Type": "String"}},
        "Conditions": conditions,
        "Resources": {"Q": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {"O": output, **more},
    }


IMPORTING = hardened(Trail__IsLogging={"Fn::ImportValue": "logging"})


def told(folder: Path, **templates: dict[str, Any]) -> object:
    """Return whether the trail logs: True, False, or the reason why nobody can tell."""
    for name, template in templates.items():
        (folder / f"{name}.json").write_text(json.dumps(template))
    (trail,) = load(
        [folder], parameters=PLACE if "manifest" not in templates else {}
    ).inventory.trails.values()
    setting = trail.status.is_logging
    return setting.content if isinstance(setting, Known) else setting.reason


def test_an_output_that_is_not_put_out_is_no_export(tmp_path: Path) -> None:
    other = {"P": {"Value": "false", "Export": {"Name": "logging"}}}
    assert told(tmp_path, trail=IMPORTING, more=exporting("true", NEVER, **other)) is False
    assert "is not part of these templates" in str(
        told(tmp_path, trail=IMPORTING, more=exporting("true", NEVER))
    )


def test_an_output_of_which_nobody_can_tell_leaves_the_import_open(tmp_path: Path) -> None:
    assert "the parameter Stage has no value" in str(
        told(tmp_path, trail=IMPORTING, more=exporting("true", OPEN))
    )


def assembly(**places: str) -> dict[str, Any]:
    """Return the manifest of stacks by name, each with its account and Region."""
    return {
        "artifacts": {
            name: {
                "type": "aws:cloudformation:stack",
                "environment": f"aws://{place}",
                "properties": {"templateFile": f"{name}.json"},
            }
            for name, place in places.items()
        }
    }


HERE, THERE, ANYWHERE = f"{ACCOUNT}/us-east-1", f"{ACCOUNT}/eu-west-1", "unknown-account/unknown-region"
PLACES: dict[str, tuple[str, str, object]] = {
    "the same Region, another Region": (HERE, THERE, True),
    "another Region, the same Region": (THERE, HERE, False),
    "two other Regions": (THERE, f"{ACCOUNT}/eu-west-2", "is not part of these templates"),
    "another account": (f"{OTHER}/us-east-1", HERE, False),
    "nobody says, the same Region": (ANYWHERE, HERE, False),
    "nobody says, another Region": (ANYWHERE, THERE, True),
    "the same Region twice": (HERE, HERE, "several stacks export logging"),
    "nobody says of either": (ANYWHERE, ANYWHERE, "several stacks export logging"),
}


@pytest.mark.parametrize("name", PLACES)
def test_an_import_finds_what_is_exported_in_its_own_place(name: str, tmp_path: Path) -> None:
    """The first stack exports true, the second one false."""
    first, second, expected = PLACES[name]
    manifest = assembly(trail=HERE, first=first, second=second)
    stacks = {"first": exporting("true"), "second": exporting("false")}
    found = told(tmp_path, trail=IMPORTING, manifest=manifest, **stacks)
    if isinstance(expected, str):
        assert expected in str(found)
    else:
        assert found is expected


def test_a_nested_stack_is_found_by_a_path_that_is_put_together(tmp_path: Path) -> None:
    inner = hardened(Trail__IsLogging={"Ref": "On"})
    inner["Parameters"]["On"] = {"Type": "String", "Default": "true"}
    url = {"Fn::Join": ["/", [{"Ref": "Folder"}, "trail.json"]]}
    properties = {"TemplateURL": url, "Parameters": {"On": "false"}}
    outer = {
        "Parameters": {"Folder": {"Type": "String", "Default": "."}},
        "Resources": {"Inner": {"Type": "AWS::CloudFormation::Stack", "Properties": properties}},
    }
    assert told(tmp_path, outer=outer, trail=inner) is False


def test_a_nested_stack_that_puts_nothing_out_gives_nothing(tmp_path: Path) -> None:
    properties = {"TemplateURL": "more.json"}
    trail = hardened(Trail__IsLogging={"Fn::GetAtt": ["More", "Outputs.O"]})
    trail["Resources"]["More"] = {"Type": "AWS::CloudFormation::Stack", "Properties": properties}
    assert "more.json has no output O" in str(told(tmp_path, trail=trail, more=exporting("true", NEVER)))
