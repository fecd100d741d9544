"""A trail out of aws_cloudtrail, with the provider's own defaults.

Source of names and defaults: Terraform AWS provider documentation, aws_cloudtrail.
"""

import re
from functools import cache
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
from checker.sources.cloudformation.settings import Wrong, filled, flag, word
from checker.sources.terraform.keys import named_key
from checker.sources.terraform.names import BUCKET, GROUP, ROLE, TOPIC, TRAIL, arn_of, name_of
from checker.sources.terraform.resource import Open, Resource
from checker.sources.terraform.settings import blocks, setting, value_of
from checker.sources.terraform.world import World, only_live

TYPE = TRAIL
_BLOCKS = {"FieldSelectors": "field_selector", "DataResources": "data_resource"}
_CAPITAL = re.compile(r"(?<!^)([A-Z])")


def _spelled(name: str) -> str:
    """Return how the provider spells one of CloudFormation's names; a block is named in the singular."""
    return _BLOCKS.get(name) or _CAPITAL.sub(r"_\1", name).lower()


LANGUAGE = selectors.Language(cache(_spelled), blocks)


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
        insights=setting(resource, "insight_selector", lambda value: selectors.insights(value, LANGUAGE), ()),
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
    """Read the log group as it is written; of one that a plan makes, it does not tell what is behind its ARN.

    There the ``:*`` that CloudTrail demands is taken to be written.
    """
    path = "cloud_watch_logs_group_arn"
    found = world.identified(resource, path, (GROUP,), arn_of)
    if not isinstance(value_of(resource, path), Open):
        return found
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
    basic = setting(resource, "event_selector", lambda value: selectors.basic(value, LANGUAGE), ())
    return selectors.together(basic, advanced)


def advanced_selectors(value: Any) -> tuple[AdvancedSelector, ...]:
    """Read advanced selectors, of a trail or of an event data store."""
    return selectors.advanced(value, LANGUAGE)


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
