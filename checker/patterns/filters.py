"""Reads filter patterns of CloudWatch Logs.

Source: CloudWatch Logs User Guide, "Filter pattern syntax": of JSON log events: ``{ $.field = "text" }`` with
``=``, ``!=``, numbers, ``IS NULL|TRUE|FALSE``, ``NOT EXISTS``, ``%regular expression%``, ``&&``, ``||`` and
parentheses; ``&&`` binds stronger. An empty pattern matches everything. Other patterns are for text.
"""

import re
from functools import lru_cache

from checker.patterns.cover import ALWAYS
from checker.patterns.terms import All, Either, Malformed, Mention, Opaque, Term, Test

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<mark>\(|\)|&&|\|\|)
      | (?P<operator>!=|>=|<=|=|>|<)
      | (?P<path>\$(?:\.(?:"[^"]*"|[\w:@/-]+)|\[(?:"[^"]*"|'[^']*'|\*|\d+)\])+)
      | "(?P<quoted>(?:[^"\\]|\\.)*)"
      | %(?P<regex>(?:[^%\\]|\\.)*)%
      | (?P<bare>[^\s()&|=<>!"%{}]+)
    )""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_FIELDS = frozenset(
    {
        *(name for path in ALWAYS for name in path.split(".")),
        *("eventCategory", "managementEvent", "readOnly", "requestParameters", "responseElements"),
    }
)
"""Names that stand in the text of every event."""
_DEPTH = 60
"""How deep parentheses may nest: deeper ones are somebody's attempt to exhaust the reader."""


@lru_cache(maxsize=4096)
def parse_filter(pattern: str) -> Term:
    """Read a pattern; raises Malformed for one that is not understood."""
    text = pattern.strip()
    if not text:
        return All(())
    if not text.startswith("{"):
        return _unstructured(text)
    if not text.endswith("}"):
        raise Malformed("a pattern without its closing brace")
    reader = _Reader(_tokens(text[1:-1]))
    found = reader.either(0)
    reader.done()
    return found


def _unstructured(text: str) -> Term:
    """Read a pattern for text: every term has to occur, or one of those with a question mark.

    Only a term that is one of the event's values for certain is taken to occur; a piece of JSON, or the name
    of a field, may be in every event. One that must not occur (``-term``), and a pattern for space-delimited
    events, leave out events of every kind.
    """
    if text.startswith("%"):
        return Opaque(text)
    found = re.findall(r'([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))', text)
    words = [(mark, _word(re.sub(r"\\(.)", r"\1", quoted) or bare)) for mark, quoted, bare in found]
    if text.startswith("[") or any(mark == "-" for mark, _ in words):
        return Either(())
    if words and all(mark == "?" for mark, _ in words):
        return Either(tuple(word for _, word in words))
    return All(tuple(word for _, word in words))


def _word(text: str) -> Term:
    return Opaque(text) if text in _FIELDS or re.search(r'["{}:]', text) else Mention(text)


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at, text = 0, text.rstrip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise Malformed(f"something that is not understood at {text[at : at + 20].strip()!r}")
        found.append((str(token.lastgroup), str(token[str(token.lastgroup)])))
        at = token.end()
    return found


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.at = tokens, 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self, kind: str = "") -> tuple[str, str]:
        found = self.peek()
        if found[0] == "end" or kind not in ("", found[0]):
            raise Malformed(f"{found[1] or 'its end'!r} where a {kind or 'term'} is expected")
        self.at += 1
        return found

    def done(self) -> None:
        if self.peek()[0] != "end":
            raise Malformed(f"{self.peek()[1]!r} left over")

    def either(self, depth: int) -> Term:
        parts = [self.both(depth)]
        while self.peek() == ("mark", "||"):
            self.take()
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self, depth: int) -> Term:
        parts = [self.term(depth)]
        while self.peek() == ("mark", "&&"):
            self.take()
            parts.append(self.term(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def term(self, depth: int) -> Term:
        if depth > _DEPTH:
            raise Malformed("parentheses that nest too deep")
        if self.peek() == ("mark", "("):
            self.take()
            inner = self.either(depth + 1)
            if self.take() != ("mark", ")"):
                raise Malformed("a parenthesis that is not closed")
            return inner
        path = _plain(self.take("path")[1])
        kind, text = self.take()
        if kind == "bare":
            return self._words(path, text.upper())
        if kind != "operator":
            raise Malformed(f"{text!r} where an operator is expected")
        return _comparison(path, text, *self.take())

    def _words(self, path: str, word: str) -> Term:
        if word == "EXISTS":
            return Test(path, "present")
        other = self.take("bare")[1].upper()
        if (word, other) == ("NOT", "EXISTS"):
            return Test(path, "present", unlike=True)
        if word == "IS" and other in ("NULL", "TRUE", "FALSE"):
            return Test(path, other.lower())
        raise Malformed(f"{word} {other}, which is no question about a field")


def _plain(path: str) -> str:
    """Write a path the same way however its names are quoted: ``$.a["b"]`` is ``a.b``."""
    parts = re.findall(r"""\.(?:"([^"]*)"|([\w:@/-]+))|\[(?:"([^"]*)"|'([^']*)'|(\*|\d+))\]""", path)
    return ".".join(f"[{index}]" if index else a or b or c or d for a, b, c, d, index in parts)


def _comparison(path: str, operator: str, kind: str, text: str) -> Term:
    if kind not in ("quoted", "regex", "bare"):
        raise Malformed(f"{text!r} where a value is expected")
    if operator not in ("=", "!="):
        if kind != "bare" or not _NUMBER.fullmatch(text):
            raise Malformed(f"{operator} with something that is no number")
        return Test(path, "number", f"{operator} {text}")
    unlike = operator == "!="
    if kind == "regex":
        return Test(path, "regex", text, unlike)
    if kind == "bare" and _NUMBER.fullmatch(text):
        return Test(path, "number", f"= {text}", unlike)
    return Test(path, "like", re.sub(r"\\(.)", r"\1", text) if kind == "quoted" else text, unlike)
