"""The words of the AWS API, as CloudFormation and Terraform spell them."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

Properties = dict[str, Any]
Resources = dict[str, dict[str, Any]]
"""Of a template by logical id; of a plan by address."""

SINGULAR = {
    "FieldSelectors": "field_selector",
    "DataResources": "data_resource",
    "MetricTransformations": "metric_transformation",
}
"""Terraform names a block in the singular."""


def snake(name: str) -> str:
    """``IsMultiRegionTrail`` -> ``is_multi_region_trail``."""
    return SINGULAR.get(name) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def snaked(value: Any) -> Any:
    """Spell the names in a value Terraform's way."""
    if isinstance(value, Mapping):
        return {snake(name): snaked(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [snaked(one) for one in value]
    return value


def block(value: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return a block of which there is at most one, as plans have it: a list."""
    return [] if value is None else [dict(value)]


def logical(kind: str, name: str) -> str:
    """Return a logical id: ``Bucket``, ``audit-logs`` -> ``BucketAuditLogs``."""
    return kind + "".join(part.capitalize() for part in re.split(r"[^A-Za-z0-9]+", name))


def address(type: str, name: str) -> str:
    """Return an address: ``aws_s3_bucket``, ``audit-logs`` -> ``aws_s3_bucket.audit_logs``."""
    label = re.sub(r"[^A-Za-z0-9]+", "_", name)
    return f"{type}.{label}" if label[:1].isalpha() else f"{type}.x{label}"


def renamed(settings: Mapping[str, Any], names: Sequence[tuple[str, str]]) -> Properties:
    """Return what is set, by its other name: pairs of the API's name and the language's."""
    return {other: settings[name] for name, other in names if settings.get(name) is not None}


def parsed(document: str) -> Any:
    """Return a policy document as a template writes it."""
    return json.loads(document)


def tagged(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags as a template writes them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
