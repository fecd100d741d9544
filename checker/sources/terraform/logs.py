"""A log group out of aws_cloudwatch_log_group, with what looks at it.

Source of names and defaults: Terraform AWS provider documentation, aws_cloudwatch_log_group.
"""

from checker.evidence import Known, Origin
from checker.inventory import LogGroup
from checker.inventory.arns import account_of, region_of, resource_of
from checker.sources.cloudformation.settings import flag, word
from checker.sources.terraform.alarms import read_alarms, read_composites, read_filters, read_mutes
from checker.sources.terraform.keys import named_key
from checker.sources.terraform.log_access import own_policies, region_policies, subscription_filters
from checker.sources.terraform.names import GROUP, arn_of, name_of
from checker.sources.terraform.settings import positive, setting
from checker.sources.terraform.world import World, missing, several_of, unread

TYPE = GROUP


def read_log_group(arn: str, world: World, named: Origin) -> LogGroup:
    """Read a log group by its ARN without ``:*``; one that no plan describes is outside."""
    found = world.with_arn(TYPE, arn)
    if len(found) != 1:
        what, name = f"log group {arn}", resource_of(arn).removeprefix("log-group:")
        known = {"arn": arn, "name": name, "account": account_of(arn), "region": region_of(arn)}
        if found:
            return unread(LogGroup, several_of(what, found), known)
        why, exists = missing(world, (GROUP,), arn_of, arn, what, named)
        return unread(LogGroup, why, known | exists)
    resource = found[0]
    filters = read_filters(resource, world)
    alarms = read_alarms(filters, resource, world)
    return LogGroup(
        arn=arn,
        name=name_of(resource),
        account=resource.environment.account,
        region=resource.environment.region,
        exists=Known(True, resource.origin()),
        retention_days=setting(resource, "retention_in_days", positive, None),
        kms_key_id=named_key(resource, "kms_key_id", world),
        log_class=setting(resource, "log_group_class", word, "STANDARD"),
        deletion_protection=setting(resource, "deletion_protection_enabled", flag, False),
        metric_filters=filters,
        alarms=alarms,
        composites=read_composites(alarms, resource, world),
        mutes=read_mutes(alarms, resource, world),
        subscription_filters=subscription_filters(resource, world),
        region_policies=region_policies(resource, world),
        own_policies=own_policies(resource, world),
    )
