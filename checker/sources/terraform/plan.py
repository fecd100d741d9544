"""From the JSON of a plan to its resources, with what is known of each and what is left open.

Source: Terraform documentation, JSON Output Format. A plan describes each resource after the apply
(``after``), which of its values are known only then (``after_unknown``), and which are sensitive.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Any

from msgspec import Struct

from checker.evidence import Cause
from checker.inventory import DESTROYED, REPLACED
from checker.observation import CannotObserve
from checker.sources.terraform.configuration import AFTER_APPLY, Before, Configuration
from checker.sources.terraform.document import Shown
from checker.sources.terraform.names import BUCKET, TRAIL
from checker.sources.terraform.providers import Providers
from checker.sources.terraform.resource import Hidden, Open, Resource, Value

SENSITIVE = "it is marked sensitive, and what is sensitive is not read"
_MOST_DEEP = 100
_KEY = re.compile(r"\[[^\]]*\]")
"""Of an instance of a module; the configuration knows none."""


class Plan(Struct, frozen=True):
    """The resources of a plan."""

    resources: tuple[Resource, ...]
    gone: tuple[Resource, ...]
    """What the apply destroys, as it was."""


class _Entry(Struct, frozen=True):
    """A resource as the plan has it."""

    address: str
    type: str
    prefix: str
    provider: str
    values: Mapping[str, Value]
    new: bool = False
    before: Before | None = None
    removal: str = ""
    """``DESTROYED``, ``REPLACED``, or empty where what is there stays."""


def resources(shown: Shown, parameters: Mapping[str, str]) -> Plan:
    """Read the resources of AWS; raises CannotObserve when the plan is not what it says that it is."""
    content = shown.content
    configured = _dict(content.get("configuration"))
    configuration = Configuration(_dict(configured.get("root_module")))
    providers = Providers(
        _dict(configured.get("provider_config")), _dict(content.get("variables")), parameters
    )
    entries = list(_entries(shown, configuration))
    for entry in entries:
        providers.learn(entry.provider, entry.type, entry.values)

    def made(entry: _Entry) -> Resource:
        line, column = shown.place(entry.address)
        return Resource(
            type=entry.type,
            address=entry.address,
            values=entry.values,
            environment=providers.environment(entry.provider, entry.values),
            new=entry.new,
            before=entry.before.addresses if entry.before else None,
            leads_on=entry.before.lost if entry.before else (),
            removal=entry.removal,
            path=str(shown.path),
            line=line,
            column=column,
            written=cache(partial(shown.values, entry.address)),
        )

    return Plan(
        resources=tuple(made(entry) for entry in entries if entry.removal != DESTROYED),
        gone=tuple(made(entry) for entry in entries if entry.removal == DESTROYED),
    )


def _entries(shown: Shown, configuration: Configuration) -> Iterator[_Entry]:
    content = shown.content
    told: set[str] = set()
    for change in _changes(content):
        if _of_aws(change) and ("deposed" not in change or change["type"] in (TRAIL, BUCKET)):
            entry = _changed(change, configuration)
            told.add(entry.address)
            yield entry
    planned, prior = (_dict(content.get(name)) for name in ("planned_values", "prior_state"))
    # Without a single change, not even one of nothing (no-op), a plan only takes note of what is there.
    changing = bool(_list(content.get("resource_changes")) or _dict(planned.get("root_module")))
    shown_state = _dict(content.get("values"))
    for state in (shown_state, _dict(prior.get("values"))):
        for one in _all_resources(_dict(state.get("root_module")), 0):
            kept = state is shown_state or not changing or one.get("mode") == "data"
            if kept and _of_aws(one) and one.get("address") not in told:
                yield _standing(one, configuration)
    for one in _all_resources(_dict(planned.get("root_module")), 0):
        if _of_aws(one) and one.get("address") not in told and one.get("mode") != "data":
            raise CannotObserve(
                f"{shown.path} plans {one.get('address')} and has no resource_changes for it: "
                "write the whole plan with: terraform show -json PLAN",
                str(shown.path),
            )


def _changes(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the changes of a plan, those that wait for another apply included (``deferred_changes``)."""
    yield from _dicts(content.get("resource_changes"))
    yield from (_dict(one.get("resource_change")) for one in _dicts(content.get("deferred_changes")))


def _of_aws(one: Mapping[str, Any]) -> bool:
    return str(one.get("type")).startswith("aws_") and isinstance(one.get("address"), str)


