"""CloudTrail Lake of the declared world: event data stores, channels, dashboards and their policies."""

from collections.abc import Iterator
from typing import Any

from tests.simulator.call import Answer, AwsError, Call, page
from tests.simulator.world import LakeThing, World, arn_account, arn_region


def _own(world: World, call: Call, kind: str) -> Iterator[LakeThing]:
    for thing in world.lake:
        if (thing.kind, arn_account(thing.arn), arn_region(thing.arn)) == (kind, call.account, call.region):
            yield thing


def named(world: World, call: Call, kind: str, arn: str, code: str) -> LakeThing:
    for thing in _own(world, call, kind):
        if thing.arn == arn:
            return thing
    raise AwsError(code, f"Unknown resource: {arn}")


def list_event_data_stores(world: World, call: Call) -> dict[str, Any]:
    entries = [{"EventDataStoreArn": t.arn, "Name": t.name} for t in _own(world, call, "eventdatastore")]
    return page(world, call, "EventDataStores", entries)


def get_event_data_store(world: World, call: Call) -> dict[str, Any]:
    arn = call.params["EventDataStore"]
    store = named(world, call, "eventdatastore", arn, "EventDataStoreNotFoundException")
    return {"EventDataStoreArn": store.arn, "Name": store.name, **store.settings}


def list_channels(world: World, call: Call) -> dict[str, Any]:
    entries = [{"ChannelArn": t.arn, "Name": t.name} for t in _own(world, call, "channel")]
    return page(world, call, "Channels", entries)


def get_channel(world: World, call: Call) -> dict[str, Any]:
    channel = named(world, call, "channel", call.params["Channel"], "ChannelNotFoundException")
    return {"ChannelArn": channel.arn, "Name": channel.name, **channel.settings}


def list_dashboards(world: World, call: Call) -> dict[str, Any]:
    kind = call.params.get("Type", "CUSTOM")
    entries = [
        {"DashboardArn": t.arn, "Type": "CUSTOM"} for t in _own(world, call, "dashboard") if kind == "CUSTOM"
    ]
    return page(world, call, "Dashboards", entries)


def get_resource_policy(world: World, call: Call) -> dict[str, Any]:
    arn = call.params["ResourceArn"]
    for thing in world.lake:
        if (thing.arn, arn_account(arn), arn_region(arn)) == (arn, call.account, call.region):
            if thing.policy is None:
                raise AwsError("ResourcePolicyNotFoundException", f"{arn} has no resource policy.")
            return {"ResourceArn": arn, "ResourcePolicy": thing.policy}
    raise AwsError("ResourceNotFoundException", f"Unknown resource: {arn}")


ANSWERS: dict[tuple[str, str], Answer] = {
    ("cloudtrail", "ListEventDataStores"): list_event_data_stores,
    ("cloudtrail", "GetEventDataStore"): get_event_data_store,
    ("cloudtrail", "ListChannels"): list_channels,
    ("cloudtrail", "GetChannel"): get_channel,
    ("cloudtrail", "ListDashboards"): list_dashboards,
    ("cloudtrail", "GetResourcePolicy"): get_resource_policy,
}
