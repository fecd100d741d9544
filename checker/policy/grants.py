"""What a resource policy grants, to whom, and whether its grants to CloudTrail are bound to named trails."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product

from msgspec import Struct

from checker.evidence import first
from checker.inventory.arns import account_of
from checker.policy.decide import Decision, applies, decide
from checker.policy.document import EVERYBODY, Document, Statement
from checker.policy.globs import Glob, Reach, Wild, is_fixed, render
from checker.policy.offers import bounded, offered
from checker.policy.principals import whom
from checker.policy.request import Chosen, Everyone, Mark, Request, Service, Value
from checker.policy.service import AS_SERVICE, CLOUDTRAIL

_ACCOUNT = re.compile(r"\d{12}")
_ACCOUNT_ANYWHERE = re.compile(r"(?<!\d)\d{12}(?!\d)")
_ORGANIZATION = re.compile(r"o-[a-z0-9]+")


class Grant(Struct, frozen=True):
    """A principal and the statement that grants it something; the statement's conditions still apply."""

    principal: str
    """An ARN, an account, a service or another principal as the policy names it; ``*`` for everybody."""
    statement: Statement


def who_may(document: Document, action: str, resource: str) -> tuple[Grant, ...]:
    """Return who is granted an action on a resource (wildcards: any of it), statement by statement.

    What a Deny takes from everybody and whatever the conditions is left out. NotPrincipal grants to everybody
    who is not named, so it counts as everybody.
    """
    request = Request(principal=Everyone(), action=action, resource=resource, otherwise=Mark.FREE)
    if any(applies(statement, request) is True for statement in document.denies):
        return ()
    return tuple(
        Grant(principal, statement)
        for statement in document.allows
        if applies(statement, request) is not False
        for principal in _principals(statement)
    )


def _principals(statement: Statement) -> tuple[str, ...]:
    if statement.principals is None or statement.not_principal:
        return ("*",)
    return tuple("*" if p == EVERYBODY else p[1] for p in statement.principals)


def grants_to_cloudtrail(document: Document) -> tuple[Statement, ...]:
    """Return the Allow statements that mean CloudTrail, also as one of everybody."""
    return tuple(s for s in document.allows if whom(s, Service(CLOUDTRAIL), True) is not False)


def as_cloudtrail(action: str, resource: str, context: Mapping[str, Value] | None = None) -> Request:
    """Make a call of CloudTrail for anybody's trail, with anything in it that is not given."""
    return Request(
        principal=Service(CLOUDTRAIL),
        action=action,
        resource=resource,
        context=AS_SERVICE | dict(context or {}),
        otherwise=Mark.FREE,
    )


class Named(Struct, frozen=True):
    """The accounts and organizations whose trails a grant may serve."""

    accounts: frozenset[str]
    organizations: frozenset[str]


SOURCE_KEYS = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths")
CONTEXT_KEYS = ("kms:encryptioncontext:aws:cloudtrail:arn",)
ANY_NAMED = None
"""Every account and organization that a policy spells out is named on purpose."""


def open_grant(
    document: Document,
    actions: tuple[str, ...],
    resources: tuple[str, ...],
    keys: tuple[str, ...] = SOURCE_KEYS,
    named: Named | None = ANY_NAMED,
) -> Decision:
    """Look for a grant that CloudTrail may use for a trail of an account that is not ``named``.

    Only ``keys`` bind: what another condition asks for, the owner of such a trail is taken to arrange. A
    grant is bound when it fails for other trails' values as well as without the keys, so a fixed account
    binds, and neither a wildcard in its place nor IfExists does. A Deny that meets all of them binds as well.
    """
    carried = tuple(_elsewhere(document, keys, named))
    attempts = (
        (statement, as_cloudtrail(action, resource, context))
        for statement in grants_to_cloudtrail(document)
        for action, resource in offered(statement, actions, resources)
        for context in carried
    )
    found = first(bounded(attempts), lambda a: decide(Document((a[0], *document.denies)), a[1]).yes)
    if found is None:
        return Decision(False, (), "every grant to CloudTrail is bound")
    statement, request = found
    return Decision(True, (statement,), f"{statement.label} lets CloudTrail perform {request.action}")


def _elsewhere(document: Document, keys: tuple[str, ...], named: Named | None) -> Iterator[dict[str, Value]]:
    """Yield what calls for somebody else's trail carry: each key that the policy looks at, or not."""
    mentioned = {condition.key for statement in document.statements for condition in statement.conditions}
    ways: list[list[Value]] = [
        [Mark.ABSENT, Chosen(_reach_of(key, named))] if key in mentioned else [Mark.ABSENT] for key in keys
    ]
    for values in product(*ways):
        yield dict(zip(keys, values, strict=True))


def _reach_of(key: str, named: Named | None) -> Callable[[Glob], Reach]:
    def reaches(pattern: Glob) -> Reach:
        if Wild.VARIABLE in pattern:
            return Reach.UNSURE
        owner = _owner(key, render(pattern))
        if owner:
            known = named is None or owner in named.accounts or owner in named.organizations
            return Reach.NONE if known else Reach.SOME
        if is_fixed(pattern):
            return Reach.NONE
        return Reach.UNSURE if _ACCOUNT_ANYWHERE.search(render(pattern)) else Reach.SOME

    return reaches


def _owner(key: str, value: str) -> str | None:
    """Return the one account or organization that a value of the key belongs to, None if it names none."""
    if key.startswith("aws:sourceorg"):
        organization = value.split("/", 1)[0]
        return organization if _ORGANIZATION.fullmatch(organization) else None
    if key != "aws:sourceaccount":
        value = account_of(value)
    return value if _ACCOUNT.fullmatch(value) else None


def owners_named(statement: Statement, keys: tuple[str, ...] = SOURCE_KEYS) -> tuple[str, ...]:
    """Return the accounts and organizations that a statement's conditions on the keys name, sorted."""
    owners = {
        owner
        for c in statement.conditions
        if c.key in keys
        for value in c.values
        if (owner := _owner(c.key, value))
    }
    return tuple(sorted(owners))
