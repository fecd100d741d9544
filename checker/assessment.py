"""A judged observation: the one thing that every report renders."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from checker.engine import Skipped, evaluate, order
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


class Refusal(Struct, frozen=True, kw_only=True):
    """A file that could not be read, so that nothing in it was judged."""

    path: str
    """Empty where it is no single file's fault."""
    line: int = 0
    """From 1 on; 0 where the file as a whole is wrong."""
    column: int = 0
    reason: str
    """One sentence that says what is wrong, where, and what to do."""


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
    refused: tuple[Refusal, ...] = ()
    """Files that could not be read; with any, no exit code says that all is well."""


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


def together(assessments: Sequence[Assessment]) -> Assessment:
    """Join assessments of one run by the same controls; what several of them say alike is said once.

    The observation of the whole lasts from the first start to the last end.
    """
    first, *others = assessments
    if not others:
        return first
    scans = [one.scan for one in assessments]
    findings = {
        (f.fingerprint, f.status, f.detail, f.location): f for one in assessments for f in one.findings
    }
    kept = tuple(sorted(findings.values(), key=order))
    skipped = {
        (s.control_id, s.account_id, s.resource_arn, s.reason): s
        for one in assessments
        for s in one.not_applicable
    }
    return Assessment(
        tool=first.tool,
        scan=replace(
            first.scan,
            source="+".join(sorted({part for scan in scans for part in scan.source.split("+")})),
            callers=tuple(dict.fromkeys(caller for scan in scans for caller in scan.callers)),
            accounts=tuple(sorted({account for scan in scans for account in scan.accounts})),
            started=min(scan.started for scan in scans),
            finished=max(scan.finished for scan in scans),
            calls=sum(scan.calls for scan in scans),
        ),
        summary=summarise(kept, len(skipped)),
        incomplete=gaps(kept),
        findings=kept,
        not_applicable=tuple(skipped[key] for key in sorted(skipped)),
        controls=first.controls,
        refused=tuple(dict.fromkeys(refusal for one in assessments for refusal in one.refused)),
    )


def rejudged(assessment: Assessment, findings: Iterable[Finding]) -> Assessment:
    """Return the assessment with its findings replaced, and counted anew."""
    kept = tuple(sorted(findings, key=order))
    summary = summarise(kept, len(assessment.not_applicable))
    return replace(assessment, summary=summary, incomplete=gaps(kept), findings=kept)


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
    """Return 1 for an unwaived FAIL at or above ``fail_on`` (None: never), else 3 for a gap, else 0.

    A failure that a baseline has already is known, and does not count.
    A file that was refused makes it 2, whatever the others come to: it may hold anything.
    """
    if assessment.refused:
        return 2
    unwaived = [f for f in assessment.findings if f.waiver is None and not f.known_since]
    if fail_on and any(f.status is Status.FAIL and f.severity.rank <= fail_on.rank for f in unwaived):
        return 1
    incomplete = any(f.status is Status.UNKNOWN for f in unwaived)
    return 3 if incomplete and not allow_incomplete else 0
