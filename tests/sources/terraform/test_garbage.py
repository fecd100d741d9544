"""What is no plan is refused with one sentence, and whatever stands in one is read or unknown."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checker.catalog import CONTROLS
from checker.engine import evaluate
from checker.observation import CannotObserve
from checker.sources import templates, terraform
from tests.sources.terraform.hardened import inline, resources
from tests.sources.terraform.planning import plan, written

HEAD = '{"format_version": "1.2", "terraform_version": "1.11.4"'
REFUSED: list[tuple[str, bytes, str, bool]] = [
    ("cut short", f'{HEAD}, "planned_values": {{"root_'.encode(), "is cut short", True),
    ("not JSON", f"{HEAD}, nonsense}}".encode(), "is not JSON", True),
    ("a version to come", HEAD.replace("1.2", "2.0").encode() + b', "planned_values": {}}', "2.0", True),
    ("a saved plan", b"PK\x03\x04....tfplan....tfstate", "saved plan", True),
    (
        "a state as it is kept",
        b'{"version": 4, "terraform_version": "1.11.4", "lineage": "x", "resources": []}',
        "terraform show -json",
        True,
    ),
    ("an empty state", f"{HEAD}}}".encode(), "empty state", True),
    (
        "a plan that failed",
        f'{HEAD}, "planned_values": {{}}, "errored": true}}'.encode(),
        "ended in an error",
        True,
    ),
    (
        "resource changes that are none",
        f'{HEAD}, "planned_values": {{}}, "resource_changes": {{}}}}'.encode(),
        "resource_changes",
        True,
    ),
    ("empty", b"", "is empty", False),
    ("a list", b"[]", "not an object", False),
    ("settings", b'{"a": 1}', "no format_version", False),
    ("not text", b"\xff\xfe{", "not UTF-8", False),
    ("a deep well", b'{"terraform_version": ' + b"[" * 100_000, "", False),
    ("other software's format", b'{"format_version": "1.0", "terraform_version": "x"', "cut short", True),
]


@pytest.mark.parametrize(("name", "raw", "sentence", "ours"), REFUSED, ids=[r[0] for r in REFUSED])
def test_what_is_no_plan_is_refused_with_its_name(
    name: str, raw: bytes, sentence: str, ours: bool, tmp_path: Path
) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(raw)
    assert terraform.recognise(path) is ours
    with pytest.raises(CannotObserve) as refusal:
        terraform.load([path])
    message = str(refusal.value)
    assert sentence in message
    assert str(path) in message
    assert "\n" not in message
    assert refusal.value.path == str(path)


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    assert not terraform.recognise(tmp_path / "none.json")
    with pytest.raises(CannotObserve, match="cannot be read"):
        terraform.load([tmp_path / "none.json"])
    with pytest.raises(CannotObserve, match="cannot be read"):
        terraform.load([tmp_path])


@pytest.mark.parametrize(
    "text",
    [
        '{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}',
        '{"version": "1", "artifacts": {}}',
        "Resources: {}\n",
        '{"note": "terraform_version", "format_version": "1.0"}',
    ],
)
def test_what_somebody_else_wrote_is_not_recognised(text: str, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(text)
    assert not terraform.recognise(path)


def test_a_plan_of_other_providers_holds_nothing_to_judge(tmp_path: Path) -> None:
    found = plan({})
    found["resource_changes"] = [
        {
            "address": "azurerm_storage_account.x",
            "mode": "managed",
            "type": "azurerm_storage_account",
            "name": "x",
            "change": {"actions": ["create"], "after": {"name": "x"}, "after_unknown": {"id": True}},
        }
    ]
    path = written(tmp_path, found)
    assert terraform.recognise(path)
    inventory = terraform.load([path]).inventory
    assert (inventory.trails, inventory.buckets, inventory.keys) == ({}, {}, {})


def test_a_plan_without_its_changes_is_refused(tmp_path: Path) -> None:
    found = plan(resources())
    del found["resource_changes"]
    with pytest.raises(CannotObserve, match="resource_changes"):
        terraform.load([written(tmp_path, found)])


def test_what_was_deposed_is_not_there(tmp_path: Path) -> None:
    found = plan(resources())
    old = copy.deepcopy(next(c for c in found["resource_changes"] if c["type"] == "aws_cloudtrail"))
    old["deposed"] = "0123abcd"
    old["change"] |= {"actions": ["delete"], "before": old["change"]["after"], "after": None}
    found["resource_changes"].append(old)
    assert len(terraform.load([written(tmp_path, found)]).inventory.trails) == 1


RULES = [
    {
        "id": "all",
        "status": "Enabled",
        "filter": [{"and": [{"prefix": "AWSLogs/", "tags": {"a": "b"}, "object_size_greater_than": 5}]}],
        "expiration": [{"days": 800, "date": None, "expired_object_delete_marker": False}],
        "noncurrent_version_expiration": [{"noncurrent_days": 800, "newer_noncurrent_versions": 3}],
        "transition": [{"days": 30, "storage_class": "GLACIER", "date": ""}],
        "noncurrent_version_transition": [{"noncurrent_days": 30, "storage_class": "GLACIER"}],
        "abort_incomplete_multipart_upload": [{"days_after_initiation": 7}],
    }
]
COPIES = [
    {
        "id": "all",
        "status": "Enabled",
        "filter": [{"prefix": "x"}],
        "delete_marker_replication": [{"status": "Disabled"}],
        "source_selection_criteria": [{"sse_kms_encrypted_objects": [{"status": "Enabled"}]}],
        "destination": [
            {
                "bucket": "arn:aws:s3:::copy",
                "account": "222233334444",
                "storage_class": "GLACIER",
                "access_control_translation": [{"owner": "Destination"}],
            }
        ],
    }
]
GARBAGE: list[Any] = [
    None, True, "", "x", [], {}, [[]], [{}], [None], {"x": "y"}, ["x", "y"], 1e308, -1, 3.5, "\ud800",
    [{"references": [1, None]}], {"references": "x"}, "arn:aws:kms:::", "${x}", "module.",
]  # fmt: skip


def rich() -> dict[str, Any]:
    found = {**resources(), **{f"{a}_old": v for a, v in inline().items() if a == "aws_s3_bucket.logs"}}
    found["aws_s3_bucket.logs_old"]["bucket"] = "older"
    found["aws_s3_bucket_lifecycle_configuration.logs"] = {"bucket": "audit-logs-111122223333", "rule": RULES}
    found["aws_s3_bucket_replication_configuration.logs"] = {
        "bucket": "audit-logs-111122223333",
        "role": "r",
        "rule": COPIES,
    }
    return plan(found)


RICH = rich()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def planted(path: tuple[Any, ...], garbage: Any) -> dict[str, Any]:
    found: Any = copy.deepcopy(RICH)
    here = found
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = garbage
    result: dict[str, Any] = found
    return result


SECTIONS = [path for path in places(RICH) if path[0] != "planned_values"]
SAMPLES = [(path, GARBAGE[n % len(GARBAGE)]) for n, path in enumerate(SECTIONS[::4])]


@pytest.mark.parametrize("part", range(6))
def test_garbage_anywhere_is_no_exception(part: int, tmp_path: Path) -> None:
    for path, garbage in SAMPLES[part::6]:
        text = json.dumps(planted(path, garbage))
        file = tmp_path / "plan.json"
        file.write_text(text)
        terraform.recognise(file)
        try:
            inventory = terraform.load([file]).inventory
        except CannotObserve as refusal:
            assert "\n" not in str(refusal), path
            continue
        evaluate(inventory, CONTROLS.values())


def test_the_rich_plan_is_read_completely(tmp_path: Path) -> None:
    bucket = terraform.load([written(tmp_path, RICH)]).inventory.buckets["audit-logs-111122223333"]
    (rule,) = bucket.lifecycle.value
    assert (rule.expiration_days, rule.noncurrent_newer_versions, rule.abort_multipart_days) == (800, 3, 7)
    assert (rule.filter.prefix, rule.filter.tags, rule.filter.size_greater_than) == (
        "AWSLogs/",
        (("a", "b"),),
        5,
    )
    assert [(t.storage_class, t.days) for t in (*rule.transitions, *rule.noncurrent_transitions)] == [
        ("GLACIER", 30)
    ] * 2
    (copied,) = bucket.replication.value
    assert (copied.destination, copied.destination_account) == ("copy", "222233334444")
    assert (copied.owner_override, copied.kms_objects, copied.delete_markers) == (True, True, False)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_plan_is_read_in_what_powershell_writes(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(json.dumps(plan(resources())).encode(encoding))
    (told,) = templates.read([tmp_path], {}).told
    assert len(told.observation.inventory.trails) == 1
    (piped,) = templates.read([Path("-")], {}, path.read_bytes()).told
    assert len(piped.observation.inventory.trails) == 1


def test_what_terraform_says_while_it_plans_is_no_plan(tmp_path: Path) -> None:
    said = {"@level": "info", "@message": "Terraform 1.11.4", "@module": "terraform.ui", "type": "version"}
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(said, separators=(",", ":")) + "\n")
    (refused,) = templates.read([tmp_path], {}).refused
    assert "is what terraform plan -json says while it plans" in str(refused)
    assert refused.path == str(path)
