"""What a plan says of trails, buckets, keys, topics and roles beside their settings.

A plan tells what an apply brings about and in which order, and nothing of ``lifecycle``; readers of the
language itself give it as a block of the resource.

Source: Terraform documentation, JSON Output Format; AWS provider documentation, aws_s3_bucket, aws_kms_key.
"""

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from checker.evidence import Cause, Known, Observed, Unknown
from checker.inventory import DESTROYED, REPLACED, Declaration, Inventory, Prerequisite, Trail
from checker.sources.cloudformation.settings import flag, number
from checker.sources.terraform import buckets
from checker.sources.terraform.names import BUCKET, GROUP, KEYS, ROLE, TOPIC, TRAIL, arn_of, name_of
from checker.sources.terraform.recipients import ATTACHMENT, ATTACHMENTS, ROLE_POLICY, TOPIC_POLICY
from checker.sources.terraform.resource import Resource
from checker.sources.terraform.settings import setting, value_of
from checker.sources.terraform.world import World, only_live

KEY_POLICY = "aws_kms_key_policy"
_WAITING_DAYS = 30
_INDEX = re.compile(r"\[[^\[\]]*\]")
_ATTACHED = {
    BUCKET: ((buckets.POLICY, "bucket", (BUCKET,)),),
    TOPIC: ((TOPIC_POLICY, "arn", (TOPIC,)),),
    ROLE: ((ROLE_POLICY, "role", (ROLE,)), (ATTACHMENT, "role", (ROLE,)), (ATTACHMENTS, "roles", (ROLE,))),
    **dict.fromkeys(KEYS, ((KEY_POLICY, "key_id", KEYS),)),
}
"""What is attached to a resource, the setting that names the resource, and the types that it names."""


def declarations(inventory: Inventory, world: World) -> dict[str, Declaration]:
    """Return what is declared of each trail and of what trails name, by ARN; nothing of what lies outside."""
    found: dict[str, Declaration] = {}
    for types, arn in _judged(inventory):
        resources = [one for type in types for one in world.with_arn(type, arn)]
        gone = [one for one in world.gone if one.type in types and arn_of(one) == arn]
        if len(resources) == 1:
            told = _declaration(arn, resources[0], inventory.trails.get(arn), world)
            found[arn] = _taken(told, resources[0], gone) if gone else told
        elif not resources and gone:
            found[arn] = _destroyed(arn, gone[0])
    return found


def _taken(told: Declaration, resource: Resource, gone: Sequence[Resource]) -> Declaration:
    """Say of what is declared twice that an apply takes it away at another address, which orders nothing.

    Terraform makes no such change of what has moved (``moved``, ``removed``).
    """
    return replace(told, removal=Known(REPLACED if resource.new else DESTROYED, gone[0].origin()))


def _destroyed(arn: str, resource: Resource) -> Declaration:
    here = resource.environment
    return Declaration(
        arn=arn,
        account=here.account,
        region=here.region,
        language="terraform",
        removal=Known(DESTROYED, resource.origin()),
    )


def _judged(inventory: Inventory) -> Iterator[tuple[Sequence[str], str]]:
    yield from (((TRAIL,), arn) for arn in inventory.trails)
    yield from (((BUCKET,), bucket.arn) for bucket in inventory.buckets.values())
    yield from ((KEYS, arn) for arn in inventory.keys)
    yield from (((TOPIC,), arn) for arn in inventory.topics)
    yield from (((ROLE,), arn) for arn in inventory.roles)


def _declaration(arn: str, resource: Resource, trail: Trail | None, world: World) -> Declaration:
    here, kept = resource.environment, _kept(resource)
    return Declaration(
        arn=arn,
        account=here.account,
        region=here.region,
        language="terraform",
        on_deletion=kept,
        on_replacement=kept,
        emptied=setting(resource, "force_destroy", flag, False),
        waiting_days=setting(resource, "deletion_window_in_days", number, _WAITING_DAYS),
        prerequisites=_prerequisites(trail, resource, world),
        literals=only_live("whether an ARN was written with its partition", resource),
        removal=Known(resource.removal, resource.origin()) if resource.removal else None,
    )


def _kept(resource: Resource) -> Observed[str]:
    if "lifecycle" not in resource.values:
        return only_live("prevent_destroy", resource)
    prevented = setting(resource, "lifecycle.prevent_destroy", flag, False)
    if isinstance(prevented, Unknown):
        return prevented
    return Known("Retain" if prevented.content else "Delete", prevented.origin)


def _prerequisites(
    trail: Trail | None, resource: Resource, world: World
) -> Observed[tuple[Prerequisite, ...]]:
    """Return what CreateTrail checks and this plan creates; what exists already is there in time."""
    if trail is None:
        return Known((), resource.origin())
    if resource.before is None:
        return only_live("in which order resources are made", resource)
    every = [one for needed in _needed(trail, world) for one in (needed, *_attached(needed, world))]
    return Known(
        tuple(Prerequisite(name=one.address, awaited=_is_awaited(one, resource)) for one in every),
        resource.origin("depends_on"),
    )


def _is_awaited(needed: Resource, trail: Resource) -> Observed[bool]:
    origin = trail.origin("depends_on")
    if needed.new is False or trail.new is False:
        return Known(True, origin)
    if needed.path == trail.path and _INDEX.sub("", needed.address) in (trail.before or ()):
        return Known(True, origin)
    if needed.path != trail.path:
        return Unknown("in which order plans are applied no plan tells", Cause.OUT_OF_SCOPE, origin)
    if trail.leads_on:
        reason = f"whether {trail.address} waits for {needed.address} hangs on {trail.leads_on[0]}"
        return Unknown(f"{reason}, of which a plan does not tell", Cause.UNDECIDED, origin)
    return Known(False, origin)


def _needed(trail: Trail, world: World) -> Iterator[Resource]:
    if isinstance(trail.bucket_name, Known):
        yield from world.named(BUCKET, trail.bucket_name.content)
    named: Sequence[tuple[Sequence[str], Observed[str | None]]] = (
        (KEYS, trail.kms_key_id),
        ((TOPIC,), trail.sns_topic_arn),
        ((GROUP,), trail.log_group_arn),
        ((ROLE,), trail.log_role_arn),
    )
    for types, arn in named:
        if isinstance(arn, Known) and arn.content:
            for type in types:
                yield from world.with_arn(type, arn.content.removesuffix(":*"))


def _attached(resource: Resource, world: World) -> Iterator[Resource]:
    """Yield the policies that are known to be those of a bucket, key, topic or role."""
    wanted = {name_of(resource), arn_of(resource)}
    for type, attribute, types in _ATTACHED.get(resource.type, ()):
        for one in world.of(type):
            identity = arn_of if attribute == "arn" else name_of
            target = world.identified(one, attribute, types, identity)
            listed = value_of(one, attribute) if attribute == "roles" else None
            names = {name for name in listed if isinstance(name, str)} if isinstance(listed, list) else set()
            if isinstance(target, Known) and target.content:
                names.add(target.content)
            if wanted & names:
                yield one
