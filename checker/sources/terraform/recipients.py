"""The topic that a trail notifies and the role with which it writes to its log group.

Source of names: Terraform AWS provider documentation, aws_sns_topic, aws_sns_topic_policy, aws_iam_role,
aws_iam_role_policy, aws_iam_policy, aws_iam_role_policy_attachment, aws_iam_policy_attachment.
"""

from collections.abc import Iterator

from checker.evidence import Cause, Known, Observed, Origin, Unknown
from checker.inventory import Role, RolePolicy, Topic
from checker.inventory.arns import account_of, region_of
from checker.sources.cloudformation.settings import Wrong, word
from checker.sources.terraform.alarms import actions_of
from checker.sources.terraform.documents import granted, policy
from checker.sources.terraform.keys import named_key
from checker.sources.terraform.names import ALARM, COMPOSITE, POLICY, ROLE, RULE, TOPIC, arn_of, name_of
from checker.sources.terraform.resource import Open, Resource
from checker.sources.terraform.rules import TARGET
from checker.sources.terraform.settings import blocks, opened, setting, unknown, value_of
from checker.sources.terraform.subscriptions import feedback, subscriptions
from checker.sources.terraform.world import World, missing, only_live, outside, several_of, unread

TOPIC_POLICY, ROLE_POLICY = "aws_sns_topic_policy", "aws_iam_role_policy"
ATTACHMENT, ATTACHMENTS = "aws_iam_role_policy_attachment", "aws_iam_policy_attachment"


def read_topic(arn: str, world: World, named: Origin) -> Topic:
    """Read a topic by its ARN; one that no plan describes is outside."""
    found = world.with_arn(TOPIC, arn)
    if len(found) != 1:
        what = f"topic {arn}"
        known = {"arn": arn, "account": account_of(arn), "region": region_of(arn)}
        if found:
            return unread(Topic, several_of(what, found), known)
        why, exists = missing(world, (TOPIC,), arn_of, arn, what, named)
        return unread(Topic, why, known | exists)
    resource = found[0]
    return Topic(
        arn=arn,
        account=resource.environment.account,
        region=resource.environment.region,
        exists=Known(True, resource.origin()),
        policy=_topic_policy(arn, resource, world),
        kms_key_id=named_key(resource, "kms_master_key_id", world),
        confirmed_subscriptions=only_live("which subscriptions are confirmed", resource),
        subscriptions=subscriptions(arn, resource, world),
        feedback=feedback(resource, world),
    )


def _topic_policy(arn: str, topic: Resource, world: World) -> Observed[str | None]:
    """Read the policy: of a resource of its own, or of the topic itself; of several the last remains."""
    mine: list[Resource] = []
    for resource in world.of(TOPIC_POLICY):
        target = world.identified(resource, "arn", (TOPIC,), arn_of)
        if isinstance(target, Unknown):
            return target
        if target.content == arn:
            mine.append(resource)
        elif world.may_mean(topic, (target.content or "").rpartition(":")[2]):
            reason = f"whether {resource.address} is the policy of {topic.address} is known only after apply"
            return Unknown(reason, Cause.UNDECIDED, resource.origin("arn"))
    if len(mine) > 1:
        reason = f"{mine[0].address} and {mine[1].address} set the policy of {arn}, and the last one remains"
        return Unknown(reason, Cause.UNDECIDED, mine[0].origin())
    return policy(mine[0] if mine else topic, "policy", world, topic, *_telling(arn, world))


def _telling(arn: str, world: World) -> Iterator[Resource]:
    """Yield the alarms and rules that tell the topic something, as far as anybody can tell."""
    for resource in world.of(ALARM, COMPOSITE):
        actions = actions_of(resource, world)
        if isinstance(actions, Unknown) or arn in actions.content:
            yield resource
    for target in world.of(TARGET):
        told = world.identified(target, "arn", (TOPIC,), arn_of)
        rule = world.identified(target, "rule", (RULE,), name_of)
        if isinstance(rule, Known) and (isinstance(told, Unknown) or told.content == arn):
            yield from world.named(RULE, rule.content or "")


