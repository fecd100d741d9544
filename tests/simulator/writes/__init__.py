"""The operations that change the world: each makes a new one, and leaves a record in the event history."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.simulator.bodies import from_form
from tests.simulator.call import Call
from tests.simulator.recognise import model
from tests.simulator.world import Past, World
from tests.simulator.writes import (
    alerts,
    buckets,
    keys,
    lake,
    log_groups,
    organizations,
    regions,
    roles,
    trails,
)
from tests.simulator.writes.change import Change

WRITES: dict[tuple[str, str], Change] = {
    **trails.WRITES,
    **lake.WRITES,
    **buckets.WRITES,
    **keys.WRITES,
    **log_groups.WRITES,
    **alerts.WRITES,
    **roles.WRITES,
    **organizations.WRITES,
    **regions.WRITES,
}
GLOBAL = ("iam", "organizations")
"""Services whose calls are recorded in us-east-1, wherever they are made."""


def changed(world: World, call: Call) -> World:
    """Return the world after a call that changes it; raises AwsError where AWS refuses."""
    name = (call.service, call.operation)
    after = WRITES[name](world, replace(call, params=_structured(call)))
    return replace(after, past=(*after.past, _record(call)))


def _structured(call: Call) -> Mapping[str, Any]:
    """Give the fields of a form their structure."""
    described = model(call.service)
    if described.metadata["protocol"] != "query":
        return call.params
    shape = described.operation_model(call.operation).input_shape
    return dict(from_form(shape, call.params))


def _record(call: Call) -> Past:
    return Past(
        name=call.operation,
        account=call.account,
        region="us-east-1" if call.service in GLOBAL else call.region,
        time=datetime.now(UTC),
        record={
            "eventSource": f"{call.service}.amazonaws.com",
            "eventName": call.operation,
            "userIdentity": {"type": "IAMUser", "arn": call.caller},
            "sourceIPAddress": "198.51.100.7",
        },
    )
