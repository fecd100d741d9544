"""Reads the aliases of keys, where a policy of the organization names keys by them, and nowhere else."""

import asyncio
from collections.abc import Awaitable, Callable

from msgspec import Struct
from msgspec.structs import replace

from checker.evidence import Known, Observed, Origin, derive
from checker.inventory import Inventory, Key, Organization
from checker.policy.aliases import OF_KEY
from checker.sources.aws.api import Api, Target, elsewhere
from checker.sources.aws.calls import kms as calls
from checker.sources.aws.fields import required

Enter = Callable[[str], Awaitable[Api | None]]
"""Gives what asks in an account; None where there is no way in."""


class _Alias(Struct, frozen=True, rename="pascal"):
    alias_name: str


def asked_for(organization: Organization | None) -> bool:
    """Say whether a policy of the organization asks for the aliases of keys."""
    if organization is None or not isinstance(organization.policies, Known):
        return False
    documents = (policy.document for policy in organization.policies.content if policy.targets != Known(()))
    return any(isinstance(one, Known) and OF_KEY in one.content.lower() for one in documents)


async def with_aliases(found: Inventory, organization: Organization, enter: Enter, own: Api) -> Inventory:
    """Add the aliases of the keys of members; policies do not bind those of the management account."""
    if not asked_for(organization):
        return found
    bound = [key for key in found.keys.values() if key.account != organization.management_account]
    read = await asyncio.gather(*(_aliases(key, enter, own) for key in bound))
    keys = {key.arn: replace(key, aliases=aliases) for key, aliases in zip(bound, read, strict=True)}
    return replace(found, keys=found.keys | keys)


async def _aliases(key: Key, enter: Enter, own: Api) -> Observed[tuple[str, ...]]:
    """List the aliases of one key, which KMS tells its owner alone (ListAliases: no cross-account use)."""
    api = await enter(key.account) or own
    caller = await api.caller
    target = Target(name=f"key {key.arn}", region=key.region, owner=key.account)
    if key.account != caller.account:
        origin = Origin(action=calls.KEY_ALIASES.action, account=caller.account, region=key.region)
        return elsewhere(target, origin)
    answer = await api.ask_all(calls.KEY_ALIASES, target, {"KeyId": key.arn})
    listed = required(answer, "Aliases", tuple[_Alias, ...])
    return derive(listed, lambda all: tuple(sorted(one.alias_name for one in all)))
