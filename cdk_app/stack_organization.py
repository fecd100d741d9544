"""The organization stack: the trail, and what delivers its events in real time, where the trail has to be."""

from aws_cdk import Annotations, CfnOutput, Stack

from cdk_app.bucket_statements import deliver
from cdk_app.names import Names
from cdk_app.organization_access import POLICY_TYPES, OrganizationAccess
from cdk_app.organization_trail import OrganizationTrail
from cdk_app.partitions import lacks
from cdk_app.realtime_delivery import RealtimeDelivery, log_group_arn
from cdk_app.realtime_key import RealtimeKey
from cdk_app.settings import Settings
from cdk_app.settings_trail import Insight
from cdk_app.trail_topic import TrailTopic


def add_organization(stack: Stack, settings: Settings, names: Names) -> None:
    """Add key, log group, topic and trail, and the organization's consent, which the trail waits for."""
    realtime, topic = _realtime(stack, settings, names)
    if settings.logs.existing_bucket is not None:
        _say_what_an_existing_bucket_needs(stack, names)
    recording = settings.trail
    trail = OrganizationTrail(
        stack,
        "Trail",
        trail=names.trail,
        bucket_name=names.log_bucket,
        # Nobody knows the id of a key before it is there.
        key_arn=settings.logs.existing_key_arn or names.key_alias_arn,
        realtime=realtime,
        topic=topic,
        data_events=recording.data_events,
        network_activity=recording.network_activity,
        insights=_insights(stack, settings),
        insights_on_data_events=recording.insights_on_data_events,
        log_bucket_names=log_buckets(settings, names),
        allow_second_organization_trail=recording.allow_second_organization_trail,
        allow_opt_in_home_region=recording.allow_opt_in_home_region,
    )
    if access := _access(stack, settings):
        trail.trail.node.add_dependency(access)


def _access(stack: Stack, settings: Settings) -> OrganizationAccess | None:
    wanted = settings.organization
    if wanted.id is None or wanted.control_tower or not wanted.enable_access:
        return None
    return OrganizationAccess(
        stack,
        "OrganizationAccess",
        delegated_administrator=wanted.delegated_administrator,
        policy_types=_policy_types(settings),
    )


def _policy_types(settings: Settings) -> list[str]:
    """Return the policy types that the guardrails need."""
    lacking = lacks(settings.partition, "resource control policies")
    return [] if not settings.guardrails.target_ids else [*POLICY_TYPES[: 1 if lacking else 2]]


def _realtime(
    stack: Stack, settings: Settings, names: Names
) -> tuple[RealtimeDelivery | None, TrailTopic | None]:
    wanted = settings.realtime
    if not wanted.log_group and not wanted.topic:
        return None, None
    key = RealtimeKey(
        stack,
        "RealtimeKey",
        trail=names.trail,
        log_group_arn=log_group_arn(stack, names.log_group),
        alias=names.realtime_key_alias,
        break_glass_arns=settings.deployment.break_glass_arns,
    ).key
    delivery = (
        RealtimeDelivery(
            stack,
            "Realtime",
            trail=names.trail,
            log_group_name=names.log_group,
            key=key,
            retention_days=wanted.retention_days,
        )
        if wanted.log_group
        else None
    )
    topic = (
        TrailTopic(stack, "Topic", trail=names.trail, key=key, topic_name=names.topic)
        if wanted.topic
        else None
    )
    return delivery, topic


def log_buckets(settings: Settings, names: Names) -> list[str]:
    """Return the other buckets whose objects no trail should record."""
    found = [] if settings.logs.existing_bucket else [names.access_log_bucket]
    if settings.archive.region is not None:
        found += [names.archive_bucket, names.archive_access_log_bucket]
    return found


def _insights(stack: Stack, settings: Settings) -> tuple[Insight, ...]:
    if settings.trail.insights and lacks(settings.partition, "Insights"):
        text = f"{settings.partition} has no Insights: the trail is deployed without them"
        Annotations.of(stack).add_warning_v2("trailhold:no-insights", text)
        return ()
    return settings.trail.insights


def _say_what_an_existing_bucket_needs(stack: Stack, names: Names) -> None:
    """Print the statements that its owner has to add: nobody but the owner writes a bucket's policy."""
    needed = deliver(names.trail, f"arn:{names.trail.partition}:s3:::{names.log_bucket}")
    text = stack.to_json_string([statement.to_statement_json() for statement in needed])
    CfnOutput(stack, "ExistingBucketPolicy", value=text, description="Statements that the log bucket needs")
    Annotations.of(stack).add_warning_v2(
        "trailhold:existing-bucket",
        f"{names.log_bucket} is not changed: its policy needs the statements of the output "
        "ExistingBucketPolicy, or the trail cannot be created",
    )
