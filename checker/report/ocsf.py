"""OCSF Compliance Finding (class 2003), as security lakes and SIEMs read it: a JSON array of events.

What does not apply has no event. Attributes that a version does not know yet are left out, so that every
event is valid in the version that it names.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from checker import frameworks
from checker.assessment import Assessment
from checker.model import Evidence, Finding, Severity
from checker.report.advice import advice
from checker.report.array import array
from checker.report.choices import OCSF_VERSIONS, CannotRender, Choices
from checker.report.shown import spelled
from checker.report.status import STATUS
from checker.report.tally import outcome
from checker.report.text import clip, visible

CLASS, CREATE = 2003, 1
LONGEST = 8_000
"""Characters of one text; the JSON report has it all."""
SEVERITIES = {
    Severity.INFO: (1, "Informational"),
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}
AWS_ACCOUNT = (10, "AWS Account")


def render(assessment: Assessment, choices: Choices) -> str:
    """Return one event a finding; raises CannotRender for a version that is not in ``OCSF_VERSIONS``."""
    if choices.ocsf_version not in OCSF_VERSIONS:
        known = ", ".join(OCSF_VERSIONS)
        raise CannotRender(f"unknown OCSF version {choices.ocsf_version}; there are {known}")
    titles = frameworks.titles()
    return array(event(f, assessment, choices.ocsf_version, titles) for f in assessment.findings)


def event(finding: Finding, assessment: Assessment, version: str, titles: dict[str, str]) -> dict[str, Any]:
    """Return one finding as an event of a schema version; times are milliseconds since 1970."""
    words = STATUS[outcome(finding)]
    severity_id, severity = SEVERITIES[finding.severity]
    finished = _milliseconds(assessment.scan.finished)
    resource = _resource(finding)
    made: dict[str, Any] = {
        "activity_id": CREATE,
        "activity_name": "Create",
        "category_uid": CLASS // 1000,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Compliance Finding",
        "type_uid": CLASS * 100 + CREATE,
        "type_name": "Compliance Finding: Create",
        "time": finished,
        "severity_id": severity_id,
        "severity": severity,
        "status_id": words.ocsf_finding,
        "status": words.ocsf_finding_word,
        "message": _text(finding.detail),
        "metadata": _metadata(finding, assessment, version),
        "cloud": _cloud(finding),
        "finding_info": {
            "uid": finding.fingerprint,
            "title": _text(finding.title),
            "desc": _text(finding.detail),
            "types": ["Compliance"],
            "last_seen_time": finished,
        },
        "compliance": _compliance(finding, version, titles),
        "remediation": {"desc": _remedy(finding)},
        "unmapped": _unmapped(finding),
    }
    made |= {"resources": [resource]} if _since(version, "1.3.0") else {"resource": resource}
    if _since(version, "1.4.0") and finding.evidence:
        made["evidences"] = [_evidence(evidence) for evidence in finding.evidence]
    if finding.waiver:
        made["comment"] = _text(f"Risk accepted by {finding.waiver.owner}: {finding.waiver.reason}")
    return made


def _metadata(finding: Finding, assessment: Assessment, version: str) -> dict[str, Any]:
    tool = assessment.tool
    return {
        "version": version,
        "event_code": _text(finding.control_id),
        "log_name": "findings",
        "log_provider": tool.name,
        "original_time": assessment.scan.finished.isoformat(),
        "product": {
            "name": tool.name,
            "vendor_name": tool.name,
            "uid": tool.name,
            "version": _text(tool.version),
        },
        "profiles": ["cloud"],
        "uid": f"{finding.fingerprint}-{_milliseconds(assessment.scan.finished)}",
    }


def _cloud(finding: Finding) -> dict[str, Any]:
    type_id, type = AWS_ACCOUNT
    cloud: dict[str, Any] = {"provider": "AWS"}
    if finding.region:
        cloud["region"] = _text(finding.region)
    if finding.account_id:
        account = {"uid": _text(finding.account_id), "type_id": type_id, "type": type}
        named = {"name": _text(finding.account_name)} if finding.account_name else {}
        cloud["account"] = account | named
    return cloud


def _resource(finding: Finding) -> dict[str, Any]:
    arn = finding.resource_arn.split(":", 5)
    made = {
        "uid": _text(finding.resource_arn),
        "name": _text(arn[-1]),
        "type": _text(finding.resource_type),
        "region": _text(finding.region),
        "cloud_partition": _text(arn[1]) if len(arn) == 6 else "",
    }
    return {key: value for key, value in made.items() if value}


def _compliance(finding: Finding, version: str, titles: dict[str, str]) -> dict[str, Any]:
    words = STATUS[outcome(finding)]
    made: dict[str, Any] = {
        "control": _text(finding.control_id),
        "standards": [titles.get(id, _text(id)) for id in finding.requirements] or ["trailhold"],
        "requirements": [
            _text(f"{titles.get(id, id)}: {name}")
            for id, names in finding.requirements.items()
            for name in names
        ],
        "status_id": words.ocsf_compliance,
        "status": words.ocsf_compliance_word,
    }
    details = [_text(finding.detail), *_not_read(finding)]
    if _since(version, "1.4.0"):
        made["status_details"] = list(dict.fromkeys(details))
        made["control_parameters"] = [
            {"name": name, "value": _text(value)}
            for name, value in (("observed", finding.observed), ("expected", finding.expected))
            if value
        ]
    else:
        made["status_detail"] = "; ".join(dict.fromkeys(details))
    if _since(version, "1.5.0"):
        severity_id, severity = SEVERITIES[finding.severity]
        made["desc"] = _text(finding.title)
        made["checks"] = [
            {
                "uid": _text(finding.control_id),
                "name": _text(finding.title),
                "status_id": words.ocsf_compliance,
                "status": words.ocsf_compliance_word,
                "severity_id": severity_id,
                "severity": severity,
            }
        ]
    return made


def _not_read(finding: Finding) -> Iterable[str]:
    for unknown in finding.unknowns:
        todo = advice(unknown.cause, unknown.origin.action)
        yield _text(f"{unknown.reason}: {todo}" if todo else unknown.reason)


def _evidence(evidence: Evidence) -> dict[str, Any]:
    """Return one setting: ``api`` says which call answered, ``data`` what it answered."""
    origin = evidence.origin
    data = {
        "field": _text(origin.field),
        "value": _text(spelled(evidence.value)),
        "account": _text(origin.account),
        "region": _text(origin.region),
        "at": origin.at.isoformat() if origin.at else "",
        "file": _text(f"{origin.path}:{origin.line}:{origin.column}") if origin.path else "",
    }
    made: dict[str, Any] = {"data": {key: value for key, value in data.items() if value}}
    service, _, operation = origin.action.partition(":")
    if operation:
        made["api"] = {"operation": _text(operation), "service": {"name": _text(service)}}
    return made


def _remedy(finding: Finding) -> str:
    command = finding.remediation.cli
    return _text(f"{finding.remediation.text}\n{command}" if command else finding.remediation.text, keep="\n")


def _unmapped(finding: Finding) -> dict[str, Any]:
    """Return what the class has no attribute for: our own status, and the waiver in full."""
    made: dict[str, Any] = {"trailhold_status": outcome(finding).value}
    if waiver := finding.waiver:
        made["waiver"] = {
            "reason": _text(waiver.reason),
            "owner": _text(waiver.owner),
            "expires": _text(waiver.expires),
        }
    return made


def _since(version: str, first: str) -> bool:
    return OCSF_VERSIONS.index(version) >= OCSF_VERSIONS.index(first)


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _text(text: str, keep: str = "") -> str:
    return clip(visible(text, keep), LONGEST)
