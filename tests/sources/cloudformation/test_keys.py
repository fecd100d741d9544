"""Keys out of templates: replicas, imported material, and aliases."""

from pathlib import Path
from typing import Any

import pytest

from checker.evidence import Cause, Known
from checker.inventory import Key
from tests.sources.cloudformation.judging import hardened, observed, statuses

PRIMARY = "arn:aws:kms:us-west-2:111122223333:key/mrk-0a1b2c3d111122223333444455556666"
ALIAS: dict[str, Any] = {
    "Type": "AWS::KMS::Alias",
    "Properties": {"AliasName": "alias/logs", "TargetKeyId": {"Ref": "Key"}},
}


def replica() -> dict[str, Any]:
    template = hardened()
    policy = template["Resources"]["Key"]["Properties"]["KeyPolicy"]
    properties = {"PrimaryKeyArn": PRIMARY, "KeyPolicy": policy}
    template["Resources"]["Key"] |= {"Type": "AWS::KMS::ReplicaKey", "Properties": properties}
    return template


def key_of(folder: Path, template: dict[str, Any]) -> Key:
    (found,) = observed(folder, template).inventory.keys.values()
    return found


def test_a_replica_is_judged_but_for_what_its_primary_key_decides(tmp_path: Path) -> None:
    template = replica()
    found = key_of(tmp_path, template)
    assert (found.multi_region, found.state) == (
        Known(True, found.multi_region.origin),
        Known("Enabled", found.state.origin),
    )
    words = statuses(observed(tmp_path, template).inventory)
    assert (words["TH403"], words["TH405"], words["TH408"], words["TH401"]) == (
        "pass",
        "pass",
        "fail",
        "apart",
    )


def test_whether_material_was_imported_no_template_tells(tmp_path: Path) -> None:
    found = key_of(tmp_path, hardened(Key__Origin="EXTERNAL"))
    assert getattr(found.state, "cause", None) is Cause.OUT_OF_SCOPE
    words = statuses(observed(tmp_path, hardened(Key__Origin="EXTERNAL")).inventory)
    assert (words["TH402"], words["TH403"]) == ("apart", "apart")


@pytest.mark.parametrize("named", [{"Ref": "Key"}, {"Fn::GetAtt": ["Key", "Arn"]}])
def test_aliases_of_the_key_are_collected(named: dict[str, Any], tmp_path: Path) -> None:
    template = hardened()
    template["Resources"]["Alias"] = ALIAS | {"Properties": ALIAS["Properties"] | {"TargetKeyId": named}}
    assert getattr(key_of(tmp_path, template).aliases, "content", None) == ("alias/logs",)
