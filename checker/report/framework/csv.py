"""One row a requirement, control and finding, as RFC 4180 CSV."""

from collections.abc import Iterator

from checker.assessment import Assessment
from checker.report.choices import Choices
from checker.report.csv import moment, table
from checker.report.framework.rows import Row, rows
from checker.report.shown import spelled
from checker.report.tally import Fold, outcome

COLUMNS = (
    "framework",
    "requirement",
    "requirement_title",
    "requirement_status",
    "control_id",
    "control_title",
    "control_status",
    "status",
    "account_id",
    "regions",
    "resource_arn",
    "detail",
    "evidence",
    "observed_at",
    "tool_version",
)


def render(assessment: Assessment, choices: Choices) -> str:
    """Return the rows; a requirement or control without a finding has one row, so that none is missing."""
    framework = rows(assessment, choices.framework)
    at, version = moment(assessment.scan.finished), assessment.tool.version
    return table(
        COLUMNS,
        ((framework.title, *cells, at, version) for row in framework.rows for cells in _cells(row)),
    )


def _cells(row: Row) -> Iterator[tuple[str, ...]]:
    head = (row.id, row.title, row.state)
    if not row.parts:
        yield (*head, *[""] * 9)
    for part in row.parts:
        about = (*head, part.control_id, part.title, part.state)
        if not part.findings:
            yield (*about, *[""] * 6)
        for fold in part.folds:
            yield (*about, *_finding(fold))


def _finding(fold: Fold) -> tuple[str, ...]:
    first = fold.first
    evidence = dict.fromkeys(
        f"{e.origin.action} {e.origin.field} = {spelled(e.value)}" for e in first.evidence
    )
    regions = " ".join(f.region for f in fold.findings if f.region)
    return (outcome(first), first.account_id, regions, first.resource_arn, fold.detail, "; ".join(evidence))
