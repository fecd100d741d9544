"""Who has to stay able to change the buckets, or the next deployment would be refused by the last."""

from aws_cdk import Stack

from cdk_app.bucket_statements import bootstrap_role_arn
from cdk_app.settings import Settings


def deployer_arns(stack: Stack, settings: Settings) -> list[str]:
    """Return CloudFormation's own role in the stack's account, and those that the settings add."""
    own = bootstrap_role_arn(stack, settings.deployment.bootstrap_qualifier)
    return [own, *settings.deployment.deployer_arns]
