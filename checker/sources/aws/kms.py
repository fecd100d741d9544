"""Reads a KMS key that a trail names, in the Region of its ARN."""

import asyncio

from msgspec import Struct

from checker.evidence import Cause, Observed, Origin, Unknown, derive
from checker.inventory import Key, KeyGrant
from checker.sources.aws.api import Answer, Api, Target, elsewhere
from checker.sources.aws.arns import parse
from checker.sources.aws.calls import kms as calls
from checker.sources.aws.fields import anchored, moment, optional, present, required


async def read_key(api: Api, arn: str, region: str, account: str) -> Key:
    """Read the key. ``region`` and ``account`` are the trail's, for a name that is not an ARN."""
    parts = parse(arn)
    owner, home = (parts.account, parts.region) if parts else (account, region)
    target = Target(name=f"key {arn}", region=home, owner=owner)
    described, policy, rotation, grants = await asyncio.gather(
        api.ask(calls.KEY, target, {"KeyId": arn}),
        _policy(api, target, arn),
        api.ask(calls.KEY_ROTATION, target, {"KeyId": arn}),
        api.ask_all(calls.KEY_GRANTS, target, {"KeyId": arn}),
    )
    key = present(anchored(described, "KeyMetadata.KeyId"), target)
    rotation = anchored(rotation, "KeyRotationEnabled")
    return Key(
        arn=arn,
        account=owner,
        region=home,
        exists=derive(anchored(described, "KeyMetadata.KeyId"), lambda content: content is not None),
        state=required(key, "KeyMetadata.KeyState", str),
        deletion_date=moment(key, "KeyMetadata.DeletionDate"),
        manager=required(key, "KeyMetadata.KeyManager", str),
        spec=_spec(key),
        origin=required(key, "KeyMetadata.Origin", str),
        multi_region=derive(optional(key, "KeyMetadata.MultiRegion", bool), bool),
        rotation_enabled=required(rotation, "KeyRotationEnabled", bool),
        rotation_days=optional(rotation, "RotationPeriodInDays", int),
        policy=optional(policy, "Policy", str),
        grants=_grants(grants),
    )


async def _policy(api: Api, target: Target, arn: str) -> Observed[Answer]:
    """Read the key policy, which KMS shows to the owner alone (GetKeyPolicy: no cross-account use)."""
    caller = await api.caller
    if target.owner != caller.account:
        action = calls.KEY_POLICY.action
        return elsewhere(target, Origin(action=action, account=caller.account, region=target.region))
    answer = await api.ask(calls.KEY_POLICY, target, {"KeyId": arn, "PolicyName": "default"})
    return anchored(answer, "Policy")


def _spec(key: Observed[Answer]) -> Observed[str]:
    """Read the key's spec, which older endpoints call CustomerMasterKeySpec."""
    spec = required(key, "KeyMetadata.KeySpec", str)
    if isinstance(spec, Unknown) and spec.cause is Cause.MALFORMED:
        return required(key, "KeyMetadata.CustomerMasterKeySpec", str)
    return spec


class _Constraints(Struct, frozen=True):
    EncryptionContextSubset: dict[str, str] = {}
    EncryptionContextEquals: dict[str, str] = {}
    SourceArn: str = ""


class _Grant(Struct, frozen=True):
    GrantId: str
    GranteePrincipal: str = ""
    GranteeServicePrincipal: str = ""
    RetiringPrincipal: str | None = None
    RetiringServicePrincipal: str | None = None
    Operations: tuple[str, ...] = ()
    Constraints: _Constraints = _Constraints()

    def grant(self) -> KeyGrant:
        bound = self.Constraints
        return KeyGrant(
            id=self.GrantId,
            grantee=self.GranteePrincipal or self.GranteeServicePrincipal,
            retiring=self.RetiringPrincipal or self.RetiringServicePrincipal or None,
            operations=tuple(sorted(self.Operations)),
            constraints=tuple(
                sorted({**bound.EncryptionContextSubset, **bound.EncryptionContextEquals}.items())
            ),
            source=bound.SourceArn,
        )


def _grants(answer: Observed[Answer]) -> Observed[tuple[KeyGrant, ...]]:
    found = required(answer, "Grants", tuple[_Grant, ...])
    return derive(found, lambda grants: tuple(sorted((g.grant() for g in grants), key=lambda g: g.id)))
