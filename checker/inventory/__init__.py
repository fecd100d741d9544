"""The typed inventory: everything that controls judge, whatever source it came from."""

from checker.inventory.account import Account, Discovery
from checker.inventory.bucket import (
    Encryption,
    Grant,
    LifecycleFilter,
    LifecycleRule,
    LogBucket,
    ObjectLock,
    PublicAccessBlock,
    ReplicationRule,
    Transition,
    Versioning,
)
from checker.inventory.delivery import (
    Alarm,
    LogGroup,
    MetricFilter,
    MetricTransformation,
    Role,
    RolePolicy,
    Topic,
)
from checker.inventory.inventory import Coverage, Inventory
from checker.inventory.key import Key
from checker.inventory.selectors import (
    AdvancedSelector,
    BasicSelector,
    DataResource,
    FieldSelector,
    InsightSelector,
    Selectors,
)
from checker.inventory.status import Sighting, TrailStatus
from checker.inventory.trail import Trail

__all__ = [
    "Account",
    "AdvancedSelector",
    "Alarm",
    "BasicSelector",
    "Coverage",
    "DataResource",
    "Discovery",
    "Encryption",
    "FieldSelector",
    "Grant",
    "InsightSelector",
    "Inventory",
    "Key",
    "LifecycleFilter",
    "LifecycleRule",
    "LogBucket",
    "LogGroup",
    "MetricFilter",
    "MetricTransformation",
    "ObjectLock",
    "PublicAccessBlock",
    "ReplicationRule",
    "Role",
    "RolePolicy",
    "Selectors",
    "Sighting",
    "Topic",
    "Trail",
    "TrailStatus",
    "Transition",
    "Versioning",
]
