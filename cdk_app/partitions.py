"""What a partition of AWS does not have, so that it is left out there with a warning, not refused late."""

from typing import Literal

from cdk_app.formats import partition_of

Feature = Literal[
    "delegated administrator", "event data stores", "Insights", "resource control policies", "root user"
]

_LACKING: dict[str, frozenset[Feature]] = {
    "aws-cn": frozenset(
        {"delegated administrator", "event data stores", "resource control policies", "root user"}
    ),
    "aws-iso": frozenset(
        {"Insights", "delegated administrator", "event data stores", "resource control policies"}
    ),
    "aws-iso-b": frozenset(
        {"Insights", "delegated administrator", "event data stores", "resource control policies"}
    ),
}
"""Source: CloudFormation's resource types by Region; CloudTrail's document history; Getting Started with AWS
in China, Identity and Access Management (no root user)."""


_ORGANIZATIONS = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-northwest-1"}
"""Source: AWS General Reference, endpoints of AWS Organizations."""


def organizations_region(region: str) -> str | None:
    """Return the Region of the same partition in which calls of AWS Organizations show up, if known."""
    return _ORGANIZATIONS.get(partition_of(region))


def lacks(partition: str, feature: Feature) -> bool:
    """Say whether a partition is known to lack a feature."""
    return feature in _LACKING.get(partition, frozenset())
