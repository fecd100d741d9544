"""A row an account: what came of it, also of those that nobody got into and of those that are closed."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from checker.assessment import Assessment
from checker.model import Finding
from checker.report.advice import anywhere
from checker.report.tally import Counts, counted, outcome

SHORT = 90
"""Characters of a remark that is worth saying of every account."""


class Row(Struct, frozen=True, kw_only=True):
    """One account of an organization."""

    id: str
    name: str
    counts: Counts
    remark: str
    """Why there is less to say than of others: not entered and why, suspended; "" for an account as any."""


def rows(assessment: Assessment) -> tuple[Row, ...]:
    """Return the accounts of the run, those that need attention first; none for a single account."""
    owned: dict[str, list[Finding]] = {}
    for finding in assessment.findings:
        owned.setdefault(finding.account_id, []).append(finding)
    made = [
        Row(
            id=each.id,
            name=each.name,
            counts=counted(outcome(f) for f in owned.get(each.id, ())),
            remark=each.problem,
        )
        for each in assessment.scan.roster
    ]
    return tuple(sorted(made, key=_badness))


def remarks(found: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield what to say of accounts, given with what is remarkable of each; what is long is said once."""
    told: dict[str, str] = {}
    for id, remark in found:
        first = told.setdefault(anywhere(remark, id), id)
        again = first != id and len(remark) > SHORT
        yield f"not read, for the same reason as account {first}" if again else remark


def _badness(row: Row) -> tuple[int, int, str]:
    return -row.counts.fail, -row.counts.unknown, row.id


def not_entered(assessment: Assessment) -> Iterator[Row]:
    """Yield the accounts of which nothing is known although they are active."""
    active = {each.id for each in assessment.scan.roster if each.state == "ACTIVE"}
    return (row for row in rows(assessment) if row.remark and row.id in active)
