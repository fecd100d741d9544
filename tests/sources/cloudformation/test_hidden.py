"""What a template brings about without saying so plainly: escapes, transforms, modules, links."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checker.model import Status
from checker.sources import templates
from tests.sources.cloudformation.judging import HARDENED, PLACE, findings, hardened, observed

TYPE = "AWS::CloudTrail::Trail"
STOPPED = HARDENED.read_text().replace("IsLogging: true", "IsLogging: false")
JSON = json.dumps(hardened(Trail__IsLogging=False))
ESCAPED = {
    "a letter of the type, in JSON": JSON.replace(TYPE, "AWS::Cloud\\u0054rail::Trail"),
    "every type, in JSON": JSON.replace("AWS::", "\\u0041\\u0057S::"),
    "the colons": JSON.replace(TYPE, "AWS\\u003a\\u003AClou\\u0064Trail::Trail"),
    "the key that decides": JSON.replace('"IsLogging"', '"\\u0049sLogging"'),
    "the resources": JSON.replace('"Resources"', '"Re\\u0073ources"'),
    "a letter of the type, in YAML": STOPPED.replace(TYPE, '"AWS::Cloud\\x54rail::Trail"'),
    "a long escape": STOPPED.replace(TYPE, '"AWS::Cloud\\U00000054rail::Trail"'),
    "the end of a line": STOPPED.replace(TYPE, '"AWS::CloudTrail\\\n      ::Trail"'),
}


@pytest.mark.parametrize("name", ESCAPED)
def test_an_escape_hides_nothing(name: str, tmp_path: Path) -> None:
    (finding,) = findings(observed(tmp_path, ESCAPED[name]).inventory, ["TH106"])
    assert finding.status is Status.FAIL


def test_a_template_in_a_folder_is_found_whatever_is_escaped(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text(JSON.replace("AWS", "\\u0041WS"))
    (told,) = templates.read([tmp_path], PLACE).told
    assert len(told.observation.inventory.trails) == 1


INCLUDE = {"Name": "AWS::Include", "Parameters": {"Location": "s3://somewhere/else.yaml"}}


def with_root(template: dict[str, Any]) -> None:
    template["Fn::Transform"] = INCLUDE


def with_resources(template: dict[str, Any]) -> None:
    template["Resources"]["Fn::Transform"] = [INCLUDE]


def with_one_that_is_named_like_ours(template: dict[str, Any]) -> None:
    template["Transform"] = ["AWS::LanguageExtensionsOfMine"]


def with_one_of_many(template: dict[str, Any]) -> None:
    template["Transform"] = ["AWS::LanguageExtensions", INCLUDE]


@pytest.mark.parametrize(
    "change", [with_root, with_resources, with_one_that_is_named_like_ours, with_one_of_many]
)
def test_what_adds_resources_leaves_all_of_them_open(
    change: Callable[[dict[str, Any]], None], tmp_path: Path
) -> None:
    template = hardened()
    change(template)
    (finding,) = findings(observed(tmp_path, template).inventory, ["TH106"])
    assert finding.status is Status.UNKNOWN
    assert "when it is deployed" in finding.detail or "when the template is deployed" in finding.detail


BRINGING: dict[str, tuple[dict[str, Any], bool]] = {
    "a module": ({"Type": "My::Logs::Trail::MODULE"}, True),
    "a stack whose template lies elsewhere": (
        {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://x.example/t.yaml"}},
        True,
    ),
    "a stack whose template is here": (
        {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "inner.json"}},
        False,
    ),
    "a stack set": ({"Type": "AWS::CloudFormation::StackSet", "Properties": {"TemplateBody": "{}"}}, True),
    "one that is never made": ({"Type": "My::Logs::Trail::MODULE", "Condition": "Never"}, False),
    "a queue": ({"Type": "AWS::SQS::Queue"}, False),
}


@pytest.mark.parametrize("name", BRINGING)
def test_what_brings_others_is_named(name: str, tmp_path: Path) -> None:
    resource, told = BRINGING[name]
    template = {"Conditions": {"Never": {"Fn::Equals": ["a", "b"]}}, "Resources": {"Brings": resource}}
    (tmp_path / "outer.json").write_text(json.dumps(template))
    (tmp_path / "inner.json").write_text(JSON)
    found = templates.read([tmp_path], PLACE).beyond
    assert found == ((f"{tmp_path / 'outer.json'}:1:69 outer/Brings ({resource['Type']})",) if told else ())


def test_links_are_followed_and_a_loop_of_them_ends(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    for one in (outside, folder / "deep"):
        one.mkdir(parents=True)
    (outside / "trail.json").write_text(JSON)
    (folder / "linked").symlink_to(outside)
    (folder / "again").symlink_to(outside)
    (folder / "deep" / "up").symlink_to(folder)
    (outside / "back").symlink_to(folder)
    (folder / "itself").symlink_to("itself")
    (folder / "nowhere").symlink_to("nothing")
    (told,) = templates.read([folder], PLACE).told
    assert len(told.observation.inventory.trails) == 1


def test_a_folder_that_is_only_named_like_what_the_cdk_stages_is_read(tmp_path: Path) -> None:
    for name, trail in (("asset.templates", "audit"), (f"asset.{'0a' * 32}", "staged")):
        (tmp_path / name).mkdir()
        text = JSON.replace('"Default": "audit"', f'"Default": "{trail}"')
        (tmp_path / name / "t.json").write_text(text)
    (told,) = templates.read([tmp_path], PLACE).told
    assert [one.name for one in told.observation.inventory.trails.values()] == ["audit"]


def test_what_says_that_it_is_a_template_and_has_no_resources_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(STOPPED.replace("\nResources:", "\nresources:"))
    (tmp_path / "u.json").write_text(JSON)
    reading = templates.read([tmp_path], PLACE)
    (refused,) = reading.refused
    assert str(refused) == f"{tmp_path / 't.yaml'} is not a CloudFormation template: it has no Resources"
    assert reading.told
