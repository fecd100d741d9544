"""The physical names that stacks of different accounts and Regions know each other by.

CloudFormation passes no references between accounts or Regions. A name that both sides compute from the
settings needs none, and leaves no export that would block an update.
"""

from dataclasses import dataclass

from cdk_app.settings import CONTROL_TOWER_TRAIL, Settings
from cdk_app.trail_identity import TrailIdentity

CONTROL_TOWER_LOG_GROUP = "aws-controltower/CloudTrailLogs"


@dataclass(frozen=True, kw_only=True)
class Names:
    """What everything is called, of our own or of Control Tower where its trail is adopted."""

    trail: TrailIdentity
    log_bucket: str
    access_log_bucket: str
    """Of our own delivery bucket; there is none of ours beside an existing bucket."""
    archive_bucket: str
    archive_access_log_bucket: str
    key_alias: str
    key_alias_arn: str
    archive_key_alias: str
    realtime_key_alias: str
    log_group: str
    topic: str
    alert_topic: str
    replication_role: str

    @classmethod
    def of(cls, settings: Settings) -> "Names":
        """Return the names that follow from the settings."""
        prefix, home = settings.name_prefix, settings.home_region
        logs, archive = settings.accounts.of_logs, settings.accounts.of_archive
        adopted = settings.organization.control_tower_bucket if settings.adopts_trail else None
        bucket = settings.logs.existing_bucket or settings.logs.bucket_name or f"{prefix}-logs-{logs}-{home}"
        copy = settings.archive.bucket_name or f"{prefix}-archive-{archive}-{settings.archive.region}"
        return cls(
            trail=_identity(settings),
            log_bucket=adopted or bucket,
            access_log_bucket=f"{prefix}-access-logs-{logs}-{home}",
            archive_bucket=copy,
            archive_access_log_bucket=f"{prefix}-archive-access-{archive}-{settings.archive.region}",
            key_alias=f"alias/{prefix}-logs",
            key_alias_arn=f"arn:{settings.partition}:kms:{home}:{logs}:alias/{prefix}-logs",
            archive_key_alias=f"alias/{prefix}-archive",
            realtime_key_alias=f"alias/{prefix}-realtime",
            log_group=CONTROL_TOWER_LOG_GROUP if adopted else f"/{prefix}/cloudtrail",
            topic=f"{prefix}-log-files",
            alert_topic=f"{prefix}-alerts",
            replication_role=f"{prefix}-replication-{home}",
        )


def _identity(settings: Settings) -> TrailIdentity:
    organization = settings.organization.id
    return TrailIdentity(
        name=CONTROL_TOWER_TRAIL if settings.adopts_trail else settings.trail.name,
        account=settings.accounts.management,
        home_region=settings.home_region,
        partition=settings.partition,
        organization_id=organization,
        key_prefix=organization if settings.adopts_trail else settings.logs.key_prefix,
    )
