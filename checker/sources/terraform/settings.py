"""Reads settings of a resource one by one: what cannot be told is unknown, and no other setting with it."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from checker.evidence import Cause, Known, Observed, Unknown
from checker.sources.cloudformation.settings import Wrong, word
from checker.sources.terraform.resource import Open, Resource

T = TypeVar("T")
D = TypeVar("D")


def value_of(resource: Resource, path: str) -> Any:
    """Return what stands at a dotted path; of blocks the first one counts. None where nothing is set."""
    found: Any = resource.values
    for part in path.split("."):
        if isinstance(found, list):
            found = found[0] if found else None
        if isinstance(found, Open):
            return found
        found = found.get(part) if isinstance(found, dict) else None
    return None if found == [] else found


def setting(resource: Resource, path: str, read: Callable[[Any], T], default: D) -> Observed[T | D]:
    """Read a setting by its dotted path; ``default`` is what the provider takes where it is not set."""
    origin = resource.origin(path)
    found = value_of(resource, path)
    for left in opened(found):
        return unknown(resource, path, left)
    if found is None:
        return Known(default, origin)
    try:
        return Known(read(found), origin)
    except Wrong as error:
        return Unknown(f"{path} of {resource.address} is {error}", Cause.MALFORMED, origin)


def unknown(resource: Resource, path: str, left: Open) -> Unknown:
    """Say of which setting it is that nobody can tell it, and why."""
    reason = f"{path} of {resource.address} cannot be told, since {left.reason}"
    return Unknown(reason, left.cause, resource.origin(path))


def opened(value: Any) -> Iterator[Open]:
    """Yield what is open anywhere in a value."""
    if isinstance(value, Open):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from opened(one)
    elif isinstance(value, list):
        for one in value:
            yield from opened(one)


def block(value: Any) -> dict[str, Any]:
    """Read a block of which there is at most one; an empty one sets nothing."""
    found = value[0] if isinstance(value, list) and value else value
    if found in ([], None):
        return {}
    if not isinstance(found, dict):
        raise Wrong("not a block")
    return found


def blocks(value: Any) -> tuple[dict[str, Any], ...]:
    """Read blocks."""
    found = value if isinstance(value, list) else [value]
    if not all(isinstance(one, dict) for one in found):
        raise Wrong("not a list of blocks")
    return tuple(found)


def positive(value: Any) -> int | None:
    """Read a whole number of which zero stands for none, as the provider has it."""
    try:
        return int(word(value)) or None
    except ValueError:
        raise Wrong("no whole number") from None
