"""Counts and groups that several reports show, so that they cannot disagree."""

import re
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from checker.controls.trust import NOT_GIVEN
from checker.model import Finding, Severity, Status
from checker.report.text import listed


class Outcome(StrEnum):
    """How a finding or a control is shown: its status, or that its risk was accepted. Worst first."""

    FAIL = "fail"
    UNKNOWN = "unknown"
    WAIVED = "waived"
    PASS = "pass"


_OUTCOMES = {Status.FAIL: Outcome.FAIL, Status.UNKNOWN: Outcome.UNKNOWN, Status.PASS: Outcome.PASS}


def outcome(finding: Finding) -> Outcome:
    """Return how a finding is shown; its status stays what it was under a waiver."""
    return Outcome.WAIVED if finding.waiver else _OUTCOMES[finding.status]


class Fold(Struct, frozen=True, kw_only=True):
    """Findings of one control that say the same of the same resource, Region by Region."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The finding that stands for all."""
        return self.findings[0]

    @property
    def detail(self) -> str:
        """The sentence that they have in common."""
        return anywhere(self.first.detail, self.first.region) if len(self.findings) > 1 else self.first.detail

    @property
    def resource(self) -> str:
        """The resource, with what its ARN does not tell of account and Regions; in a file its construct."""
        finding = self.first
        if finding.location and finding.location.construct:
            return finding.location.construct
        regions = listed([f.region for f in self.findings if given(f.region)], 20)
        if finding.resource_type == "AWS::::Account":
            account = f"account {owner(finding)}"
            return f"{account}, {regions}" if regions else account
        account = given(finding.account_id)
        told = [p for p in (account, regions) if p and f":{p}:" not in finding.resource_arn]
        if finding.account_name:
            told = [owner(finding), *(part for part in told if part != finding.account_id)]
        return f"{finding.resource_arn} ({', '.join(told)})" if told else finding.resource_arn


def owner(finding: Finding) -> str:
    """Return the account of a finding with its name, as far as both are known."""
    return f"{given(finding.account_id)} {finding.account_name}".strip()


def given(name: str) -> str:
    """Return an account or a Region; nothing for what stands in templates where nobody gave one."""
    return "" if name in NOT_GIVEN else name


def anywhere(detail: str, region: str) -> str:
    """Return a finding's sentence for any Region: most say ``in eu-west-1``."""
    if not region:
        return detail
    return re.sub(rf"\bin {re.escape(region)}(?![\w/-])", "in these Regions", detail)


def folded(findings: Iterable[Finding]) -> list[Fold]:
    """Fold findings that differ in nothing but the Region, in the order of their first."""
    folds: dict[tuple[str, ...], list[Finding]] = {}
    for f in findings:
        waiver = str(f.waiver and (f.waiver.reason, f.waiver.owner, f.waiver.expires))
        said = (anywhere(f.detail, f.region), f.observed, f.expected, waiver, f.known_since)
        same = (f.control_id, f.account_id, f.resource_arn, str(f.location or ""), *said)
        folds.setdefault(same, []).append(f)
    return [Fold(findings=tuple(found)) for found in folds.values()]


class Group(Struct, frozen=True, kw_only=True):
    """All findings of one control, in the order of the assessment."""

    control_id: str
    title: str
    severity: Severity
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst outcome of its findings."""
        shown = {outcome(f) for f in self.findings}
        return next(o for o in Outcome if o in shown)

    def shown_as(self, wanted: Outcome) -> list[Finding]:
        """Return the findings of one outcome."""
        return [f for f in self.findings if outcome(f) is wanted]


def by_control(findings: Iterable[Finding]) -> list[Group]:
    """Group findings by control: the most severe controls first, then by id."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.control_id, []).append(finding)
    made = [
        Group(control_id=id, title=found[0].title, severity=found[0].severity, findings=tuple(found))
        for id, found in groups.items()
    ]
    return sorted(made, key=lambda group: (group.severity.rank, group.control_id))


class Counts(Struct, frozen=True, kw_only=True):
    """How many there are of each outcome."""

    fail: int = 0
    unknown: int = 0
    waived: int = 0
    passed: int = 0

    @property
    def judged(self) -> int:
        """Those that passed or failed; what is unknown or accepted counts neither way."""
        return self.passed + self.fail

    @property
    def total(self) -> int:
        """All of them."""
        return self.judged + self.unknown + self.waived

    @property
    def percent(self) -> int | None:
        """Share of the judged that pass, rounded down so that 100 means all; None when nothing was judged."""
        return self.passed * 100 // self.judged if self.judged else None


def counted(outcomes: Iterable[Outcome]) -> Counts:
    """Count outcomes."""
    counts = Counter(outcomes)
    return Counts(
        fail=counts[Outcome.FAIL],
        unknown=counts[Outcome.UNKNOWN],
        waived=counts[Outcome.WAIVED],
        passed=counts[Outcome.PASS],
    )


def by_severity(groups: Iterable[Group]) -> dict[Severity, Counts]:
    """Count controls by severity, leaving out severities that no control has."""
    outcomes: dict[Severity, list[Outcome]] = {}
    for group in groups:
        outcomes.setdefault(group.severity, []).append(group.outcome)
    return {severity: counted(outcomes[severity]) for severity in Severity if severity in outcomes}
