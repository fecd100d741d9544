"""The typed inventory: everything that controls judge, whatever source it came from."""

from checker.inventory.account import Account, Discovery
from checker.inventory.bucket import (
    NOT_READ,
    AccessPoint,
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
from checker.inventory.declaration import DESTROYED, REPLACED, Declaration, DeployedStack, Prerequisite
from checker.inventory.delivery import (
    Alarm,
    CompositeAlarm,
    Feedback,
    LogGroup,
    MetricFilter,
    MetricQuery,
    MetricTransformation,
    ResourcePolicy,
    Role,
    RolePolicy,
    Subscription,
    SubscriptionFilter,
    Topic,
)
from checker.inventory.expected import ExpectedTrail
from checker.inventory.inventory import Coverage, Inventory
from checker.inventory.key import Key, KeyGrant
from checker.inventory.lake import Channel, Dashboard, EventDataStore
from checker.inventory.objects import LogObjects
from checker.inventory.organization import Administrator, Organization, OrganizationPolicy, Place
from checker.inventory.principals import Group, Identities, InlinePolicy, Principal, Principals
from checker.inventory.selectors import (
    AdvancedSelector,
    Aggregation,
    BasicSelector,
    DataResource,
    FieldSelector,
    InsightSelector,
    Selectors,
)
from checker.inventory.status import Sighting, TrailStatus
from checker.inventory.trail import Trail
from checker.inventory.watch import EventRule, History, RegionWatch, TamperEvent

__all__ = [
    "DESTROYED",
    "NOT_READ",
    "REPLACED",
    "AccessPoint",
    "Account",
    "Administrator",
    "AdvancedSelector",
    "Aggregation",
    "Alarm",
    "BasicSelector",
    "Channel",
    "CompositeAlarm",
    "Coverage",
    "Dashboard",
    "DataResource",
    "Declaration",
    "DeployedStack",
    "Discovery",
    "Encryption",
    "EventDataStore",
    "EventRule",
    "ExpectedTrail",
    "Feedback",
    "FieldSelector",
    "Grant",
    "Group",
    "History",
    "Identities",
    "InlinePolicy",
    "InsightSelector",
    "Inventory",
    "Key",
    "KeyGrant",
    "LifecycleFilter",
    "LifecycleRule",
    "LogBucket",
    "LogGroup",
    "LogObjects",
    "MetricFilter",
    "MetricQuery",
    "MetricTransformation",
    "ObjectLock",
    "Organization",
    "OrganizationPolicy",
    "Place",
    "Prerequisite",
    "Principal",
    "Principals",
    "PublicAccessBlock",
    "RegionWatch",
    "ReplicationRule",
    "ResourcePolicy",
    "Role",
    "RolePolicy",
    "Selectors",
    "Sighting",
    "Subscription",
    "SubscriptionFilter",
    "TamperEvent",
    "Topic",
    "Trail",
    "TrailStatus",
    "Transition",
    "Versioning",
]
