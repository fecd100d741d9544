"""Which accounts a topic's policy admits that nobody knows, also where a source binds a grant to all."""

import re
from collections.abc import Iterator

from checker.controls.trust import NOT_GIVEN, trusted
from checker.evidence import Cause, Known, Unknown, Unobserved
from checker.model import Context
from checker.policy import Document, Statement, is_public, who_may
from checker.policy.document import Condition

_OWNER = re.compile(r"\d{12}|o-[a-z0-9]+")
_BINDING = re.compile(
    r"aws:(source|principal)(arn|account|owner|orgid|orgpaths)|kms:calleraccount|aws:(source)?vpceaccount"
)
_POSITIVE = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"})


def strangers(document: Document, action: str, resource: str, owner: str, context: Context) -> list[str]:
    """Return the principals that a policy admits and that belong to no known account or organization, sorted.

    Raises Unobserved where a grant does not tell whom it admits, or where the account of a template or an
    organization cannot be told from the one that it names.
    """
    known = {owner, *_known(owner, context)}
    foreign: set[str] = set()
    unclear: list[Unknown] = []
    for grant in who_may(document, action, resource):
        for name in _admitted(grant.principal, grant.statement, document, action, resource):
            named = owner_of(name)
            if named is None:
                if name == "*":
                    foreign.add("everybody")
                else:
                    unclear.append(_unclear(grant.statement, name))
            elif named not in known:
                unread = _untold(owner) or (_organization_unread(context) if named.startswith("o-") else None)
                if unread:
                    unclear.append(unread)
                else:
                    foreign.add(name)
    if unclear and not foreign:
        raise Unobserved(*unclear)
    return sorted(foreign)


def owner_of(name: str) -> str | None:
    """Return the account or organization of an id, an ARN or an organization path, None if it names none."""
    head = name.split("/", 1)[0]
    parts = name.split(":", 5)
    for part in (head, parts[4] if len(parts) == 6 else ""):
        if _OWNER.fullmatch(part):
            return part
    return None


def _known(owner: str, context: Context) -> Iterator[str]:
    inventory, ours = context.inventory, trusted(owner, context)
    yield from ours.accounts | ours.organizations
    yield from inventory.accounts
    yield from (trail.account for trail in inventory.trails.values())
    for account in inventory.accounts.values():
        if isinstance(account.organization, Known) and account.organization.value:
            yield account.organization.value


def _untold(owner: str) -> Unknown | None:
    """Say why an account that a template spells out may be the template's own."""
    if owner not in NOT_GIVEN:
        return None
    reason = "the account of the template is not given: give it with --parameters AWS::AccountId=VALUE"
    return Unknown(reason, Cause.UNDECIDED)


def _organization_unread(context: Context) -> Unknown | None:
    return next(
        (a.organization for a in context.inventory.accounts.values() if isinstance(a.organization, Unknown)),
        None,
    )


def _admitted(
    principal: str, statement: Statement, document: Document, action: str, resource: str
) -> Iterator[str]:
    """Yield whom a grant admits: its principal, or whom the conditions name on a grant to everybody."""
    if principal != "*":
        if not _is_service(statement, principal):
            yield principal
        return
    bound = [value for one in statement.conditions if _binds(one) for value in one.values]
    if bound:
        yield from bound
    elif is_public(Document((statement, *document.denies)), (action,), (resource,)).yes:
        yield "*"


def _is_service(statement: Statement, principal: str) -> bool:
    return ("Service", principal) in (statement.principals or ())


def _binds(condition: Condition) -> bool:
    positive = condition.operator in _POSITIVE and not condition.if_exists
    return (
        positive and condition.qualifier != "forallvalues" and _BINDING.fullmatch(condition.key) is not None
    )


def _unclear(statement: Statement, name: str) -> Unknown:
    return Unknown(f"{statement.label} admits {name}, which names no account", Cause.UNDECIDED)
