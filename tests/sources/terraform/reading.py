"""Reads a plan of the tests, and looks into what it comes to."""

from pathlib import Path
from typing import Any

from checker.evidence import Known
from checker.inventory import Inventory, PublicAccessBlock
from checker.sources import terraform
from tests.sources.terraform.planning import plan, written

BLOCKED = PublicAccessBlock(
    block_public_acls=True, ignore_public_acls=True, block_public_policy=True, restrict_public_buckets=True
)


def observed(folder: Path, found: dict[str, dict[str, Any]], **more: Any) -> Inventory:
    return terraform.load([written(folder, plan(found, **more))]).inventory


def content(setting: Any) -> Any:
    assert isinstance(setting, Known), setting
    return setting.content


def only(found: dict[str, Any]) -> Any:
    (one,) = found.values()
    return one
