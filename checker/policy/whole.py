"""What a single document grants without any limit: all of an action on all of a kind of resource."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from checker.policy.decide import Decision, decide, met
from checker.policy.document import Condition, Document, Statement
from checker.policy.request import Everyone, Mark, Request, Value
from checker.policy.truth import Truth, every

_BINDING = re.compile(r"aws:resourcetag/.*|aws:calledvia(first|last)?|kms:(?!calleraccount).*")
"""Keys by which a grant means certain resources, or calls through certain services, after all."""


def grants_all(
    document: Document, action: str, resource: str, context: Mapping[str, Value] = MappingProxyType({})
) -> Decision:
    """Say whether a document allows each action and resource that the wildcards stand for.

    One Allow has to cover them all. A condition takes nothing away unless it names resources or the service
    that calls, or is not met by what all requests carry (``context``): any other can be met. A Deny without
    conditions takes away what it means.
    """
    allows = [
        _unconditional(statement)
        for statement in document.allows
        if not _bound(statement) and _can_be_met(statement, action, context) is not False
    ]
    denies = [statement for statement in document.denies if not statement.conditions]
    request = Request(principal=Everyone(), action=action, resource=resource, otherwise=Mark.FREE, every=True)
    return decide(Document((*allows, *denies)), request)


def administering(document: Document) -> tuple[Statement, ...]:
    """Return the statements that allow every action on every resource, some of them under conditions."""
    return tuple(
        statement
        for statement in document.allows
        if not statement.not_action
        and not statement.not_resource
        and not {"*", "*:*"}.isdisjoint(statement.actions)
        and "*" in statement.resources
        and not any(_names_resources(condition) for condition in statement.conditions)
    )


def is_administrator(document: Document, context: Mapping[str, Value] = MappingProxyType({})) -> bool:
    """Say whether a document allows every action on every resource, under conditions that can be met.

    ``context`` is what all requests carry. A condition that names resources makes no administrator.
    """
    return any(_can_be_met(statement, "*", context) is True for statement in administering(document))


def _can_be_met(statement: Statement, action: str, context: Mapping[str, Value]) -> Truth:
    request = Request(principal=Everyone(), action=action, resource="*", context=context, otherwise=Mark.FREE)
    return every(met(c, statement, request, True) for c in statement.conditions)


def _bound(statement: Statement) -> bool:
    return any(_binds(condition) for condition in statement.conditions)


def _binds(condition: Condition) -> bool:
    return _asks_for(condition) and _BINDING.fullmatch(condition.key) is not None


def _names_resources(condition: Condition) -> bool:
    """Say whether a condition leaves resources out: who may do the rest is no administrator."""
    return _binds(condition) and not condition.key.startswith("aws:calledvia")


def _asks_for(condition: Condition) -> bool:
    """Say whether a condition holds for certain values alone, which a request has to carry."""
    negated = "not" in condition.operator or condition.operator == "null"
    return not negated and not condition.if_exists and condition.qualifier != "forallvalues"


def _unconditional(statement: Statement) -> Statement:
    """Leave out conditions, and resources that a policy variable decides: those are never all."""
    fixed = tuple(r for r in statement.resources if not (statement.variables and "${" in r))
    return replace(statement, conditions=(), resources=fixed)
