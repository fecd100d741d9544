"""What a single document grants without any limit: all of an action on all of a kind of resource."""

import re

from msgspec.structs import replace

from checker.policy.decide import Decision, decide
from checker.policy.document import Condition, Document, Statement
from checker.policy.request import Everyone, Mark, Request

_BINDING = re.compile(r"aws:resourcetag/.*|aws:calledvia(first|last)?|kms:(?!calleraccount).*")
"""Keys by which a grant means certain resources, or calls through certain services, after all."""


def grants_all(document: Document, action: str, resource: str) -> Decision:
    """Say whether a document allows each action and resource that the wildcards stand for.

    One Allow has to cover them all. A condition takes nothing away unless it names resources or the service
    that calls: what it asks for can be met. A Deny without conditions takes away what it means.
    """
    allows = [_unconditional(statement) for statement in document.allows if not _bound(statement)]
    denies = [statement for statement in document.denies if not statement.conditions]
    request = Request(principal=Everyone(), action=action, resource=resource, otherwise=Mark.FREE, every=True)
    return decide(Document((*allows, *denies)), request)


def is_administrator(document: Document) -> bool:
    """Say whether a document allows every action on every resource, under whatever condition."""
    return any(
        not statement.not_action
        and not statement.not_resource
        and not {"*", "*:*"}.isdisjoint(statement.actions)
        and "*" in statement.resources
        for statement in document.allows
    )


def _bound(statement: Statement) -> bool:
    return any(_binds(condition) for condition in statement.conditions)


def _binds(condition: Condition) -> bool:
    negated = "not" in condition.operator or condition.operator == "null"
    loose = condition.if_exists or condition.qualifier == "forallvalues"
    return not negated and not loose and _BINDING.fullmatch(condition.key) is not None


def _unconditional(statement: Statement) -> Statement:
    """Leave out conditions, and resources that a policy variable decides: those are never all."""
    fixed = tuple(r for r in statement.resources if not (statement.variables and "${" in r))
    return replace(statement, conditions=(), resources=fixed)
