"""The JSON Schema of the JSON report, made from the types that write it, so that it cannot drift."""

from inspect import cleandoc
from typing import Any

import msgspec

from checker.assessment import SCHEMA_VERSION, Gap, Refusal, Tool
from checker.engine import Skipped
from checker.model import Evidence, Finding, Location, Remediation, Waiver
from checker.observation import Audited
from checker.report.json import CountRecord, Document, ScanRecord, ScopeRecord

ALWAYS_WRITTEN = (
    Audited, CountRecord, Document, Evidence, Finding, Gap, Location, Refusal, Remediation, ScanRecord,
    ScopeRecord, Skipped, Tool, Waiver,
)  # fmt: skip
"""Types whose every field is written, defaults included."""

FIELDS: dict[str, dict[str, str]] = {
    "Finding": {
        "control_id": "Stable id of the control, never reused",
        "title": "What holds when the control passes",
        "status": "pass: read and satisfied; fail: read and not satisfied; unknown: could not be read",
        "severity": "How much a failure matters",
        "account_id": "The account that owns the resource; empty when it is not known",
        "region": "The Region of the resource; empty for what is global",
        "resource_type": "CloudFormation's name of the type; AWS::::Account for an account",
        "resource_arn": "Full ARN of what was judged",
        "detail": "One factual sentence with the value seen",
        "observed": "The value seen",
        "expected": "The value wanted",
        "evidence": "The settings that the judgement read, with the call that answered",
        "unknowns": "What could not be read, where the status is unknown",
        "remediation": "How to fix it",
        "requirements": "Framework id, such as cis-5.0, to the ids of its requirements",
        "fingerprint": "SHA-256 that identifies the finding across runs and scanning accounts",
        "waiver": "The accepted risk, or null; a waiver never changes the status",
        "location": "Where in a file the deciding setting stands; null where a live account was asked",
        "account_name": "The owner's name in its organization; empty when it is not known",
        "managed_by": "The landing zone that deployed the resource and where to change it there; or empty",
        "known_since": "The day of the baseline that has this failure already; empty for any other finding",
    },
    "Audited": {
        "id": "Id of the account",
        "name": "Its name in the organization",
        "state": "ACTIVE, SUSPENDED, ...; empty for an account that the organization does not have",
        "problem": "Why nothing is known of it, in one sentence; empty where something is",
    },
    "Location": {
        "path": "The file",
        "line": "From 1 on; 0 where only the file is known",
        "column": "From 1 on",
        "construct": "The resource: construct path of the CDK, stack and logical id, or address of Terraform",
        "text": "The line as it is written there, cut when it is long; empty where it was not kept",
    },
    "Remediation": {
        "text": "What to do, in words",
        "cli": "AWS CLI command with the real names filled in; empty when there is none",
        "cdk": "Hint for AWS CDK",
        "terraform": "Hint for Terraform",
    },
    "Evidence": {"origin": "The call that answered", "value": "The setting as it was read"},
    "Origin": {
        "action": "IAM action of the call, such as cloudtrail:DescribeTrails",
        "field": "Name of the setting in the answer",
        "account": "Account whose credentials made the call",
        "region": "Region that answered",
        "at": "When the answer came, in UTC",
        "path": "The file, of a setting that stands in one",
        "line": "Line in the file, from 1 on; 0 without a file",
        "column": "Column in the line, from 1 on",
        "address": "The resource in the file: construct path, stack and logical id, or Terraform address",
    },
    "Unknown": {"reason": "Why, in one sentence", "cause": "Why, as a word", "origin": "The call"},
    "Gap": {
        "reason": "Why it could not be read, in one sentence",
        "cause": "Why, as a word",
        "action": "IAM action of the call",
        "account": "Account whose credentials made the call",
        "region": "Region of the call",
        "controls": "Ids of the controls that it left undecided",
    },
    "Refusal": {
        "path": "The file; empty where it is no single file's fault",
        "line": "From 1 on; 0 where the file as a whole is wrong",
        "column": "From 1 on",
        "reason": "What is wrong, where, and what to do, in one sentence",
    },
    "Waiver": {
        "control": "What is waived",
        "reason": "Why the risk is accepted",
        "owner": "Who accepted it; empty where nobody is named, as in a template",
        "expires": "The last day on which it counts, as an ISO 8601 date; empty without an end",
        "source": "Where it was written: a file, with line and column where it has them",
    },
}
"""What fields mean that are declared without a description of their own."""


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the JSON report; further fields are allowed."""
    (root,), definitions = msgspec.json.schema_components((Document,), ref_template="#/$defs/{name}")
    for struct in ALWAYS_WRITTEN:
        definitions[struct.__name__]["required"] = list(struct.__struct_encode_fields__)
    for name, descriptions in FIELDS.items():
        for property, description in descriptions.items():
            _describe(definitions[name]["properties"], property, description)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:trailhold:report:{SCHEMA_VERSION}",
        "title": "trailhold JSON report",
        **root,
        "$defs": _settled(dict(sorted(definitions.items()))),
    }


def _settled(node: Any) -> Any:
    """Undo what depends on versions: msgspec's order of alternatives, Python's indent of docstrings."""
    if isinstance(node, list):
        return [_settled(item) for item in node]
    if isinstance(node, str):
        return cleandoc(node)
    if not isinstance(node, dict):
        return node
    settled = {key: _settled(value) for key, value in node.items()}
    if "anyOf" in settled:
        settled["anyOf"].sort(key=lambda choice: (choice.get("type") == "null", repr(choice)))
    return settled


def _describe(properties: dict[str, Any], name: str, description: str) -> None:
    properties[name] = {"description": description} | properties[name]
