"""One page for those who decide: how things stand, what matters most, and what nobody knows."""

from msgspec import Struct

from checker.assessment import Assessment
from checker.catalog import CONTROLS
from checker.model import Finding, Severity
from checker.report.advice import Obstacle, obstacles
from checker.report.document import asset, document
from checker.report.framework.rows import Rows, rows
from checker.report.page import headline
from checker.report.tally import Counts, Group, Outcome, by_control, by_severity, counted, outcome
from checker.report.text import count

RISKS, OBSTACLES, WAIVERS, ACCOUNTS = 5, 2, 2, 5
"""As many as fit on one page."""
LATEST = (
    "cis-6.0",
    "fsbp",
    "pci-4.0.1",
    "nist-800-53-r5",
    "iso-27001-2022",
    "soc2",
    "hipaa",
)
"""The newest edition of each widely used framework."""
SENTENCE = 190
"""Characters of a rationale that are shown."""


class Risk(Struct, frozen=True, kw_only=True):
    """A control that fails, in words for somebody who does not run it."""

    control_id: str
    title: str
    severity: Severity
    why: str
    where: str


class Accepted(Struct, frozen=True, kw_only=True):
    """Failures that somebody took responsibility for."""

    control_id: str
    reason: str
    owner: str
    expires: str


class Summary(Struct, frozen=True, kw_only=True):
    """All that the page says."""

    assessment: Assessment
    headline: str
    controls: Counts
    severities: dict[Severity, Counts]
    risks: tuple[Risk, ...]
    more_risks: int
    frameworks: tuple[Rows, ...]
    accounts: tuple[tuple[str, str, Counts], ...]
    """Id, name and findings of those with most failures."""
    failing_accounts: int
    obstacles: tuple[Obstacle, ...]
    more_obstacles: int
    accepted: tuple[Accepted, ...]
    """What expires first comes first."""
    more_accepted: int


def render(assessment: Assessment) -> str:
    """Return the page as one HTML document that prints on one sheet."""
    style = asset("tokens.css", "report.css", "summary.css")
    return document(
        "summary.html.j2",
        style,
        "",
        {"summary": summary(assessment), "page": None, "values": None, "frameworks": {}},
    )


def summary(assessment: Assessment) -> Summary:
    """Work out the page."""
    groups = by_control(assessment.findings)
    failing = [group for group in groups if group.outcome is Outcome.FAIL]
    met = obstacles(assessment.incomplete)
    accepted = _accepted(assessment)
    accounts = _accounts(assessment)
    return Summary(
        assessment=assessment,
        headline=headline(assessment),
        controls=counted(group.outcome for group in groups),
        severities=by_severity(groups),
        risks=tuple(_risk(group) for group in failing[:RISKS]),
        more_risks=max(len(failing) - RISKS, 0),
        frameworks=tuple(found for id in LATEST if (found := rows(assessment, id)).judged),
        accounts=accounts[:ACCOUNTS],
        failing_accounts=len(accounts),
        obstacles=tuple(met[:OBSTACLES]),
        more_obstacles=max(len(met) - OBSTACLES, 0),
        accepted=accepted[:WAIVERS],
        more_accepted=max(len(accepted) - WAIVERS, 0),
    )


def _risk(group: Group) -> Risk:
    failed = group.shown_as(Outcome.FAIL)
    control = CONTROLS.get(group.control_id)
    why = (control.rationale.split("\n\n")[0] if control else "").replace("``", "")
    return Risk(
        control_id=group.control_id,
        title=group.title,
        severity=group.severity,
        why=_sentence(why) or failed[0].detail,
        where=_where(failed),
    )


def _where(failed: list[Finding]) -> str:
    """Say how far a failure reaches: in resources, or in Regions where accounts are judged by Region."""
    if all(f.location for f in failed):
        files = count(len({f.location.path for f in failed if f.location}), "file")
        return f"{count(len({f.resource_arn for f in failed}), 'resource')} in {files}"
    accounts = count(len({f.account_id for f in failed}), "account")
    if all(f.resource_type == "AWS::::Account" for f in failed):
        regions = len({(f.account_id, f.region) for f in failed if f.region})
        return f"{count(regions, 'Region')} of {accounts}" if regions else accounts
    return f"{count(len({f.resource_arn for f in failed}), 'resource')} in {accounts}"


def _sentence(text: str) -> str:
    """Return the sentences from the beginning that fit, or a part of the first one."""
    if len(text) <= SENTENCE:
        return text
    end = text.rfind(". ", 0, SENTENCE)
    return text[: end + 1] if end > 0 else f"{text[:SENTENCE].rpartition(' ')[0]} …"


def _accounts(assessment: Assessment) -> tuple[tuple[str, str, Counts], ...]:
    outcomes: dict[str, list[Outcome]] = {}
    names: dict[str, str] = {}
    for finding in assessment.findings:
        outcomes.setdefault(finding.account_id, []).append(outcome(finding))
        names.setdefault(finding.account_id, finding.account_name)
    found = [(id, names[id], counted(shown)) for id, shown in outcomes.items()]
    failing = [each for each in found if each[2].fail]
    return tuple(sorted(failing, key=lambda each: (-each[2].fail, each[0])))


def _accepted(assessment: Assessment) -> tuple[Accepted, ...]:
    found = {
        Accepted(
            control_id=f.control_id, reason=f.waiver.reason, owner=f.waiver.owner, expires=f.waiver.expires
        )
        for f in assessment.findings
        if f.waiver
    }
    return tuple(sorted(found, key=lambda a: (not a.expires, a.expires, a.control_id, a.owner, a.reason)))
