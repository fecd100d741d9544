"""The log archive stack: the delivery bucket and its key, and what copies it to the archive."""

from aws_cdk import Annotations, Stack
from aws_cdk import aws_kms as kms

from cdk_app.alert_topic import AlertTopic
from cdk_app.deployers import deployer_arns
from cdk_app.log_bucket import LogBucket
from cdk_app.names import Names
from cdk_app.partitions import lacks
from cdk_app.replication import Replica, Replication
from cdk_app.settings import Settings
from cdk_app.stack_alerts import watch_storage
from cdk_app.trail_key import TrailKey


def add_log_archive(stack: Stack, settings: Settings, names: Names) -> None:
    """Add what is not there already: the key, the bucket, and its replication if there is an archive."""
    key = _key(stack, settings, names)
    if settings.logs.existing_bucket is not None:
        return
    bucket = LogBucket(
        stack,
        "Logs",
        trail=names.trail,
        key=key,
        key_alias_arns=[] if settings.logs.existing_key_arn else [names.key_alias_arn],
        retention=settings.retention if settings.logs.protection == "object-lock" else None,
        bucket_name=names.log_bucket,
        access_log_bucket_name=names.access_log_bucket,
        access_log_days=settings.logs.access_log_days,
        break_glass_arns=settings.deployment.break_glass_arns,
        deployer_arns=deployer_arns(stack, settings),
    )
    if settings.logs.protection == "mfa-delete" and lacks(settings.partition, "root user"):
        Annotations.of(stack).add_warning_v2(
            "trailhold:no-root-user",
            f"{settings.partition} has no root user, who alone can turn MFA delete on: only its policy keeps "
            "log files in the delivery bucket, and the lock those in the copy; logs.protection object-lock "
            "locks the bucket itself",
        )
    alerts = AlertTopic(stack, "Alerts", emails=settings.alarm_emails, from_rules=settings.alerts.tampering)
    watch_storage(
        stack,
        settings,
        topic=alerts.topic,
        what="logs",
        log_bucket_names=[names.log_bucket],
        key_arns=[key.key_arn],
    )
    if settings.archive.region is None:
        return
    Replication(
        stack,
        "Replication",
        source=bucket,
        replica=Replica(
            bucket_name=names.archive_bucket,
            account=settings.accounts.of_archive,
            region=settings.archive.region,
            key_alias=names.archive_key_alias,
        ),
        role_name=names.replication_role,
        alarm_topic=alerts.topic,
    )


def _key(stack: Stack, settings: Settings, names: Names) -> kms.IKey:
    existing = settings.logs.existing_key_arn
    if existing is not None:
        return kms.Key.from_key_arn(stack, "Key", existing)
    return TrailKey(
        stack,
        "Key",
        trail=names.trail,
        bucket_name=names.log_bucket,
        alias=names.key_alias,
        break_glass_arns=settings.deployment.break_glass_arns,
    ).key
