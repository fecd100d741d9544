"""Waives what is accepted, and tells which waivers are over, about to be, or about nothing."""

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from checker.assessment import Assessment, rejudged
from checker.model import Finding, Status
from checker.waivers.rule import Rule, matches

NOTICE_DAYS = 30
"""Days before its end from which a waiver is announced to expire."""


class Notice(Struct, frozen=True, kw_only=True):
    """A sentence on a waiver."""

    sentence: str
    fails: bool
    """Whether strict runs fail for it."""


class Waived(Struct, frozen=True, kw_only=True):
    """An assessment with its waivers."""

    assessment: Assessment
    notices: tuple[Notice, ...]
    used: dict[str, int]
    """Findings that each waiver accepts, by its place."""


def apply(
    assessment: Assessment,
    rules: Sequence[Rule],
    today: date,
    units: Mapping[str, tuple[str, ...]] | None = None,
) -> Waived:
    """Waive the findings that the rules accept; of several rules for one, the first counts.

    What an earlier file waived counts no longer; what a template accepts beside the resource still does.
    ``units`` are the accounts of organizational units, as far as they are known.
    """
    known = units or {}
    valid = [rule for rule in rules if not rule.expired(today)]
    by_control: dict[str, list[Rule]] = {}
    for rule in valid:
        by_control.setdefault(rule.control, []).append(rule)
    used: dict[int, int] = {}
    findings = []
    for finding in assessment.findings:
        bare = _without_file(finding)
        meant = [r for r in by_control.get(bare.control_id, ()) if _accepts(r, bare, known)]
        for rule in meant:
            used[id(rule)] = used.get(id(rule), 0) + 1
        findings.append(replace(bare, waiver=meant[0].waiver) if meant and not bare.waiver else bare)
    waived = rejudged(assessment, findings)
    notices = [notice for rule in rules if (notice := _notice(rule, waived, today, known, used))]
    return Waived(
        assessment=waived,
        notices=tuple(notices),
        used={rule.place: used.get(id(rule), 0) for rule in rules},
    )


def _without_file(finding: Finding) -> Finding:
    """Forget the waiver of a file: only those have owners."""
    return replace(finding, waiver=None) if finding.waiver and finding.waiver.owner else finding


def _accepts(rule: Rule, finding: Finding, units: Mapping[str, tuple[str, ...]]) -> bool:
    return finding.status in rule.statuses and rule.covers(finding, units)


def _notice(
    rule: Rule,
    assessment: Assessment,
    today: date,
    units: Mapping[str, tuple[str, ...]],
    used: Mapping[int, int],
) -> Notice | None:
    said = f"{rule.place}: the waiver of {rule.control} by {rule.owner}"
    if rule.expired(today):
        return Notice(
            sentence=f"{said} expired on {rule.expires} and does not count: fix what it waives, or renew it",
            fails=True,
        )
    if unknown := [ou for ou in rule.ous if ou not in units]:
        why = "whose accounts are not known here: audit with --org and this file, or name the accounts"
        return Notice(sentence=f"{said} names {', '.join(unknown)}, {why}", fails=False)
    if not used.get(id(rule)) and (idle := _idle(rule, assessment, units)):
        return Notice(sentence=f"{said} {idle}: remove it", fails=True)
    if rule.expires and (left := (rule.expires - today).days) <= NOTICE_DAYS:
        when = "today" if left == 0 else f"in {left} day{'' if left == 1 else 's'}, on {rule.expires}"
        return Notice(sentence=f"{said} expires {when}", fails=False)
    return None


def _idle(rule: Rule, assessment: Assessment, units: Mapping[str, tuple[str, ...]]) -> str:
    """Say that a waiver is about nothing, as far as this run looked where it counts; else an empty text."""
    scan = assessment.scan
    accounts = {*rule.accounts, *(account for ou in rule.ous for account in units.get(ou, ()))}
    if rule.control not in assessment.controls or (accounts and not accounts & set(scan.accounts)):
        return ""
    if rule.regions and scan.regions and not any(matches(p, r) for p in rule.regions for r in scan.regions):
        return ""
    if any(rule.control in gap.controls for gap in assessment.incomplete):
        return ""  # what could not be read may be what it is about
    covered = [f for f in assessment.findings if rule.covers(f, units)]
    if not covered:
        return "matches nothing that was judged"
    if all(f.status is Status.PASS for f in covered):
        return "is needed no longer, since all that it matches passes"
    return "" if any(f.waiver for f in covered) else f"matches nothing that is {' or '.join(rule.statuses)}"
