"""Who else may use a log group or is sent its events, as far as templates declare it.

Source of names: CloudFormation template reference, AWS::Logs::SubscriptionFilter, AWS::Logs::AccountPolicy,
AWS::Logs::ResourcePolicy, AWS::Logs::LogGroup.
"""

from typing import Any

from checker.evidence import Cause, Known, Observed, Unknown
from checker.inventory import ResourcePolicy, SubscriptionFilter
from checker.sources.cloudformation.documents import policy
from checker.sources.cloudformation.settings import document, doubt, setting, word
from checker.sources.cloudformation.stack import Resource
from checker.sources.cloudformation.world import World, name_of
from checker.sources.subscribing import POLICY_TYPE, AccountFilter, account_filter, joined

SUBSCRIPTION, ACCOUNT_POLICY = "AWS::Logs::SubscriptionFilter", "AWS::Logs::AccountPolicy"
RESOURCE_POLICY = "AWS::Logs::ResourcePolicy"


def subscription_filters(group: Resource, world: World) -> Observed[tuple[SubscriptionFilter, ...]]:
    """Collect what sends the group's events on; a filter that cannot be told leaves all of them open."""
    return joined(name_of(group) or "", _own(group, world), _for_all(group, world))


def _own(group: Resource, world: World) -> Observed[tuple[SubscriptionFilter, ...]]:
    found: list[SubscriptionFilter] = []
    for resource in world.of(SUBSCRIPTION):
        target = setting(resource, "LogGroupName", word, "")
        if isinstance(target, Unknown):
            return target
        if target.content != name_of(group) or not _together(resource, group):
            continue
        destination = doubt(resource) or setting(resource, "DestinationArn", word, "")
        if isinstance(destination, Unknown):
            return destination
        name = _called(resource, "FilterName")
        found.append(SubscriptionFilter(name=name, destination=destination.content))
    return Known(tuple(found), group.origin("subscription filters"))


def _for_all(group: Resource, world: World) -> Observed[tuple[AccountFilter, ...]]:
    found: list[AccountFilter] = []
    for resource in (one for one in world.of(ACCOUNT_POLICY) if _together(one, group)):
        kind = setting(resource, "PolicyType", word, "")
        if isinstance(kind, Unknown):
            return kind
        if kind.content != POLICY_TYPE:
            continue
        text = doubt(resource) or setting(resource, "PolicyDocument", document, "")
        criteria = setting(resource, "SelectionCriteria", word, "")
        if isinstance(text, Unknown):
            return text
        if isinstance(criteria, Unknown):
            return criteria
        try:
            found.append(account_filter(_called(resource, "PolicyName"), text.content, criteria.content))
        except ValueError as error:
            return Unknown(str(error), Cause.MALFORMED, text.origin)
    return Known(tuple(found), group.origin("subscription policies"))


def region_policies(group: Resource, world: World) -> Observed[tuple[ResourcePolicy, ...]]:
    """Collect the resource policies for the account and Region of the group."""
    found: list[ResourcePolicy] = []
    for resource in (one for one in world.of(RESOURCE_POLICY) if _together(one, group)):
        text = doubt(resource) or policy(resource, "PolicyDocument", world)
        if isinstance(text, Unknown):
            return text
        found.append(ResourcePolicy(name=_called(resource, "PolicyName"), document=text.content or ""))
    return Known(tuple(found), group.origin("resource policies"))


def own_policies(group: Resource, world: World) -> Observed[tuple[ResourcePolicy, ...]]:
    """Read the policy that is attached to the group."""
    text: Observed[Any] = policy(group, "ResourcePolicyDocument", world)
    if isinstance(text, Unknown):
        return text
    found = (ResourcePolicy(name="", document=text.content),) if text.content else ()
    return Known(found, text.origin)


def _together(one: Resource, other: Resource) -> bool:
    return one.stack.environment == other.stack.environment


def _called(resource: Resource, path: str) -> str:
    name = setting(resource, path, word, resource.id)
    return name.content if isinstance(name, Known) else resource.id
