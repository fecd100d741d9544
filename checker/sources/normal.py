"""Gives an observation the form that saving and reading it back would give it, a resource at a time."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import Struct
from msgspec.structs import force_setattr

from checker.inventory import Inventory

Encode = Callable[[object], bytes]
_PLAIN = frozenset((type(None), bool, int, float))


def inventory_of(parts: dict[str, Any], encode: Encode, text: Callable[[str], str]) -> Inventory:
    """Take an inventory's parts out of ``parts``, and return it as it would be read back.

    ``encode`` writes JSON, ``text`` says how it writes a text. Equal texts and times become one object, since
    an organization has each a thousand times. What nobody else holds is given up on the way.
    """
    shared = _Shared()
    return Inventory(**{name: _part(parts, name, encode, text, shared) for name in list(parts)})


def _part(
    parts: dict[str, Any], name: str, encode: Encode, text: Callable[[str], str], shared: "_Shared"
) -> Any:
    value, kind = parts.pop(name), _kinds()[name]
    match value:
        case dict():
            each, left = get_args(kind)[1], dict(value)
            del value
            found = {text(key): shared.of(decoded(encode(left.pop(key)), each)) for key in list(left)}
            return dict(sorted(found.items()))
        case tuple():
            each, rest = get_args(kind)[0], list(reversed(value))
            del value
            return tuple([shared.of(decoded(encode(rest.pop()), each)) for _ in range(len(rest))])
        case _:
            return decoded(encode(value), kind)


@cache
def _kinds() -> dict[str, Any]:
    return get_type_hints(Inventory, include_extras=True)


@cache
def _decoder(kind: Any) -> Any:
    return msgspec.json.Decoder(kind)


def decoded(content: bytes, kind: Any) -> Any:
    """Read JSON as a value of a type."""
    return _decoder(kind).decode(content)


class _Shared:
    """Texts and times that were met: equal ones become the first of them."""

    def __init__(self) -> None:
        self._met: dict[Any, Any] = {}

    def of(self, value: Any) -> Any:
        """Return a value that was just read, made of what is shared."""
        match value:
            case str() | datetime():
                return self._met.setdefault(value, value)
            case Struct():
                for name in value.__struct_fields__:
                    inner = getattr(value, name)
                    # Nobody else has seen it yet, so that it may still be made of other parts.
                    if inner.__class__ not in _PLAIN and (one := self.of(inner)) is not inner:
                        force_setattr(value, name, one)
                return value
            case tuple():
                return tuple([self.of(inner) for inner in value])
            case dict():
                return {self.of(key): self.of(inner) for key, inner in value.items()}
            case _:
                return value
