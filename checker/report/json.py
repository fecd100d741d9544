"""The report that other programs read; ``schema`` describes it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field
from msgspec.structs import replace

from checker.assessment import SCHEMA_VERSION, Assessment, Gap, Refusal, Summary, Tool, summarise
from checker.engine import Skipped
from checker.frameworks import FRAMEWORKS
from checker.model import Finding
from checker.observation import Audited, Scan
from checker.report.encoding import encode, plain


class ScopeRecord(Struct, frozen=True, kw_only=True):
    """What was looked at."""

    accounts: Annotated[tuple[str, ...], Meta(description="Ids of the audited accounts")]
    regions: Annotated[
        tuple[str, ...],
        Meta(description="Regions to which discovery was narrowed; empty means all enabled ones"),
    ]
    controls: Annotated[
        tuple[str, ...], Meta(description="Ids of all controls that judged, also those without a finding")
    ]


class ScanRecord(Struct, frozen=True, kw_only=True):
    """How the observation came to be."""

    source: Annotated[str, Meta(description="Where the evidence came from, such as aws")]
    caller: Annotated[str, Meta(description="ARN of the identity that looked; the first of callers")]
    callers: Annotated[tuple[str, ...], Meta(description="ARNs of all identities that looked")]
    scope: ScopeRecord
    started: Annotated[datetime, Meta(description="UTC", tz=True)]
    finished: Annotated[datetime, Meta(description="UTC", tz=True)]
    calls: Annotated[int, Meta(ge=0, description="Requests answered or refused, retries not counted")]
    incomplete: Annotated[
        tuple[Gap, ...], Meta(description="What could not be read, and which controls it left undecided")
    ]
    not_applicable: Annotated[
        tuple[Skipped, ...], Meta(description="Controls that ask nothing of a resource, and why")
    ]
    refused: Annotated[
        tuple[Refusal, ...],
        Meta(description="Files that could not be read, so that nothing in them was judged"),
    ] = ()
    roster: Annotated[
        tuple[Audited, ...],
        Meta(description="The accounts of an organization, also those that could not be entered"),
    ] = ()
    notes: Annotated[
        tuple[str, ...], Meta(description="What was asked for and made no difference, in one sentence each")
    ] = ()
    units: Annotated[
        dict[str, tuple[str, ...]],
        Meta(description="Accounts below the organizational units that waivers name, where they were listed"),
    ] = {}


class CountRecord(Struct, frozen=True, kw_only=True):
    """Counts of findings; a waived FAIL is counted under waived and not under fail."""

    passed: Annotated[int, Meta(ge=0)] = field(name="pass")
    failed: Annotated[int, Meta(ge=0)] = field(name="fail")
    unknown: Annotated[int, Meta(ge=0)]
    not_applicable: Annotated[int, Meta(ge=0)]
    waived: Annotated[int, Meta(ge=0)]


class Document(Struct, frozen=True, kw_only=True):
    """An assessment of CloudTrail: every finding with its evidence, and what could not be read."""

    schema_version: Annotated[
        str, Meta(pattern=r"^1\.\d+$", description="Within a major version, fields are only ever added")
    ]
    tool: Tool
    scan: ScanRecord
    summary: CountRecord
    findings: Annotated[
        tuple[Finding, ...],
        Meta(description="By status (fail, unknown, pass), severity, control, account, Region, resource"),
    ]


def render(assessment: Assessment) -> str:
    """Return the assessment as indented JSON with a fixed key order and times in UTC."""
    return b"".join(pieces(assessment)).decode()


def pieces(assessment: Assessment) -> Iterator[bytes]:
    """Yield the same in pieces: the report of a large organization is far larger than what it is made of."""
    empty = msgspec.json.format(encode(_document(assessment)), indent=2) + b"\n"
    if not assessment.findings:
        yield empty
        return
    yield empty.removesuffix(b"]\n}\n")
    for number, finding in enumerate(assessment.findings):
        yield b",\n    " if number else b"\n    "
        yield from _finding(finding)
    yield b"\n  ]\n}\n"


def _finding(finding: Finding) -> Iterator[bytes]:
    """Yield a finding; one on an organization's trail stands on what every account sees in every Region."""
    head, empty, tail = _indented(replace(finding, evidence=()), 4).partition(_NO_EVIDENCE)
    yield head
    if not finding.evidence:
        yield empty + tail
        return
    yield _NO_EVIDENCE.removesuffix(b"]")
    for start in range(0, len(finding.evidence), _AT_ONCE):
        some = [replace(one, value=plain(one.value)) for one in finding.evidence[start : start + _AT_ONCE]]
        yield (b"," if start else b"") + _indented(some, 6).removeprefix(b"[").removesuffix(b"\n      ]")
    yield b"\n      ]" + tail


