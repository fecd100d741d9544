"""The evaluator: what a policy says to a request, and by which statement."""

from collections.abc import Iterable, Iterator
from itertools import product

from msgspec import Struct
from msgspec.structs import replace

from checker.evidence import Cause, Unknown, Unobserved
from checker.policy.conditions import holds
from checker.policy.document import Condition, Document, Statement
from checker.policy.globs import glob, reach, settle
from checker.policy.principals import whom
from checker.policy.request import Either, Request, Value
from checker.policy.truth import Truth, Undecided, every, negate, some
from checker.policy.variables import filled


class Decision(Struct, frozen=True):
    """An answer, the statements that decide it, and one sentence without a full stop."""

    yes: bool
    statements: tuple[Statement, ...]
    why: str


def undecided(why: str) -> Unobserved:
    """Make the exception for a question that a policy leaves open."""
    return Unobserved(Unknown(why, Cause.UNDECIDED))


def decide(document: Document, request: Request) -> Decision:
    """Say whether the policy lets the request through: an Allow that applies, and no Deny.

    Raises Unobserved when a condition that cannot be decided would decide it.
    """
    decisions = [_decide(document, variant) for variant in _variants(document, request)]
    refusal = next((decision for decision in decisions if not decision.yes), None)
    if refusal and any(decision.yes for decision in decisions):
        raise undecided(f"depending on what the request carries, {refusal.why}")
    return decisions[0]


def _variants(document: Document, request: Request) -> Iterator[Request]:
    """Yield the request with each value that a key may have, for the keys that the policy looks at.

    Conditions on one key are so decided together: ``Null`` beside ``StringNotEquals`` is usual.
    """
    keys = {c.key for s in document.statements for c in s.conditions}
    open_keys = {
        key: v.options for key, v in request.context.items() if key in keys and isinstance(v, Either)
    }
    for options in product(*open_keys.values()):
        settled: dict[str, Value] = dict(zip(open_keys, options, strict=True))
        yield replace(request, context={**request.context, **settled}) if settled else request


def _decide(document: Document, request: Request) -> Decision:
    denying = judge(document.denies, request)
    if denying.certain:
        return Decision(False, denying.certain, f"{names(denying.certain)} denies it")
    allowing = judge(document.allows, request)
    if not allowing.certain and not allowing.doubts:
        return Decision(False, (), "no statement allows it")
    doubts = denying.doubts or (() if allowing.certain else allowing.doubts)
    if doubts:
        raise undecided(doubts[0])
    return Decision(True, allowing.certain, f"{names(allowing.certain)} allows it")


def denied(document: Document, request: Request) -> Decision:
    """Say whether a Deny statement refuses the request, whatever any policy allows."""
    denying = judge(document.denies, request)
    if denying.certain:
        return Decision(True, denying.certain, f"{names(denying.certain)} denies it")
    if denying.doubts:
        raise undecided(denying.doubts[0])
    return Decision(False, (), "no statement denies it")


class Applying(Struct, frozen=True):
    """Statements that certainly apply, and why others may."""

    certain: tuple[Statement, ...]
    doubts: tuple[str, ...]


def judge(statements: Iterable[Statement], request: Request) -> Applying:
    """Sort out the statements that apply to a request."""
    certain: list[Statement] = []
    doubts: list[str] = []
    for statement in statements:
        outcome = applies(statement, request)
        if isinstance(outcome, Undecided):
            doubts.append(f"in {statement.label} {outcome.why}")
        elif outcome:
            certain.append(statement)
    return Applying(tuple(certain), tuple(doubts))


def applies(statement: Statement, request: Request) -> Truth:
    """Say whether a statement applies to the request.

    Of a class of requests, whoever asks picks the member: an Allow applies when it reaches some, a Deny when
    it reaches all, and with ``every`` the other way round. Choices are not tied together, so an answer
    about a class never understates what the requester can do.
    """
    return every(truth for _, truth in parts(statement, request))


def parts(statement: Statement, request: Request) -> Iterable[tuple[str, Truth]]:
    """Yield each part of a statement by name, and whether it applies to the request."""
    favour = statement.allows != request.every
    yield "its principals", whom(statement, request.principal, favour)
    for condition in statement.conditions:
        yield f"its condition {condition.spelling}", met(condition, statement, request, favour)
    actions = tuple(action.lower() for action in statement.actions)
    action = _names(actions, request.action.lower(), favour != statement.not_action)
    yield "its actions", negate(action) if statement.not_action else action
    suits = favour != statement.not_resource
    resource = _names(statement.resources, request.resource, suits, variables=statement.variables)
    yield "its resources", negate(resource) if statement.not_resource else resource


def met(condition: Condition, statement: Statement, request: Request, favour: bool) -> Truth:
    """Say whether a request meets a condition of a statement, whose variables are filled in as known."""
    known = filled(condition, request.value) if statement.variables else condition
    return holds(known, request.value(condition.key), variables=statement.variables, favour=favour)


def _names(patterns: tuple[str, ...], subject: str, suits: bool, *, variables: bool = False) -> Truth:
    return some(
        settle(reach(glob(pattern, variables=variables), glob(subject)), suits, "a policy variable decides")
        for pattern in patterns
    )


def names(statements: Iterable[Statement]) -> str:
    """Name statements in a sentence."""
    return ", ".join(statement.label for statement in statements)
