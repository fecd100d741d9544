"""A trail out of AWS::CloudTrail::Trail, with CloudFormation's own defaults.

Source of names and defaults: CloudFormation template reference, AWS::CloudTrail::Trail.
"""

from typing import Any

from checker.evidence import Cause, Known, Observed, Unknown, derive
from checker.inventory import (
    AdvancedSelector,
    Aggregation,
    Selectors,
    Trail,
    TrailStatus,
)
from checker.sources import selectors
from checker.sources.cloudformation.keys import key_arn
from checker.sources.cloudformation.settings import (
    filled,
    flag,
    needed,
    objects,
    part,
    setting,
    word,
    words,
)
from checker.sources.cloudformation.stack import Resource
from checker.sources.cloudformation.world import World, arn_of, name_of, only_live

TYPE = "AWS::CloudTrail::Trail"
LANGUAGE = selectors.Language(str, objects)


def read_trail(resource: Resource, world: World) -> Trail:
    """Read one trail; what only a deployed one has is out of scope."""
    here = resource.stack.environment
    return Trail(
        arn=arn_of(resource) or here.arn("cloudtrail", f"trail/{resource.stack.tag}-{resource.id}"),
        name=name_of(resource) or resource.id,
        account=here.account,
        home_region=here.region,
        multi_region=setting(resource, "IsMultiRegionTrail", flag, False),
        organization=setting(resource, "IsOrganizationTrail", flag, False),
        global_service_events=_global_events(resource),
        log_file_validation=setting(resource, "EnableLogFileValidation", flag, False),
        bucket_name=_required(setting(resource, "S3BucketName", filled, None)),
        key_prefix=setting(resource, "S3KeyPrefix", filled, None),
        kms_key_id=_key(resource, world),
        log_group_arn=setting(resource, "CloudWatchLogsLogGroupArn", filled, None),
        log_role_arn=setting(resource, "CloudWatchLogsRoleArn", filled, None),
        sns_topic_arn=_topic(resource),
        status=_status(resource),
        selectors=_selectors(resource),
        insights=setting(resource, "InsightSelectors", lambda value: selectors.insights(value, LANGUAGE), ()),
        tags=setting(resource, "Tags", _tags, {}),
        recursive_logging=Known(None, resource.origin("")),
        aggregations=setting(resource, "AggregationConfigurations", _aggregations, ()),
    )


def _required(observed: Observed[str | None]) -> Observed[str]:
    if isinstance(observed, Unknown):
        return observed
    if observed.content is None:
        return Unknown("the trail names no bucket", Cause.MALFORMED, observed.origin)
    return Known(observed.content, observed.origin)


def _global_events(resource: Resource) -> Observed[bool]:
    """Read the flag. A multi-Region trail cannot be without (CloudTrail API reference, CreateTrail).

    For others CloudFormation documented false as its default, and the API has true: silence tells nothing.
    """
    found = setting(resource, "IncludeGlobalServiceEvents", flag, None)
    if isinstance(found, Unknown):
        return found
    if found.content is not None:
        return Known(found.content, found.origin)
    everywhere = setting(resource, "IsMultiRegionTrail", flag, False)
    if isinstance(everywhere, Known) and everywhere.content:
        return Known(True, everywhere.origin)
    reason = f"IncludeGlobalServiceEvents of {resource.label} is not set, and its default has changed: set it"
    return Unknown(reason, Cause.UNDECIDED, found.origin)


def _key(resource: Resource, world: World) -> Observed[str | None]:
    named = setting(resource, "KMSKeyId", filled, None)
    return derive(named, lambda id: key_arn(id, resource.stack.environment, world) if id else None)


def _topic(resource: Resource) -> Observed[str | None]:
    """Read the topic, by name or ARN; CloudTrail answers with the ARN."""
    here = resource.stack.environment
    named = setting(resource, "SnsTopicName", filled, None)
    return derive(named, lambda id: id if not id or id.startswith("arn:") else here.arn("sns", id))


def _status(resource: Resource) -> TrailStatus:
    moment = only_live("when a trail delivered", resource)
    error = only_live("whether delivery fails", resource)
    return TrailStatus(
        is_logging=_required_flag(setting(resource, "IsLogging", flag, None)),
        latest_delivery_time=moment,
        latest_delivery_error=error,
        latest_digest_delivery_time=moment,
        latest_digest_delivery_error=error,
        latest_cloudwatch_logs_delivery_time=moment,
        latest_cloudwatch_logs_delivery_error=error,
        latest_notification_error=error,
        start_logging_time=moment,
        stop_logging_time=only_live("whether logging was interrupted", resource),
    )


def _required_flag(observed: Observed[bool | None]) -> Observed[bool]:
    if isinstance(observed, Unknown):
        return observed
    if observed.content is None:
        return Unknown(
            "IsLogging, which CloudFormation demands, is not set", Cause.MALFORMED, observed.origin
        )
    return Known(observed.content, observed.origin)


def _selectors(resource: Resource) -> Observed[Selectors]:
    """Read both kinds; neither means that the service's default holds, all management events."""
    advanced = setting(resource, "AdvancedEventSelectors", advanced_selectors, ())
    basic = setting(resource, "EventSelectors", lambda value: selectors.basic(value, LANGUAGE), ())
    return selectors.together(basic, advanced)


def advanced_selectors(value: Any) -> tuple[AdvancedSelector, ...]:
    """Read advanced selectors, of a trail or of an event data store."""
    return selectors.advanced(value, LANGUAGE)


def _aggregations(value: Any) -> tuple[Aggregation, ...]:
    return tuple(
        Aggregation(
            event_category=needed(one, "EventCategory", word), templates=part(one, "Templates", words, ())
        )
        for one in objects(value)
    )


def _tags(value: Any) -> dict[str, str]:
    return {needed(one, "Key", word): part(one, "Value", word, "") for one in objects(value)}
