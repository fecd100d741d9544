"""Reads YAML with the line and column of every value, short forms such as ``!Ref`` spelled out.

Events are read, not objects: nothing is constructed, depth is bounded, and an alias costs what it expands to.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from checker.sources.cloudformation.node import MAX_DEPTH, MAX_NODES, Malformed, Node

# libyaml reads some ten times faster; a PyYAML built without it has none.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TRUE = re.compile(r"yes|Yes|YES|true|True|TRUE|on|On|ON")
_FALSE = re.compile(r"no|No|NO|false|False|FALSE|off|Off|OFF")
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BARE = frozenset(("Ref", "Condition"))
"""Short forms whose long form has no ``Fn::`` before it."""


def parse(text: str) -> Node:
    """Read a YAML document; raises Malformed with the place for anything else, repeated keys included."""
    try:
        loader = LOADER(text)
        return _Reader(iter(loader.get_event, None)).document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
        place = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise Malformed(f"is not YAML: {problem}", *place) from None
    except UnicodeError:
        raise Malformed("is not YAML: it is not Unicode text") from None


class _Reader:
    """One pass over the events of a text."""

    def __init__(self, events: Iterator[Any]) -> None:
        self.events = events
        self.anchors: dict[str, Node | None] = {}
        self.sizes: dict[str, int] = {}
        self.nodes = 0

    def document(self) -> Node:
        found: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if found:
                    raise Malformed("holds more than one document", *_place(event))
                found = self.node(next(self.events), 0, None)
        return found or Node(None, 1, 1)

    def node(self, event: Any, depth: int, key: tuple[int, int] | None) -> Node:
        line, column = place = _place(event)
        if depth > MAX_DEPTH:
            raise Malformed(f"is nested more than {MAX_DEPTH} levels deep", *place)
        before = self.nodes
        self.count(1, place)
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, place, key)
        if event.anchor:
            self.anchors[event.anchor] = None
        found: Any
        if isinstance(event, yaml.ScalarEvent):
            found = _scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            found = self.sequence(depth)
        else:
            found = self.mapping(depth)
        node = _tagged(event.tag, Node(found, line, column, key), place)
        if event.anchor:
            self.anchors[event.anchor] = node
            self.sizes[event.anchor] = self.nodes - before
        return node

    def alias(self, event: Any, place: tuple[int, int], key: tuple[int, int] | None) -> Node:
        """Return what the anchor stands for, at the alias's own place, and count all of it again."""
        known = self.anchors.get(event.anchor)
        if known is None:
            known_to_be_open = event.anchor in self.anchors
            what = "stands inside itself" if known_to_be_open else "is not defined"
            raise Malformed(f"is not YAML: the anchor {event.anchor!r} {what}", *place)
        self.count(self.sizes[event.anchor], place)
        return Node(known.value, *place, key)

    def count(self, more: int, place: tuple[int, int]) -> None:
        self.nodes += more
        if self.nodes > MAX_NODES:
            raise Malformed(f"has more than {MAX_NODES} values with its aliases expanded", *place)

    def sequence(self, depth: int) -> list[Node]:
        found: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.node(event, depth + 1, None))
        return found

    def mapping(self, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        merged: list[Node] = []
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            place = _place(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise Malformed("has a key that is no text", *place)
            node = self.node(next(self.events), depth + 1, place)
            if event.value == "<<" and event.implicit[0]:
                merged += node.value if isinstance(node.value, list) else [node]
            elif event.value in found:
                raise Malformed(f"repeats the key {event.value!r}", *place)
            else:
                found[event.value] = node
        for other in merged:
            if not isinstance(other.value, dict):
                raise Malformed("merges something that has no keys", *other.place)
            found = {**other.value, **found}
        return found


def _place(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _scalar(event: Any) -> str | bool | None:
    """Return text as written: a date stays a date's text, and an account's leading zeros stay."""
    if event.tag or not event.implicit[0]:
        return str(event.value)
    if event.value in _NULL:
        return None
    if _TRUE.fullmatch(event.value):
        return True
    return False if _FALSE.fullmatch(event.value) else str(event.value)


def _tagged(tag: str | None, node: Node, place: tuple[int, int]) -> Node:
    """Spell a short form out; the tags of YAML itself (``!!str``) change nothing that matters here."""
    if not tag or not tag.startswith("!") or tag == "!":
        return node
    name = tag[1:]
    value = node
    if name == "GetAtt" and isinstance(node.value, str):
        value = Node([Node(part, *place) for part in node.value.split(".", 1)], *place)
    long = name if name in _BARE else f"Fn::{name}"
    return Node({long: Node(value.value, value.line, value.column, place)}, node.line, node.column, node.key)
