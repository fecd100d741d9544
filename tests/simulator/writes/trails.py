"""What CloudTrail's own operations do to a trail: in its home Region, by its owner alone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.simulator.call import Call
from tests.simulator.cloudtrail import configurable
from tests.simulator.world import Trail, World
from tests.simulator.writes.change import Change, refuse, swapped

RENAMED = {"EnableLogFileValidation": "LogFileValidationEnabled"}
OF_THE_TRAIL = {
    "S3BucketName": "bucket",
    "IsMultiRegionTrail": "multi_region",
    "IsOrganizationTrail": "organization",
}


def _at_home(world: World, call: Call, name: str) -> Trail:
    trail = configurable(world, call, name)
    if trail.home != call.region:
        raise refuse("InvalidHomeRegionException", f"The trail's home Region is {trail.home}")
    return trail


def _with(world: World, trail: Trail, **changes: Any) -> World:
    return replace(world, trails=swapped(world.trails, trail, replace(trail, **changes)))


def stop_logging(world: World, call: Call) -> World:
    trail = _at_home(world, call, call.params["Name"])
    stopped = {"IsLogging": False, "StopLoggingTime": datetime.now(UTC)}
    return _with(world, trail, status={**trail.status, **stopped})


def start_logging(world: World, call: Call) -> World:
    trail = _at_home(world, call, call.params["Name"])
    started = {"IsLogging": True, "StartLoggingTime": datetime.now(UTC)}
    return _with(world, trail, status={**trail.status, **started})


def delete_trail(world: World, call: Call) -> World:
    return replace(world, trails=swapped(world.trails, _at_home(world, call, call.params["Name"])))


def create_trail(world: World, call: Call) -> World:
    """Create a trail, which does not log before it is told to."""
    new = Trail(
        name=call.params["Name"],
        account=call.account,
        home=call.region,
        bucket=call.params["S3BucketName"],
        multi_region=call.params.get("IsMultiRegionTrail", False),
        organization=call.params.get("IsOrganizationTrail", False),
        settings={"LogFileValidationEnabled": False, **_settings(call.params)},
        status={"IsLogging": False},
    )
    return replace(world, trails=(*world.trails, new))


def update_trail(world: World, call: Call) -> World:
    """Change what is given; an empty string takes a setting away (UpdateTrail)."""
    trail = _at_home(world, call, call.params["Name"])
    settings = {
        name: value for name, value in {**trail.settings, **_settings(call.params)}.items() if value != ""
    }
    own = {field: call.params[name] for name, field in OF_THE_TRAIL.items() if name in call.params}
    return _with(world, trail, settings=settings, **own)


def _settings(params: Mapping[str, Any]) -> dict[str, Any]:
    settings = {
        RENAMED.get(name, name): value
        for name, value in params.items()
        if name not in ("Name", "TagsList", *OF_THE_TRAIL)
    }
    if "SnsTopicName" in settings:
        settings["SnsTopicARN"] = settings["SnsTopicName"]
    return settings


def put_event_selectors(world: World, call: Call) -> World:
    """Set selectors of one kind; those of the other are gone."""
    trail = _at_home(world, call, call.params["TrailName"])
    return _with(
        world,
        trail,
        selectors=tuple(call.params.get("EventSelectors", ())),
        advanced_selectors=tuple(call.params.get("AdvancedEventSelectors", ())),
    )


def put_insight_selectors(world: World, call: Call) -> World:
    trail = _at_home(world, call, call.params["TrailName"])
    return _with(world, trail, insights=tuple(call.params["InsightSelectors"]))


def put_event_configuration(world: World, call: Call) -> World:
    trail = _at_home(world, call, call.params["TrailName"])
    return _with(world, trail, aggregations=tuple(call.params.get("AggregationConfigurations", ())))


def remove_tags(world: World, call: Call) -> World:
    trail = _at_home(world, call, call.params["ResourceId"])
    gone = {tag["Key"] for tag in call.params["TagsList"]}
    return _with(world, trail, tags={key: value for key, value in trail.tags.items() if key not in gone})


WRITES: dict[tuple[str, str], Change] = {
    ("cloudtrail", "StopLogging"): stop_logging,
    ("cloudtrail", "StartLogging"): start_logging,
    ("cloudtrail", "CreateTrail"): create_trail,
    ("cloudtrail", "DeleteTrail"): delete_trail,
    ("cloudtrail", "UpdateTrail"): update_trail,
    ("cloudtrail", "PutEventSelectors"): put_event_selectors,
    ("cloudtrail", "PutEventConfiguration"): put_event_configuration,
    ("cloudtrail", "PutInsightSelectors"): put_insight_selectors,
    ("cloudtrail", "RemoveTags"): remove_tags,
}
