"""A key out of aws_kms_key and its siblings, and which key a name, an id, an alias or an ARN means.

Source of names and defaults: Terraform AWS provider documentation, aws_kms_key, aws_kms_external_key,
aws_kms_replica_key, aws_kms_key_policy, aws_kms_alias.
"""

import re
from typing import Any

from checker.evidence import Cause, Known, Observed, Origin, Unknown, derive
from checker.inventory import Key
from checker.inventory.arns import account_of, region_of
from checker.sources.cloudformation.environment import Environment
from checker.sources.cloudformation.keys import account_policy
from checker.sources.cloudformation.settings import flag, word
from checker.sources.terraform.documents import policy
from checker.sources.terraform.grants import read_grants
from checker.sources.terraform.names import ALIAS, EXTERNAL_KEY, KEYS, REPLICA_KEY, arn_of, name_of
from checker.sources.terraform.resource import Open, Resource
from checker.sources.terraform.settings import positive, setting, value_of
from checker.sources.terraform.world import World, missing, only_live, several_of, unread

POLICY = "aws_kms_key_policy"
_ALIAS_NAME = re.compile(r"(?:arn:[^:]+:kms:([^:]*):([^:]*):)?(alias/.+)")
_ROTATION_DAYS = 365


def named_key(resource: Resource, path: str, world: World) -> Observed[str | None]:
    """Read a setting that names a key, and return the ARN of the key."""
    found = world.identified(resource, path, (*KEYS, ALIAS), arn_of)
    return derive(found, lambda id: key_arn(id, resource.environment, world) if id else None)


def key_arn(id: str, here: Environment, world: World) -> str:
    """Return the ARN of the key that a name means; an alias of these plans leads to its key."""
    alias = _ALIAS_NAME.fullmatch(id)
    if alias:
        target = _target(alias, here, world)
        return target or (id if id.startswith("arn:") else here.arn("kms", id))
    return id if id.startswith("arn:") else here.arn("kms", f"key/{id}")


def _target(alias: re.Match[str], here: Environment, world: World) -> str | None:
    region, account, name = alias[1] or here.region, alias[2] or here.account, alias[3]
    for resource in world.named(ALIAS, name):
        there = resource.environment
        if (there.region, there.account) == (region, account):
            told = world.identified(resource, "target_key_id", KEYS, arn_of)
            if isinstance(told, Known) and told.content:
                return key_arn(told.content, there, world)
    return None


def read_key(arn: str, world: World, named: Origin) -> Key:
    """Read a key by its ARN; one that no plan describes is outside."""
    found = [one for type in KEYS for one in world.with_arn(type, arn)]
    if len(found) != 1:
        what = f"key {arn}"
        known = {"arn": arn, "account": account_of(arn), "region": region_of(arn)}
        if found:
            return unread(Key, several_of(what, found), known)
        why, gone = missing(world, KEYS, arn_of, arn, what, named)
        return unread(Key, why, known | (_scheduled(why) if gone else {}))
    resource = found[0]
    return Key(
        arn=arn,
        account=resource.environment.account,
        region=resource.environment.region,
        exists=Known(True, resource.origin()),
        state=_state(resource),
        deletion_date=Known(None, resource.origin()),
        manager=Known("CUSTOMER", resource.origin()),
        spec=setting(resource, "customer_master_key_spec", word, "SYMMETRIC_DEFAULT"),
        origin=_origin(resource),
        multi_region=Known(True, resource.origin())
        if resource.type == REPLICA_KEY
        else setting(resource, "multi_region", flag, False),
        rotation_enabled=_rotation(resource),
        rotation_days=_rotation_days(resource),
        policy=_policy(resource, world),
        grants=read_grants(resource, world),
        aliases=_aliases(resource, world),
    )


def _aliases(key: Resource, world: World) -> Observed[tuple[str, ...]]:
    """Collect the aliases of a key; one that exists already may have others beside them."""
    if not key.new:
        return only_live("the aliases of a key that exists already", key)
    found: list[str] = []
    for resource in world.of(ALIAS):
        named = named_key(resource, "target_key_id", world)
        if isinstance(named, Unknown):
            return named
        if named.content == arn_of(key):
            found.append(name_of(resource))
    return Known(tuple(sorted(found)), key.origin("aliases"))


def _scheduled(why: Unknown) -> dict[str, Known[Any]]:
    """Return what is known of a key that is destroyed: it waits for its deletion, and encrypts no more."""
    return {"exists": Known(True, why.origin), "state": Known("PendingDeletion", why.origin)}


def _state(resource: Resource) -> Observed[str]:
    """Say the state that an apply brings about; a key without material waits for its import."""
    enabled = setting(resource, "enabled" if resource.type != "aws_kms_key" else "is_enabled", flag, True)
    if resource.type == EXTERNAL_KEY and resource.new and value_of(resource, "key_material_base64") is None:
        return Known("PendingImport", resource.origin("key_material_base64"))
    return derive(enabled, lambda on: "Enabled" if on else "Disabled")


def _origin(resource: Resource) -> Observed[str]:
    if resource.type == EXTERNAL_KEY:
        return Known("EXTERNAL", resource.origin())
    if resource.type == REPLICA_KEY:
        return only_live("where the material of a replica key comes from", resource)
    store = setting(resource, "custom_key_store_id", word, "")
    external = setting(resource, "xks_key_id", word, "")
    if isinstance(external, Unknown):
        return external
    where = "EXTERNAL_KEY_STORE" if external.content else "AWS_CLOUDHSM"
    return derive(store, lambda id: where if id else "AWS_KMS")


def _rotation(resource: Resource) -> Observed[bool]:
    """Read rotation; of a replica it is that of its primary key, and imported material does not rotate."""
    if resource.type == REPLICA_KEY:
        return only_live("whether the primary key of a replica rotates", resource)
    return setting(resource, "enable_key_rotation", flag, False)


def _rotation_days(resource: Resource) -> Observed[int | None]:
    rotation = _rotation(resource)
    if isinstance(rotation, Unknown) or not rotation.content:
        return derive(rotation, lambda _: None)
    days: Any = setting(resource, "rotation_period_in_days", positive, _ROTATION_DAYS)
    return derive(days, lambda found: found or _ROTATION_DAYS)


def _policy(resource: Resource, world: World) -> Observed[str | None]:
    """Read the policy, which a resource of its own may set; without any KMS sets its default."""
    id = name_of(resource)
    own = [p for p in world.of(POLICY) if _belongs(p, resource, id, world)]
    unclear = [p for p in world.of(POLICY) if isinstance(_key_of(p, world), Unknown)]
    if len(own) > 1:
        reason = f"{resource.address} has several policies, of which the last to be applied remains"
        return Unknown(reason, Cause.UNDECIDED, own[0].origin())
    if own:
        return policy(own[0], "policy", world)
    if unclear:
        reason = f"{unclear[0].address} sets the policy of a key that cannot be told"
        return Unknown(reason, Cause.UNDECIDED, unclear[0].origin())
    found = policy(resource, "policy", world)
    if isinstance(found, Known) and not found.content:
        return Known(account_policy(resource.environment), found.origin)
    return found


def _belongs(document: Resource, key: Resource, id: str, world: World) -> bool:
    found = _key_of(document, world)
    return isinstance(found, Known) and found.content in (id, arn_of(key))


def _key_of(document: Resource, world: World) -> Observed[str | None]:
    if isinstance(value_of(document, "key_id"), Open):
        return world.identified(document, "key_id", KEYS, arn_of)
    return setting(document, "key_id", word, None)
