"""The calls of CloudTrail that blind a trail or an event data store, told once for all who ask for them.

Source: CloudTrail's API reference and catalogue TH618, TH623, TH709, TH804 and TH806. Who may make them is
asked of users, roles and organization policies alike, so that what one control guards no other leaves open.
"""

STOPPING = ("StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors")
"""After these a trail records less, or nothing: what the event bus has to tell of at once."""
TRAIL = (*STOPPING, "PutInsightSelectors", "PutEventConfiguration")
"""All of a trail. The last two take away what is told beside the events: insights, and aggregated events."""
STORE = ("StopEventDataStoreIngestion", "DeleteEventDataStore", "UpdateEventDataStore")
"""All of an event data store that leave it with fewer events."""
LOOKED_UP = (
    *STOPPING,
    *("PutInsightSelectors", "DeleteEventDataStore", "StopEventDataStoreIngestion"),
    "DeregisterOrganizationDelegatedAdmin",
)
"""What the event history is asked for: each name is at least one of the two questions a second it takes."""
