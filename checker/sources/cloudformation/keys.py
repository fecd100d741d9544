"""A key out of AWS::KMS::Key or AWS::KMS::ReplicaKey, and which key a name, an id, an alias or an ARN means.

Source of defaults: CloudFormation template reference, AWS::KMS::Key and AWS::KMS::ReplicaKey.
"""

import re

from checker.evidence import Known, Observed, Origin, Unknown, derive
from checker.inventory import Key
from checker.inventory.arns import account_of, region_of
from checker.sources.cloudformation.documents import policy
from checker.sources.cloudformation.environment import Environment
from checker.sources.cloudformation.settings import exists, flag, number, setting, word
from checker.sources.cloudformation.stack import Resource
from checker.sources.cloudformation.world import World, name_of, only_live, outside

TYPE, REPLICA = "AWS::KMS::Key", "AWS::KMS::ReplicaKey"
TYPES = (TYPE, REPLICA)
ALIAS = "AWS::KMS::Alias"
_ALIAS_NAME = re.compile(r"(?:arn:[^:]+:kms:([^:]*):([^:]*):)?(alias/.+)")
_ROTATION_DAYS = 365


def key_arn(id: str, here: Environment, world: World) -> str:
    """Return the ARN of the key that a trail names; an alias of these templates leads to its key."""
    alias = _ALIAS_NAME.fullmatch(id)
    if alias:
        target = _target(alias, here, world)
        return target or (id if id.startswith("arn:") else here.arn("kms", id))
    return id if id.startswith("arn:") else here.arn("kms", f"key/{id}")


def _target(alias: re.Match[str], here: Environment, world: World) -> str | None:
    region, account, name = alias[1] or here.region, alias[2] or here.account, alias[3]
    for resource in world.named(ALIAS, name):
        there = resource.stack.environment
        if (there.region, there.account) == (region, account):
            told = setting(resource, "TargetKeyId", word, "")
            if isinstance(told, Known) and told.content:
                return key_arn(told.content, there, world)
    return None


def read_key(arn: str, world: World, named: Origin) -> Key:
    """Read a key by its ARN; one that no template describes is outside."""
    found = [one for type in TYPES for one in world.with_arn(type, arn)]
    if not found:
        return _outside(arn, outside(f"key {arn}", named))
    resource = found[0]
    replica, created = resource.type == REPLICA, exists(resource)
    origin = setting(resource, "Origin", word, "AWS_KMS")
    return Key(
        arn=arn,
        account=resource.stack.environment.account,
        region=resource.stack.environment.region,
        exists=created,
        state=_state(resource, origin),
        deletion_date=Known(None, resource.origin("")),
        manager=Known("CUSTOMER", resource.origin("")),
        spec=setting(resource, "KeySpec", word, "SYMMETRIC_DEFAULT"),
        origin=only_live("where the material of a replica key comes from", resource) if replica else origin,
        multi_region=Known(True, resource.origin(""))
        if replica
        else setting(resource, "MultiRegion", flag, False),
        rotation_enabled=_rotation(resource),
        rotation_days=_rotation_days(resource),
        policy=_policy(resource, world),
        grants=only_live("the grants of a key", resource),
        aliases=_aliases(arn, world),
    )


def _aliases(arn: str, world: World) -> Observed[tuple[str, ...]]:
    """Collect the aliases that these templates give a key; one whose key cannot be told leaves them open."""
    found: list[str] = []
    for resource in world.of(ALIAS):
        named = setting(resource, "TargetKeyId", word, "")
        if isinstance(named, Unknown):
            return named
        if key_arn(named.content, resource.stack.environment, world) == arn:
            found.append(name_of(resource) or resource.id)
    return Known(tuple(sorted(found)))


def _state(resource: Resource, origin: Observed[str]) -> Observed[str]:
    """Say the state that a deployment brings about; whether somebody has since scheduled its deletion, no.

    A key whose material is imported is made without any, and the import is no part of a template.
    """
    if isinstance(origin, Known) and origin.content == "EXTERNAL":
        return only_live("whether the material of a key was imported", resource)
    enabled = setting(resource, "Enabled", flag, True)
    return derive(enabled, lambda on: "Enabled" if on else "Disabled")


def _rotation(resource: Resource) -> Observed[bool]:
    """Read rotation; that of a replica is its primary key's."""
    if resource.type == REPLICA:
        return only_live("whether the primary key of a replica rotates", resource)
    return setting(resource, "EnableKeyRotation", flag, False)


def _rotation_days(resource: Resource) -> Observed[int | None]:
    rotation = _rotation(resource)
    if isinstance(rotation, Unknown) or not rotation.content:
        return derive(rotation, lambda _: None)
    return derive(setting(resource, "RotationPeriodInDays", number, _ROTATION_DAYS), lambda days: days)


def _policy(resource: Resource, world: World) -> Observed[str | None]:
    """Read the policy; without one KMS sets its default, which leaves everything to the account's IAM."""
    found = policy(resource, "KeyPolicy", world)
    if isinstance(found, Known) and found.content is None:
        return Known(account_policy(resource.stack.environment), found.origin)
    return found


def account_policy(here: Environment) -> str:
    """Return the policy that KMS gives a key without one (KMS developer guide, Default key policy)."""
    root = f"arn:{here.partition}:iam::{here.account}:root"
    return (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"'
        f'{root}"}},"Action":"kms:*","Resource":"*"}}]}}'
    )


def _outside(arn: str, why: Unknown) -> Key:
    return Key(
        arn=arn,
        account=account_of(arn),
        region=region_of(arn),
        exists=why,
        state=why,
        deletion_date=why,
        manager=why,
        spec=why,
        origin=why,
        multi_region=why,
        rotation_enabled=why,
        rotation_days=why,
        policy=why,
        grants=why,
    )
