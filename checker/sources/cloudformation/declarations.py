"""What templates say of trails, buckets, keys, topics and roles beside their settings.

Source: CloudFormation User Guide, DeletionPolicy, UpdateReplacePolicy and DependsOn attributes; the CDK's
custom resource for auto_delete_objects.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from checker.evidence import Cause, Known, Observed, Origin, Unknown
from checker.inventory import Declaration, DeployedStack, Inventory, Prerequisite, Trail
from checker.sources.cloudformation import buckets, keys, trails
from checker.sources.cloudformation.environment import symbolic
from checker.sources.cloudformation.logs import TYPE as LOG_GROUP
from checker.sources.cloudformation.node import Node, child, entries
from checker.sources.cloudformation.recipients import MANAGED, POLICY, ROLE, ROLE_POLICY, TOPIC, TOPIC_POLICY
from checker.sources.cloudformation.references import awaited
from checker.sources.cloudformation.resolve import resolve
from checker.sources.cloudformation.settings import number, setting, word, words
from checker.sources.cloudformation.stack import Resource, Stack
from checker.sources.cloudformation.unresolved import Unresolved
from checker.sources.cloudformation.world import World, arn_of, name_of

EMPTYING = "Custom::S3AutoDeleteObjects"
_LITERAL = re.compile(r"\barn:(aws[a-z-]*):")
_POLICIES = {
    TOPIC_POLICY: ("Topics", "PolicyDocument"),
    buckets.POLICY: ("Bucket", "PolicyDocument"),
    POLICY: ("Roles", "PolicyDocument"),
    MANAGED: ("Roles", "PolicyDocument"),
    ROLE_POLICY: ("RoleName", "PolicyDocument"),
}
"""Where a policy says whose it is, and where it stands."""
_INLINE = {**dict.fromkeys(keys.TYPES, ("KeyPolicy",)), ROLE: ("AssumeRolePolicyDocument", "Policies")}
_ATTACHED = {
    buckets.TYPE: (buckets.POLICY,),
    TOPIC: (TOPIC_POLICY,),
    ROLE: (POLICY, MANAGED, ROLE_POLICY),
}
_WAITING_DAYS = 30
_IN_STACKS = (trails.TYPE, buckets.TYPE, *keys.TYPES)

_Parents = Mapping[int, tuple[Stack, str]]
"""The stack around a nested one, and the resource there that stands for it."""


def declarations(inventory: Inventory, world: World) -> dict[str, Declaration]:
    """Return what is declared of each trail and of what trails name, by ARN; nothing of what lies outside."""
    found: dict[str, Declaration] = {}
    parents = _parents(world)
    for type, arn in _judged(inventory):
        resources = world.with_arn(type, arn)
        if len(resources) == 1:
            trail = inventory.trails.get(arn)
            needed = _prerequisites(trail, resources[0], world, parents)
            found[arn] = _declaration(arn, resources[0], world, needed)
    return found


def stacks(inventory: Inventory, world: World) -> dict[str, DeployedStack]:
    """Return the stacks that a trail, a log bucket or a key belongs to, by ARN."""
    holds: dict[int, tuple[Stack, set[str]]] = {}
    parents = _parents(world)
    for type, arn in _judged(inventory):
        for resource in world.with_arn(type, arn) if type in _IN_STACKS else ():
            root, _ = list(_standing(resource, parents).values())[-1]
            holds.setdefault(id(root), (root, set()))[1].add(arn)
    found = [_stack(stack, arns) for stack, arns in holds.values()]
    return {one.arn: one for one in found}


def _judged(inventory: Inventory) -> Iterator[tuple[str, str]]:
    yield from ((trails.TYPE, arn) for arn in inventory.trails)
    yield from ((buckets.TYPE, bucket.arn) for bucket in inventory.buckets.values())
    yield from ((type, arn) for arn in inventory.keys for type in keys.TYPES)
    yield from ((TOPIC, arn) for arn in inventory.topics)
    yield from ((ROLE, arn) for arn in inventory.roles)


def _declaration(
    arn: str, resource: Resource, world: World, needed: Observed[tuple[Prerequisite, ...]]
) -> Declaration:
    here, default = resource.stack.environment, "Delete"
    deletion = _attribute(resource, "DeletionPolicy", default)
    return Declaration(
        arn=arn,
        account=here.account,
        region=here.region,
        language="cloudformation",
        on_deletion=deletion,
        on_replacement=_attribute(resource, "UpdateReplacePolicy", default),
        emptied=_emptied(resource, world),
        waiting_days=setting(resource, "PendingWindowInDays", number, _WAITING_DAYS),
        prerequisites=needed,
        literals=_literals(resource, world),
        partition="" if resource.stack.deployment is None or symbolic(here.region) else here.partition,
    )


def _attribute(resource: Resource, name: str, default: str) -> Observed[str]:
    """Read an attribute of a resource, which may be made with functions by AWS::LanguageExtensions alone."""
    node = child(resource.node, name)
    origin = resource.origin(name, node)
    if resource.blocked:
        return resource.blocked.unknown(name, origin)
    try:
        found = resolve(resource.stack, node) if node else default
    except Unresolved as error:
        return error.unknown(f"{name} of {resource.label}", origin)
    if not isinstance(found, str):
        return Unknown(f"{name} of {resource.label} is not a text", Cause.MALFORMED, origin)
    return Known(found, origin)


def _emptied(resource: Resource, world: World) -> Observed[bool]:
    """Say whether the CDK's custom resource empties a bucket; one whose bucket is open leaves it open."""
    origin = resource.origin("")
    for emptier in world.of(EMPTYING) if resource.type == buckets.TYPE else ():
        target = setting(emptier, "BucketName", word, "")
        if isinstance(target, Unknown):
            return target
        if target.content == name_of(resource):
            return Known(True, emptier.origin("BucketName"))
    return Known(False, origin)


