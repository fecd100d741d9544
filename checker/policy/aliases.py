"""What a policy denies on a key that it names by its aliases, which can be taken away from the key.

Source: AWS KMS Developer Guide, "Use aliases to control access to KMS keys" and "Controlling access to
aliases". An alias in a statement's Resource means the alias and never the key behind it.
"""

from collections.abc import Callable, Iterable

from checker.evidence import Observed, Unknown, Unobserved
from checker.policy.document import Document
from checker.policy.request import Mark, Value

OF_KEY, OF_REQUEST = "kms:resourcealiases", "kms:requestalias"
_TAKING = ("kms:DeleteAlias", "kms:UpdateAlias")
_GIVING = ("kms:CreateAlias", "kms:UpdateAlias")
_ANOTHER = "alias/any-other-alias-0a1b2c3d"
"""Stands for an alias that no policy means."""
_NAMED_BY_ALIAS = frozenset(
    f"kms:{name}".lower()
    for name in (
        *("Decrypt", "DeriveSharedSecret", "DescribeKey", "Encrypt", "GenerateDataKey"),
        *("GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext"),
        *("GenerateMac", "GetPublicKey", "ReEncryptFrom", "ReEncryptTo", "Sign", "Verify", "VerifyMac"),
    )
)
"""Calls that take an alias in place of a key; all others are refused with one, so that they carry none."""

Denied = Callable[[str, str, Value], bool]
"""Whether an action on a resource is denied, given what stands for the key's aliases."""


def request_alias(action: str) -> dict[str, Value]:
    """Return what is known of the alias by which a call names its key."""
    fixed = action.startswith("kms:") and action.lower() not in _NAMED_BY_ALIAS
    return {OF_REQUEST: Mark.ABSENT} if fixed else {}


def other_aliases(documents: Iterable[Document]) -> tuple[str, ...]:
    """Return an alias of each kind that policies tell apart, and one that they do not mention."""
    written = (
        value
        for document in documents
        for statement in document.statements
        for condition in statement.conditions
        if condition.key == OF_KEY
        for value in condition.values
    )
    return tuple(dict.fromkeys((_ANOTHER, *(value.replace("*", "x").replace("?", "x") for value in written))))


def lastingly_denied(
    action: str,
    key: str,
    aliases: Observed[tuple[str, ...]],
    others: Iterable[str],
    denied: Denied,
    kept: Denied,
) -> bool:
    """Say whether an action on a key is denied, and stays so whatever becomes of the key's aliases.

    ``others`` are aliases that somebody may give to it, of each kind that a policy tells apart one.
    ``kept`` answers like ``denied`` of the calls that change aliases. An alias is taken away and moved with
    a right to the alias and to the key: to deny either is enough. It is given to a key with a right to the
    key. Raises Unobserved where the aliases decide and were not read.
    """
    try:
        return denied(action, key, Mark.UNKNOWN)
    except Unobserved as missing:
        if isinstance(aliases, Unknown):
            asked = any(OF_KEY in unknown.reason.lower() for unknown in missing.unknowns)
            raise Unobserved(*((aliases,) if asked else ()), *missing.unknowns) from missing
    names = aliases.value
    now: Value = names or Mark.ABSENT
    if not denied(action, key, now):
        return False
    if names and not denied(action, key, Mark.ABSENT):
        place = key.rpartition(":")[0]
        if not all(
            kept(call, key, now) or all(kept(call, f"{place}:{name}", Mark.ABSENT) for name in names)
            for call in _TAKING
        ):
            return False
    if all(denied(action, key, (*names, other)) for other in others):
        return True
    return all(kept(call, key, now) for call in _GIVING)
