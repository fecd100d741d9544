"""Evaluate controls over an inventory: the only place where a missing setting becomes UNKNOWN."""

from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct

from checker.evidence import Cause, Known, Origin, Unknown, Unobserved, recorded
from checker.inventory import Account, Inventory, LogBucket, Trail
from checker.model import (
    Context,
    Control,
    Evidence,
    Finding,
    Judgement,
    Location,
    NotApplicable,
    Remediation,
    Status,
    Subject,
    Thresholds,
    Verdict,
)
from checker.subjects import Identity, fill, fingerprint, identify, landing_zone, names, subjects


class Skipped(Struct, frozen=True, kw_only=True):
    """A control that asks nothing of one subject."""

    control_id: str
    account_id: str
    resource_arn: str
    reason: str


class Evaluation(Struct, frozen=True, kw_only=True):
    """Findings in a fixed order (status, severity, control, account, Region, resource), and the skipped."""

    findings: tuple[Finding, ...]
    not_applicable: tuple[Skipped, ...]


def evaluate(
    inventory: Inventory,
    controls: Iterable[Control],
    thresholds: Thresholds | None = None,
    requirements: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None,
    *,
    tolerant: bool = False,
) -> Evaluation:
    """Judge every subject of the inventory by every control that applies to it.

    ``requirements`` maps a control id to its requirements by framework. Equal inventories give equal results.
    ``tolerant`` turns a control's own mistake into UNKNOWN, so that one odd resource cannot end an audit.
    """
    context = Context(inventory=inventory, thresholds=thresholds or Thresholds())
    cases = _cases(inventory)
    findings: list[Finding] = []
    skipped: list[Skipped] = []
    for control in controls:
        required = dict((requirements or {}).get(control.id, {}))
        before: tuple[Evidence, ...] = ()
        for case in cases.get(control.applies_to, ()):
            judgement, evidence = judge(control, case.subject, context, tolerant=tolerant)
            if isinstance(judgement, NotApplicable):
                skipped.append(_skipped(control, case.identity, judgement))
                continue
            before = _shared(evidence, before)
            remediation = _remediation(control, case.subject, inventory)
            findings.append(_finding(control, case, judgement, before, remediation, required))
    return Evaluation(
        findings=tuple(sorted(findings, key=order)),
        not_applicable=tuple(sorted(skipped, key=lambda s: (s.control_id, s.account_id, s.resource_arn))),
    )


class _Case(NamedTuple):
    """A subject, and what findings say of it whatever the control."""

    subject: Subject
    identity: Identity
    account_name: str
    managed_by: str


def _cases(inventory: Inventory) -> dict[type[Subject], list[_Case]]:
    """Name every subject once: as AWS does, and with its owner's name and the landing zone to change."""
    found: dict[type[Subject], list[_Case]] = {}
    for subject in subjects(inventory):
        identity, zone = identify(subject, inventory), landing_zone(subject)
        owner = inventory.accounts.get(identity.account)
        managed = f"{zone.name}: {zone.change}" if zone else ""
        case = _Case(subject, identity, owner.name if owner else "", managed)
        found.setdefault(type(subject), []).append(case)
    return found


def judge(
    control: Control, subject: Subject, context: Context, *, tolerant: bool = False
) -> tuple[Judgement, tuple[Evidence, ...]]:
    """Judge one subject and keep what the control read on the way."""
    if isinstance(subject, Account) and not subject.active:
        return NotApplicable(f"the account is {subject.state.lower().replace('_', ' ')}"), ()
    if _is_destroyed(subject, context.inventory) and not control.of_destroyed:
        return NotApplicable("the plan destroys it"), ()
    with recorded() as reads:
        try:
            judgement = control.judge(subject, context)
        except Unobserved as missing:
            judgement = _undecided(*missing.unknowns)
        except Exception as error:
            if not tolerant:
                raise
            mistake = f"the control met something unforeseen ({type(error).__name__}: {error})"
            judgement = _undecided(Unknown(mistake, Cause.UNFORESEEN))
    return judgement, _evidence(reads)


