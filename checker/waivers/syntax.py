"""TOML and YAML as lists of entries that know their lines."""

import re
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from checker.observation import CannotObserve

MAX_BYTES = 1 << 20
"""A thousand waivers stay far below; a larger file is something else."""
YAML = (".yaml", ".yml")


class Entry(Struct, kw_only=True):
    """One item of the list, as it is written."""

    values: dict[str, Any]
    """Texts, lists of texts, or whatever else somebody wrote."""
    lines: dict[str, int]
    line: int = 0

    def at(self, key: str) -> int:
        """Return the line of a key, or of the entry."""
        return self.lines.get(key, self.line)


def entries(path: Path, text: str) -> list[Entry]:
    """Return the entries of a file, none for one without any key.

    Raises CannotObserve with file, line and what to do.
    """
    return _yaml(path, text) if path.suffix.lower() in YAML else _toml(path, text)


def wrong(path: Path, line: int, sentence: str) -> CannotObserve:
    """Say what is wrong in a file, and where."""
    place = f"{path}:{line}" if line else str(path)
    return CannotObserve(f"{place}: {sentence}", str(path), line)


def _toml(path: Path, text: str) -> list[Entry]:
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        raise wrong(path, int(found[1]) if found else 0, f"this is not valid TOML: {error}") from None
    if not table:
        return []
    _only_waivers(path, table, {})
    lines = text.splitlines()
    heads = [n for n, line in enumerate(lines, 1) if re.match(r"\s*\[\[\s*[\"']?waivers[\"']?\s*\]\]", line)]
    found_entries = _listed(path, table, 0)
    if len(heads) != len(found_entries):  # written as one array, or a text that looks like a head
        heads = [0] * len(found_entries)
    ends = [*heads[1:], len(lines) + 1][: len(heads)]
    made = []
    for value, head, end in zip(found_entries, heads, ends, strict=True):
        keys: dict[str, int] = {}
        for number in range(head + 1, end) if head else ():
            if key := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*=", lines[number - 1]):
                keys.setdefault(key[1], number)
        made.append(Entry(values=_mapping(path, head, _dated(value)), lines=keys, line=head))
    return made


def _dated(value: Any) -> Any:
    """Write dates of TOML as text; a moment is no day, and stays what it is."""
    if not isinstance(value, dict):
        return value
    return {
        key: each.isoformat() if isinstance(each, date) and not isinstance(each, datetime) else each
        for key, each in value.items()
    }


def _yaml(path: Path, text: str) -> list[Entry]:
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if root is None:
            return []
        table, lines = _pairs(path, root)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise wrong(path, mark.line + 1 if mark else 0, f"this is not valid YAML: {problem}") from None
    except RecursionError:
        raise wrong(path, 0, "this is nested too deeply for a file of waivers") from None
    _only_waivers(path, table, lines)
    found = _listed(path, {"waivers": _items(table["waivers"])}, lines["waivers"])
    made = []
    for node in found:
        values, keys = _pairs(path, node)
        plain = {key: _plain(value) for key, value in values.items()}
        made.append(Entry(values=plain, lines=keys, line=node.start_mark.line + 1))
    return made


def _pairs(path: Path, node: Any) -> tuple[dict[str, Any], dict[str, int]]:
    """Return the values and the lines of a mapping; a key that stands there twice is refused."""
    if node is None or getattr(node, "id", "") != "mapping":
        line = node.start_mark.line + 1 if node is not None else 0
        return _mapping(path, line, None), {}
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        name = str(key.value)
        line = key.start_mark.line + 1
        if name in values:
            raise wrong(path, line, f"the key {name} stands here and in line {lines[name]}: keep one of them")
        values[name], lines[name] = value, line
    return values, lines


def _items(node: Any) -> Any:
    return node.value if getattr(node, "id", "") == "sequence" else None


def _plain(node: Any) -> Any:
    """Return a scalar as it is written, so that an account keeps its zeros; nothing stays nothing."""
    if node.id == "sequence":
        return [_plain(each) for each in node.value]
    if node.id == "mapping":
        return {}
    return None if node.tag == "tag:yaml.org,2002:null" else node.value


def _mapping(path: Path, line: int, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise wrong(path, line, "a waiver is a table with control, reason, owner and where it counts")
    return value


def _only_waivers(path: Path, table: dict[str, Any], lines: dict[str, int]) -> None:
    from checker.selection import nearest

    for key in table:
        if key != "waivers":
            hint = nearest(key, ("waivers",))
            raise wrong(path, lines.get(key, 0), f"unknown key {key}{hint}; there is only the list waivers")
    if "waivers" not in table:
        raise wrong(path, 0, "the list waivers is missing: write [[waivers]] in TOML, waivers: in YAML")


def _listed(path: Path, table: dict[str, Any], line: int) -> list[Any]:
    found = table["waivers"]
    if not isinstance(found, list):
        raise wrong(path, line, "waivers must be a list: write [[waivers]] in TOML, - in YAML")
    return found
