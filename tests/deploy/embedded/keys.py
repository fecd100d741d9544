"""KMS in CloudFormation: moto keeps a key's policy in a shape that is no JSON."""

from typing import Any

from tests.deploy.embedded.resource import Kind, Physical, Request, given


def put_key(request: Request) -> Physical:
    """Create a key, or bring one to what the template says."""
    kms = request.client("kms")
    policy = request.take_document("KeyPolicy")
    description = request.take("Description", "")
    tags = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in request.take("Tags", [])]
    fixed = given(
        KeySpec=request.take("KeySpec"),
        KeyUsage=request.take("KeyUsage"),
        MultiRegion=request.take("MultiRegion"),
    )
    key = request.existing
    if key is None:
        made = kms.create_key(Policy=policy, Description=description, Tags=tags, **fixed)
        key = made["KeyMetadata"]["KeyId"]
    else:
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
        kms.update_key_description(KeyId=key, Description=description)
        kms.tag_resource(KeyId=key, Tags=tags)
    assert key is not None
    _states(request, kms, key)
    return Physical(key, {"Arn": request.arn("kms", f"key/{key}"), "KeyId": key})


def _states(request: Request, kms: Any, key: str) -> None:
    request.take("PendingWindowInDays")
    request.take("BypassPolicyLockoutSafetyCheck")
    if request.take("EnableKeyRotation", False):
        kms.enable_key_rotation(KeyId=key, **given(RotationPeriodInDays=request.take("RotationPeriodInDays")))
    else:
        kms.disable_key_rotation(KeyId=key)
    if request.take("Enabled", True):
        kms.enable_key(KeyId=key)
    else:
        kms.disable_key(KeyId=key)


def delete_key(request: Request) -> None:
    """Schedule a key's deletion: KMS deletes none at once."""
    days = int(request.take("PendingWindowInDays", 30))
    request.client("kms").schedule_key_deletion(KeyId=request.existing, PendingWindowInDays=days)


def put_alias(request: Request) -> Physical:
    """Give a key a name."""
    kms = request.client("kms")
    name, key = request.take("AliasName"), request.take("TargetKeyId")
    if request.existing == name:
        kms.update_alias(AliasName=name, TargetKeyId=key)
    else:
        kms.create_alias(AliasName=name, TargetKeyId=key)
    return Physical(name)


def delete_alias(request: Request) -> None:
    """Take a key's name away."""
    request.client("kms").delete_alias(AliasName=request.existing)


KINDS = {
    "AWS::KMS::Key": Kind(put_key, delete_key),
    "AWS::KMS::Alias": Kind(put_alias, delete_alias),
}
