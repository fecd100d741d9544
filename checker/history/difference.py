"""What changed between two results: verdicts, and the configuration that they stand on."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from checker.assessment import Assessment
from checker.model import Finding, Severity, Status

VOLATILE = ("cloudtrail:LookupEvents", "s3:ListBucket")
"""Reads whose answers differ every hour, whatever is configured."""
MOVING = re.compile(r"latest|last|time|date\b|_at$|updated", re.IGNORECASE)
"""Names of settings that tell when something happened, not how it is."""
ABSENT = "absent"


class Change(Struct, frozen=True, kw_only=True):
    """A finding of one or both results, and what it was called before and after."""

    control_id: str
    title: str
    severity: Severity
    account_id: str
    account_name: str
    region: str
    resource_arn: str
    before: str
    """pass, fail, unknown, waived, or absent."""
    after: str
    detail: str
    """What the later result says; of one that has nothing, the earlier."""
    fingerprint: str


class Drift(Struct, frozen=True, kw_only=True):
    """A setting that was read in both results and is not what it was."""

    resources: tuple[str, ...]
    """ARNs of what was judged by it."""
    account_id: str
    region: str
    action: str
    field: str
    before: tuple[Any, ...]
    after: tuple[Any, ...]


class Difference(Struct, frozen=True, kw_only=True):
    """The whole comparison; each list in the order of a report."""

    earlier: datetime
    later: datetime
    new: tuple[Change, ...]
    """Failures that were none, or that nobody had seen."""
    fixed: tuple[Change, ...]
    """Failures that pass now."""
    accepted: tuple[Change, ...]
    """Failures that are waived now."""
    gone: tuple[Change, ...]
    """Failures of what is no longer there."""
    not_judged: tuple[Change, ...]
    """Failures whose control or account is no part of the later result: nobody knows."""
    still: tuple[Change, ...]
    newly_unknown: tuple[Change, ...]
    drift: tuple[Drift, ...]
    only_earlier: tuple[str, ...]
    """Accounts and controls of which the later result says nothing."""
    only_later: tuple[str, ...]


def difference(earlier: Assessment, later: Assessment) -> Difference:
    """Compare two results by the fingerprints of their findings."""
    before = {f.fingerprint: f for f in earlier.findings}
    after = {f.fingerprint: f for f in later.findings}
    sorted_out: dict[str, list[Change]] = {}
    for finding in (*later.findings, *(f for f in earlier.findings if f.fingerprint not in after)):
        found = _change(before.get(finding.fingerprint), after.get(finding.fingerprint))
        sorted_out.setdefault(_kind(found, later), []).append(found)
    lists = {kind: tuple(changes) for kind, changes in sorted_out.items() if kind}
    names = ("new", "fixed", "accepted", "gone", "not_judged", "still", "newly_unknown")
    return Difference(
        earlier=earlier.scan.finished,
        later=later.scan.finished,
        **{name: lists.get(name, ()) for name in names},
        drift=_drift(earlier.findings, later.findings),
        only_earlier=_beyond(earlier, later),
        only_later=_beyond(later, earlier),
    )


def _change(before: Finding | None, after: Finding | None) -> Change:
    shown = after or before
    assert shown is not None
    return Change(
        control_id=shown.control_id,
        title=shown.title,
        severity=shown.severity,
        account_id=shown.account_id,
        account_name=shown.account_name,
        region=shown.region,
        resource_arn=shown.resource_arn,
        before=standing(before),
        after=standing(after),
        detail=shown.detail,
        fingerprint=shown.fingerprint,
    )


def standing(finding: Finding | None) -> str:
    """Return the status of a finding, waived for one that somebody accepted, absent for none."""
    if finding is None:
        return ABSENT
    return "waived" if finding.waiver else finding.status.value


def _kind(change: Change, later: Assessment) -> str:
    """Return the list that a change belongs to; an empty text for none."""
    match change.before, change.after:
        case Status.FAIL, Status.FAIL:
            return "still"
        case _, Status.FAIL:
            return "new"
        case Status.FAIL, Status.PASS:
            return "fixed"
        case Status.FAIL, "waived":
            return "accepted"
        case Status.FAIL, "absent":
            return "gone" if looked_at(change, later) else "not_judged"
        case Status.UNKNOWN, Status.UNKNOWN:
            return ""
        case _, Status.UNKNOWN:
            return "newly_unknown"
    return ""


def looked_at(finding: Change | Finding, later: Assessment) -> bool:
    """Say whether a result would have found again what is no longer in it.

    Its control judged, its account and Region were looked at, and nothing that the control reads was unread.
    """
    scan = later.scan
    return (
        finding.control_id in later.controls
        and (finding.account_id in scan.accounts or scan.before_deployment)
        and (not scan.regions or not finding.region or finding.region in scan.regions)
        and not any(finding.control_id in gap.controls for gap in later.incomplete)
    )


def _beyond(one: Assessment, other: Assessment) -> tuple[str, ...]:
    accounts = sorted(set(one.scan.accounts) - set(other.scan.accounts))
    controls = sorted(set(one.controls) - set(other.controls))
    return (*(f"account {id}" for id in accounts), *controls)


Key = tuple[str, str, str, str, str]
"""Resource, account, Region, action, field."""


def _drift(earlier: Iterable[Finding], later: Iterable[Finding]) -> tuple[Drift, ...]:
    """Return each setting that changed once, with every resource that was judged by it."""
    before, after = _settings(earlier), _settings(later)
    changed: dict[tuple[str, ...], list[str]] = {}
    values: dict[tuple[str, ...], tuple[list[Any], list[Any]]] = {}
    for key in before.keys() & after.keys():
        old, new = before[key], after[key]
        if old.keys() == new.keys():
            continue
        resource, *where = key
        same = (*where, *sorted(old), "->", *sorted(new))
        changed.setdefault(same, []).append(resource)
        values[same] = ([old[k] for k in sorted(old)], [new[k] for k in sorted(new)])
    found = [
        Drift(
            resources=tuple(sorted(resources)),
            account_id=same[0],
            region=same[1],
            action=same[2],
            field=same[3],
            before=tuple(values[same][0]),
            after=tuple(values[same][1]),
        )
        for same, resources in changed.items()
    ]
    return tuple(sorted(found, key=lambda d: (d.resources, d.action, d.field, d.account_id, d.region)))


def _settings(findings: Iterable[Finding]) -> Mapping[Key, dict[str, Any]]:
    """Return the values of each setting by how they are spelled, without what moves by itself."""
    found: dict[Key, dict[str, Any]] = {}
    for finding in findings:
        for evidence in finding.evidence:
            origin = evidence.origin
            action = origin.action or origin.path
            if action in VOLATILE or MOVING.search(origin.field):
                continue
            key = (finding.resource_arn, origin.account, origin.region, action, origin.field)
            value = _still(msgspec.to_builtins(evidence.value, order="sorted"))
            found.setdefault(key, {})[_spelled(value)] = value
    return found


def _spelled(value: Any) -> str:
    try:
        return msgspec.json.encode(value, order="sorted").decode()
    except UnicodeEncodeError:  # a lone surrogate, which JSON lets through
        return json.dumps(value, sort_keys=True)


def _still(value: Any) -> Any:
    """Leave out moments: they pass without anybody changing anything."""
    if isinstance(value, dict):
        return {key: _still(item) for key, item in value.items() if not MOVING.search(str(key))}
    if isinstance(value, list):
        return [_still(item) for item in value]
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)?", value):
        return ""
    return value
