"""Encode whatever evidence holds as JSON, the same way every time."""

from typing import Any

import msgspec

from checker.report.text import visible


def encode(value: object) -> bytes:
    """Return compact JSON with a fixed key order.

    JSON from AWS can carry a lone surrogate, which UTF-8 cannot: it is spelled out.
    """
    try:
        return msgspec.json.encode(value, order="deterministic")
    except UnicodeEncodeError:
        return msgspec.json.encode(_encodable(msgspec.to_builtins(value, order="deterministic")))


def plain(value: object) -> Any:
    """Return a value as a JSON reader would give it back, with sorted keys.

    What is judged now and what was saved then are shown alike only if both are spelled the same.
    """
    return msgspec.to_builtins(value, order="sorted")


def _encodable(value: Any) -> Any:
    match value:
        case str():
            return "".join(visible(c) if "\ud800" <= c <= "\udfff" else c for c in value)
        case dict():
            return {_encodable(key): _encodable(item) for key, item in value.items()}
        case list() | tuple():
            return [_encodable(item) for item in value]
        case _:
            return value
