"""A log group out of AWS::Logs::LogGroup.

Source of names and defaults: CloudFormation template reference, AWS::Logs::LogGroup.
"""

from typing import Any

from checker.evidence import Origin, Unknown
from checker.inventory import LogGroup
from checker.inventory.arns import account_of, region_of, resource_of
from checker.sources.cloudformation.alarms import (
    read_alarms,
    read_composites,
    read_filters,
    read_mutes,
)
from checker.sources.cloudformation.keys import key_arn
from checker.sources.cloudformation.log_access import own_policies, region_policies, subscription_filters
from checker.sources.cloudformation.settings import exists, filled, flag, number, setting, word
from checker.sources.cloudformation.world import World, name_of, outside, several_of

TYPE = "AWS::Logs::LogGroup"


def read_log_group(arn: str, world: World, named: Origin) -> LogGroup:
    """Read a log group by its ARN without ``:*``; one that no template describes is outside."""
    found = world.with_arn(TYPE, f"{arn}:*")
    if not found:
        return _outside(arn, outside(f"log group {arn}", named))
    if len(found) > 1:
        return _outside(arn, several_of(f"log group {arn}", found))
    resource = found[0]
    here, filters = resource.stack.environment, read_filters(resource, world)
    alarms = read_alarms(filters, resource, world)

    def key(value: Any) -> str | None:
        id = filled(value)
        return key_arn(id, here, world) if id else None

    return LogGroup(
        arn=arn,
        name=name_of(resource) or "",
        account=here.account,
        region=here.region,
        exists=exists(resource),
        retention_days=setting(resource, "RetentionInDays", number, None),
        kms_key_id=setting(resource, "KmsKeyId", key, None),
        log_class=setting(resource, "LogGroupClass", word, "STANDARD"),
        deletion_protection=setting(resource, "DeletionProtectionEnabled", flag, False),
        metric_filters=filters,
        alarms=alarms,
        composites=read_composites(alarms, resource, world),
        mutes=read_mutes(alarms, resource, world),
        subscription_filters=subscription_filters(resource, world),
        region_policies=region_policies(resource, world),
        own_policies=own_policies(resource, world),
    )


def _outside(arn: str, why: Unknown) -> LogGroup:
    return LogGroup(
        arn=arn,
        name=resource_of(arn).removeprefix("log-group:"),
        account=account_of(arn),
        region=region_of(arn),
        exists=why,
        retention_days=why,
        kms_key_id=why,
        log_class=why,
        deletion_protection=why,
        metric_filters=why,
        alarms=why,
        composites=why,
        mutes=why,
        subscription_filters=why,
        region_policies=why,
        own_policies=why,
    )
