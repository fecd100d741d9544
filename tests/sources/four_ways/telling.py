"""What each way of describing a world comes to: an inventory, and one word a control."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from checker.assessment import beyond_scope
from checker.catalog import CONTROLS
from checker.engine import evaluate
from checker.evidence import Known
from checker.inventory import Grant, Inventory, KeyGrant, Subscription, Versioning
from checker.model import Thresholds
from checker.observation import Observation
from checker.sources import cloudformation, snapshot, terraform
from checker.sources.aws import Options, collect
from tests import hardened as good
from tests.simulator import World, serve
from tests.simulator.world import arn_account, arn_region
from tests.sources.aws.evidence import settings
from tests.sources.cloudformation.judging import PLACE
from tests.sources.four_ways import describing, keys, lake
from tests.sources.four_ways.describing import PLAIN, Style
from tests.sources.terraform.planning import plan, written

KINDS = (
    "trails",
    "buckets",
    "linked_buckets",
    "keys",
    "log_groups",
    "topics",
    "alert_topics",
    "roles",
    "watches",
    "event_data_stores",
    "channels",
    "dashboards",
)
"""What an inventory has of a world that a template can declare."""
LIVE_ALONE: dict[type, tuple[str, ...]] = {
    Versioning: ("mfa_delete",),  # which root alone can switch on
    # who is subscribed confirms it, SNS makes up the ARN, and filters are read only of who hears of alarms
    Subscription: ("confirmed", "arn", "filter"),
    KeyGrant: ("id",),  # which KMS makes up
}
"""What becomes of a setting after templates were deployed, and is no part of the comparison."""
SLOW = ("cloudtrail:LookupEvents", "iam:GetAccountAuthorizationDetails")
"""What takes long to ask, and what templates tell nothing of."""
GOVERNING = frozenset(
    action
    for control in CONTROLS.values()
    for action in (read.partition(" ")[0] for read in control.reads)
    if action not in SLOW
)
"""What is asked of an organization; that is not asked for unless somebody wants it."""
STATUS = ".status."
LOGGING = ".status.is_logging"


def on_the_wire(world: World, monkeypatch: pytest.MonkeyPatch) -> Observation:
    with serve(world) as aws:
        for name, value in aws.env(world.accounts[0].access_key, good.HOME).items():
            monkeypatch.setenv(name, value)
        return collect(Options(max_attempts=1, reads=GOVERNING if world.organizations else frozenset()))


def written_to(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content, indent=1))
    return path


def as_template(world: World, folder: Path, style: Style = PLAIN) -> Observation:
    """Write a template; for more than one account or Region, what the CDK synthesises for several."""
    found = describing.templates(world, style)
    home = world.trails[0].account, world.trails[0].home
    folder.mkdir(parents=True, exist_ok=True)
    if list(found) == [(good.ACCOUNT, good.HOME)] and style.protected is None:
        path = written_to(folder / "template.json", found[home])
        return cloudformation.load([path], parameters=PLACE)
    artifacts: dict[str, Any] = {}
    for (account, region), template in found.items():
        name = "template" if (account, region) == home else f"template-{account}-{region}"
        written_to(folder / f"{name}.template.json", template)
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": f"aws://{account}/{region}",
            "properties": {
                "templateFile": f"{name}.template.json",
                "terminationProtection": style.protected is not False,
            },
        }
    artifacts["template"]["dependencies"] = [name for name in artifacts if name != "template"]
    written_to(folder / "manifest.json", {"version": "1", "artifacts": artifacts})
    return cloudformation.load([folder])


def as_plan(world: World, folder: Path, style: Style = PLAIN, gone: World | None = None) -> Observation:
    """Write a plan; ``gone`` is what it destroys."""
    folder.mkdir(parents=True, exist_ok=True)
    made = describing.plan(world, style)
    there = describing.existing(gone) if gone else {}
    lost = {name: one for name, one in there.items() if name not in made}
    actions = {name: ["delete"] for name in lost}
    found = plan(made | lost, actions=actions, providers=describing.providers(world))
    return terraform.load([written(folder, found)])


def as_snapshot(observation: Observation, folder: Path) -> Observation:
    path = folder / "snapshot.json"
    path.write_bytes(snapshot.dump(observation))
    return snapshot.load(path)


def verdicts(inventory: Inventory, thresholds: Thresholds | None = None) -> dict[str, str]:
    """Return one word a control that judged something, the worst; what a source never tells is ``apart``."""
    worst = ("fail", "unknown", "pass", "apart")
    found: dict[str, str] = {}
    for finding in evaluate(inventory, CONTROLS.values(), thresholds).findings:
        word = "apart" if beyond_scope(finding) else finding.status.value
        found[finding.control_id] = min(word, found.get(finding.control_id, word), key=worst.index)
    return found


def names_of(world: World) -> dict[str, str]:
    """Return how templates and plans call what has no name before it exists, and how the world does."""
    found: dict[str, str] = {}
    for key in world.keys:
        real, id = key.arn.rpartition("/")[2], keys.id_of(key)
        beside = f"template-{arn_account(key.arn)}-{arn_region(key.arn)}-{id}"
        found |= {beside: real, f"template-{id}": real, keys.address_of(key): real}
    for thing in world.lake:
        real = thing.arn.rpartition("/")[2]
        found |= {f"template-{lake.id_of(thing)}": real, lake.address_of(thing): real}
    return found


def told(inventory: Inventory, names: Mapping[str, str]) -> dict[str, Any]:
    """Map each setting that is known, and that templates have too, to its content in comparable form."""
    found: dict[str, Any] = {}
    for kind in KINDS:
        for path, setting in settings(getattr(inventory, kind), kind):
            if isinstance(setting, Known) and (STATUS not in path or path.endswith(LOGGING)):
                found[_plain(path, names)] = _loose(_comparable(setting.content, names))
    return found


def _plain(text: str, names: Mapping[str, str]) -> str:
    for name, real in names.items():
        text = text.replace(name, real)
    return text


def _comparable(content: Any, names: Mapping[str, str]) -> Any:
    """Return documents parsed, sets in order, and ACLs without the grant that every owner has."""
    if isinstance(content, str):
        text = _plain(content, names)
        return json.loads(text) if text.startswith('{"') else text
    if isinstance(content, dict):
        return {name: _comparable(one, names) for name, one in content.items()}
    if isinstance(content, Known):
        return _comparable(content.content, names)
    if hasattr(content, "__struct_fields__"):
        left_out = LIVE_ALONE.get(type(content), ())
        fields = (name for name in content.__struct_fields__ if name not in left_out)
        return {name: _comparable(getattr(content, name), names) for name in fields}
    if isinstance(content, tuple | list):
        kept = [one for one in content if not isinstance(one, Grant) or one.grantee.startswith("http")]
        return sorted((_comparable(one, names) for one in kept), key=_by_name)
    return content


def _by_name(one: Any) -> str:
    return str(one.get("name") or one) if isinstance(one, dict) else str(one)


def _loose(document: Any) -> Any:
    """Return a document where a list of one is that one, as AWS has it."""
    if isinstance(document, dict):
        return {name: _loose(one) for name, one in document.items() if name != "Sid"}
    if isinstance(document, list):
        return _loose(document[0]) if len(document) == 1 else [_loose(one) for one in document]
    return str(document).lower() if isinstance(document, bool) else document
