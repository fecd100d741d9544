"""Writes a waiver at the end of a file, whose text stays as it is, comments included."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from checker.model import Status
from checker.observation import CannotObserve
from checker.waivers.reading import parse
from checker.waivers.rule import Rule
from checker.waivers.syntax import YAML

KEYS = {"account": "accounts", "ou": "ous", "region": "regions", "resource": "resources"}


def appended(path: Path, text: str, rule: Rule, known: Mapping[str, str]) -> str:
    """Return the text with the waiver below it; raises CannotObserve where that would not say the same.

    The whole is read again: what was there has to be there still, and what is new has to be the last.
    """
    before = parse(path, text, known) if text.strip() else ()
    yaml = path.suffix.lower() in YAML
    joined = _yaml(path, text, rule) if yaml else _toml(text, rule)
    if any(each.identity == rule.identity for each in before):
        raise CannotObserve(f"{path} waives this already")
    try:
        after = parse(path, joined, known)
    except CannotObserve:
        after = ()
    if [r.identity for r in after] != [*(r.identity for r in before), rule.identity]:
        raise CannotObserve(f"{path} does not end with its waivers: write this one by hand")
    return joined


def _toml(text: str, rule: Rule) -> str:
    lines = [f"{key} = {value}" for key, value in _pairs(rule, yaml=False)]
    gap = "\n" if text.strip() else ""
    return f"{_ended(text)}{gap}[[waivers]]\n" + "".join(f"{line}\n" for line in lines)


def _yaml(path: Path, text: str, rule: Rule) -> str:
    dashes = re.findall(r"^( *)- ", text, re.MULTILINE)
    if text.strip() and not dashes:
        raise CannotObserve(f"{path} has no list with a dash before each waiver: write it so, then add again")
    indent = min(dashes, key=len) if dashes else "  "
    pairs = [f"{key}: {value}" for key, value in _pairs(rule, yaml=True)]
    lines = [f"{indent}{'  ' if n else '- '}{pair}" for n, pair in enumerate(pairs)]
    head = _ended(text) if text.strip() else f"{_ended(text)}waivers:\n"
    return head + "".join(f"{line}\n" for line in lines)


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"


def _pairs(rule: Rule, *, yaml: bool) -> list[tuple[str, str]]:
    pairs = [("control", _quoted(rule.control))]
    for key, field in KEYS.items():
        values = getattr(rule, field)
        if values:
            listed = f"[{', '.join(map(_quoted, values))}]"
            pairs.append((key, _quoted(values[0]) if len(values) == 1 else listed))
    if rule.statuses != (Status.FAIL,):
        pairs.append(("status", f"[{', '.join(_quoted(s.value) for s in rule.statuses)}]"))
    pairs += [("reason", _quoted(rule.reason)), ("owner", _quoted(rule.owner))]
    if rule.expires:
        day = rule.expires.isoformat()
        pairs.append(("expires", _quoted(day) if yaml else day))
    return pairs


def _quoted(text: str) -> str:
    """Return a text as TOML and YAML both read it: as JSON, and no character that they forbid."""
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub(
        r"[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]", lambda c: f"\\u{ord(c[0]):04x}", quoted
    )
