"""What an Amazon Resource Name tells of the resource by itself, and what a partition does."""

LEADERS = {
    "aws": "us-east-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-cn": "cn-north-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-iso-f": "us-isof-south-1",
}
"""The Region of each partition in which IAM's events are recorded (IAM's credential scope in botocore)."""


def account_of(arn: str) -> str:
    """Return the account that an ARN names, "" where it names none or is no ARN."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""


def service_of(arn: str) -> str:
    """Return the service that an ARN is of, "" for what is no ARN."""
    parts = arn.split(":", 5)
    return parts[2] if len(parts) == 6 else ""


def resource_of(arn: str) -> str:
    """Return what an ARN names within account and Region, ``role/path/name``; all of what is no ARN."""
    parts = arn.split(":", 5)
    return parts[5] if len(parts) == 6 else arn


def region_of(arn: str) -> str:
    """Return the Region that an ARN names, "" where it names none, or several by a wildcard."""
    parts = arn.split(":", 5)
    found = parts[3] if len(parts) == 6 else ""
    return "" if "*" in found or "?" in found else found
