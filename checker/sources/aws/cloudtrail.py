"""Reads CloudTrail: the trails that a Region shows, each once in its home Region, its status in each."""

import asyncio
from typing import Any

from msgspec import Struct

from checker.evidence import Known, Observed, Unknown
from checker.inventory import Aggregation, Discovery, InsightSelector, Selectors, Trail, TrailStatus
from checker.sources.aws.api import Answer, Api, Target, malformed
from checker.sources.aws.arns import Arn, parse
from checker.sources.aws.calls import cloudtrail as calls
from checker.sources.aws.fields import anchored, moment, optional, part, required
from checker.sources.aws.outdated import unread
from checker.sources.aws.selectors import aggregations_of, insights_of, selectors_of, tags_of


class Shown(Struct, frozen=True, kw_only=True):
    """A trail, or its shadow copy, as DescribeTrails shows it in one Region."""

    arn: str
    parts: Arn
    region: str
    entry: Observed[Answer]

    @property
    def at_home(self) -> bool:
        """Whether this is the trail itself."""
        return self.region == self.parts.region


class Configuration(Struct, frozen=True, kw_only=True):
    """What only the home Region, and mostly only the owner, can tell about a trail."""

    selectors: Observed[Selectors]
    insights: Observed[tuple[InsightSelector, ...] | None]
    tags: Observed[dict[str, str]]
    aggregations: Observed[tuple[Aggregation, ...]]
    recursive_logging: Observed[bool | None]
    """What any Region tells, with why an older botocore does not tell it."""


async def discover(api: Api, region: str) -> tuple[Discovery, list[Shown]]:
    """Ask one Region for its trails, shadow copies included."""
    answer = await api.ask(calls.TRAILS, Target(name=f"Region {region}", region=region))
    entries = required(answer, "trailList", list[dict[str, Any]])
    if isinstance(entries, Unknown):
        return Discovery(region=region, trail_arns=entries), []
    shown = [found for entry in entries.content if (found := _shown(region, part(answer, entry)))]
    arns: Observed[tuple[str, ...]] = Known(tuple(sorted(s.arn for s in shown)), entries.origin)
    if len(shown) < len(entries.content):
        arns = malformed(entries.origin, "a trail without a valid TrailARN")
    return Discovery(region=region, trail_arns=arns), shown


def _shown(region: str, entry: Observed[Answer]) -> Shown | None:
    arn = required(entry, "TrailARN", str)
    parts = parse(arn.content) if isinstance(arn, Known) else None
    if parts is None or not isinstance(arn, Known) or not (parts.account and parts.region):
        return None
    return Shown(arn=arn.content, parts=parts, region=region, entry=entry)


def target_of(shown: Shown, region: str) -> Target:
    """Return the trail as a target in a Region."""
    return Target(name=f"trail {shown.arn}", region=region, owner=shown.parts.account)


async def read_status(api: Api, shown: Shown, region: str) -> TrailStatus:
    """Read whether a trail records and delivers; the answer speaks of one Region only."""
    answer = await api.ask(calls.TRAIL_STATUS, target_of(shown, region), {"Name": shown.arn})
    answer = anchored(answer, "IsLogging")
    return TrailStatus(
        is_logging=required(answer, "IsLogging", bool),
        latest_delivery_time=moment(answer, "LatestDeliveryTime"),
        latest_delivery_error=optional(answer, "LatestDeliveryError", str),
        latest_digest_delivery_time=moment(answer, "LatestDigestDeliveryTime"),
        latest_digest_delivery_error=optional(answer, "LatestDigestDeliveryError", str),
        latest_cloudwatch_logs_delivery_time=moment(answer, "LatestCloudWatchLogsDeliveryTime"),
        latest_cloudwatch_logs_delivery_error=optional(answer, "LatestCloudWatchLogsDeliveryError", str),
        latest_notification_error=optional(answer, "LatestNotificationError", str),
        start_logging_time=moment(answer, "StartLoggingTime"),
        stop_logging_time=moment(answer, "StopLoggingTime"),
    )


async def read_configuration(api: Api, shown: Shown) -> Configuration:
    """Read selectors, Insights, aggregations and tags in the home Region, at once."""
    home = target_of(shown, shown.parts.region)
    selectors, insights, aggregations, tags = await asyncio.gather(
        api.ask(calls.SELECTORS, home, {"TrailName": shown.arn}),
        api.ask(calls.INSIGHTS, home, {"TrailName": shown.arn}),
        api.ask(calls.EVENT_CONFIGURATION, home, {"TrailName": shown.arn}),
        api.ask_all(calls.TRAIL_TAGS, home, {"ResourceIdList": [shown.arn]}),
    )
    client = api.clients.get("cloudtrail", home.region)
    return Configuration(
        selectors=selectors_of(selectors),
        insights=insights_of(insights, unread(client, "InsightSelector", "EventCategories", insights.origin)),
        tags=tags_of(tags),
        aggregations=aggregations_of(aggregations),
        recursive_logging=_recursive(api, shown),
    )


def trail_of(shown: Shown, status: TrailStatus, configuration: Configuration) -> Trail:
    """Put a trail together. Everything DescribeTrails says of it is in its answer: GetTrail adds nothing."""
    entry = shown.entry
    return Trail(
        arn=shown.arn,
        name=shown.parts.name,
        account=shown.parts.account,
        home_region=shown.parts.region,
        multi_region=required(entry, "IsMultiRegionTrail", bool),
        organization=required(entry, "IsOrganizationTrail", bool),
        global_service_events=required(entry, "IncludeGlobalServiceEvents", bool),
        log_file_validation=required(entry, "LogFileValidationEnabled", bool),
        bucket_name=required(entry, "S3BucketName", str),
        key_prefix=optional(entry, "S3KeyPrefix", str),
        kms_key_id=optional(entry, "KmsKeyId", str),
        log_group_arn=optional(entry, "CloudWatchLogsLogGroupArn", str),
        log_role_arn=optional(entry, "CloudWatchLogsRoleArn", str),
        sns_topic_arn=optional(entry, "SnsTopicARN", str),
        status=status,
        selectors=configuration.selectors,
        insights=configuration.insights,
        tags=configuration.tags,
        recursive_logging=configuration.recursive_logging,
        aggregations=configuration.aggregations,
    )


def _recursive(api: Api, shown: Shown) -> Observed[bool | None]:
    """Read whether deliveries are recorded, which an older botocore drops from the answer."""
    setting = optional(shown.entry, "RecursiveLogging", bool)
    if isinstance(setting, Known) and setting.content is None:
        client = api.clients.get("cloudtrail", shown.region)
        return unread(client, "Trail", "RecursiveLogging", setting.origin) or setting
    return setting
