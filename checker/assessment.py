"""A judged observation: the one thing that every report renders."""

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from checker.engine import Skipped, evaluate
from checker.evidence import Cause
from checker.model import Control, Finding, Severity, Status, Thresholds
from checker.observation import Observation, Scan

SCHEMA_VERSION = "1.0"


class Tool(Struct, frozen=True, kw_only=True):
    """Who judged."""

    name: str = "trailhold"
    version: str


class Gap(Struct, frozen=True, kw_only=True):
    """Something that could not be observed, and which controls it left undecided."""

    reason: str
    cause: Cause
    action: str
    account: str
    region: str
    controls: tuple[str, ...]


class Summary(Struct, frozen=True, kw_only=True):
    """Counts of findings; a waived FAIL is counted under ``waived`` and not under ``fail``."""

    passed: int = 0
    failed: int = 0
    unknown: int = 0
    not_applicable: int = 0
    waived: int = 0


class Assessment(Struct, frozen=True, kw_only=True):
    """Everything that a report may say."""

    tool: Tool
    scan: Scan
    summary: Summary
    incomplete: tuple[Gap, ...]
    findings: tuple[Finding, ...]
    not_applicable: tuple[Skipped, ...]
    controls: tuple[str, ...]
    """Ids of the controls that judged, also those that found nothing to judge."""


def assess(
    observation: Observation,
    controls: Iterable[Control],
    *,
    version: str,
    thresholds: Thresholds | None = None,
    requirements: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None,
    tolerant: bool = False,
) -> Assessment:
    """Judge an observation; the same observation and controls give an equal assessment.

    ``requirements`` and ``tolerant`` are those of ``engine.evaluate``.
    """
    chosen = tuple(controls)
    evaluation = evaluate(observation.inventory, chosen, thresholds, requirements, tolerant=tolerant)
    return Assessment(
        tool=Tool(version=version),
        scan=observation.scan,
        summary=summarise(evaluation.findings, len(evaluation.not_applicable)),
        incomplete=gaps(evaluation.findings),
        findings=evaluation.findings,
        not_applicable=evaluation.not_applicable,
        controls=tuple(c.id for c in chosen),
    )


def summarise(findings: Iterable[Finding], not_applicable: int) -> Summary:
    """Count findings by status, waived ones apart."""
    counts = Counter("waived" if f.waiver else f.status.value for f in findings)
    return Summary(
        passed=counts[Status.PASS],
        failed=counts[Status.FAIL],
        unknown=counts[Status.UNKNOWN],
        not_applicable=not_applicable,
        waived=counts["waived"],
    )


def gaps(findings: Iterable[Finding]) -> tuple[Gap, ...]:
    """Return each thing that left a finding UNKNOWN once, with the controls that it left so."""
    controls: dict[tuple[str, Cause, str, str, str], set[str]] = {}
    for finding in findings:
        for unknown in finding.unknowns:
            origin = unknown.origin
            key = (unknown.reason, unknown.cause, origin.action, origin.account, origin.region)
            controls.setdefault(key, set()).add(finding.control_id)
    return tuple(
        Gap(
            reason=reason,
            cause=cause,
            action=action,
            account=account,
            region=region,
            controls=tuple(sorted(controls[reason, cause, action, account, region])),
        )
        for reason, cause, action, account, region in sorted(controls)
    )


def set_apart(assessment: Assessment) -> Assessment:
    """Count as not applicable what this source can never tell: a template has no deliveries, for example.

    A finding is set apart when everything that it lacks is out of scope; one more gap, and it stays UNKNOWN.
    """
    apart = [f for f in assessment.findings if beyond_scope(f)]
    kept = tuple(f for f in assessment.findings if not beyond_scope(f))
    skipped = [
        Skipped(
            control_id=f.control_id,
            account_id=f.account_id,
            resource_arn=f.resource_arn,
            reason=f"not evaluated here: {f.detail}",
        )
        for f in apart
    ]
    every = tuple(
        sorted(
            (*assessment.not_applicable, *skipped), key=lambda s: (s.control_id, s.account_id, s.resource_arn)
        )
    )
    return replace(
        assessment,
        summary=summarise(kept, len(every)),
        incomplete=gaps(kept),
        findings=kept,
        not_applicable=every,
    )


def beyond_scope(finding: Finding) -> bool:
    """Say whether all that left a finding UNKNOWN lies outside what was to be observed."""
    return bool(finding.unknowns) and all(u.cause is Cause.OUT_OF_SCOPE for u in finding.unknowns)


def exit_code(assessment: Assessment, fail_on: Severity | None, allow_incomplete: bool = False) -> int:
    """Return 1 for an unwaived FAIL at or above ``fail_on`` (None: never), else 3 for a gap, else 0."""
    unwaived = [f for f in assessment.findings if f.waiver is None]
    if fail_on and any(f.status is Status.FAIL and f.severity.rank <= fail_on.rank for f in unwaived):
        return 1
    incomplete = any(f.status is Status.UNKNOWN for f in unwaived)
    return 3 if incomplete and not allow_incomplete else 0
