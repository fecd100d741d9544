"""The stacks that answer questions: Athena beside the log files, and CloudTrail Lake for who has it."""

from aws_cdk import Annotations, Stack

from cdk_app.analytics import TrailAnalytics
from cdk_app.event_data_store import EventDataStore
from cdk_app.names import Names
from cdk_app.settings import Settings


def add_analytics(stack: Stack, settings: Settings, names: Names) -> None:
    """Add the table over the log bucket, in its account and Region, and the saved queries."""
    wanted, trail = settings.analytics, names.trail
    TrailAnalytics(
        stack,
        "Analytics",
        log_bucket_name=names.log_bucket,
        name=settings.name_prefix,
        organization_id=trail.organization_id,
        account_ids=wanted.account_ids if trail.organization_id else (trail.account,),
        key_prefix=trail.key_prefix,
        regions=wanted.regions,
        first_day=wanted.first_day,
        known_networks=wanted.known_networks,
        scan_limit_gib=wanted.scan_limit_gib,
        results_days=wanted.results_days,
    )
    aging = settings.logs.protection == "object-lock" and settings.logs.existing_bucket is None
    if aging and not settings.adopts_trail and settings.retention.glacier_class != "GLACIER_IR":
        Annotations.of(stack).add_info_v2(
            "trailhold:glacier-is-not-asked",
            f"Athena passes over files in {settings.retention.glacier_class}: what is older than "
            f"{settings.retention.glacier_after_days} days is found only after it was restored",
        )


def add_lake(stack: Stack, settings: Settings, names: Names) -> None:
    """Add an event data store for the account or its organization."""
    wanted = settings.event_data_store
    EventDataStore(
        stack,
        "Lake",
        name=settings.name_prefix,
        organization=names.trail.organization_id is not None,
        retention_days=wanted.retention_days,
        billing_mode=wanted.billing_mode,
        break_glass_arns=settings.deployment.break_glass_arns,
        termination_protection=settings.deployment.termination_protection,
    )
