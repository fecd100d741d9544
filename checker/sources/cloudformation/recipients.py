"""The topic that a trail notifies and the role with which it writes to its log group.

Source of names: CloudFormation template reference, AWS::SNS::Topic, AWS::SNS::TopicPolicy, AWS::IAM::Role,
AWS::IAM::Policy, AWS::IAM::ManagedPolicy.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from checker.evidence import Cause, Known, Observed, Origin, Unknown
from checker.inventory import Role, RolePolicy, Topic
from checker.inventory.arns import account_of, region_of
from checker.sources.cloudformation.alarms import ALARM, COMPOSITE
from checker.sources.cloudformation.documents import policy, spelled
from checker.sources.cloudformation.rules import RULE, target_arns
from checker.sources.cloudformation.settings import (
    document,
    doubt,
    exists,
    filled,
    needed,
    objects,
    setting,
    word,
    words,
)
from checker.sources.cloudformation.stack import Resource
from checker.sources.cloudformation.subscriptions import feedback, subscriptions
from checker.sources.cloudformation.world import World, name_of, only_live, outside

TOPIC, TOPIC_POLICY = "AWS::SNS::Topic", "AWS::SNS::TopicPolicy"
ROLE, POLICY, ROLE_POLICY = "AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::RolePolicy"
MANAGED = "AWS::IAM::ManagedPolicy"


def read_topic(arn: str, world: World, named: Origin) -> Topic:
    """Read a topic by its ARN; one that no template describes is outside."""
    account, region = account_of(arn), region_of(arn)
    found = world.with_arn(TOPIC, arn)
    if not found:
        why = outside(f"topic {arn}", named)
        return Topic(
            arn=arn,
            account=account,
            region=region,
            exists=why,
            policy=why,
            kms_key_id=why,
            confirmed_subscriptions=why,
            subscriptions=why,
            feedback=why,
        )
    resource = found[0]
    return Topic(
        arn=arn,
        account=account,
        region=region,
        exists=exists(resource),
        policy=_topic_policy(arn, resource, world),
        kms_key_id=setting(resource, "KmsMasterKeyId", filled, None),
        confirmed_subscriptions=only_live("which subscriptions are confirmed", resource),
        subscriptions=subscriptions(arn, resource, world),
        feedback=feedback(resource),
    )


def _topic_policy(arn: str, topic: Resource, world: World) -> Observed[str | None]:
    """Find the policy of a topic, which keeps one: of several the last to be deployed remains."""
    mine: list[Resource] = []
    for resource in world.of(TOPIC_POLICY):
        topics = setting(resource, "Topics", words, ())
        if isinstance(topics, Unknown):
            return topics
        if arn in topics.content:
            mine.append(resource)
        elif any(world.may_mean(topic, named.rpartition(":")[2]) for named in topics.content):
            reason = f"whether {resource.label} is the policy of {topic.label} is known only after deployment"
            return Unknown(reason, Cause.UNDECIDED, resource.origin("Topics"))
    if len(mine) > 1:
        reason = f"topic {arn} has several policies, of which the last to be deployed remains"
        return Unknown(reason, Cause.UNDECIDED, mine[0].origin(""))
    if mine:
        return doubt(mine[0]) or policy(mine[0], "PolicyDocument", world, topic, *_telling(arn, world))
    return Known(None, topic.origin("topic policy"))


def _telling(arn: str, world: World) -> Iterator[Resource]:
    """Yield the alarms and rules that tell the topic something, as far as anybody can tell."""
    for resource in world.of(ALARM, COMPOSITE):
        actions = setting(resource, "AlarmActions", words, ())
        if isinstance(actions, Unknown) or arn in actions.content:
            yield resource
    for resource in world.of(RULE):
        targets = setting(resource, "Targets", target_arns, ())
        if isinstance(targets, Unknown) or arn in targets.content:
            yield resource


def read_role(arn: str, world: World, named: Origin) -> Role:
    """Read a role by its ARN; one that no template describes is outside."""
    account = account_of(arn)
    found = world.with_arn(ROLE, arn)
    if not found:
        why = outside(f"role {arn}", named)
        return Role(
            arn=arn, account=account, exists=why, trust_policy=why, policies=why, permissions_boundary=why
        )
    resource = found[0]
    return Role(
        arn=arn,
        account=account,
        exists=exists(resource),
        trust_policy=policy(resource, "AssumeRolePolicyDocument", world),
        policies=_policies(resource, world),
        permissions_boundary=setting(resource, "PermissionsBoundary", filled, None),
    )


def _policies(role: Resource, world: World) -> Observed[tuple[RolePolicy, ...]]:
    """Join what the role declares, what is attached to it, and what attaches itself."""
    own = setting(role, "Policies", _inline, ())
    arns = setting(role, "ManagedPolicyArns", words, ())
    attached = _attached(role, world)
    if isinstance(own, Unknown):
        return own
    if isinstance(arns, Unknown):
        return arns
    if isinstance(attached, Unknown):
        return attached
    managed: list[RolePolicy] = []
    for arn in arns.content:
        found = world.with_arn(MANAGED, arn)
        text = (
            doubt(found[0]) or setting(found[0], "PolicyDocument", document, "")
            if found
            else outside(f"policy {arn}")
        )
        if isinstance(text, Unknown):
            return text
        managed.append(RolePolicy(name=arn.rpartition("/")[2], arn=arn, document=text.content))
    every = (*own.content, *managed, *attached)
    return _doubted(every, role, world) or Known(every, own.origin)


def _doubted(policies: Sequence[RolePolicy], role: Resource, world: World) -> Unknown | None:
    """Say why what a role may do is open, although every policy is known."""
    for one in policies:
        reason = spelled(f"the policy {one.name} of {role.label}", one.document, role, world)
        if reason:
            return Unknown(reason, Cause.UNDECIDED, role.origin("policies"))
    return None


def _inline(value: Any) -> tuple[RolePolicy, ...]:
    return tuple(
        RolePolicy(name=needed(one, "PolicyName", word), document=needed(one, "PolicyDocument", document))
        for one in objects(value)
    )


def _attached(role: Resource, world: World) -> list[RolePolicy] | Unknown:
    """Collect the policies that name the role."""
    found: list[RolePolicy] = []
    for resource in world.of(POLICY, ROLE_POLICY, MANAGED):
        field = "RoleName" if resource.type == ROLE_POLICY else "Roles"
        roles = setting(resource, field, words, ())
        if isinstance(roles, Unknown):
            return roles
        if name_of(role) not in roles.content:
            continue
        text = doubt(resource) or setting(resource, "PolicyDocument", document, "")
        name = setting(resource, "PolicyName", word, resource.id)
        if isinstance(text, Unknown):
            return text
        label = name.content if isinstance(name, Known) else resource.id
        found.append(RolePolicy(name=label, document=text.content))
    return found
