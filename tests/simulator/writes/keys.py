"""What KMS's operations do to a key: by its owner, and in the key's Region."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.simulator.call import Call
from tests.simulator.destinations import key_of
from tests.simulator.world import Key, World
from tests.simulator.writes.change import Change, swapped


def _with(world: World, key: Key, **changes: Any) -> World:
    return replace(world, keys=swapped(world.keys, key, replace(key, **changes)))


def _described(world: World, call: Call, **metadata: Any) -> World:
    key = key_of(world, call)
    return _with(world, key, metadata={**key.metadata, **metadata})


def disable_key(world: World, call: Call) -> World:
    return _described(world, call, KeyState="Disabled")


def schedule_key_deletion(world: World, call: Call) -> World:
    date = datetime.now(UTC) + timedelta(days=call.params.get("PendingWindowInDays", 30))
    return _described(world, call, KeyState="PendingDeletion", DeletionDate=date)


def create_key(world: World, call: Call) -> World:
    """Create a key; ids count from zero, so that a script knows them."""
    here = f"arn:{world.partition}:kms:{call.region}:{call.account}:key"
    number = sum(key.arn.startswith(f"{here}/00000000-") for key in world.keys)
    told = {name: call.params[name] for name in ("MultiRegion", "Origin") if name in call.params}
    waiting = {"KeyState": "PendingImport"} if told.get("Origin") == "EXTERNAL" else {}
    new = Key(
        arn=f"{here}/00000000-0000-0000-0000-{number:012d}",
        policy=call.params["Policy"],
        metadata={**told, **waiting},
        rotation={"KeyRotationEnabled": False},
    )
    return replace(world, keys=(*world.keys, new))


def delete_material(world: World, call: Call) -> World:
    """Delete imported key material: the key is of no use until it is imported again."""
    return _described(world, call, KeyState="PendingImport")


def put_key_policy(world: World, call: Call) -> World:
    return _with(world, key_of(world, call), policy=call.params["Policy"])


def disable_rotation(world: World, call: Call) -> World:
    return _with(world, key_of(world, call), rotation={"KeyRotationEnabled": False})


def create_grant(world: World, call: Call) -> World:
    key = key_of(world, call)
    grant = {
        "GrantId": f"{len(key.grants):064x}",
        **{name: value for name, value in call.params.items() if name != "KeyId"},
    }
    return _with(world, key, grants=(*key.grants, grant))


WRITES: dict[tuple[str, str], Change] = {
    ("kms", "CreateKey"): create_key,
    ("kms", "CreateGrant"): create_grant,
    ("kms", "DeleteImportedKeyMaterial"): delete_material,
    ("kms", "DisableKey"): disable_key,
    ("kms", "DisableKeyRotation"): disable_rotation,
    ("kms", "PutKeyPolicy"): put_key_policy,
    ("kms", "ScheduleKeyDeletion"): schedule_key_deletion,
}
