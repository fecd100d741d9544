"""A file of waivers, read with suspicion: a slip must not silence anything, nor be silent itself."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from checker.model import Status
from checker.observation import CannotObserve
from checker.selection import nearest
from checker.waivers.fields import FIELDS, REQUIRED, SCOPES, SHAPES, well
from checker.waivers.rule import Rule
from checker.waivers.syntax import MAX_BYTES, Entry, entries, wrong


def load(path: Path, known: Mapping[str, str]) -> tuple[Rule, ...]:
    """Read a file in the order of its entries; ``known`` are the ids of all controls with their names.

    Raises CannotObserve, with file, line and what to do, for anything that is not plainly a waiver: unknown
    keys and controls, a missing reason, owner or scope, texts that can match nothing, and duplicates.
    """
    return parse(path, read(path), known)


def read(path: Path) -> str:
    """Return the text of a file of waivers; raises CannotObserve."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise CannotObserve(f"the waivers {path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise CannotObserve(f"the waivers {path} cannot be read: this is not UTF-8 text") from error
    if len(raw) > MAX_BYTES:
        raise CannotObserve(
            f"{path} is larger than {MAX_BYTES} bytes, the most that a file of waivers may have"
        )
    return text


def parse(path: Path, text: str, known: Mapping[str, str]) -> tuple[Rule, ...]:
    """Read the text of a file, as ``load`` does."""
    rules: dict[tuple[object, ...], Rule] = {}
    for entry in entries(path, text):
        rule = _rule(path, entry, known)
        first = rules.setdefault(rule.identity, rule)
        if first is not rule:
            where = f"in line {first.line}" if first.line else "in another entry"
            raise wrong(path, entry.line, f"this waives what is waived {where} already: keep one of them")
    return tuple(rules.values())


def _rule(path: Path, entry: Entry, known: Mapping[str, str]) -> Rule:
    for key in entry.values:
        if key not in FIELDS:
            hint = nearest(key, FIELDS)
            raise wrong(path, entry.at(key), f"unknown key {key}{hint}; there are {', '.join(FIELDS)}")
    for key in REQUIRED:
        if key not in entry.values:
            raise wrong(path, entry.line, f"this waiver has no {key}: add it")
    if not any(scope in entry.values for scope in SCOPES):
        everywhere = 'resource = "*" means everywhere'
        raise wrong(
            path, entry.line, f"this waiver has no {', '.join(SCOPES[:-1])} or resource: {everywhere}"
        )
    texts = {key: tuple(_texts(path, entry, key)) for key in entry.values}
    return Rule(
        control=_control(path, entry, texts["control"][0], known),
        accounts=texts.get("account", ()),
        ous=texts.get("ou", ()),
        regions=texts.get("region", ()),
        resources=texts.get("resource", ()),
        statuses=tuple(Status(each) for each in texts.get("status", ("fail",))),
        reason=" ".join(texts["reason"][0].split()),
        owner=texts["owner"][0].strip(),
        expires=_day(path, entry, texts["expires"][0]) if "expires" in texts else None,
        path=str(path),
        line=entry.line,
    )


def _texts(path: Path, entry: Entry, key: str) -> Iterator[str]:
    value: Any = entry.values[key]
    many = key in (*SCOPES, "status")
    listed: Iterable[Any] = value if many and isinstance(value, list) else (value,)
    if not listed:
        raise wrong(path, entry.at(key), f"{key} is an empty list, which matches nothing: leave it out")
    for each in listed:
        if not isinstance(each, str):
            kind = "a text, or a list of texts" if many else "a text"
            raise wrong(path, entry.at(key), f"{key} must be {kind}, and {each!r} is none")
        if not well(key, each):
            what = SHAPES.get(key, ("", "a text that says something"))[1]
            raise wrong(path, entry.at(key), f"{key}: {each!r} is not {what}")
        yield each


def _control(path: Path, entry: Entry, text: str, known: Mapping[str, str]) -> str:
    """Return the id of a control by id or name."""
    for id, name in known.items():
        if text.lower() in (id.lower(), name):
            return id
    hint = nearest(text, (*known, *known.values()))
    raise wrong(path, entry.at("control"), f"unknown control {text}{hint}: `trailhold controls` lists them")


def _day(path: Path, entry: Entry, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise wrong(path, entry.at("expires"), f"expires: {text} is no day of the calendar") from error
