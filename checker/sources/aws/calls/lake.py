"""Calls on CloudTrail Lake. China and some Regions do not have it, and say so."""

from checker.sources.aws.calls.call import Call, Pages

STORES = Call(
    service="cloudtrail",
    operation="ListEventDataStores",
    absent={"UnsupportedOperationException": {"EventDataStores": []}},
    pages=Pages(items="EventDataStores", answer_token="NextToken", request_token="NextToken"),
)
STORE = Call(
    service="cloudtrail",
    operation="GetEventDataStore",
    gone=("EventDataStoreNotFoundException",),
    shared=True,
)
CHANNELS = Call(
    service="cloudtrail",
    operation="ListChannels",
    absent={"UnsupportedOperationException": {"Channels": []}},
    pages=Pages(items="Channels", answer_token="NextToken", request_token="NextToken"),
)
CHANNEL = Call(service="cloudtrail", operation="GetChannel", gone=("ChannelNotFoundException",))
DASHBOARDS = Call(
    service="cloudtrail",
    operation="ListDashboards",
    absent={"UnsupportedOperationException": {"Dashboards": []}},
    pages=Pages(items="Dashboards", answer_token="NextToken", request_token="NextToken"),
)
RESOURCE_POLICY = Call(
    service="cloudtrail",
    operation="GetResourcePolicy",
    absent={"ResourcePolicyNotFoundException": None},
    gone=("ResourceNotFoundException",),
)
