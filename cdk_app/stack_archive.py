"""The archive stack: the locked second copy, in another Region and, if there is one, another account."""

from aws_cdk import Stack

from cdk_app.archive_bucket import ArchiveBucket
from cdk_app.deployers import deployer_arns
from cdk_app.names import Names
from cdk_app.settings import Settings
from cdk_app.stack_alerts import watch_storage


def add_archive(stack: Stack, settings: Settings, names: Names) -> None:
    """Add the archive bucket with its key."""
    logs = settings.accounts.of_logs
    archive = ArchiveBucket(
        stack,
        "Archive",
        trail=names.trail,
        source_account=logs,
        replication_role_arn=f"arn:{settings.partition}:iam::{logs}:role/{names.replication_role}",
        key_alias=names.archive_key_alias,
        retention=settings.retention,
        bucket_name=names.archive_bucket,
        access_log_bucket_name=names.archive_access_log_bucket,
        access_log_days=settings.logs.access_log_days,
        break_glass_arns=settings.deployment.break_glass_arns,
        deployer_arns=deployer_arns(stack, settings),
    )
    watch_storage(
        stack,
        settings,
        topic=None,
        what="archive",
        log_bucket_names=[names.archive_bucket],
        key_arns=[archive.key.key_arn],
    )
