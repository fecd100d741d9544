"""What the HTML report shows, worked out before any markup is made."""

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct

from checker.assessment import Assessment
from checker.model import Finding, Severity
from checker.report.advice import Obstacle, obstacles
from checker.report.coverage import Coverage, coverage
from checker.report.tally import (
    Counts,
    Fold,
    Group,
    Outcome,
    by_control,
    by_severity,
    counted,
    folded,
    outcome,
)
from checker.report.text import count

URGENT = 5
"""Controls under "fix first"."""
LIGHT = 1_000
"""Findings up to which passes, too, show what was read; larger reports leave that to the JSON report."""


class Account(Struct, frozen=True, kw_only=True):
    """One account's findings."""

    id: str
    name: str = ""
    remark: str = ""
    """Why there is nothing to say of it: suspended, or not entered and why."""
    counts: Counts
    worst: Severity | None
    """Severity of its worst failure."""


class Section(Struct, frozen=True, kw_only=True):
    """One control with its findings, folded by Region."""

    group: Group
    rationale: str
    expected: str
    """What is wanted of every resource, unless that differs."""
    counts: Counts
    notable: tuple[tuple[Outcome, Fold], ...]
    """Everything but passes: to be read one by one."""
    passes: tuple[tuple[str, tuple[Fold, ...]], ...]
    """Passes by their sentence."""


class Page(Struct, frozen=True, kw_only=True):
    """The whole report."""

    assessment: Assessment
    headline: str
    controls: Counts
    findings: Counts
    severities: dict[Severity, Counts]
    accounts: tuple[Account, ...]
    """The worst first."""
    urgent: tuple[Section, ...]
    coverage: Coverage | None
    obstacles: tuple[Obstacle, ...]
    sections: tuple[Section, ...]
    skipped: tuple[tuple[str, str, int], ...]
    """Control, reason and number of the judgements that did not apply."""
    light: bool


def page(assessment: Assessment, rationales: Mapping[str, str]) -> Page:
    """Work out the report; ``rationales`` tells by control id why a control matters."""
    groups = by_control(assessment.findings)
    sections = tuple(_section(group, rationales.get(group.control_id, "")) for group in groups)
    return Page(
        assessment=assessment,
        headline=headline(assessment.findings),
        controls=counted(group.outcome for group in groups),
        findings=counted(outcome(f) for f in assessment.findings),
        severities=by_severity(groups),
        accounts=_accounts(assessment),
        urgent=tuple(section for section in sections if section.counts.fail)[:URGENT],
        coverage=coverage(assessment.findings),
        obstacles=tuple(obstacles(assessment.incomplete)),
        sections=sections,
        skipped=_skipped(assessment),
        light=len(assessment.findings) <= LIGHT,
    )


def headline(findings: Iterable[Finding]) -> str:
    """Say in one sentence where things stand; what is unknown is never left out."""
    found = list(findings)
    failed = [f.severity for f in found if outcome(f) is Outcome.FAIL]
    unknown = sum(outcome(f) is Outcome.UNKNOWN for f in found)
    undecided = f"{count(unknown, 'finding')} could not be judged" if unknown else ""
    if failed:
        told = [f"{failed.count(s):,} {s}" for s in Severity if s in failed]
        sentence = f"{_and(told)} {'failure' if len(failed) == 1 else 'failures'} to fix"
        return f"{sentence}, and {undecided}" if undecided else sentence
    if undecided:
        return f"No failure, but {undecided}"
    if any(f.waiver for f in found):
        return "No failure but those that were accepted"
    return "Every judged control passes" if found else "Nothing was judged"


def _and(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]


def _section(group: Group, rationale: str) -> Section:
    passes: dict[str, list[Fold]] = {}
    for fold in folded(group.shown_as(Outcome.PASS)):
        passes.setdefault(fold.detail, []).append(fold)
    return Section(
        group=group,
        rationale=rationale,
        expected=_common(f.expected for f in group.findings),
        counts=counted(outcome(f) for f in group.findings),
        notable=tuple(
            (shown, fold)
            for shown in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WAIVED)
            for fold in folded(group.shown_as(shown))
        ),
        passes=tuple((detail, tuple(folds)) for detail, folds in passes.items()),
    )


def _common(texts: Iterable[str]) -> str:
    distinct = set(texts)
    return distinct.pop() if len(distinct) == 1 else ""


def _accounts(assessment: Assessment) -> tuple[Account, ...]:
    """Return every account with findings, and every one of the organization whether it has any or not."""
    roster = {each.id: each for each in assessment.scan.roster}
    owned: dict[str, list[Finding]] = {id: [] for id in roster}
    for finding in assessment.findings:
        owned.setdefault(finding.account_id, []).append(finding)
    made = [
        Account(
            id=id,
            name=roster[id].name if id in roster else next((f.account_name for f in found), ""),
            remark=roster[id].problem if id in roster else "",
            counts=counted(outcome(f) for f in found),
            worst=min(
                (f.severity for f in found if outcome(f) is Outcome.FAIL),
                key=lambda severity: severity.rank,
                default=None,
            ),
        )
        for id, found in owned.items()
    ]
    return tuple(sorted(made, key=_badness))


def _badness(account: Account) -> tuple[int, int, int, str]:
    rank = account.worst.rank if account.worst else len(Severity)
    return rank, -account.counts.fail, -account.counts.unknown, account.id


def _skipped(assessment: Assessment) -> tuple[tuple[str, str, int], ...]:
    counts = Counter((skipped.control_id, skipped.reason) for skipped in assessment.not_applicable)
    return tuple((control, reason, number) for (control, reason), number in sorted(counts.items()))
