"""The guardrails stack: last of all, so that no policy is in the way of what it protects."""

from aws_cdk import Annotations, Stack

from cdk_app.guardrails import Guardrails
from cdk_app.names import Names
from cdk_app.settings import Settings


def add_guardrails(stack: Stack, settings: Settings, names: Names) -> None:
    """Add the policies for the targets."""
    wanted = settings.guardrails
    Guardrails(
        stack,
        "Guardrails",
        target_ids=wanted.target_ids,
        organization_id=settings.organization.id,
        trail_arns=["*"] if wanted.member_trails else [names.trail.arn],
        log_group_names=[names.log_group],
        log_bucket_names=_buckets(settings, names),
        key_aliases=_aliases(settings, names),
        break_glass_arns=settings.deployment.break_glass_arns,
        deployer_arns=_deployers(settings),
        name_prefix=settings.name_prefix,
    )
    if settings.accounts.of_logs == settings.accounts.management:
        Annotations.of(stack).add_warning_v2(
            "trailhold:guardrails-without-log-archive",
            "Bucket and key are in the management account, to which no organization policy applies: "
            "accounts.log-archive would put them under the guardrails",
        )


def _buckets(settings: Settings, names: Names) -> list[str]:
    """Return our own buckets; those that were there are their owner's business."""
    own = settings.needs_log_archive and settings.logs.existing_bucket is None
    found = [names.log_bucket, names.access_log_bucket] if own else []
    copies = [names.archive_bucket, names.archive_access_log_bucket]
    return [*found, *(copies if settings.archive.region else [])]


def _aliases(settings: Settings, names: Names) -> list[str]:
    own = settings.needs_log_archive and settings.logs.existing_key_arn is None
    found = [names.key_alias] if own else []
    return [*found, *([names.archive_key_alias] if settings.archive.region else [])]


def _deployers(settings: Settings) -> list[str]:
    """Return the roles that CloudFormation deploys with in the member accounts, and those of the settings."""
    qualifier, accounts = settings.deployment.bootstrap_qualifier, settings.accounts
    places = [(accounts.of_logs, settings.home_region), (accounts.of_archive, settings.archive.region)]
    roles = [
        f"arn:{settings.partition}:iam::{account}:role/cdk-{qualifier}-cfn-exec-role-{account}-{region}"
        for account, region in places
        if region is not None and account != accounts.management
    ]
    return [*roles, *settings.deployment.deployer_arns]
