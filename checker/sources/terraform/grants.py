"""Grants on a key out of aws_kms_grant: of a key that a plan makes they are all that there are.

Source of names: Terraform AWS provider documentation, aws_kms_grant.
"""

from typing import Any

from checker.evidence import Known, Observed
from checker.inventory import KeyGrant
from checker.sources.cloudformation.settings import Unclear, Wrong, content_of, word, words
from checker.sources.terraform.names import KEYS, ROLE, USER, arn_of, name_of
from checker.sources.terraform.resource import Resource
from checker.sources.terraform.settings import block, setting
from checker.sources.terraform.world import World, only_live

GRANT = "aws_kms_grant"


def read_grants(key: Resource, world: World) -> Observed[tuple[KeyGrant, ...]]:
    """Collect the grants of a key, by address; one that exists already may have others beside them."""
    if not key.new:
        return only_live("the grants of a key that exists already", key)
    found: list[KeyGrant] = []
    try:
        for resource in world.of(GRANT):
            named = content_of(world.identified(resource, "key_id", KEYS, arn_of))
            if named in (arn_of(key), name_of(key)):
                found.append(_grant(resource, world))
    except Unclear as unclear:
        return unclear.why
    return Known(tuple(sorted(found, key=lambda grant: grant.id)), key.origin("grants"))


def _grant(resource: Resource, world: World) -> KeyGrant:
    who = (ROLE, USER)
    return KeyGrant(
        id=resource.address,
        grantee=content_of(world.identified(resource, "grantee_principal", who, arn_of)) or "",
        retiring=content_of(world.identified(resource, "retiring_principal", who, arn_of)),
        operations=tuple(sorted(content_of(setting(resource, "operations", words, ())))),
        constraints=content_of(setting(resource, "constraints", _constraints, ())),
    )


def _constraints(value: Any) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for name in ("encryption_context_subset", "encryption_context_equals"):
        told = block(value).get(name) or {}
        if not isinstance(told, dict):
            raise Wrong("with a context that is no map")
        found |= {key: word(one) for key, one in told.items()}
    return tuple(sorted(found.items()))
