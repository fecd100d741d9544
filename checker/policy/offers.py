"""What an Allow statement offers of given actions and resources, so that a question can try exactly that."""

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import TypeVar

from checker.policy.decide import undecided
from checker.policy.document import Statement
from checker.policy.globs import Glob, Reach, glob, reach

T = TypeVar("T")

MOST = 10_000
"""Attempts that are worth making: a policy that takes more is nobody's honest policy."""


def offered(
    statement: Statement, actions: tuple[str, ...], resources: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Yield pairs of an action and a resource (wildcards allowed) that make up what the statement offers."""
    if not statement.not_action:
        actions = _smaller(statement.actions, actions, lambda text: glob(text.lower()))
    if not statement.not_resource:
        variables = statement.variables
        resources = _smaller(statement.resources, resources, lambda text: glob(text, variables=variables))
    yield from product(actions, resources)


def _smaller(
    patterns: tuple[str, ...], classes: tuple[str, ...], read: Callable[[str], Glob]
) -> tuple[str, ...]:
    """Return the smaller of the two wherever a pattern and a class overlap, each once."""
    found: dict[str, None] = {}
    for pattern in patterns:
        for one in classes:
            reached = reach(read(pattern), read(one))
            if reached is not Reach.NONE:
                found[one if reached is Reach.ALL else pattern] = None
    return tuple(found)


def bounded(attempts: Iterable[T]) -> Iterator[T]:
    """Yield attempts, and give up as undecided beyond ``MOST``."""
    for count, attempt in enumerate(attempts):
        if count >= MOST:
            raise undecided("the policy is too intricate to decide")
        yield attempt
