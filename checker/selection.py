"""Which controls judge: one grammar for the command line and the configuration file.

An item is a control id (``TH110``), the start of ids (``TH3``), a name (``ct-log-file-validation``),
``severity:high``, ``framework:cis-5.0`` or ``set:strict``. Items are given one by one or separated by commas.
"""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from checker.model import Control, Severity

Frameworks = Mapping[str, Mapping[str, Sequence[str]]]
"""Control id to framework id to the requirements that the control serves."""


class SelectionError(ValueError):
    """An item that selects nothing; the message is one sentence with the nearest item that would."""


def choose(
    controls: Iterable[Control],
    *,
    set: str = "baseline",
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    frameworks: Frameworks,
) -> tuple[Control, ...]:
    """Return the chosen controls by id: those of ``select``, or else of the set, without those of ``ignore``.

    ``select`` picks out of all controls, whatever the set; a framework id is a set too. Raises SelectionError
    for an item that selects nothing, and when no control is left: judging nothing must not look like a pass.
    """
    known = {control.id: control for control in controls}
    asked, ignore = tuple(select), items(ignore)
    select = items(asked)
    if asked and not select:
        raise SelectionError("an empty selection names no control: leave it out to judge the whole set")
    chosen = _union(select, known, frameworks) if select else _of_set(set, known, frameworks)
    left = chosen - _union(ignore, known, frameworks)
    if not left:
        raise SelectionError(
            "no control is left to judge with: everything that is selected is ignored as well"
        )
    return tuple(known[id] for id in sorted(left))


def items(texts: Iterable[str]) -> tuple[str, ...]:
    """Split comma-separated items, without spaces and empty ones."""
    return tuple(item.strip() for text in texts for item in text.split(",") if item.strip())


def nearest(word: str, words: Iterable[str]) -> str:
    """Return `` (did you mean X?)`` for the word most like it, or nothing."""
    by_lower = {candidate.lower(): candidate for candidate in words}
    close = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f" (did you mean {by_lower[close[0]]}?)" if close else ""


def find(text: str, controls: Iterable[Control]) -> Control:
    """Return the one control with this id or name; raises SelectionError."""
    known = list(controls)
    for control in known:
        if text.lower() in (control.id.lower(), control.name):
            return control
    raise SelectionError(f"unknown control {text}{nearest(text, _labels(known))}")


def _union(texts: Iterable[str], known: Mapping[str, Control], frameworks: Frameworks) -> frozenset[str]:
    return frozenset(id for text in texts for id in _matching(text, known, frameworks))


def _matching(text: str, known: Mapping[str, Control], frameworks: Frameworks) -> frozenset[str]:
    """Return the ids that one item selects."""
    kind, colon, word = text.partition(":")
    if colon:
        return _of_kind(kind.strip().lower(), word.strip(), known, frameworks)
    found = frozenset(c.id for c in known.values() if text.lower() in (c.id.lower(), c.name))
    if not found and text.upper().startswith("TH"):
        found = frozenset(id for id in known if id.startswith(text.upper()))
    if not found:
        raise SelectionError(f"unknown control {text}{nearest(text, _labels(known.values()))}")
    return found


def _of_kind(kind: str, word: str, known: Mapping[str, Control], frameworks: Frameworks) -> frozenset[str]:
    match kind:
        case "severity":
            return _of_severity(word, known)
        case "framework":
            return _of_framework(word, known, frameworks)
        case "set":
            return _of_set(word, known, frameworks)
    hint = nearest(kind, ("severity", "framework", "set"))
    raise SelectionError(f"unknown selector {kind}:{word}{hint}; there are severity:, framework: and set:")


def _of_severity(word: str, known: Mapping[str, Control]) -> frozenset[str]:
    if word.lower() not in list(Severity):
        raise SelectionError(f"unknown severity {word}{nearest(word, Severity)}; {_listed(Severity)}")
    return _some(f"severity {word}", (c.id for c in known.values() if c.severity == word.lower()))


def _of_framework(word: str, known: Mapping[str, Control], frameworks: Frameworks) -> frozenset[str]:
    names = _framework_ids(frameworks)
    if word.lower() not in names:
        raise SelectionError(f"unknown framework {word}{nearest(word, names)}; {_listed(names)}")
    return _some(f"framework {word}", (id for id in known if word.lower() in frameworks.get(id, {})))


def _of_set(word: str, known: Mapping[str, Control], frameworks: Frameworks) -> frozenset[str]:
    """Return the controls of a set that controls declare, or of a framework."""
    declared = {name for control in known.values() for name in control.sets}
    if word.lower() in declared:
        return frozenset(c.id for c in known.values() if word.lower() in c.sets)
    if word.lower() in _framework_ids(frameworks):
        return _of_framework(word, known, frameworks)
    names = sorted(declared) + _framework_ids(frameworks)
    raise SelectionError(f"unknown set {word}{nearest(word, names)}; {_listed(names)}")


def _some(what: str, ids: Iterable[str]) -> frozenset[str]:
    found = frozenset(ids)
    if not found:
        raise SelectionError(f"no control has {what}")
    return found


def _framework_ids(frameworks: Frameworks) -> list[str]:
    return sorted({name for requirements in frameworks.values() for name in requirements})


def _labels(controls: Iterable[Control]) -> list[str]:
    return [label for control in controls for label in (control.id, control.name)]


def _listed(words: Iterable[str]) -> str:
    return "there are " + ", ".join(words)
