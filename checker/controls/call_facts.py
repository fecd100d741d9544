"""What every call on a resource carries, whoever makes it: where the resource is, whose it is, its tags.

Source: IAM user guide, AWS global condition context keys. None of it is the caller's to choose: what was not
read leaves a condition on it open.
"""

from collections.abc import Mapping

from msgspec import Struct

from checker.evidence import Known, Observed, Unknown
from checker.inventory import Account, Identities, Key
from checker.inventory.arns import LEADERS
from checker.policy.aliases import OF_KEY, request_alias
from checker.policy.globs import Glob, Reach, reach
from checker.policy.request import Chosen, Mark, Value

_TAGS = ("aws:resourcetag", "iam:resourcetag", "s3:buckettag", "s3:existingobjecttag")
_ASKING_FOR_BOUNDARY = frozenset(("iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:DetachRolePolicy"))
_OF_KEYS = ("keyorigin", "keyspec", "customermasterkeyspec", "keyusage", "multiregion", "multiregionkeytype")


def on_resource(owner: str, account: Account, region: Observed[str] | None) -> dict[str, Value]:
    """Return the facts of a resource of ``owner`` that somebody of an account asks for.

    ``region`` is where it is, None for a resource of IAM.
    """
    facts: dict[str, Value] = {f"{family}/*": Mark.UNKNOWN for family in _TAGS}
    facts |= dict.fromkeys(("aws:resourceaccount", "s3:resourceaccount"), (owner,))
    facts["aws:requestedregion"] = _where(region)
    if owner != account.id:
        facts |= {"aws:resourceorgpaths": Mark.UNKNOWN}
    return facts


def _where(region: Observed[str] | None) -> Value:
    return (region.content,) if isinstance(region, Known) else Mark.UNKNOWN


def of_iam(partition: str) -> Observed[str] | None:
    """Return the Region that takes the calls of IAM in a partition; None where that is not known."""
    return Known(LEADERS[partition]) if partition in LEADERS else None


def tagged(tags: Observed[dict[str, str]]) -> dict[str, Value]:
    """Return the facts that are the tags of a resource, as far as they were read."""
    if isinstance(tags, Unknown):
        return {}
    return {
        "aws:resourcetag/*": Mark.ABSENT,
        **{f"aws:resourcetag/{key.lower()}": (value,) for key, value in tags.content.items()},
    }


def on_role(arn: str, action: str, known: Observed[Identities]) -> dict[str, Value]:
    """Return the facts of a role that calls of IAM are about: its boundary, and the policies that it has.

    A call that sets a boundary carries that one instead, as suits whoever makes it.
    """
    boundary, policies = "iam:permissionsboundary", "iam:policyarn"
    everybody = () if isinstance(known, Unknown) else known.content.principals
    role = next((principal for principal in everybody if principal.arn == arn), None)
    facts: dict[str, Value] = {boundary: Mark.ABSENT, policies: Mark.ABSENT}
    if action == "iam:PutRolePermissionsBoundary":
        facts[boundary] = Mark.FREE
    elif action in _ASKING_FOR_BOUNDARY:
        facts[boundary] = Mark.UNKNOWN if role is None else _or_absent(role.boundary)
    if action == "iam:DetachRolePolicy":
        facts[policies] = Mark.UNKNOWN if role is None else Chosen(_one_of(role.attached))
    return facts


def _or_absent(value: str | None) -> Value:
    return (value,) if value else Mark.ABSENT


class _one_of(Struct, frozen=True):
    """Some of several values that the caller may pick from."""

    values: tuple[str, ...]

    def __call__(self, pattern: Glob) -> Reach:
        reached = [reach(pattern, tuple(value)) for value in self.values]
        if Reach.UNSURE in reached:
            return Reach.UNSURE
        if reached and all(one is Reach.ALL for one in reached):
            return Reach.ALL
        return Reach.SOME if Reach.ALL in reached else Reach.NONE


def on_key(key: Key, action: str) -> Mapping[str, Value]:
    """Return the facts of a key: what it is, and by which aliases it is known."""
    facts: dict[str, Value] = {f"kms:{name}": Mark.UNKNOWN for name in _OF_KEYS}
    if isinstance(key.origin, Known):
        facts["kms:keyorigin"] = (key.origin.content,)
    if isinstance(key.aliases, Known):
        facts[OF_KEY] = key.aliases.content or Mark.ABSENT
    else:
        facts[OF_KEY] = Mark.UNKNOWN
    return {**facts, **request_alias(action)}
