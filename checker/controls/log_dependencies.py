"""What the trails of an organization depend on, and what must not be done to it."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from checker.controls.bucket_tampering import log_objects
from checker.controls.governed import gone
from checker.evidence import Cause, Known, Unknown, Unobserved, sift
from checker.inventory import Inventory, Key, LogBucket, LogGroup, Role, Topic, Trail
from checker.inventory.arns import account_of
from checker.model import Context

ON_BUCKET = tuple(
    f"s3:{name}"
    for name in (
        *("DeleteBucket", "PutBucketPolicy", "DeleteBucketPolicy", "PutLifecycleConfiguration"),
        *("PutBucketVersioning", "PutBucketLogging", "PutEncryptionConfiguration"),
        "PutBucketObjectLockConfiguration",
    )
)
ON_OBJECTS = ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention")
ON_KEY = ("kms:DisableKey", "kms:ScheduleKeyDeletion", "kms:PutKeyPolicy")
ON_LOG_GROUP = (
    *("logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:DeleteRetentionPolicy"),
    "logs:DeleteMetricFilter",
)
ON_ROLE = tuple(
    f"iam:{name}"
    for name in (
        *("DeleteRole", "DeleteRolePolicy", "DetachRolePolicy", "PutRolePolicy"),
        *("UpdateAssumeRolePolicy", "PutRolePermissionsBoundary"),
    )
)
ON_RULE = ("events:DisableRule", "events:DeleteRule")
ON_ALARM = ("cloudwatch:DeleteAlarms", "cloudwatch:DisableAlarmActions", "cloudwatch:PutAlarmMuteRule")


class Demand(NamedTuple):
    """What must be denied to the principals of an account."""

    account: str
    action: str
    resource: str
    region: str = ""
    """Where the resource is, if it is known and its ARN does not say so."""


def dependencies(members: Iterable[str] | None, inventory: Inventory) -> tuple[list[Demand], list[Unknown]]:
    """Return what must be denied in the member accounts (None: in any), and what may hide more of it.

    Of what is known not to exist nothing is demanded.
    """
    bound, unknowns = None if members is None else set(members), list[Unknown]()
    demands: dict[Demand, None] = {}
    for trail in trails_of_interest(inventory):
        for follow in (_bucket, _key, _log_group, _topic, _role, _rules):
            try:
                found = list(follow(trail, inventory))
            except Unobserved as missing:
                unknowns += missing.unknowns
                continue
            demands |= dict.fromkeys(demand for demand in found if bound is None or demand.account in bound)
    return list(demands), list(dict.fromkeys(unknowns))


def trails_of_interest(inventory: Inventory) -> list[Trail]:
    """Return the organization trails, or all trails where there is none."""
    every = list(inventory.trails.values())
    shared, _ = sift(every, lambda trail: trail.organization.value)
    return shared or every


def _on(account: str, actions: Iterable[str], resource: str, region: str = "") -> Iterator[Demand]:
    return (Demand(account, action, resource, region) for action in actions)


def _bucket(trail: Trail, inventory: Inventory) -> Iterator[Demand]:
    bucket: LogBucket = inventory.bucket_of(trail)
    if gone(bucket.exists):
        return
    owner = bucket.account.value
    region = bucket.region.content if isinstance(bucket.region, Known) else ""
    yield from _on(owner, ON_BUCKET, bucket.arn, region)
    for objects in log_objects(bucket, Context(inventory=inventory)):
        yield from _on(owner, ON_OBJECTS, objects, region)


def _key(trail: Trail, inventory: Inventory) -> Iterator[Demand]:
    arn = key_of(trail)
    if arn and not _gone(inventory.keys.get(arn)):
        yield from _on(account_of(arn), ON_KEY, arn)


def key_of(trail: Trail) -> str | None:
    """Return the ARN of a trail's key; raises Unobserved for an alias, which may be any key's."""
    arn = trail.kms_key_id.value
    if arn and ":key/" not in arn:
        raise Unobserved(
            Unknown(f"which key {arn} means was not part of this observation", Cause.OUT_OF_SCOPE)
        )
    return arn


def _log_group(trail: Trail, inventory: Inventory) -> Iterator[Demand]:
    group: LogGroup | None = inventory.log_group_of(trail)
    if group is None or gone(group.exists):
        return
    yield from _on(group.account, ON_LOG_GROUP, f"{group.arn}:*")
    yield from _on(group.account, ("logs:DeleteLogStream",), f"{group.arn}:log-stream:*")
    place = f"arn:{inventory.partition}:cloudwatch:{group.region}:{group.account}:alarm"
    for alarm in group.alarms.value:
        yield from _on(group.account, ON_ALARM, f"{place}:{alarm.name}")


def _topic(trail: Trail, inventory: Inventory) -> Iterator[Demand]:
    arn = trail.sns_topic_arn.value
    if arn and not _gone(inventory.topics.get(arn)):
        yield from _on(account_of(arn), ("sns:DeleteTopic",), arn)


def _role(trail: Trail, inventory: Inventory) -> Iterator[Demand]:
    arn = trail.log_role_arn.value
    if arn and not _gone(inventory.roles.get(arn)):
        yield from _on(account_of(arn), ON_ROLE, arn)


def _rules(trail: Trail, inventory: Inventory) -> Iterator[Demand]:
    for rule in inventory.watch(trail.account, trail.home_region).rules.value:
        yield from _on(trail.account, ON_RULE, rule.arn)


def _gone(found: Key | Role | Topic | None) -> bool:
    """Say whether what an ARN names is known not to exist; one that nobody read may well."""
    return found is not None and gone(found.exists)
