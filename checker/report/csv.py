"""One row a finding, for spreadsheets and scripts: RFC 4180, UTF-8, with a line of column names."""

import csv
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from io import StringIO

from checker.assessment import Assessment
from checker.model import Finding, Location, Waiver
from checker.report.advice import advice
from checker.report.shown import spelled
from checker.report.tally import outcome
from checker.report.text import clip, spot, visible

LONGEST = 32_000
"""Characters of a cell: spreadsheets cut at 32,767. The JSON report has it all."""
FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"
"""What makes a spreadsheet compute a cell, also in full width."""

COLUMNS: dict[str, Callable[[Finding], str]] = {
    "status": lambda f: outcome(f),
    "severity": lambda f: f.severity,
    "control_id": lambda f: f.control_id,
    "title": lambda f: f.title,
    "account_id": lambda f: f.account_id,
    "region": lambda f: f.region,
    "resource_type": lambda f: f.resource_type,
    "resource_arn": lambda f: f.resource_arn,
    "detail": lambda f: f.detail,
    "observed": lambda f: f.observed,
    "expected": lambda f: f.expected,
    "evidence": lambda f: "; ".join(_evidence(f)),
    "not_read": lambda f: "; ".join(_not_read(f)),
    "remediation": lambda f: f.remediation.text,
    "command": lambda f: f.remediation.cli,
    "requirements": lambda f: "; ".join(f"{id} {', '.join(names)}" for id, names in f.requirements.items()),
    "waived_status": lambda f: f.status if f.waiver else "",
    "waiver_reason": lambda f: _waiver(f).reason,
    "waiver_owner": lambda f: _waiver(f).owner,
    "waiver_expires": lambda f: _waiver(f).expires,
    "fingerprint": lambda f: f.fingerprint,
    "location": lambda f: _location(f.location),
    "account_name": lambda f: f.account_name,
    "known_since": lambda f: f.known_since,
    "waiver_source": lambda f: _waiver(f).source,
}
"""Columns of the finding, in their order; new ones are added at the end."""
ABOUT_THE_RUN = ("observed_at", "tool_version")


def render(assessment: Assessment) -> str:
    """Return the findings as rows that end with CRLF; ``observed_at`` is when the evidence was complete."""
    at, version = moment(assessment.scan.finished), assessment.tool.version
    rows = ((*(read(f) for read in COLUMNS.values()), at, version) for f in assessment.findings)
    return table((*COLUMNS, *ABOUT_THE_RUN), rows)


def table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return rows of untrusted text as CSV."""
    file = StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell(text) for text in row] for row in rows)
    return file.getvalue()


def cell(text: str) -> str:
    """Return a text that no spreadsheet computes and no terminal obeys.

    An apostrophe before what would start a formula makes it text for a spreadsheet; line breaks, tabs and
    other characters that do not print are spelled out.
    """
    safe = clip(visible(text), LONGEST)
    return f"'{safe}" if safe.lstrip().startswith(tuple(FORMULA)) else safe


def moment(at: datetime) -> str:
    """Return a time as ISO 8601 in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _evidence(finding: Finding) -> Iterable[str]:
    for evidence in finding.evidence:
        origin = evidence.origin
        yield " ".join(
            filter(None, (origin.action or origin.path, origin.field, "=", spelled(evidence.value)))
        )


def _not_read(finding: Finding) -> Iterable[str]:
    for unknown in finding.unknowns:
        todo = advice(unknown.cause, unknown.origin.action)
        yield f"{unknown.reason} ({todo})" if todo else unknown.reason


def _location(location: Location | None) -> str:
    if location is None:
        return ""
    return f"{spot(location)} {location.construct}".rstrip()


def _waiver(finding: Finding) -> Waiver:
    return finding.waiver or Waiver(control="", reason="", owner="")
