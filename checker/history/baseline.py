"""What failed already: a saved result as the line from which on failures count."""

from msgspec import Struct
from msgspec.structs import replace

from checker.assessment import Assessment
from checker.model import Finding, Status


class Compared(Struct, frozen=True, kw_only=True):
    """An assessment in which known failures are marked."""

    assessment: Assessment
    known: int
    fixed: int
    """Failures of the baseline that pass now."""


def compare(assessment: Assessment, baseline: Assessment) -> Compared:
    """Mark the failures that the baseline has, by fingerprint.

    What was accepted or unknown there is not known to fail: when its waiver ends, it counts as new.
    """
    failed = {f.fingerprint: f for f in baseline.findings if failing(f)}
    day = baseline.scan.finished.date().isoformat()
    findings = tuple(_marked(f, failed.get(f.fingerprint), day) for f in assessment.findings)
    passing = {f.fingerprint for f in assessment.findings if f.status is Status.PASS}
    return Compared(
        assessment=replace(assessment, findings=findings),
        known=sum(bool(f.known_since) for f in findings),
        fixed=len(passing & failed.keys()),
    )


def failing(finding: Finding) -> bool:
    """Say whether a finding failed, and nobody accepted it."""
    return finding.status is Status.FAIL and finding.waiver is None


def _marked(finding: Finding, before: Finding | None, day: str) -> Finding:
    known = (before.known_since or day) if before and failing(finding) else ""
    return finding if finding.known_since == known else replace(finding, known_since=known)
