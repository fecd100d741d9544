"""Gives an observation the form that saving and reading it back would give it, in slices.

A slice is some resources of one kind as JSON: an inventory never has to exist twice, neither on the way to
the form of a file nor from one process to another.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeAlias, get_type_hints

import msgspec
from msgspec import Struct
from msgspec.structs import force_setattr

from checker.inventory import Inventory

Slice: TypeAlias = tuple[str, bytes]
"""A field of the inventory, and a part of its value."""
SIZE = 64
"""Resources of a slice: a few hundred kilobytes at most."""
_PLAIN = frozenset((type(None), bool, int, float))
_encoder = msgspec.json.Encoder(order="deterministic")


def encoded(value: object) -> bytes:
    """Write JSON; equal values give equal bytes.

    Text that is no Unicode (JSON lets a lone surrogate through) has its offending parts spelled out.
    """
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        return _encoder.encode(_unicode(msgspec.to_builtins(value)))


def decoded(content: bytes, kind: Any) -> Any:
    """Read JSON as a value of a type."""
    return _decoder(kind).decode(content)


def taken_apart(inventory: Inventory) -> dict[str, Any]:
    """Return the fields of an inventory, for ``slices`` to empty."""
    return {name: getattr(inventory, name) for name in Inventory.__struct_fields__}


def slices(parts: dict[str, Any]) -> Iterator[Slice]:
    """Yield the fields of an inventory in slices. What nobody else holds of them is given up on the way."""
    for name in list(parts):
        for content in _cut(parts.pop(name)):
            yield name, content


class Joining:
    """An inventory while its slices come in.

    Equal texts and times become one object, since an organization has each a thousand times.
    """

    def __init__(self) -> None:
        self._parts: dict[str, Any] = {}
        self._met: dict[Any, Any] = {}

    def add(self, slice: Slice) -> None:
        """Take in a slice, after those of the same field that come before it."""
        name, content = slice
        value = self._of(decoded(content, _kinds()[name]))
        if isinstance(value, dict):
            self._parts.setdefault(name, {}).update(value)
        elif isinstance(value, tuple):
            self._parts.setdefault(name, []).extend(value)
        else:
            self._parts[name] = value

    def inventory(self) -> Inventory:
        """Return the inventory: resources by their names, in order."""
        return Inventory(**{name: _whole(self._parts.pop(name)) for name in list(self._parts)})

    def _of(self, value: Any) -> Any:
        """Return a value that was just read, made of what is shared."""
        match value:
            case str():
                return self._met.setdefault(value, value)
            case datetime():  # in another zone, an equal time is written in another way
                return self._met.setdefault(value, value) if value.tzinfo is UTC else value
            case Struct():
                for name in value.__struct_fields__:
                    inner = getattr(value, name)
                    # Nobody else has seen it yet, so that it may still be made of other parts.
                    if inner.__class__ not in _PLAIN and (one := self._of(inner)) is not inner:
                        force_setattr(value, name, one)
                return value
            case tuple():
                return tuple([self._of(inner) for inner in value])
            case dict():
                return {self._of(key): self._of(inner) for key, inner in value.items()}
            case _:
                return value


def joined(slices: Iterable[Slice]) -> Inventory:
    """Put slices together again."""
    joining = Joining()
    for one in slices:
        joining.add(one)
    return joining.inventory()


def _cut(value: Any) -> Iterator[bytes]:
    """Cut a field's value, and let go of what was cut off; an empty one is a slice too."""
    match value:
        case dict():
            left, keys = dict(value), list(value)
            del value
            for start in range(0, max(len(keys), 1), SIZE):
                yield encoded({key: left.pop(key) for key in keys[start : start + SIZE]})
        case tuple():
            rest = list(reversed(value))
            del value
            for _ in range(0, max(len(rest), 1), SIZE):
                yield encoded([rest.pop() for _ in rest[-SIZE:]])
        case _:
            yield encoded(value)


def _whole(value: Any) -> Any:
    match value:
        case dict():
            return dict(sorted(value.items()))
        case list():
            return tuple(value)
        case _:
            return value


@cache
def _kinds() -> dict[str, Any]:
    return get_type_hints(Inventory, include_extras=True)


@cache
def _decoder(kind: Any) -> Any:
    return msgspec.json.Decoder(kind)


def _unicode(value: Any) -> Any:
    """Spell out what UTF-8 cannot carry, in every string of a JSON value."""
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {_unicode(key): _unicode(item) for key, item in value.items()}
        case list() | tuple():
            return [_unicode(item) for item in value]
        case _:
            return value
