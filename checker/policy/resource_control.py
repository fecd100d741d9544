"""Which calls resource control policies bind: those of some services alone.

Source: AWS Organizations user guide, Resource control policies, "List of AWS services that support RCPs". Of
the services that logs depend on, CloudTrail, Amazon SNS, CloudWatch alarms and IAM are not among them: what
such a policy says of their calls has no effect.
"""

_SERVICES = frozenset(("s3", "kms", "sts", "logs", "events"))


def binds(action: str) -> bool:
    """Say whether a resource control policy has a say in an action, such as ``s3:PutObject``."""
    return action.partition(":")[0].lower() in _SERVICES
