"""What the HTML report shows, worked out before any markup is made."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from checker.assessment import Assessment
from checker.model import Finding, Severity
from checker.report.accounts import remarks
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
    given,
    outcome,
)
from checker.report.text import count

URGENT = 5
"""Controls under "fix first"."""
LIGHT = 1_000
"""Findings up to which each is shown with what was read; a larger report leaves much of that to the JSON."""
EXAMPLES, MOST_EXAMPLES = 2, 8
"""Findings of a larger report that are shown whole: with the same sentence, and of one control."""
LISTED = 30_000
"""Findings up to which passes are listed; beyond, they are counted. 500 accounts stay below 5 MB of HTML."""


class Account(Struct, frozen=True, kw_only=True):
    """One account's findings."""

    id: str
    name: str = ""
    remark: str = ""
    """Why there is nothing to say of it: suspended, or not entered and why."""
    counts: Counts
    worst: Severity | None
    """Severity of its worst failure."""


Listed = tuple[str, tuple[Fold, ...]]
"""A sentence, and of what it is said."""
Notable = list[tuple[Outcome, Fold]]


class Section(Struct, frozen=True, kw_only=True):
    """One control with its findings, folded by Region."""

    group: Group
    rationale: str
    expected: str
    """What is wanted of every resource, unless that differs."""
    counts: Counts
    notable: tuple[tuple[Outcome, Fold], ...]
    """Everything but passes: to be read one by one."""
    like: dict[Outcome, tuple[Listed, ...]]
    """What a larger report does not show one by one, because others like it are."""
    passes: tuple[Listed, ...]


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
    whole: bool
    """Whether passes are listed."""
    gate: bool
    """Whether templates were judged: then files stand where accounts would."""
    remarks: tuple[str, ...]


def page(assessment: Assessment, rationales: Mapping[str, str]) -> Page:
    """Work out the report; ``rationales`` tells by control id why a control matters."""
    groups = by_control(assessment.findings)
    light = len(assessment.findings) <= LIGHT
    sections = tuple(_section(group, rationales.get(group.control_id, ""), light) for group in groups)
    return Page(
        assessment=assessment,
        headline=headline(assessment),
        controls=counted(group.outcome for group in groups),
        findings=counted(outcome(f) for f in assessment.findings),
        severities=by_severity(groups),
        accounts=_accounts(assessment),
        urgent=tuple(section for section in sections if section.counts.fail)[:URGENT],
        coverage=coverage(assessment.findings),
        obstacles=tuple(obstacles(assessment.incomplete)),
        sections=sections,
        skipped=_skipped(assessment),
        light=light,
        whole=len(assessment.findings) <= LISTED,
        gate=assessment.scan.before_deployment,
        remarks=assessment.scan.notes,
    )


def headline(assessment: Assessment) -> str:
    """Say in one sentence where things stand; what is unknown is never left out."""
    found = assessment.findings
    files = count(len(assessment.refused), "file")
    lost = f", and {files} could not be read" if assessment.refused else ""
    return _standing_of(found) + lost


def _standing_of(found: Sequence[Finding]) -> str:
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


def _section(group: Group, rationale: str, light: bool) -> Section:
    folds = {shown: folded(group.shown_as(shown)) for shown in Outcome}
    notable: Notable = [
        (shown, fold) for shown in Outcome if shown is not Outcome.PASS for fold in folds[shown]
    ]
    examples = notable if light else _examples(notable)
    seen = {id(fold) for _, fold in examples}
    rest = [(shown, fold) for shown, fold in notable if id(fold) not in seen]
    return Section(
        group=group,
        rationale=rationale,
        expected=_common(f.expected for f in group.findings),
        counts=counted(outcome(f) for f in group.findings),
        notable=tuple(examples),
        like={
            shown: _by_sentence(fold for of, fold in rest if of is shown)
            for shown in Outcome
            if any(of is shown for of, _ in rest)
        },
        passes=_by_sentence(folds[Outcome.PASS]),
    )


def _examples(notable: Notable) -> Notable:
    """Return the first few of each sentence, as far as a control has room."""
    told: Counter[tuple[Outcome, str]] = Counter()
    chosen: Notable = []
    for shown, fold in notable:
        if len(chosen) < MOST_EXAMPLES and told[shown, fold.detail] < EXAMPLES:
            told[shown, fold.detail] += 1
            chosen.append((shown, fold))
    return chosen


def _by_sentence(folds: Iterable[Fold]) -> tuple[Listed, ...]:
    found: dict[str, list[Fold]] = {}
    for fold in folds:
        found.setdefault(fold.detail + _standing(fold.first), []).append(fold)
    return tuple((detail, tuple(said)) for detail, said in found.items())


def _standing(finding: Finding) -> str:
    """Return what a list says of a failure that somebody answers for, or that a baseline has."""
    if finding.waiver:
        until = f", until {finding.waiver.expires}" if finding.waiver.expires else ", without an end"
        return f" (accepted: {finding.waiver.reason}; {finding.waiver.owner or 'nobody is named'}{until})"
    return f" (known since the baseline of {finding.known_since})" if finding.known_since else ""


def _common(texts: Iterable[str]) -> str:
    distinct = set(texts)
    return distinct.pop() if len(distinct) == 1 else ""


def _accounts(assessment: Assessment) -> tuple[Account, ...]:
    """Return every account with findings, and every one of the organization whether it has any or not."""
    roster = {each.id: each for each in assessment.scan.roster}
    owned: dict[str, list[Finding]] = {id: [] for id in roster}
    for finding in assessment.findings:
        owned.setdefault(home(finding), []).append(finding)
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
    ordered = sorted(made, key=_badness)
    told = remarks((account.id, account.remark) for account in ordered)
    return tuple(replace(account, remark=remark) for account, remark in zip(ordered, told, strict=True))


def home(finding: Finding) -> str:
    """Return what a finding is filed under: its account, or the file that declares the resource."""
    return finding.location.path if finding.location else given(finding.account_id)


def _badness(account: Account) -> tuple[int, int, int, str]:
    rank = account.worst.rank if account.worst else len(Severity)
    return rank, -account.counts.fail, -account.counts.unknown, account.id


def _skipped(assessment: Assessment) -> tuple[tuple[str, str, int], ...]:
    counts = Counter((skipped.control_id, skipped.reason) for skipped in assessment.not_applicable)
    return tuple((control, reason, number) for (control, reason), number in sorted(counts.items()))
