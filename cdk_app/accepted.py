"""Accepted findings of rule packs, each with its reason, where reviewers and the packs look for them."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Acknowledgment, CfnResource, Stack, Validations
from constructs import IConstruct


def accept(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Accept findings of cdk-nag by rule id, on the construct and what it consists of."""
    Validations.of(construct).acknowledge(
        *(Acknowledgment(id=rule, reason=reason) for rule, reason in reasons.items())
    )


def accept_wildcard(construct: IConstruct, resource: str, reason: str) -> None:
    """Accept a wildcard in the resource of a statement, which cdk-nag wants to have quoted."""
    quoted = _quoted(Stack.of(construct).resolve(resource))
    accept(construct, {f"AwsSolutions-IAM5[Resource::{quoted}]": reason})


def _quoted(resolved: Any) -> str:
    match resolved:
        case {"Ref": str(name)}:
            return f"<{name}>"
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [str(joint), list(parts)]}:
            return joint.join(_quoted(part) for part in parts)
    return str(resolved)


def accept_checkov(resource: CfnResource, reasons: Mapping[str, str]) -> None:
    """Accept findings of Checkov by rule id, in the metadata that it reads from a template."""
    skips = [{"id": rule, "comment": reason} for rule, reason in reasons.items()]
    resource.add_metadata("checkov", {"skip": skips})
