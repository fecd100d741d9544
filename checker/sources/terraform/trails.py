"""A trail out of aws_cloudtrail, with the provider's own defaults.

Source of names and defaults: Terraform AWS provider documentation, aws_cloudtrail.
"""

from typing import Any

from checker.evidence import Cause, Known, Observed, Unknown, derive
from checker.inventory import (
    AdvancedSelector,
    Aggregation,
    BasicSelector,
    DataResource,
    FieldSelector,
    InsightSelector,
    Selectors,
    Trail,
    TrailStatus,
)
from checker.sources.cloudformation.settings import Wrong, filled, flag, needed, part, word, words
from checker.sources.terraform.keys import named_key
from checker.sources.terraform.names import BUCKET, GROUP, ROLE, TOPIC, TRAIL, arn_of, name_of
from checker.sources.terraform.resource import Open, Resource
from checker.sources.terraform.settings import blocks, setting, value_of
from checker.sources.terraform.world import World, only_live

TYPE = TRAIL
_BOTH = "the trail has both event_selector and advanced_event_selector, which CloudTrail refuses"


def read_trail(resource: Resource, world: World) -> Trail:
    """Read one trail; what only a deployed one has is out of scope."""
    here = resource.environment
    return Trail(
        arn=arn_of(resource),
        name=name_of(resource),
        account=here.account,
        home_region=here.region,
        multi_region=setting(resource, "is_multi_region_trail", flag, False),
        organization=setting(resource, "is_organization_trail", flag, False),
        global_service_events=_global_events(resource),
        log_file_validation=setting(resource, "enable_log_file_validation", flag, False),
        bucket_name=_required(world.identified(resource, "s3_bucket_name", (BUCKET,), name_of)),
        key_prefix=setting(resource, "s3_key_prefix", filled, None),
        kms_key_id=named_key(resource, "kms_key_id", world),
        log_group_arn=_log_group(resource, world),
        log_role_arn=world.identified(resource, "cloud_watch_logs_role_arn", (ROLE,), arn_of),
        sns_topic_arn=_topic(resource, world),
        status=_status(resource),
        selectors=_selectors(resource),
        insights=setting(resource, "insight_selector", _insights, ()),
        tags=_tags(resource),
        recursive_logging=Known(None, resource.origin()),
        aggregations=_aggregations(resource),
    )


def _required(observed: Observed[str | None]) -> Observed[str]:
    if isinstance(observed, Unknown):
        return observed
    if not observed.content:
        return Unknown("the trail names no bucket", Cause.MALFORMED, observed.origin)
    return Known(observed.content, observed.origin)


def _global_events(resource: Resource) -> Observed[bool]:
    """Read the flag, which a multi-Region trail cannot be without (CloudTrail API reference, CreateTrail)."""
    return setting(resource, "include_global_service_events", flag, True)


def _log_group(resource: Resource, world: World) -> Observed[str | None]:
    """Read the log group, with the ``:*`` that CloudTrail answers with and a plan may not have yet."""
    found = world.identified(resource, "cloud_watch_logs_group_arn", (GROUP,), arn_of)
    return derive(found, lambda arn: f"{arn.removesuffix(':*')}:*" if arn else None)


def _topic(resource: Resource, world: World) -> Observed[str | None]:
    """Read the topic, by name or ARN; CloudTrail answers with the ARN."""
    path = "sns_topic_name" if value_of(resource, "sns_topic_name") is not None else "sns_topic_arn"
    named = world.identified(resource, path, (TOPIC,), arn_of)
    here = resource.environment
    return derive(named, lambda id: id if not id or id.startswith("arn:") else here.arn("sns", id))


def _status(resource: Resource) -> TrailStatus:
    moment = only_live("when a trail delivered", resource)
    error = only_live("whether delivery fails", resource)
    return TrailStatus(
        is_logging=setting(resource, "enable_logging", flag, True),
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


def _selectors(resource: Resource) -> Observed[Selectors]:
    """Read both kinds; neither means that the service's default holds: all management events."""
    advanced = setting(resource, "advanced_event_selector", advanced_selectors, ())
    basic = setting(resource, "event_selector", _basic, ())
    if isinstance(advanced, Unknown):
        return advanced
    if isinstance(basic, Unknown):
        return basic
    if basic.content and advanced.content:
        return Unknown(_BOTH, Cause.MALFORMED, advanced.origin)
    origin = advanced.origin if advanced.content else basic.origin
    return Known(Selectors(basic=basic.content, advanced=advanced.content), origin)


def _basic(value: Any) -> tuple[BasicSelector, ...]:
    return tuple(
        BasicSelector(
            read_write_type=part(one, "read_write_type", _access, "All"),
            include_management_events=part(one, "include_management_events", flag, True),
            data_resources=part(one, "data_resource", _data, ()),
            exclude_management_event_sources=part(one, "exclude_management_event_sources", words, ()),
        )
        for one in blocks(value)
    )


def _access(value: Any) -> str:
    if value not in ("All", "ReadOnly", "WriteOnly"):
        raise Wrong("with a read_write_type that is none")
    return str(value)


def _data(value: Any) -> tuple[DataResource, ...]:
    return tuple(
        DataResource(type=needed(one, "type", word), values=part(one, "values", words, ()))
        for one in blocks(value)
    )


def advanced_selectors(value: Any) -> tuple[AdvancedSelector, ...]:
    """Read advanced selectors, of a trail or of an event data store."""
    return tuple(
        AdvancedSelector(
            name=part(one, "name", word, ""),
            field_selectors=tuple(_field(f) for f in needed(one, "field_selector", blocks)),
        )
        for one in blocks(value)
    )


def _field(value: dict[str, Any]) -> FieldSelector:
    return FieldSelector(
        field=needed(value, "field", word),
        equals=part(value, "equals", words, ()),
        not_equals=part(value, "not_equals", words, ()),
        starts_with=part(value, "starts_with", words, ()),
        not_starts_with=part(value, "not_starts_with", words, ()),
        ends_with=part(value, "ends_with", words, ()),
        not_ends_with=part(value, "not_ends_with", words, ()),
    )


def _insights(value: Any) -> tuple[InsightSelector, ...]:
    """Read the kinds of Insights, sorted: Terraform keeps them as a set."""
    found = (
        InsightSelector(
            type=needed(one, "insight_type", word),
            event_categories=part(one, "event_categories", words, ()) or ("Management",),
        )
        for one in blocks(value)
    )
    return tuple(sorted(found, key=lambda one: one.type))


def _aggregations(resource: Resource) -> Observed[tuple[Aggregation, ...]]:
    """Say that a new trail has none, since the provider cannot set any; an existing one may have some."""
    if resource.new:
        return Known((), resource.origin())
    return only_live("which summaries a trail delivers", resource)


def _tags(resource: Resource) -> Observed[dict[str, str]]:
    """Read the tags, those that the provider puts on everything included where they are known."""
    every = value_of(resource, "tags_all")
    path = "tags" if every is None or isinstance(every, Open) else "tags_all"
    return setting(resource, path, _pairs, {})


def _pairs(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise Wrong("not a map")
    return {name: word(one) for name, one in value.items() if one is not None}