def _is_destroyed(subject: Subject, inventory: Inventory) -> bool:
    return isinstance(subject, Trail | LogBucket) and inventory.is_destroyed(subject.arn)


def _undecided(*unknowns: Unknown) -> Verdict:
    return Verdict(Status.UNKNOWN, str(Unobserved(*unknowns)), "not readable", "", unknowns)


def _evidence(reads: Iterable[Known[object]]) -> tuple[Evidence, ...]:
    """Keep each setting once, in reading order; a setting without an origin is no evidence."""
    kept: list[Evidence] = []
    first: dict[Origin, Evidence] = {}
    others: set[tuple[Origin, Hashable]] = set()
    for read in reads:
        origin, content = read.origin, read.content
        before = first.get(origin)
        # A control reads the same setting again and again, and to compare it is what costs.
        if (before and before.value is content) or not (origin.action or origin.path):
            continue
        if before is None:
            one = first[origin] = Evidence(origin=origin, value=content)
        else:
            key = (origin, _comparable(content))
            if key in others or key[1] == _comparable(before.value):
                continue
            others.add(key)
            one = Evidence(origin=origin, value=content)
        kept.append(one)
    return tuple(kept)


def _comparable(content: object) -> Hashable:
    """Return what tells contents apart: 1 and True are equal to Python, and a dictionary has no hash."""
    try:
        hash(content)
    except TypeError:
        return repr(content)
    return type(content), content


SHARED = 64
"""Settings that are looked for among those of the subject before: those of a trail come first."""


def _shared(evidence: tuple[Evidence, ...], before: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Return the evidence, made of the same objects as that of the subject before where both read the same.

    Seventeen Regions of a thousand accounts are judged by the settings of one trail.
    """
    known = {(id(one.origin), id(one.value)): one for one in before[:SHARED]}
    return tuple([known.get((id(one.origin), id(one.value)), one) for one in evidence]) if known else evidence


def _remediation(control: Control, subject: Subject, inventory: Inventory) -> Remediation:
    """Fill in real names where there is room for them; else all findings share the control's own."""
    if "$" not in control.remediation.cli:
        return control.remediation
    return fill(control.remediation, names(subject, inventory))


def _skipped(control: Control, identity: Identity, judgement: NotApplicable) -> Skipped:
    return Skipped(
        control_id=control.id,
        account_id=identity.account,
        resource_arn=identity.arn,
        reason=judgement.reason,
    )


def _finding(
    control: Control,
    case: _Case,
    verdict: Verdict,
    evidence: tuple[Evidence, ...],
    remediation: Remediation,
    requirements: dict[str, tuple[str, ...]],
) -> Finding:
    identity = case.identity
    return Finding(
        control_id=control.id,
        title=control.title,
        status=verdict.status,
        severity=control.severity,
        account_id=identity.account,
        region=identity.region,
        resource_type=identity.type,
        resource_arn=identity.arn,
        detail=verdict.detail,
        observed=verdict.observed,
        expected=verdict.expected or control.expected,
        evidence=evidence,
        unknowns=verdict.unknowns,
        remediation=remediation,
        requirements=requirements,
        fingerprint=fingerprint(control.id, identity),
        location=located(verdict, evidence),
        account_name=case.account_name,
        managed_by=case.managed_by,
    )


def located(verdict: Verdict, evidence: Iterable[Evidence]) -> Location | None:
    """Say where in a file to look: at what decided or could not be told, else at what was read last."""
    named = [verdict.at] if verdict.at else [unknown.origin for unknown in verdict.unknowns]
    origins = [*named, *(one.origin for one in reversed(tuple(evidence)))]
    origin = next((one for one in origins if one.path), None)
    if origin is None:
        return None
    return Location(path=origin.path, line=origin.line, column=origin.column, construct=origin.address)


_STATUS_ORDER = (Status.FAIL, Status.UNKNOWN, Status.PASS)


def order(finding: Finding) -> tuple[int, int, str, str, str, str]:
    """Return what findings are sorted by."""
    return (
        _STATUS_ORDER.index(finding.status),
        finding.severity.rank,
        finding.control_id,
        finding.account_id,
        finding.region,
        finding.resource_arn,
    )
