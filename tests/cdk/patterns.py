"""Metric filter patterns and EventBridge patterns, understood as AWS documents them."""

import json
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

Event = Mapping[str, Any]
TOKEN = re.compile(r'\s*(\(|\)|&&|\|\||!=|=|NOT EXISTS|\$[\w.]+|"[^"]*"|[\w.*:/-]+)')


def matches(pattern: str, event: Event) -> bool:
    """Say whether a JSON filter pattern of CloudWatch Logs matches; && binds stronger than ||."""
    inner = re.fullmatch(r"\{(.*)\}", pattern.strip(), re.DOTALL)
    assert inner, f"not a JSON pattern: {pattern}"
    tokens = [found for found in TOKEN.split(inner[1].strip()) if found.strip()]
    value, rest = _either(tokens, event)
    assert not rest, f"left over: {rest}"
    return value


def _either(tokens: list[str], event: Event) -> tuple[bool, list[str]]:
    value, rest = _both(tokens, event)
    while rest and rest[0] == "||":
        other, rest = _both(rest[1:], event)
        value = value or other
    return value, rest


def _both(tokens: list[str], event: Event) -> tuple[bool, list[str]]:
    value, rest = _term(tokens, event)
    while rest and rest[0] == "&&":
        other, rest = _term(rest[1:], event)
        value = value and other
    return value, rest


def _term(tokens: list[str], event: Event) -> tuple[bool, list[str]]:
    if tokens[0] == "(":
        value, rest = _either(tokens[1:], event)
        assert rest[0] == ")", f"expected ) before {rest}"
        return value, rest[1:]
    field, operator, *rest = tokens
    found = _at(event, field.removeprefix("$.").split("."))
    if operator == "NOT EXISTS":
        return found is None, rest
    assert operator in ("=", "!="), operator
    wanted, rest = rest[0].strip('"'), rest[1:]
    if found is None:
        return False, rest
    return fnmatchcase(str(found), wanted) == (operator == "="), rest


def _at(event: Any, path: list[str]) -> Any:
    for part in path:
        if not isinstance(event, Mapping) or part not in event:
            return None
        event = event[part]
    return event


def bus_matches(pattern: Mapping[str, Any], event: Event) -> bool:
    """Say whether an EventBridge pattern matches an event, with the matchers that this project uses."""
    for name, wanted in pattern.items():
        if name == "$or":
            if not any(bus_matches(one, event) for one in wanted):
                return False
        elif isinstance(wanted, Mapping):
            below = event.get(name)
            if not isinstance(below, Mapping) or not bus_matches(wanted, below):
                return False
        elif name not in event or not any(_fits(one, event[name]) for one in wanted):
            return False
    return True


def _fits(wanted: Any, found: Any) -> bool:
    match wanted:
        case {"suffix": end}:
            return str(found).endswith(end)
        case {"prefix": start}:
            return str(found).startswith(start)
        case {"anything-but": other}:
            return not _fits(other, found)
        case str():
            return bool(wanted == found)
    raise AssertionError(json.dumps(wanted))


def on_bus(event: Event) -> Event:
    """Return a CloudTrail event as EventBridge delivers it."""
    service = event["eventSource"].split(".")[0]
    return {"source": f"aws.{service}", "detail-type": "AWS API Call via CloudTrail", "detail": event}