def _changed(entry: Mapping[str, Any], configuration: Configuration) -> _Entry:
    address, prefix = entry["address"], _prefix(entry)
    declared = configuration.module(prefix).declared(_declared(address, prefix))
    change = _dict(entry.get("change"))
    actions = change.get("actions")
    actions = actions if isinstance(actions, list) else []
    stays = actions not in (["delete"], ["forget"])
    data = entry.get("mode") == "data"

    def opened(path: tuple[str | int, ...]) -> Open | None:
        found = configuration.open(prefix, declared, path)
        return found or (
            Open(AFTER_APPLY, followed=False) if data and path[0] not in ("json", "id") else None
        )

    side = "after" if stays else "before"  # what is forgotten stays as it is, and nobody tells of it any more
    values = _merged(
        change.get(side),
        change.get("after_unknown") if stays else None,
        change.get(f"{side}_sensitive"),
        opened,
    )
    return _Entry(
        address=address,
        type=entry["type"],
        prefix=prefix,
        provider=str(declared.get("provider_config_key") or "aws"),
        values=_told(values, change.get(side)),
        new="create" in actions,
        before=_before(entry, prefix, configuration),
        removal=_removal(actions, entry["type"]),
    )


def _removal(actions: list[Any], type: str) -> str:
    """Say what an apply takes away. A trail that is made anew before the old one goes leaves no gap."""
    if "delete" not in actions:
        return ""
    if "create" not in actions:
        return DESTROYED
    return "" if type == TRAIL and actions[0] == "create" else REPLACED


def _standing(entry: Mapping[str, Any], configuration: Configuration) -> _Entry:
    """Read what exists already: a resource of a state, or a data source that was read."""
    address, prefix = entry["address"], _prefix(entry)
    declared = configuration.module(prefix).declared(_declared(address, prefix))
    values = _merged(entry.get("values"), None, entry.get("sensitive_values"), lambda path: None)
    return _Entry(
        address=address,
        type=entry["type"],
        prefix=prefix,
        provider=str(declared.get("provider_config_key") or "aws"),
        values=_told(values, entry.get("values")),
    )


def _told(values: Value, written: Any) -> Mapping[str, Value]:
    """Return the values of a resource; each one is open where a plan tells of none or hides them all."""
    if isinstance(values, dict) and isinstance(written, dict):
        return values
    if isinstance(values, Open):  # what all of them are made of says of none what it is made of
        return Hidden(Open(values.reason, values.cause, followed=False))
    return Hidden(Open("the plan does not tell it", Cause.MALFORMED))


def _prefix(entry: Mapping[str, Any]) -> str:
    """Return what the address begins with: its module, with a full stop at the end."""
    module = entry.get("module_address")
    if isinstance(module, str) and module:
        return f"{module}."
    data = "data." if entry.get("mode") == "data" else ""
    own = f"{data}{entry.get('type')}.{entry.get('name')}"
    address = str(entry["address"])
    at = address.rfind(own) if address.startswith("module.") else 0
    return address[:at] if at > 0 else ""


def _before(entry: Mapping[str, Any], prefix: str, configuration: Configuration) -> Before | None:
    """Return what a trail waits for; of other resources nobody asks."""
    if entry["type"] != TRAIL:
        return None
    return configuration.before(_KEY.sub("", prefix), _declared(entry["address"], prefix))


def _declared(address: str, prefix: str) -> str:
    return address.removeprefix(prefix).partition("[")[0]


def _merged(after: Any, unknown: Any, sensitive: Any, opened: Any, path: tuple[str | int, ...] = ()) -> Value:
    """Put values and what is unknown of them together; what nobody sets is left out while it is unknown."""
    if len(path) > _MOST_DEEP:
        return Open("it is nested too deeply")
    if unknown is True:
        found: Open | None = opened(path)
        return found
    if sensitive is True and not isinstance(after, bool | int | float | None):
        return Open(SENSITIVE)
    if isinstance(after, dict) or (after is None and isinstance(unknown, dict) and (unknown or not path)):
        known, open_, hidden = _dict(after), _dict(unknown), _dict(sensitive)
        return {
            name: _merged(known.get(name), open_.get(name), hidden.get(name), opened, (*path, name))
            for name in dict.fromkeys((*known, *open_))
        }
    if isinstance(after, list):
        open_list, hidden_list = _list(unknown), _list(sensitive)
        return [
            _merged(one, _at(open_list, place), _at(hidden_list, place), opened, (*path, place))
            for place, one in enumerate(after)
        ]
    if isinstance(after, float) and after.is_integer():
        return str(int(after))
    if isinstance(after, int | float) and not isinstance(after, bool):
        return str(after)
    return after if isinstance(after, str | bool) else None


def _all_resources(module: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    yield from _dicts(module.get("resources"))
    for inner in _dicts(module.get("child_modules")) if depth < _MOST_DEEP else ():
        yield from _all_resources(inner, depth + 1)


def _at(values: list[Any], place: int) -> Any:
    return values[place] if place < len(values) else None


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dicts(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()
