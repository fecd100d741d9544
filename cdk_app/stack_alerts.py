"""The stacks that watch over the others: what reports tampering at once, and the alarms on the log group."""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_sns as sns
from constructs import Construct

from cdk_app.alert_topic import AlertTopic
from cdk_app.auto_restart import AutoRestart
from cdk_app.names import Names
from cdk_app.partitions import lacks, organizations_region
from cdk_app.selectors import Field, Selector, selectors
from cdk_app.settings import Settings
from cdk_app.stack_organization import log_buckets
from cdk_app.tamper_alerts import TamperAlerts
from cdk_app.tampering import OF_ORGANIZATION, OF_STORAGE, TAMPERING
from cdk_app.trail_alarms import TrailAlarms


def add_alerts(stack: Stack, settings: Settings, names: Names) -> None:
    """Add the topic of the home Region, rules and auto-restart; no trail has to be there yet."""
    wanted = settings.alerts
    alerts = AlertTopic(
        stack,
        "Topic",
        emails=settings.alarm_emails,
        topic_name=names.alert_topic,
        from_rules=wanted.tampering,
    )
    if wanted.tampering:
        adopted = not settings.needs_log_archive and settings.accounts.of_logs == stack.account
        TamperAlerts(
            stack,
            "TamperAlerts",
            topic=alerts.topic,
            name_prefix=settings.name_prefix,
            log_group_names=[names.log_group],
            log_bucket_names=[names.log_bucket] if adopted else (),
            leave_out=_elsewhere(stack, storage=not adopted),
        )
    if wanted.auto_restart:
        AutoRestart(
            stack,
            "AutoRestart",
            trail_arn=names.trail.arn,
            selectors=declared_selectors(settings, names),
            insights=declared_insights(settings),
            topic=alerts.topic,
            key=alerts.key,
            name_prefix=settings.name_prefix,
        )


def add_regional_alerts(stack: Stack, settings: Settings, names: Names) -> None:
    """Add the rules for one more Region of the management account."""
    TamperAlerts(
        stack,
        "TamperAlerts",
        emails=settings.alarm_emails,
        name_prefix=settings.name_prefix,
        leave_out=_elsewhere(stack, storage=True),
    )


def watch_storage(
    scope: Construct,
    settings: Settings,
    *,
    topic: sns.ITopic | None,
    what: str,
    log_bucket_names: Sequence[str],
    key_arns: Sequence[str],
) -> None:
    """Add the rules for a bucket and its key where these are, beside their stack's other alerts."""
    if not settings.alerts.tampering:
        return
    own = ("rule-tampering", "alert-topic-tampering")
    TamperAlerts(
        scope,
        "TamperAlerts",
        topic=topic,
        emails=() if topic else settings.alarm_emails,
        name_prefix=f"{settings.name_prefix}-{what}",
        log_bucket_names=log_bucket_names,
        key_arns=key_arns,
        leave_out=[known.id for known in TAMPERING if known.id not in (*OF_STORAGE, *own)],
    )


def add_monitoring(stack: Stack, settings: Settings, names: Names) -> None:
    """Add the alarms, on the log group that is there by now."""
    topic = f"arn:{settings.partition}:sns:{stack.region}:{stack.account}:{names.alert_topic}"
    key = settings.logs.existing_key_arn
    TrailAlarms(
        stack,
        "Alarms",
        log_group_name=names.log_group,
        log_bucket_names=[names.log_bucket, *([names.archive_bucket] if settings.archive.region else [])],
        key_arns=[key] if key else (),
        key_accounts=sorted({settings.accounts.of_logs, settings.accounts.of_archive}),
        topic=sns.Topic.from_topic_arn(stack, "Topic", topic),
        name_prefix=settings.name_prefix,
        leave_out=settings.alerts.leave_out,
        thresholds=settings.alerts.thresholds,
    )


def _elsewhere(stack: Stack, *, storage: bool) -> list[str]:
    """Return the tampering that shows up with the storage, or in the organization's own Region."""
    elsewhere = list(OF_STORAGE) if storage else []
    here = stack.region == organizations_region(stack.region)
    return elsewhere if here else [*elsewhere, *OF_ORGANIZATION]


def declared_selectors(settings: Settings, names: Names) -> list[dict[str, object]]:
    """Return the trail's selectors as the CloudTrail API takes them."""
    recording = settings.trail
    buckets = [
        f"arn:{settings.partition}:s3:::{name}" for name in (names.log_bucket, *log_buckets(settings, names))
    ]
    return [_api(one) for one in selectors(recording.data_events, recording.network_activity, buckets)]


def declared_insights(settings: Settings) -> list[dict[str, object]] | None:
    """Return the trail's Insights as the CloudTrail API takes them; None where there are no Insights."""
    if lacks(settings.partition, "Insights"):
        return None
    recording = settings.trail
    categories = ["Management", "Data"] if recording.insights_on_data_events else ["Management"]
    return [{"InsightType": kind, "EventCategories": categories} for kind in recording.insights]


def _api(selector: Selector) -> dict[str, object]:
    assert isinstance(selector.field_selectors, list)
    return {
        "Name": selector.name,
        "FieldSelectors": [
            _api_field(field) for field in selector.field_selectors if isinstance(field, Field)
        ],
    }


def _api_field(field: Field) -> dict[str, object]:
    given = {
        "Equals": field.equal_to,
        "StartsWith": field.starts_with,
        "NotStartsWith": field.not_starts_with,
    }
    return {"Field": field.field, **{name: values for name, values in given.items() if values}}
