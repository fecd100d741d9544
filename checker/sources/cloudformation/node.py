"""Values of a template with the place where each of them stands."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from checker.observation import CannotObserve

MAX_DEPTH = 120
"""Deeper than any template that CloudFormation takes, and shallow enough for Python's own stack."""
MAX_NODES = 400_000
"""Values in one template, aliases expanded; CloudFormation itself takes 1 MB of text."""


class Node(Struct, frozen=True):
    """A value: text, a truth value or None, a list, or an object by key. Numbers stay text, as written."""

    value: "Value"
    line: int
    """From 1 on, as editors count."""
    column: int
    key: "tuple[int, int] | None" = None
    """Line and column of the key that it stands under."""

    @property
    def place(self) -> tuple[int, int]:
        """Where a reader should look: at the key, else at the value."""
        return self.key or (self.line, self.column)


Value: TypeAlias = str | bool | list[Node] | dict[str, Node] | None


class Malformed(Exception):
    """The text is not what it should be; the message says what, as part of a sentence."""

    def __init__(self, what: str, line: int = 0, column: int = 0) -> None:
        super().__init__(what)
        self.line = line
        self.column = column

    def within(self, path: Path) -> CannotObserve:
        """Return the refusal of a file, with its place as editors link it."""
        where = f"{path}:{self.line}:{self.column}" if self.line else str(path)
        return CannotObserve(f"{where} {self}", str(path), self.line, self.column)


def child(node: Node | None, *names: str) -> Node | None:
    """Follow keys; None where one is missing."""
    for name in names:
        if node is None or not isinstance(node.value, dict):
            return None
        node = node.value.get(name)
    return node


def entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Yield the keys and values of an object, nothing for anything else."""
    if node is not None and isinstance(node.value, dict):
        yield from node.value.items()
