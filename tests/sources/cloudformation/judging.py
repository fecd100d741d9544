"""Templates of the tests, with one property changed, and what the controls make of them."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from checker.assessment import beyond_scope
from checker.catalog import CONTROLS
from checker.engine import evaluate
from checker.inventory import Inventory, Key, LogBucket, LogGroup, Topic, Trail
from checker.model import Finding, Status
from checker.observation import Observation
from checker.sources.cloudformation import load, yaml_text
from checker.sources.cloudformation.node import Node
from tests.hardened import ACCOUNT, HOME

HERE = Path(__file__).parent / "templates"
HARDENED = HERE / "hardened.yaml"
PLACE = {"AWS::AccountId": ACCOUNT, "AWS::Region": HOME}
GONE = object()
"""Instead of a value: the property is not there."""

# What a template has no words for: how deliveries went, MFA delete beside lifecycle rules; and what the
# hardened one is not asked: what settings would have to list, filters that are not there.
NOT_HERE = {
    "TH113",
    "TH115",
    "TH117",
    "TH118",
    "TH119",
    "TH120",
    "TH122",
    "TH123",
    "TH124",
    "TH125",
    "TH127",
    "TH314",
    "TH321",
    "TH323",
    "TH330",
    "TH332",
    "TH336",
    "TH409",
    "TH508",
    "TH705",
}
DECLARED = (Trail, LogBucket, Key, LogGroup, Topic)
"""What the hardened template has of what is judged."""
OF_TEMPLATES = ("TH001", "TH002", "TH003", "TH004", "TH005", "TH006")
"""What is asked of no live account."""
EXPRESSIBLE = sorted(
    control.id
    for control in CONTROLS.values()
    if control.applies_to in DECLARED and control.id not in (*NOT_HERE, *OF_TEMPLATES)
)


def findings(inventory: Inventory, controls: Iterable[str] = CONTROLS) -> tuple[Finding, ...]:
    return evaluate(inventory, [CONTROLS[id] for id in controls]).findings


def statuses(inventory: Inventory, controls: Iterable[str] = EXPRESSIBLE) -> dict[str, str]:
    """Return one word a control; what templates do not tell is ``apart``."""
    found: dict[str, str] = {}
    for finding in findings(inventory, controls):
        status = "apart" if beyond_scope(finding) else finding.status.value
        assert found.setdefault(finding.control_id, status) == status, finding.control_id
    return found


def failing(inventory: Inventory) -> list[str]:
    return sorted({f.control_id for f in findings(inventory) if f.status is Status.FAIL})


@cache
def _hardened() -> str:
    return json.dumps(_plain(yaml_text.parse(HARDENED.read_text())))


def _plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(value) for key, value in node.value.items()}
    return [_plain(one) for one in node.value] if isinstance(node.value, list) else node.value


def hardened(**changes: Any) -> dict[str, Any]:
    """Return the hardened template with properties replaced: ``Trail__IsLogging=False``."""
    found: dict[str, Any] = json.loads(_hardened())
    for path, value in changes.items():
        id, _, property = path.partition("__")
        properties = found["Resources"][id]["Properties"]
        if value is GONE:
            del properties[property]
        else:
            properties[property] = value
    return found


def observed(folder: Path, template: dict[str, Any] | str, **parameters: str) -> Observation:
    """Load a template by itself."""
    path = folder / "template.json"
    path.write_text(template if isinstance(template, str) else json.dumps(template, indent=2))
    return load([path], parameters=parameters or PLACE)
