"""A difference for the summary of a job, a chat or a wiki."""

from collections.abc import Iterator

from checker.history.difference import Change, Difference
from checker.report.csv import moment
from checker.report.difference import SECTIONS, folded, headline
from checker.report.markdown import inert, table
from checker.report.shown import spelled
from checker.report.text import clip, count, listed

MANY = 200
"""Rows of one table."""


def render(found: Difference) -> str:
    """Return the difference as Markdown in which every text is nothing but text."""
    lines = [
        "# CloudTrail: what changed",
        "",
        f"{moment(found.earlier)} to {moment(found.later)}: {headline(found)}",
    ]
    for name, title in SECTIONS.items():
        lines += _section(title, getattr(found, name))
    if found.drift:
        rows = (
            (
                f"{each.action} {each.field} {each.region}".rstrip(),
                listed(list(each.resources), 3),
                clip(" | ".join(map(spelled, each.before)), MANY),
                clip(" | ".join(map(spelled, each.after)), MANY),
            )
            for each in found.drift[:MANY]
        )
        lines += [
            "",
            f"## Drift ({len(found.drift):,})",
            "",
            *table(("Setting", "Resource", "Before", "After"), rows),
        ]
    for label, only in (("Only before", found.only_earlier), ("Only now", found.only_later)):
        if only:
            lines += ["", f"{label}: {inert(listed(list(only), 20))}"]
    return "\n".join(lines) + "\n"


def _section(title: str, changes: tuple[Change, ...]) -> Iterator[str]:
    if not changes:
        return
    yield from ("", f"## {title} ({len(changes):,})", "")
    folds = folded(changes)
    rows = (
        (
            fold.first.severity.value,
            f"{fold.first.control_id} {fold.first.title}",
            " ".join(filter(None, (fold.first.resource_arn, fold.owner, listed(fold.regions, 20)))),
            f"{fold.first.before} to {fold.first.after}",
            fold.detail,
        )
        for fold in folds[:MANY]
    )
    yield from table(("Severity", "Control", "Where", "Status", "Seen"), rows)
    if left := sum(len(fold.changes) for fold in folds[MANY:]):
        yield f"\nand {count(left, 'more finding')}"
