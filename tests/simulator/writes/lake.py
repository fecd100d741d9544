"""What CloudTrail's operations do to event data stores, channels and dashboards."""

from dataclasses import replace
from typing import Any

from tests.simulator.call import Call
from tests.simulator.lake import named
from tests.simulator.world import LakeThing, World, arn_account, arn_region
from tests.simulator.writes.change import Change, refuse, swapped


def _store(world: World, call: Call) -> LakeThing:
    arn = call.params["EventDataStore"]
    return named(world, call, "eventdatastore", arn, "EventDataStoreNotFoundException")


def _with(world: World, thing: LakeThing, **changes: Any) -> World:
    return replace(world, lake=swapped(world.lake, thing, replace(thing, **changes)))


def delete_event_data_store(world: World, call: Call) -> World:
    """Leave the store for seven days, in which it takes no events (DeleteEventDataStore)."""
    store = _store(world, call)
    if store.settings.get("TerminationProtectionEnabled"):
        raise refuse("EventDataStoreTerminationProtectedException", "Termination protection is enabled.")
    return _with(world, store, settings={**store.settings, "Status": "PENDING_DELETION"})


def stop_ingestion(world: World, call: Call) -> World:
    store = _store(world, call)
    return _with(world, store, settings={**store.settings, "Status": "STOPPED_INGESTION"})


def update_event_data_store(world: World, call: Call) -> World:
    store = _store(world, call)
    given = {name: value for name, value in call.params.items() if name != "EventDataStore"}
    return _with(world, store, settings={**store.settings, **given})


def enable_federation(world: World, call: Call) -> World:
    """Let Athena read the store with a role."""
    store = _store(world, call)
    federated = {"FederationStatus": "ENABLED", "FederationRoleArn": call.params["FederationRoleArn"]}
    return _with(world, store, settings={**store.settings, **federated})


def update_channel(world: World, call: Call) -> World:
    arn = call.params["Channel"]
    channel = named(world, call, "channel", arn, "ChannelNotFoundException")
    given = {name: value for name, value in call.params.items() if name != "Channel"}
    return _with(world, channel, settings={**channel.settings, **given})


def _any(world: World, call: Call) -> LakeThing:
    arn = call.params["ResourceArn"]
    for thing in world.lake:
        if (thing.arn, arn_account(arn), arn_region(arn)) == (arn, call.account, call.region):
            return thing
    raise refuse("ResourceNotFoundException", f"Unknown resource: {arn}")


def put_resource_policy(world: World, call: Call) -> World:
    return _with(world, _any(world, call), policy=call.params["ResourcePolicy"])


WRITES: dict[tuple[str, str], Change] = {
    ("cloudtrail", "DeleteEventDataStore"): delete_event_data_store,
    ("cloudtrail", "StopEventDataStoreIngestion"): stop_ingestion,
    ("cloudtrail", "EnableFederation"): enable_federation,
    ("cloudtrail", "UpdateChannel"): update_channel,
    ("cloudtrail", "UpdateEventDataStore"): update_event_data_store,
    ("cloudtrail", "PutResourcePolicy"): put_resource_policy,
}