_AT_ONCE = 100
"""Settings that are written at a time."""
_NO_EVIDENCE = b'\n      "evidence": []'
"""Where the evidence goes: no text can hold this, since a line break is escaped in JSON."""


def _indented(value: object, spaces: int) -> bytes:
    return msgspec.json.format(encode(value), indent=2).replace(b"\n", b"\n" + b" " * spaces)


def load(text: str | bytes) -> Assessment:
    """Read a report back; the values in its evidence come back as plain JSON values.

    Raises ValueError with a sentence when the text is no such report, or contradicts itself.
    """
    try:
        document = msgspec.json.decode(text, type=Document)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ValueError(f"this is not a JSON report of schema version {SCHEMA_VERSION}: {error}") from error
    loaded = _assessment(document)
    _consistent(loaded)
    return loaded


def _consistent(assessment: Assessment) -> None:
    """Raise ValueError for numbers that the findings do not bear out: somebody changed one of the two."""
    counted = summarise(assessment.findings, len(assessment.not_applicable))
    for name in Summary.__struct_fields__:
        said, found = getattr(assessment.summary, name), getattr(counted, name)
        if said != found:
            key = CountRecord.__struct_encode_fields__[CountRecord.__struct_fields__.index(name)]
            raise ValueError(f"its summary counts {said} as {key}, and its findings come to {found}")


def _assessment(document: Document) -> Assessment:
    return Assessment(
        tool=document.tool,
        scan=Scan(
            source=document.scan.source,
            callers=document.scan.callers,
            accounts=document.scan.scope.accounts,
            regions=document.scan.scope.regions,
            roster=document.scan.roster,
            notes=document.scan.notes,
            units=document.scan.units,
            started=document.scan.started,
            finished=document.scan.finished,
            calls=document.scan.calls,
        ),
        summary=Summary(**{name: getattr(document.summary, name) for name in Summary.__struct_fields__}),
        incomplete=document.scan.incomplete,
        findings=tuple(_in_order(finding) for finding in document.findings),
        not_applicable=document.scan.not_applicable,
        controls=document.scan.scope.controls,
        refused=document.scan.refused,
    )


def _in_order(finding: Finding) -> Finding:
    """Put the frameworks back into the order in which reports list them; JSON keeps them sorted."""
    rank = {id: number for number, id in enumerate(FRAMEWORKS)}
    ids = sorted(finding.requirements, key=lambda id: (rank.get(id, len(rank)), id))
    return replace(finding, requirements={id: finding.requirements[id] for id in ids})


def _document(assessment: Assessment) -> Document:
    """Return everything but the findings, which come last."""
    scan, summary = assessment.scan, assessment.summary
    return Document(
        schema_version=SCHEMA_VERSION,
        tool=assessment.tool,
        scan=ScanRecord(
            source=scan.source,
            caller=next(iter(scan.callers), ""),
            callers=scan.callers,
            scope=ScopeRecord(accounts=scan.accounts, regions=scan.regions, controls=assessment.controls),
            started=scan.started.astimezone(UTC),
            finished=scan.finished.astimezone(UTC),
            calls=scan.calls,
            incomplete=assessment.incomplete,
            not_applicable=assessment.not_applicable,
            refused=assessment.refused,
            roster=scan.roster,
            notes=scan.notes,
            units=scan.units,
        ),
        summary=CountRecord(
            passed=summary.passed,
            failed=summary.failed,
            unknown=summary.unknown,
            not_applicable=summary.not_applicable,
            waived=summary.waived,
        ),
        findings=(),
    )
