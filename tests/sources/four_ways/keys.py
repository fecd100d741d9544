"""KMS keys with their policy and grants, in both languages."""

from typing import Any

from tests.simulator.world import Key
from tests.sources.four_ways.words import Resources, address, block, logical, parsed


def template(key: Key) -> Resources:
    settings: dict[str, Any] = {
        "KeyPolicy": parsed(key.policy),
        "EnableKeyRotation": key.rotation["KeyRotationEnabled"],
        "Enabled": key.metadata.get("KeyState", "Enabled") == "Enabled",
        "PendingWindowInDays": 30,
    }
    if days := key.rotation.get("RotationPeriodInDays"):
        settings["RotationPeriodInDays"] = days
    same = {name: key.metadata[name] for name in ("MultiRegion", "KeySpec", "Origin") if name in key.metadata}
    found: Resources = {
        id_of(key): {
            "Type": "AWS::KMS::Key",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": settings | same,
        }
    }
    for alias in key.aliases:
        found[logical("Alias", alias)] = {
            "Type": "AWS::KMS::Alias",
            "Properties": {"AliasName": alias, "TargetKeyId": {"Ref": id_of(key)}},
        }
    return found


def plan(key: Key) -> Resources:
    found: Resources = {
        address_of(key): {
            "policy": key.policy,
            "enable_key_rotation": key.rotation["KeyRotationEnabled"],
            "is_enabled": key.metadata.get("KeyState", "Enabled") == "Enabled",
            "customer_master_key_spec": key.metadata.get("KeySpec", "SYMMETRIC_DEFAULT"),
            "multi_region": key.metadata.get("MultiRegion", False),
        }
    }
    if days := key.rotation.get("RotationPeriodInDays"):
        found[address_of(key)]["rotation_period_in_days"] = days
    for alias in key.aliases:
        found[address("aws_kms_alias", alias)] = {"name": alias, "target_key_id": key.arn}
    for grant in key.grants:
        found[address("aws_kms_grant", grant["GrantId"])] = {
            "key_id": key.arn,
            "grantee_principal": grant["GranteePrincipal"],
            "retiring_principal": grant.get("RetiringPrincipal"),
            "operations": grant["Operations"],
            "constraints": block(_constraints(grant)),
        }
    return found


def _constraints(grant: Any) -> dict[str, Any] | None:
    told = grant.get("Constraints")
    if not told:
        return None
    return {
        "encryption_context_equals": told.get("EncryptionContextEquals"),
        "encryption_context_subset": told.get("EncryptionContextSubset"),
    }


def id_of(key: Key) -> str:
    return logical("Key", key.arn[-4:])


def address_of(key: Key) -> str:
    return address("aws_kms_key", f"k{key.arn[-4:]}")
