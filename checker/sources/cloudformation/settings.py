"""Reads settings of a resource one by one: what cannot be told is unknown, and no other setting with it."""

import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

from checker.evidence import Cause, Known, Observed, Unknown
from checker.sources.cloudformation.node import Node, child
from checker.sources.cloudformation.resolve import condition, resolve, text
from checker.sources.cloudformation.stack import Resource
from checker.sources.cloudformation.unresolved import NoValue, Resolved, Unresolved

T = TypeVar("T")
D = TypeVar("D")


class Wrong(Exception):
    """A value is not what the property takes; the message ends a sentence."""


def setting(
    resource: Resource, path: str, read: Callable[[Any], T], default: D, field: str = ""
) -> Observed[T | D]:
    """Read a property by its dotted path; ``default`` is what CloudFormation takes where it is not set."""
    name, *inside = path.split(".")
    node = resource.property_node(name)
    origin = resource.origin(field or path, _deepest(node, inside))
    if resource.blocked:
        return resource.blocked.unknown(path, origin)
    try:
        _properties_are_plain(resource)
        value = resolve(resource.stack, node) if node else None
        for part in inside:
            value = value.get(part) if isinstance(value, dict) else value
            if value is None or isinstance(value, NoValue):
                break
        if value is None or isinstance(value, NoValue):
            return Known(default, origin)
        return Known(read(value), origin)
    except Unresolved as error:
        return error.unknown(f"{path} of {resource.label}", origin)
    except Wrong as error:
        return Unknown(f"{path} of {resource.label} is {error}", Cause.MALFORMED, origin)
    except RecursionError:
        return Unknown(f"{path} of {resource.label} leads too far to be told", Cause.UNDECIDED, origin)


def _properties_are_plain(resource: Resource) -> None:
    """Raise Unresolved when a function (``Fn::Transform``) may add to what is written."""
    properties = child(resource.node, "Properties")
    if properties is None:
        return
    if not isinstance(properties.value, dict):
        raise Unresolved("its Properties are no object", Cause.MALFORMED)
    added = next((name for name in properties.value if name.startswith("Fn::")), None)
    if added:
        raise Unresolved(f"{added} adds properties when the template is deployed")


def _deepest(node: Node | None, names: list[str]) -> Node | None:
    """Follow the path as far as it is written out."""
    for name in names:
        inner = child(node, name)
        if inner is None:
            break
        node = inner
    return node


def exists(resource: Resource) -> Observed[bool]:
    """Say whether the stack creates a resource: by its condition, without one it does."""
    node = child(resource.node, "Condition")
    origin = resource.origin("Condition", node)
    if node is None or not isinstance(node.value, str):
        return Known(True, origin)
    try:
        return Known(condition(resource.stack, node.value), origin)
    except Unresolved as error:
        return error.unknown(f"whether {resource.label} is created", origin)


def doubt(resource: Resource) -> Unknown | None:
    """Say why nobody can tell whether a resource is created; nothing where its condition is decided."""
    created = exists(resource)
    return created if isinstance(created, Unknown) else None


def flag(value: Resolved) -> bool:
    """Read a truth value, which CloudFormation also takes as text."""
    found = text(value).lower() if isinstance(value, str | bool) else ""
    if found not in ("true", "false"):
        raise Wrong("neither true nor false")
    return found == "true"


def word(value: Resolved) -> str:
    """Read a text."""
    if not isinstance(value, str | bool):
        raise Wrong("not a text")
    return text(value)


def filled(value: Resolved) -> str | None:
    """Read a text of which an empty one is none."""
    return word(value) or None


def number(value: Resolved) -> int:
    """Read a whole number, which CloudFormation also takes as text."""
    found = word(value)
    if not re.fullmatch(r"-?\d{1,15}(\.0+)?", found):
        raise Wrong(f"{found[:40]!r}, which is no whole number")
    return int(found.partition(".")[0])


def words(value: Resolved) -> tuple[str, ...]:
    """Read a list of texts; CloudFormation takes a single one for a list of one."""
    return tuple(word(one) for one in (value if isinstance(value, list) else [value]))


def objects(value: Resolved) -> tuple[dict[str, Resolved], ...]:
    """Read a list of objects."""
    found = value if isinstance(value, list) else [value]
    if not all(isinstance(one, dict) for one in found):
        raise Wrong("not a list of objects")
    return tuple(one for one in found if isinstance(one, dict))


def one(value: Resolved) -> dict[str, Resolved]:
    """Read an object."""
    if not isinstance(value, dict):
        raise Wrong("not an object")
    return value


def first(value: Resolved) -> dict[str, Resolved]:
    """Read a list of which only the first object counts."""
    found = objects(value)
    if not found:
        raise Wrong("an empty list")
    return found[0]


def part(value: dict[str, Resolved], name: str, read: Callable[[Any], T], default: D) -> T | D:
    """Read one entry of an object."""
    found = value.get(name)
    return default if found is None else read(found)


def needed(value: dict[str, Resolved], name: str, read: Callable[[Any], T]) -> T:
    """Read one entry of an object that has to be there."""
    if value.get(name) is None:
        raise Wrong(f"without {name}")
    return read(value[name])


def enabled(value: Resolved) -> bool:
    """Read a Status."""
    found = word(value)
    if found not in ("Enabled", "Disabled"):
        raise Wrong("neither Enabled nor Disabled")
    return found == "Enabled"


def unit(value: Resolved) -> str:
    """Read the unit of a metric; ``None`` is what a metric has that was given none."""
    found = word(value)
    return "" if found == "None" else found


def document(value: Resolved) -> str:
    """Read a policy document as text; it may stand there as text already."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        raise Wrong("no policy document")
    return json.dumps(value)


class Unclear(Exception):
    """A setting that cannot be told leaves open what depends on it."""

    def __init__(self, why: Unknown) -> None:
        super().__init__(why.reason)
        self.why = why


def content_of(observed: Observed[Any]) -> Any:
    """Return what is known; raise Unclear otherwise."""
    if isinstance(observed, Unknown):
        raise Unclear(observed)
    return observed.content
