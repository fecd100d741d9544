"""What an Amazon Resource Name tells of the resource by itself."""


def account_of(arn: str) -> str:
    """Return the account that an ARN names, "" where it names none or is no ARN."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""