def read_role(arn: str, world: World, named: Origin) -> Role:
    """Read a role by its ARN; one that no plan describes is outside."""
    found = world.with_arn(ROLE, arn)
    if len(found) != 1:
        what, account = f"role {arn}", account_of(arn)
        known = {"arn": arn, "account": account}
        if found:
            return unread(Role, several_of(what, found), known)
        why, exists = missing(world, (ROLE,), arn_of, arn, what, named)
        return unread(Role, why, known | exists)
    resource = found[0]
    return Role(
        arn=arn,
        account=resource.environment.account,
        exists=Known(True, resource.origin()),
        trust_policy=policy(resource, "assume_role_policy", world),
        policies=_policies(resource, world),
        permissions_boundary=world.identified(resource, "permissions_boundary", (POLICY,), arn_of),
    )


def _policies(role: Resource, world: World) -> Observed[tuple[RolePolicy, ...]]:
    """Join what the role declares, what is written for it, and what is attached to it; each name once."""
    found: dict[tuple[str, str | None], RolePolicy] = {}
    for collected in (_inline(role), _written(role, world), _managed(role, world)):
        if isinstance(collected, Unknown):
            return collected
        found |= {(one.name, one.arn): one for one in collected}
    return Known(tuple(found.values()), role.origin("policies"))


def _inline(role: Resource) -> list[RolePolicy] | Unknown:
    value = value_of(role, "inline_policy")
    for left in opened(value):
        return unknown(role, "inline_policy", left)
    try:
        every = [one for one in blocks(value or []) if one.get("name")]
        return [RolePolicy(name=word(one["name"]), document=word(one.get("policy") or "")) for one in every]
    except Wrong as error:
        return Unknown(f"inline_policy of {role.address} is {error}", Cause.MALFORMED, role.origin())


def _written(role: Resource, world: World) -> list[RolePolicy] | Unknown:
    """Collect the inline policies that are resources of their own."""
    found: list[RolePolicy] = []
    for resource in world.of(ROLE_POLICY):
        target = world.identified(resource, "role", (ROLE,), name_of)
        if isinstance(target, Unknown):
            return target
        if target.content not in (name_of(role), arn_of(role)):
            continue
        document = granted(resource, "policy", world)
        if isinstance(document, Unknown):
            return document
        name = setting(resource, "name", word, resource.address)
        label = name.content if isinstance(name, Known) else resource.address
        found.append(RolePolicy(name=label, document=document.content))
    return found


def _managed(role: Resource, world: World) -> list[RolePolicy] | Unknown:
    """Collect the managed policies that the role lists, and those that are attached to it."""
    found: list[RolePolicy] = []
    for resource, path in _attached(role, world):
        if isinstance(resource, Unknown):
            return resource
        policies = _arns(resource, path, world)
        if isinstance(policies, Unknown):
            return policies
        for arn in policies:
            own = world.with_arn(POLICY, arn)
            document = granted(own[0], "policy", world) if own else outside(f"policy {arn}")
            if isinstance(document, Unknown):
                return document
            found.append(RolePolicy(name=arn.rpartition("/")[2], arn=arn, document=document.content))
    return found


def _attached(role: Resource, world: World) -> list[tuple[Resource | Unknown, str]]:
    """Return what attaches policies to the role, with the setting that names them."""
    found: list[tuple[Resource | Unknown, str]] = [(role, "managed_policy_arns")]
    for resource in world.of(ATTACHMENT):
        target = world.identified(resource, "role", (ROLE,), name_of)
        if isinstance(target, Unknown):
            found.append((target, ""))
        elif target.content in (name_of(role), arn_of(role)):
            found.append((resource, "policy_arn"))
    for resource in world.of(ATTACHMENTS):
        value = value_of(resource, "roles")
        names = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
        behind = [name_of(one) for left in opened(value) for one in world.targets(left, (ROLE,), resource)]
        unclear = next((left for left in opened(value) if not world.targets(left, (ROLE,), resource)), None)
        if name_of(role) in (*names, *behind):
            found.append((resource, "policy_arn"))
        elif unclear:
            found.append((unknown(resource, "roles", unclear), ""))
    return found


def _arns(resource: Resource, path: str, world: World) -> list[str] | Unknown:
    """Read one ARN of a managed policy, or a list of them."""
    value = value_of(resource, path)
    items = value if isinstance(value, list) else [value] if value else []
    found = [one for one in items if isinstance(one, str)]
    left = [one for one in items if isinstance(one, Open)]
    behind = world.targets(left[0], (POLICY,), resource) if left else []
    if left and (not behind or (len(behind) != len(left) and not isinstance(value, Open))):
        return unknown(resource, path, left[0])
    return [*found, *map(arn_of, behind)]