def _literals(resource: Resource, world: World) -> Observed[tuple[str, ...]]:
    """Find the partitions that policies spell out, at the first place where one does."""
    places: dict[str, tuple[Resource, Node]] = {}
    own = ((resource, child(resource.node, "Properties", name)) for name in _INLINE.get(resource.type, ()))
    attached = _policies_of(resource, world)
    if isinstance(attached, Unknown):
        return attached
    others = ((one, child(one.node, "Properties", _POLICIES[one.type][1])) for one in attached)
    for policy, node in (*own, *others):
        for text in _texts(node):
            for name in _LITERAL.findall(str(text.value)):
                places.setdefault(name, (policy, text))
    if not places:
        return Known((), resource.origin("policies"))
    policy, text = next(iter(places.values()))
    return Known(tuple(places), policy.origin("PolicyDocument", text))


def _texts(node: Node | None) -> Iterator[Node]:
    waiting = [node] if node else []
    while waiting:
        here = waiting.pop(0)
        if isinstance(here.value, list):
            waiting = [*here.value, *waiting]
        elif isinstance(here.value, dict):
            waiting = [*(inner for _, inner in entries(here)), *waiting]
        elif isinstance(here.value, str):
            yield here


def _policies_of(resource: Resource, world: World) -> list[Resource] | Unknown:
    """Return the resources that are a policy of a bucket, topic or role; Unknown where one may be."""
    found: list[Resource] = []
    wanted = {name_of(resource), arn_of(resource)}
    for policy in world.of(*_ATTACHED.get(resource.type, ())):
        targets = setting(policy, _POLICIES[policy.type][0], words, ())
        if isinstance(targets, Unknown):
            return targets
        if wanted & set(targets.content):
            found.append(policy)
    return found


def _prerequisites(
    trail: Trail | None, resource: Resource, world: World, parents: _Parents
) -> Observed[tuple[Prerequisite, ...]]:
    """Return what CreateTrail checks and these templates create."""
    if trail is None:
        return Known((), resource.origin(""))
    found: list[Resource] = []
    for needed in _needed(trail, world):
        policies = _policies_of(needed, world)
        if isinstance(policies, Unknown):
            return policies
        found += [needed, *policies]
    every = tuple(
        Prerequisite(name=f"{one.type} {one.label}", awaited=_is_awaited(one, resource, parents))
        for one in found
    )
    return Known(every, resource.origin("DependsOn", child(resource.node, "DependsOn")))


def _needed(trail: Trail, world: World) -> Iterator[Resource]:
    if isinstance(trail.bucket_name, Known):
        yield from world.named(buckets.TYPE, trail.bucket_name.content)
    named: Sequence[tuple[str, Observed[str | None]]] = (
        *((type, trail.kms_key_id) for type in keys.TYPES),
        (TOPIC, trail.sns_topic_arn),
        (LOG_GROUP, trail.log_group_arn),
        (ROLE, trail.log_role_arn),
    )
    for type, arn in named:
        if isinstance(arn, Known) and arn.content:
            yield from world.with_arn(type, arn.content)


def _is_awaited(needed: Resource, trail: Resource, parents: _Parents) -> Observed[bool]:
    """Say whether something is there before the trail, in its stack or in one that is deployed first."""
    origin = trail.origin("DependsOn", child(trail.node, "DependsOn"))
    here, there = _standing(trail, parents), _standing(needed, parents)
    common = next((one for one in here if one in there), None)
    if common is not None:
        stack, id = here[common]
        return Known(there[common][1] in awaited(stack.resources[id]), origin)
    one, other = trail.stack.deployment, needed.stack.deployment
    if one and other and one.folder == other.folder:
        place = Origin(path=str(one.manifest), line=one.line, column=one.column, address=trail.label)
        return Known(other.id in one.before, place)
    reason = f"whether {needed.stack.name} is deployed before {trail.stack.name} no template tells"
    return Unknown(reason, Cause.OUT_OF_SCOPE, origin)


def _standing(resource: Resource, parents: _Parents) -> dict[int, tuple[Stack, str]]:
    """Return the stacks that a resource is in, from the inside out, each with what stands for it there."""
    stack, found = resource.stack, {id(resource.stack): (resource.stack, resource.id)}
    while id(stack) in parents:
        stack, name = parents[id(stack)]
        found[id(stack)] = (stack, name)
    return found


def _parents(world: World) -> _Parents:
    return {id(inner): (outer, name) for outer in world.stacks for name, inner in outer.nested.items()}


def _stack(stack: Stack, arns: Iterable[str]) -> DeployedStack:
    here, told = stack.environment, stack.deployment
    protected: Observed[bool]
    if told is None:
        reason = f"no template tells whether the stack {stack.name} is protected"
        protected = Unknown(reason, Cause.OUT_OF_SCOPE, Origin(path=str(stack.path), line=1, column=1))
    else:
        place = Origin(
            field="terminationProtection", path=str(told.manifest), line=told.line, column=told.column
        )
        protected = Known(told.protected, place)
    return DeployedStack(
        arn=here.arn("cloudformation", f"stack/{stack.tag}"),
        name=stack.name,
        account=here.account,
        region=here.region,
        protected=protected,
        holds=tuple(sorted(arns)),
    )
