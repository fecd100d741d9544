"""AWS Security Finding Format, as ``BatchImportFindings`` of Security Hub takes it: a JSON array of findings.

Limits and what a finding provider may write: API reference of Security Hub, BatchImportFindings and
AwsSecurityFinding. What does not apply has no finding. Times come from the observation, so that a saved
result renders the same at any time.
"""

import re
from datetime import UTC, datetime
from typing import Any

from checker import frameworks
from checker.assessment import Assessment
from checker.model import Finding, Severity
from checker.report.array import array
from checker.report.choices import CannotRender
from checker.report.status import STATUS
from checker.report.tally import outcome
from checker.report.text import visible

SCHEMA = "2018-10-08"
GENERATOR = "trailhold/"
"""Begins the GeneratorId of all our findings; the control id follows."""
MOST_REQUIREMENTS = 32
"""Of ``RelatedRequirements``."""
SEVERITIES = {
    Severity.CRITICAL: "CRITICAL",
    Severity.HIGH: "HIGH",
    Severity.MEDIUM: "MEDIUM",
    Severity.LOW: "LOW",
    Severity.INFO: "INFORMATIONAL",
}
TYPES = ["Software and Configuration Checks/AWS Security Best Practices"]
RESOURCE_TYPES = {
    "AWS::CloudTrail::Trail": "AwsCloudTrailTrail",
    "AWS::S3::Bucket": "AwsS3Bucket",
    "AWS::KMS::Key": "AwsKmsKey",
    "AWS::::Account": "AwsAccount",
}
"""To ASFF's names; what it has no name for is ``Other``."""
DEFAULT_REGIONS = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}
"""Region of a finding without one, by partition."""


def render(assessment: Assessment) -> str:
    """Return the findings; each is filed under its own account and Region.

    Raises CannotRender for templates, whose resources do not exist yet.
    """
    if assessment.scan.before_deployment:
        raise CannotRender(
            "asff is for resources that exist in an account, and this is a result of templates"
        )
    return array(
        asff(f, assessment, account=_filed_under(f, assessment), region=f.region or _default_region(f))
        for f in assessment.findings
    )


def _filed_under(finding: Finding, assessment: Assessment) -> str:
    """Return the owner, or for an owner that nobody learnt the first audited account."""
    account = finding.account_id or next(iter(assessment.scan.accounts), "")
    if not re.fullmatch(r"\d{12}", account):
        raise CannotRender(f"asff needs the account of each finding, and {finding.control_id} has none")
    return account


def asff(finding: Finding, assessment: Assessment, *, account: str, region: str) -> dict[str, Any]:
    """Return one finding as the default product of an account and Region may import it.

    ``Id`` is the same in every run, whoever looks; Workflow is the customer's and is not touched.
    """
    finished = moment(assessment.scan.finished)
    partition = _partition(finding)
    severity = {"Label": SEVERITIES[finding.severity], "Original": finding.severity.value}
    compliance: dict[str, Any] = {"Status": STATUS[outcome(finding)].asff}
    if requirements := _requirements(finding):
        compliance["RelatedRequirements"] = requirements
    made: dict[str, Any] = {
        "SchemaVersion": SCHEMA,
        "Id": f"{GENERATOR}{finding.control_id}/{finding.fingerprint}",
        "ProductArn": f"arn:{partition}:securityhub:{region}:{account}:product/{account}/default",
        "ProductName": "trailhold",
        "CompanyName": "trailhold",
        "GeneratorId": f"{GENERATOR}{finding.control_id}",
        "AwsAccountId": account,
        "Region": region,
        "Types": TYPES,
        "CreatedAt": finished,
        "UpdatedAt": finished,
        "Severity": severity,
        "FindingProviderFields": {"Severity": severity, "Types": TYPES},
        "Title": _text(f"{finding.control_id} {finding.title}", 256),
        "Description": _text(finding.detail, 1024),
        "Remediation": {"Recommendation": {"Text": _text(_remedy(finding), 512)}},
        "ProductFields": _fields(finding, assessment),
        "Resources": [_resource(finding, partition, region)],
        "Compliance": compliance,
        "RecordState": "ACTIVE",
    }
    if finding.waiver:
        who = finding.waiver.owner or "trailhold"
        said = f"Risk accepted: {finding.waiver.reason}"
        made["Note"] = {"Text": _text(said, 512), "UpdatedBy": _text(who, 512), "UpdatedAt": finished}
    return made


def moment(at: datetime) -> str:
    """Return a time the way ASFF spells it, in UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _resource(finding: Finding, partition: str, region: str) -> dict[str, Any]:
    type = RESOURCE_TYPES.get(finding.resource_type, "Other")
    arn = finding.resource_arn
    account = finding.resource_type == "AWS::::Account"
    return {
        "Type": type,
        "Id": _text(f"AWS::::Account:{finding.account_id}" if account else arn, 512),
        "Partition": partition,
        "Region": _text(finding.region or region, 16),
    }


def _fields(finding: Finding, assessment: Assessment) -> dict[str, str]:
    """Return our own fields: whose resource it is, what was seen and wanted, and the waiver."""
    waiver = finding.waiver
    fields = {
        "trailhold/ControlId": finding.control_id,
        "trailhold/AccountId": finding.account_id,
        "trailhold/AccountName": finding.account_name,
        "trailhold/Region": finding.region,
        "trailhold/Status": outcome(finding).value,
        "trailhold/Observed": finding.observed,
        "trailhold/Expected": finding.expected,
        "trailhold/Fingerprint": finding.fingerprint,
        "trailhold/Version": assessment.tool.version,
        "trailhold/WaiverReason": waiver.reason if waiver else "",
        "trailhold/WaiverOwner": waiver.owner if waiver else "",
        "trailhold/WaiverExpires": waiver.expires if waiver else "",
        "trailhold/NotRead": "; ".join(unknown.reason for unknown in finding.unknowns),
    }
    return {name: _text(value, 1024) for name, value in fields.items() if value}


def _requirements(finding: Finding) -> list[str]:
    titles = frameworks.titles()
    named = [f"{titles.get(id, id)}/{name}" for id, names in finding.requirements.items() for name in names]
    return [_text(name, 64) for name in named[:MOST_REQUIREMENTS]]


def _remedy(finding: Finding) -> str:
    """Return the words, and the command as well where there is room for the whole of it."""
    words, command = finding.remediation.text, finding.remediation.cli
    both = f"{words} {command}"
    return both if command and len(both) <= 512 else words or finding.expected or finding.title


def _partition(finding: Finding) -> str:
    found = re.match(r"arn:(aws[a-z-]*):", finding.resource_arn)
    return found[1] if found else "aws"


def _default_region(finding: Finding) -> str:
    return DEFAULT_REGIONS.get(_partition(finding), "us-east-1")


def _text(text: str, most: int) -> str:
    """Return a text of at most ``most`` characters, never an empty one: the API refuses those."""
    safe = visible(text)
    return (safe if len(safe) <= most else f"{safe[: most - 1]}…") or "-"
