"""What the operations of CloudWatch Logs do to log groups, their filters and policies."""

from dataclasses import replace
from typing import Any

from tests.simulator.call import Call
from tests.simulator.destinations import groups_of
from tests.simulator.world import LogGroup, LogsPolicy, World
from tests.simulator.writes.change import Change, refuse, swapped


def _group(world: World, call: Call, member: str = "logGroupName") -> LogGroup:
    name = call.params[member].rpartition(":log-group:")[2]
    for group in groups_of(world, call):
        if group.name == name:
            return group
    raise refuse("ResourceNotFoundException", "The specified log group does not exist.")


def _with(world: World, group: LogGroup, **changes: Any) -> World:
    return replace(world, log_groups=swapped(world.log_groups, group, replace(group, **changes)))


def _set(world: World, group: LogGroup, **settings: Any) -> World:
    """Change settings; None takes one away."""
    kept = {name: value for name, value in {**group.settings, **settings}.items() if value is not None}
    return _with(world, group, settings=kept)


def delete_log_group(world: World, call: Call) -> World:
    group = _group(world, call)
    if group.settings.get("deletionProtectionEnabled"):
        raise refuse("ValidationException", "The log group has deletion protection enabled.")
    return replace(world, log_groups=swapped(world.log_groups, group))


def put_deletion_protection(world: World, call: Call) -> World:
    group = _group(world, call, "logGroupIdentifier")
    return _set(world, group, deletionProtectionEnabled=call.params["deletionProtectionEnabled"])


def put_retention(world: World, call: Call) -> World:
    return _set(world, _group(world, call), retentionInDays=call.params["retentionInDays"])


def delete_retention(world: World, call: Call) -> World:
    return _set(world, _group(world, call), retentionInDays=None)


def create_log_group(world: World, call: Call) -> World:
    """Create an empty group, which keeps its events for ever; its class stays what it is."""
    name = call.params["logGroupName"]
    if any(group.name == name for group in groups_of(world, call)):
        raise refuse("ResourceAlreadyExistsException", "The specified log group already exists")
    settings = {field: call.params[field] for field in ("kmsKeyId", "logGroupClass") if field in call.params}
    new = LogGroup(name=name, account=call.account, region=call.region, settings=settings)
    return replace(world, log_groups=(*world.log_groups, new))


def disassociate_key(world: World, call: Call) -> World:
    return _set(world, _group(world, call), kmsKeyId=None)


def put_metric_filter(world: World, call: Call) -> World:
    """Put a filter in the place of the one of its name."""
    group = _group(world, call)
    new = {name: value for name, value in call.params.items() if name != "logGroupName"}
    others = [one for one in group.metric_filters if one["filterName"] != new["filterName"]]
    return _with(world, group, metric_filters=(*others, new))


def delete_metric_filter(world: World, call: Call) -> World:
    group = _group(world, call)
    others = [one for one in group.metric_filters if one["filterName"] != call.params["filterName"]]
    if len(others) == len(group.metric_filters):
        raise refuse("ResourceNotFoundException", "The specified metric filter does not exist.")
    return _with(world, group, metric_filters=tuple(others))


def put_subscription_filter(world: World, call: Call) -> World:
    group = _group(world, call)
    new = {name: value for name, value in call.params.items() if name != "logGroupName"}
    return _with(world, group, subscription_filters=(*group.subscription_filters, new))


def put_resource_policy(world: World, call: Call) -> World:
    """Set a policy of the account, or the one of a log group."""
    if "resourceArn" in call.params:
        return _with(world, _group(world, call, "resourceArn"), policy=call.params["policyDocument"])
    return _policy(world, call, call.params["policyName"], call.params["policyDocument"])


def put_account_policy(world: World, call: Call) -> World:
    given = call.params
    return _policy(world, call, given["policyName"], given["policyDocument"], given["policyType"])


def _policy(world: World, call: Call, name: str, document: str, kind: str = "") -> World:
    new = LogsPolicy(name=name, account=call.account, region=call.region, document=document, type=kind)
    return replace(world, logs_policies=(*world.logs_policies, new))


WRITES: dict[tuple[str, str], Change] = {
    ("logs", "CreateLogGroup"): create_log_group,
    ("logs", "DeleteRetentionPolicy"): delete_retention,
    ("logs", "DeleteLogGroup"): delete_log_group,
    ("logs", "DeleteMetricFilter"): delete_metric_filter,
    ("logs", "DisassociateKmsKey"): disassociate_key,
    ("logs", "PutAccountPolicy"): put_account_policy,
    ("logs", "PutLogGroupDeletionProtection"): put_deletion_protection,
    ("logs", "PutMetricFilter"): put_metric_filter,
    ("logs", "PutResourcePolicy"): put_resource_policy,
    ("logs", "PutRetentionPolicy"): put_retention,
    ("logs", "PutSubscriptionFilter"): put_subscription_filter,
}
