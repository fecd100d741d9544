"""Reads JSON with the line and column of every value, which the standard library does not keep."""

import json
import re
from bisect import bisect_right

from checker.sources.cloudformation.node import MAX_DEPTH, MAX_NODES, Malformed, Node, Value

_SPACE = re.compile(r"[ \t\r\n]*")
_PLAIN = re.compile(r'"([^"\\\x00-\x1f]*)"')
_KEY = re.compile(r'"([^"\\\x00-\x1f]*)"[ \t\r\n]*:[ \t\r\n]*')
_AFTER = re.compile(r"[ \t\r\n]*([,}\]])[ \t\r\n]*")
"""What follows a value, with the blanks around it: all in one step, since there are so many."""
_ATOM = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_QUOTED = json.JSONDecoder()


def parse(text: str) -> Node:
    """Read a JSON document; raises Malformed with the place for anything else, repeated keys included."""
    reader = _Reader(text)
    node, end = reader.value(reader.skip(0), 0, None)
    if reader.skip(end) != len(text):
        raise reader.error("has something after its end", reader.skip(end))
    return node


class Part:
    """Reads single values out of a long text that is known to be JSON, with their places in all of it."""

    def __init__(self, text: str) -> None:
        self._reader = _Reader(text)

    def place(self, at: int) -> tuple[int, int]:
        """Return line and column of an offset."""
        return self._reader.place(at)

    def value(self, at: int) -> Node:
        """Return the value that begins at an offset; raises Malformed for what is none, or too large."""
        self._reader.nodes = 0
        return self._reader.value(at, 0, None)[0]


class _Reader:
    """One pass over a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self.nodes = 0

    def place(self, at: int) -> tuple[int, int]:
        line = bisect_right(self.starts, at)
        return line, at - self.starts[line - 1] + 1

    def error(self, what: str, at: int) -> Malformed:
        return Malformed(what, *self.place(at))

    def skip(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    def value(self, at: int, depth: int, key: tuple[int, int] | None) -> tuple[Node, int]:
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise self.error(f"is nested more than {MAX_DEPTH} levels deep", at)
        if self.nodes > MAX_NODES:
            raise self.error(f"has more than {MAX_NODES} values", at)
        found: Value
        first = self.text[at : at + 1]
        if first == "{":
            found, end = self.object(at, depth)
        elif first == "[":
            found, end = self.array(at, depth)
        elif first == '"':
            found, end = self.string(at)
        else:
            found, end = self.atom(at)
        return Node(found, *self.place(at), key), end

    def object(self, at: int, depth: int) -> tuple[dict[str, Node], int]:
        found: dict[str, Node] = {}
        at = self.skip(at + 1)
        if self.text.startswith("}", at):
            return found, at + 1
        while True:
            key, end = self.key(at)
            if key in found:
                raise self.error(f"repeats the key {key!r}", at)
            found[key], end = self.value(end, depth + 1, self.place(at))
            mark = _AFTER.match(self.text, end)
            if mark is None or mark[1] == "]":
                self.expect(",", self.skip(end))
            elif mark[1] == "}":
                return found, mark.end(1)
            else:
                at = mark.end()

    def key(self, at: int) -> tuple[str, int]:
        """Read a key and the colon behind it; return where its value begins."""
        plain = _KEY.match(self.text, at)
        if plain:
            return plain[1], plain.end()
        if not self.text.startswith('"', at):
            raise self.error("is not JSON: a key is missing here", at)
        key, end = self.string(at)
        return key, self.expect(":", end)

    def array(self, at: int, depth: int) -> tuple[list[Node], int]:
        found: list[Node] = []
        at = self.skip(at + 1)
        if self.text.startswith("]", at):
            return found, at + 1
        while True:
            node, end = self.value(at, depth + 1, None)
            found.append(node)
            mark = _AFTER.match(self.text, end)
            if mark is None or mark[1] == "}":
                self.expect(",", self.skip(end))
            elif mark[1] == "]":
                return found, mark.end(1)
            else:
                at = mark.end()

    def expect(self, sign: str, at: int) -> int:
        at = self.skip(at)
        if not self.text.startswith(sign, at):
            cut = at >= len(self.text)
            raise self.error("is cut short" if cut else f"is not JSON: {sign!r} is missing here", at)
        return self.skip(at + 1)

    def string(self, at: int) -> tuple[str, int]:
        plain = _PLAIN.match(self.text, at)
        if plain:
            return plain[1], plain.end()
        try:
            found, end = _QUOTED.raw_decode(self.text, at)
        except json.JSONDecodeError as error:
            cut = error.msg.startswith("Unterminated")
            raise self.error("is cut short" if cut else f"is not JSON: {error.msg}", error.pos) from None
        return str(found), end

    def atom(self, at: int) -> tuple[str | bool | None, int]:
        found = _ATOM.match(self.text, at)
        if not found:
            cut = at >= len(self.text)
            raise self.error("is cut short" if cut else "is not JSON: a value is missing here", at)
        return (_WORDS[found[0]] if found[0] in _WORDS else found[0]), found.end()
