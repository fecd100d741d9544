"""A difference at a terminal: what is worse first."""

from collections.abc import Iterator

from checker.history.difference import Change, Difference, Drift
from checker.report.csv import moment
from checker.report.difference import OUTCOMES, SECTIONS, folded, headline
from checker.report.shown import spelled
from checker.report.tally import Outcome
from checker.report.terminal import Terminal
from checker.report.text import clip, count, listed, visible

MANY = 20
"""Changes of one kind that are shown without ``verbose``."""
LONGEST = 200


def render(found: Difference, terminal: Terminal) -> str:
    """Return the difference as text."""
    lines = [f"{moment(found.earlier)} -> {moment(found.later)}"]
    for name, title in SECTIONS.items():
        lines += _section(OUTCOMES[name], title, getattr(found, name), terminal)
    lines += _drifted(found.drift, terminal)
    for label, only in (("only before", found.only_earlier), ("only now", found.only_later)):
        if only:
            lines += ["", *terminal.wrapped(listed(list(only), 20), 0, f"{label}  ")]
    text = "\n".join(line.rstrip() for line in [*lines, "", headline(found)]) + "\n"
    return text if terminal.unicode else text.replace("…", "...")


def _section(outcome: Outcome, title: str, changes: tuple[Change, ...], terminal: Terminal) -> Iterator[str]:
    if not changes:
        return
    yield from terminal.heading(outcome, f"{title}: {count(len(changes), 'finding')}")
    folds = folded(changes)
    most = len(folds) if terminal.verbose else MANY
    for fold in folds[:most]:
        change = fold.first
        label = f"{visible(change.control_id)} {change.severity}  "
        yield from terminal.wrapped(change.title, 2, label, "1")
        place = " ".join(filter(None, (fold.owner, listed(fold.regions, 20))))
        yield from terminal.wrapped(f"{change.resource_arn} ({place})", 4)
        yield from terminal.wrapped(f"{change.before} -> {change.after}: {fold.detail}", 6)
    if left := sum(len(fold.changes) for fold in folds[most:]):
        yield f"    and {count(left, 'more finding')}: --verbose, or --format json"


def _drifted(drift: tuple[Drift, ...], terminal: Terminal) -> Iterator[str]:
    if not drift:
        return
    yield ""
    yield terminal.paint(f"DRIFT  {count(len(drift), 'setting')} changed, whatever the verdicts", "1")
    most = len(drift) if terminal.verbose else MANY
    for each in drift[:most]:
        yield from terminal.wrapped(f"{each.action} {each.field} {each.region}".rstrip(), 2, codes="1")
        yield from terminal.wrapped(listed(list(each.resources), 3), 4)
        yield from terminal.wrapped(clip(" | ".join(map(spelled, each.before)), LONGEST), 6, "before  ")
        yield from terminal.wrapped(clip(" | ".join(map(spelled, each.after)), LONGEST), 6, "after   ")
    if left := len(drift[most:]):
        yield f"    and {count(left, 'more setting')}: --verbose, or --format json"
