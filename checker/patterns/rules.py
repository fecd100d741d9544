"""Reads event patterns of EventBridge rules.

Source: EventBridge User Guide, "Creating event patterns" and "Comparison operators": a field is matched when
its value meets one of the matchers in its list; fields are joined by and, ``$or`` offers alternatives.
"""

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_network
from typing import Any

import msgspec

from checker.patterns.terms import All, Either, Malformed, Opaque, Term, Test

_DEPTH = 60
_EXACT = ("like", "like-nocase")


@lru_cache(maxsize=4096)
def parse_rule(pattern: str) -> Term:
    """Read an event pattern; paths begin at the event itself: ``detail.eventName``. Raises Malformed."""
    try:
        content = msgspec.json.decode(pattern)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Malformed("an event pattern that is no JSON") from error
    return _fields(content, "", 0)


def _fields(content: Any, prefix: str, depth: int) -> Term:
    if not isinstance(content, Mapping) or depth > _DEPTH:
        raise Malformed(f"an event pattern whose {prefix or 'root'} is no object that can be read")
    return All(tuple(_field(name, inner, prefix, depth) for name, inner in content.items()))


def _field(name: str, inner: Any, prefix: str, depth: int) -> Term:
    path = f"{prefix}{name}"
    if name == "$or" and isinstance(inner, list):
        return Either(tuple(_fields(one, prefix, depth + 1) for one in inner))
    if isinstance(inner, Mapping):
        return _fields(inner, f"{path}.", depth + 1)
    if not isinstance(inner, list):
        raise Malformed(f"an event pattern whose {path} is no list")
    return Either(tuple(_matcher(path, one) for one in inner))


def _matcher(path: str, matcher: Any) -> Term:
    if not isinstance(matcher, Mapping):
        return _equal(path, matcher)
    if len(matcher) != 1:
        return Opaque(path)
    ((operator, wanted),) = matcher.items()
    if operator == "exists" and isinstance(wanted, bool):
        return Test(path, "present", unlike=not wanted)
    if operator == "anything-but":
        return _unlike(path, wanted)
    if operator == "numeric" and isinstance(wanted, list):
        return _numeric(path, wanted)
    if operator == "cidr" and isinstance(wanted, str):
        return Test(path, "cidr", _network(wanted))
    return _text(path, operator, wanted)


def _equal(path: str, value: Any) -> Term:
    match value:
        case str():
            return Test(path, "like", value, escaped=True)
        case bool():
            return Test(path, "true" if value else "false")
        case int() | float():
            return Test(path, "number", f"= {value!r}")
        case None:
            return Test(path, "null")
    raise Malformed(f"a value of {path} that is neither text, number, truth value nor null")


def _text(path: str, operator: str, wanted: Any) -> Term:
    """Read the matchers on text; a pattern of ours marks what is literal, for these may hold asterisks."""
    kind = "like"
    if isinstance(wanted, Mapping) and set(wanted) == {"equals-ignore-case"}:
        wanted, kind = wanted["equals-ignore-case"], "like-nocase"
    if operator == "equals-ignore-case":
        kind = "like-nocase"
    if not isinstance(wanted, str):
        return Opaque(path)
    if operator == "equals-ignore-case":
        return Test(path, kind, wanted, escaped=True)
    if "*" in wanted and operator != "wildcard":
        return Opaque(path)
    match operator:
        case "prefix":
            return Test(path, kind, f"{wanted}*")
        case "suffix":
            return Test(path, kind, f"*{wanted}")
        case "wildcard" if "\\" not in wanted:
            return Test(path, kind, wanted)
    return Opaque(path)


def _unlike(path: str, wanted: Any) -> Term:
    """Read ``anything-but``: a value that is there and meets none of those given."""
    if isinstance(wanted, Mapping):
        if len(wanted) != 1:
            return Opaque(path)
        ((operator, inner),) = wanted.items()
        given = inner if isinstance(inner, list) else [inner]
        found = [_text(path, operator, one) for one in given]
    else:
        found = [_equal(path, one) for one in (wanted if isinstance(wanted, list) else [wanted])]
    return All(tuple(_negated(term) for term in found))


def _negated(term: Term) -> Term:
    return msgspec.structs.replace(term, unlike=True) if isinstance(term, Test) else term


def _numeric(path: str, wanted: list[Any]) -> Term:
    pairs = list(zip(wanted[::2], wanted[1::2], strict=False))
    known = all(
        operator in ("=", "<", "<=", ">", ">=") and isinstance(figure, int | float)
        for operator, figure in pairs
    )
    if not pairs or len(wanted) % 2 or not known:
        return Opaque(path)
    return All(tuple(Test(path, "number", f"{operator} {figure!r}") for operator, figure in pairs))


def _network(text: str) -> str:
    try:
        return str(ip_network(text, strict=False))
    except ValueError as error:
        raise Malformed("a cidr that is no network") from error
