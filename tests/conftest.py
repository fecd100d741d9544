"""What holds for all tests: none fails because the machine was busy, and none that is slow comes last."""

import gc

import pytest
from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

SLOWEST = (
    "deploy/test_one_account.py",
    "deploy/test_organization.py",
    "pack/test_checkov.py",
    "pack/test_every_control.py",
    "cdk/test_rule_packs.py",
    "examples/test_templates.py",
    "deploy/test_object_lock.py",
    "cli/test_demo.py",
    "demo/test_demo.py",
    "attacks/test_matrix.py",
    "sources/four_ways/test_table.py",
    "sources/aws/test_asked.py",
    "sources/four_ways/test_shapes.py",
    "cdk/test_main.py",
    "report/test_browser.py",
    "sources/cloudformation/test_garbage.py",
    "cli/test_organization.py",
    "sources/aws/test_moto.py",
)
"""The files that take ten seconds and more, from the longest on."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest files first: workers take files in this order (``--no-loadscope-reorder``)."""
    rank = {f"tests/{name}": place for place, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: rank.get(item.nodeid.partition("::")[0], len(rank)))


def pytest_collection_finish() -> None:
    """Hide what was collected from the garbage collector: looking at it took a tenth of the time."""
    gc.freeze()
