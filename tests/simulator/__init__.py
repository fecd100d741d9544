"""A simulated AWS on the wire: it answers the real botocore from a declared world.

with serve(hardened_world(), faults=[Fault(DENIED, operation="GetBucketPolicy")]) as aws:
    environment = aws.env(world.accounts[0].access_key)
    ...
    aws.requests
"""

from tests.simulator.call import AwsError
from tests.simulator.faults import (
    CLOSED_REGION,
    DENIED,
    DENIED_BY_SCP,
    EMPTY,
    EXPIRED,
    GARBAGE,
    HANG,
    HTML,
    RESET,
    SERVER_ERROR,
    THROTTLED,
    TRUNCATED,
    WRONG_SHAPE,
    WRONG_TYPES,
    Answering,
    Delay,
    Fault,
    Instead,
    Refuse,
)
from tests.simulator.record import Request, longest_chain, max_overlap
from tests.simulator.serialise import HttpResponse
from tests.simulator.serving import Endpoint, serve, serve_apart
from tests.simulator.world import (
    DEFAULT_REGIONS,
    AccessPoint,
    Account,
    Alarm,
    Bucket,
    Key,
    LogGroup,
    LogsPolicy,
    Organization,
    Past,
    Role,
    Rule,
    Topic,
    Trail,
    Unit,
    World,
    healthy_status,
)
from tests.simulator.worlds import hardened_world, organization_world

__all__ = [
    "CLOSED_REGION",
    "DEFAULT_REGIONS",
    "DENIED",
    "DENIED_BY_SCP",
    "EMPTY",
    "EXPIRED",
    "GARBAGE",
    "HANG",
    "HTML",
    "RESET",
    "SERVER_ERROR",
    "THROTTLED",
    "TRUNCATED",
    "WRONG_SHAPE",
    "WRONG_TYPES",
    "AccessPoint",
    "Account",
    "Alarm",
    "Answering",
    "AwsError",
    "Bucket",
    "Delay",
    "Endpoint",
    "Fault",
    "HttpResponse",
    "Instead",
    "Key",
    "LogGroup",
    "LogsPolicy",
    "Organization",
    "Past",
    "Refuse",
    "Request",
    "Role",
    "Rule",
    "Topic",
    "Trail",
    "Unit",
    "World",
    "hardened_world",
    "healthy_status",
    "longest_chain",
    "max_overlap",
    "organization_world",
    "serve",
    "serve_apart",
]
