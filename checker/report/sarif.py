"""SARIF 2.1.0 for code scanning: what failed or stayed open, with file, line and column.

Source: OASIS SARIF 2.1.0; GitHub Docs, "SARIF support for code scanning" (fields, limits, security-severity).
"""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

import msgspec

from checker.assessment import Assessment, Refusal
from checker.catalog import CONTROLS
from checker.model import Control, Finding, Location, Severity, Waiver
from checker.report.choices import CannotRender, Choices
from checker.report.encoding import encode
from checker.report.status import STATUS
from checker.report.tally import Outcome, outcome
from checker.report.text import accepted, clip, visible

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
HELP = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html"
ROOT = "%SRCROOT%"
"""Stands for the folder in which the check was run, which is the root of the repository in CI."""
MOST = 25_000
"""Results that GitHub takes of one run."""
LONGEST = 1_000
"""Characters of one text; GitHub takes 1,024 of descriptions."""
TAGS = 20
LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
    Severity.INFO: "0.5",
}
"""GitHub's bands of security-severity: above 9.0 critical, 7.0 high, 4.0 medium, 0.1 low."""


def render(assessment: Assessment, choices: Choices) -> str:
    """Return the log as indented JSON. Passes are left out; what was waived is there as suppressed.

    Raises CannotRender for findings that stand in no file, unless a file is chosen to carry them.
    """
    shown = [f for f in assessment.findings if outcome(f) is not Outcome.PASS]
    if not choices.sarif_location and any(f.location is None for f in shown):
        raise CannotRender(
            "SARIF tells of files, and findings of a live account stand in none: choose another format, or "
            "the file that is to carry them with --sarif-location FILE"
        )
    rules = _rules(assessment, shown)
    index = {rule["id"]: n for n, rule in enumerate(rules)}
    run = {
        "tool": {"driver": _driver(assessment, rules)},
        "automationDetails": {"id": f"trailhold/{assessment.scan.source}/"},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder in which the check was run"}}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(assessment, len(shown))],
        "results": [_result(f, index[f.control_id], choices.sarif_location) for f in shown[:MOST]],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(encode(document), indent=2).decode() + "\n"


def _driver(assessment: Assessment, rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": assessment.tool.name,
        "version": _text(assessment.tool.version),
        "semanticVersion": _text(assessment.tool.version),
        "informationUri": HELP,
        "rules": rules,
    }


def _rules(assessment: Assessment, shown: Iterable[Finding]) -> list[dict[str, Any]]:
    """Describe every control that judged, so that an alert that is gone was looked for."""
    told = {f.control_id: f for f in shown}
    ids = sorted({*assessment.controls, *told})
    return [_rule(id, CONTROLS.get(id), told.get(id)) for id in ids if id in CONTROLS or id in told]


def _rule(id: str, control: Control | None, finding: Finding | None) -> dict[str, Any]:
    """Describe a control, from the catalogue or, where a saved report knows another one, from a finding."""
    known: Any = control or finding
    rationale = control.rationale if control else known.title
    fix = known.remediation.text
    tags = ["security", "cloudtrail", *sorted(finding.requirements if finding else ())][:TAGS]
    return {
        "id": _text(id),
        "name": _text(control.name if control else id, 255),
        "shortDescription": {"text": _text(known.title)},
        "fullDescription": {"text": _text(rationale)},
        "help": {
            "text": _text(f"{rationale}\n\nWanted: {known.expected}.\n\n{fix}", 8 * LONGEST, keep="\n"),
            "markdown": _text(
                f"{rationale}\n\n**Wanted:** {known.expected}.\n\n**Fix:** {fix}", 8 * LONGEST, keep="\n"
            ),
        },
        "helpUri": HELP,
        "defaultConfiguration": {"level": LEVELS[known.severity]},
        "properties": {
            "tags": tags,
            "precision": "very-high",
            "security-severity": SCORES[known.severity],
            "problem.severity": {"note": "recommendation"}.get(
                LEVELS[known.severity], LEVELS[known.severity]
            ),
        },
    }


def _invocation(assessment: Assessment, number: int) -> dict[str, Any]:
    told = [_notification(refusal) for refusal in assessment.refused]
    told += [{"level": "note", "message": {"text": _text(note)}} for note in assessment.scan.notes]
    if number > MOST:
        text = f"{number - MOST:,} further findings are left out: code scanning takes {MOST:,} of a run"
        told.append({"level": "warning", "message": {"text": text}})
    return {"executionSuccessful": not assessment.refused, "toolExecutionNotifications": told}


def _notification(refusal: Refusal) -> dict[str, Any]:
    found: dict[str, Any] = {"level": "error", "message": {"text": _text(refusal.reason)}}
    if refusal.path:
        place = Location(path=refusal.path, line=refusal.line, column=refusal.column)
        found["locations"] = [{"physicalLocation": _physical(place)}]
    return found


def _result(finding: Finding, rule: int, carrier: str) -> dict[str, Any]:
    shown = outcome(finding)
    place = finding.location or Location(path=carrier, line=1, column=1)
    location: dict[str, Any] = {"physicalLocation": _physical(place)}
    construct = place.construct or finding.resource_arn
    location["logicalLocations"] = [{"fullyQualifiedName": _text(construct), "kind": "resource"}]
    result: dict[str, Any] = {
        "ruleId": _text(finding.control_id),
        "ruleIndex": rule,
        "kind": STATUS[shown].sarif,
        # The standard wants "none" beside "open", and GitHub, which knows no kinds, would then show nothing.
        "level": "note" if shown is Outcome.UNKNOWN else LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [location],
        "partialFingerprints": {
            "primaryLocationLineHash": finding.fingerprint,
            "trailhold/v1": finding.fingerprint,
        },
        "properties": {"status": shown.value, "resource": _text(finding.resource_arn)},
    }
    if finding.known_since:
        result["baselineState"] = "unchanged"
    if finding.waiver:
        result["suppressions"] = [_suppression(finding.waiver)]
    return result


def _message(finding: Finding) -> str:
    wanted = f" (wanted: {finding.expected})" if finding.expected else ""
    return _text(f"{finding.title}: {finding.detail}{wanted}. {finding.remediation.text}")


def _suppression(waiver: Waiver) -> dict[str, Any]:
    return {
        "kind": "external" if waiver.owner else "inSource",
        "status": "accepted",
        "justification": _text(accepted(waiver)),
    }


def _physical(place: Location) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": max(place.line, 1), "startColumn": max(place.column, 1)}
    if place.text:
        region["snippet"] = {"text": _text(place.text)}
    return {"artifactLocation": _artifact(place.path), "region": region}


def _artifact(path: str) -> dict[str, str]:
    """Return a path as a URI: relative to the root of the run, or absolute where it lies outside."""
    plain = "/".join(_quoted(path))
    if PurePosixPath(path).is_absolute():
        return {"uri": f"file://{plain}"}
    return {"uri": plain, "uriBaseId": ROOT}


def _quoted(path: str) -> Iterator[str]:
    for part in path.replace("\\", "/").split("/"):
        yield quote(visible(part))


def _text(text: str, limit: int = LONGEST, keep: str = "") -> str:
    """Return a text that may be shown; the fields of the format must not be empty."""
    return clip(visible(text, keep), limit - 40) or "-"
