"""The text of a file, checked quickly, and parsed with places when something in it matters."""

import json
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from checker.observation import CannotObserve
from checker.sources.cloudformation import json_text
from checker.sources.cloudformation.node import Malformed, Node

MAX_BYTES = 4 << 20
"""CloudFormation takes templates of at most 1 MB."""
_TYPE = re.compile(r"\b(?:\w+::\w+::\w+(?:::\w+)*|Custom::[\w@-]+)")

_ESCAPE = re.compile(r"\\(?:u00([0-7][0-9a-fA-F])|x([0-7][0-9a-fA-F])|U000000([0-7][0-9a-fA-F])|\r?\n[ \t]*)")
"""How JSON and YAML may write a plain letter, or nothing at the end of a line."""


def read(path: Path) -> str:
    """Return the text of a file; raises CannotObserve when it is none, or too large to be a template."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise CannotObserve(
            f"{path} cannot be read: {getattr(error, 'strerror', None) or error}", str(path)
        ) from error
    return decoded(path, raw)


def decoded(path: Path, raw: bytes) -> str:
    """Return bytes as the text that they are; raises CannotObserve when they are none, or too many."""
    if len(raw) > MAX_BYTES:
        raise CannotObserve(f"{path} is larger than {MAX_BYTES} bytes, so it is not a template", str(path))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CannotObserve(f"{path} is not a template: it is not UTF-8 text", str(path)) from error
    if "\0" in text:
        raise CannotObserve(f"{path} is not a template: it is not text", str(path))
    if not text.strip():
        raise CannotObserve(f"{path} is empty, so it is not a template", str(path))
    return text


def parsed(path: Path, text: str) -> Node:
    """Parse JSON or YAML; raises CannotObserve with the place of what is neither."""
    try:
        if text.lstrip().startswith("{"):
            return json_text.parse(text)
        from checker.sources.cloudformation import yaml_text

        return yaml_text.parse(text)
    except Malformed as error:
        raise error.within(path) from error


class Document:
    """A file that may be a template; its values with their places are made when they are first needed."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self.spelled = text + _ESCAPE.sub(_meant, text) if _ESCAPE.search(text) else text
        """The text, and once more with what escapes stand for: what it says anywhere is in here."""
        self.mentions = frozenset(_TYPE.findall("\n".join(_with_colons(self.spelled))))
        """Types that appear anywhere in the text: all that its resources have, and perhaps more."""

    @cached_property
    def root(self) -> Node:
        """The parsed text; raises CannotObserve."""
        return parsed(self.path, self.text)

    @cached_property
    def plainly_valid(self) -> bool:
        """Whether it is a template in JSON beyond doubt; the standard library says so fastest."""
        if not self.text.lstrip().startswith("{"):
            return False
        try:
            found = json.loads(self.text, object_pairs_hook=_without_repetition, parse_constant=_none)
        except (ValueError, RecursionError):
            return False
        resources = found.get("Resources")
        return isinstance(resources, dict) and all(
            id.startswith("Fn::") or (isinstance(one, dict) and isinstance(one.get("Type"), str))
            for id, one in resources.items()
        )


def _with_colons(text: str) -> Iterator[str]:
    """Yield the lines that may mention a type: to look for colons costs a tenth of looking for types."""
    return (line for line in text.split("\n") if "::" in line)


def _meant(escape: re.Match[str]) -> str:
    return chr(int(next(filter(None, escape.groups()), "0"), 16)) if any(escape.groups()) else ""


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is repeated")
    return found


def _none(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
