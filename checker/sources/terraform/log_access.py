"""Who else may use a log group or is sent its events, as far as plans declare it.

Source of names: Terraform AWS provider documentation, aws_cloudwatch_log_subscription_filter,
aws_cloudwatch_log_account_policy, aws_cloudwatch_log_resource_policy.
"""

from checker.evidence import Cause, Known, Observed, Unknown
from checker.inventory import ResourcePolicy, SubscriptionFilter
from checker.sources.cloudformation.settings import word
from checker.sources.subscribing import POLICY_TYPE, AccountFilter, account_filter, joined
from checker.sources.terraform.documents import policy
from checker.sources.terraform.names import GROUP, RECEIVERS, arn_of, name_of
from checker.sources.terraform.resource import Resource
from checker.sources.terraform.settings import setting
from checker.sources.terraform.world import World

SUBSCRIPTION, ACCOUNT_POLICY = "aws_cloudwatch_log_subscription_filter", "aws_cloudwatch_log_account_policy"
RESOURCE_POLICY = "aws_cloudwatch_log_resource_policy"


def subscription_filters(group: Resource, world: World) -> Observed[tuple[SubscriptionFilter, ...]]:
    """Collect what sends the group's events on; a filter that cannot be told leaves all of them open."""
    return joined(name_of(group), _own(group, world), _for_all(group, world))


def _own(group: Resource, world: World) -> Observed[tuple[SubscriptionFilter, ...]]:
    found: list[SubscriptionFilter] = []
    for resource in world.of(SUBSCRIPTION):
        target = world.identified(resource, "log_group_name", (GROUP,), name_of)
        if isinstance(target, Unknown):
            return target
        if target.content != name_of(group) or resource.environment != group.environment:
            continue
        destination = world.identified(resource, "destination_arn", RECEIVERS, arn_of)
        if isinstance(destination, Unknown):
            return destination
        found.append(
            SubscriptionFilter(name=_called(resource, "name"), destination=destination.content or "")
        )
    return Known(tuple(found), group.origin("subscription filters"))


def _for_all(group: Resource, world: World) -> Observed[tuple[AccountFilter, ...]]:
    found: list[AccountFilter] = []
    for resource in (one for one in world.of(ACCOUNT_POLICY) if one.environment == group.environment):
        kind = setting(resource, "policy_type", word, "")
        if isinstance(kind, Unknown):
            return kind
        if kind.content != POLICY_TYPE:
            continue
        text = setting(resource, "policy_document", word, "")
        criteria = setting(resource, "selection_criteria", word, "")
        if isinstance(text, Unknown):
            return text
        if isinstance(criteria, Unknown):
            return criteria
        try:
            found.append(account_filter(_called(resource, "policy_name"), text.content, criteria.content))
        except ValueError as error:
            return Unknown(str(error), Cause.MALFORMED, text.origin)
    return Known(tuple(found), group.origin("subscription policies"))


def region_policies(group: Resource, world: World) -> Observed[tuple[ResourcePolicy, ...]]:
    """Collect the resource policies for the account and Region of the group."""
    return _policies(group, world, own=False)


def own_policies(group: Resource, world: World) -> Observed[tuple[ResourcePolicy, ...]]:
    """Collect the resource policies that are attached to the group itself."""
    return _policies(group, world, own=True)


def _policies(group: Resource, world: World, *, own: bool) -> Observed[tuple[ResourcePolicy, ...]]:
    found: list[ResourcePolicy] = []
    for resource in (one for one in world.of(RESOURCE_POLICY) if one.environment == group.environment):
        target = world.identified(resource, "resource_arn", (GROUP,), arn_of)
        if isinstance(target, Unknown):
            return target
        wanted = (target.content or "").removesuffix(":*") == arn_of(group) if own else not target.content
        if not wanted:
            continue
        text = policy(resource, "policy_document", world)
        if isinstance(text, Unknown):
            return text
        name = "" if own else _called(resource, "policy_name")
        found.append(ResourcePolicy(name=name, document=text.content or ""))
    return Known(tuple(found), group.origin("resource policies"))


def _called(resource: Resource, path: str) -> str:
    name = setting(resource, path, word, resource.address)
    return name.content if isinstance(name, Known) else resource.address
