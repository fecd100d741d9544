"""Many questions to many policies: what the statements of a document say to each is worked out once."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from msgspec import Struct

from checker.policy.document import Document, Statement, parse
from checker.policy.globs import glob, reach, settle
from checker.policy.request import Value
from checker.policy.truth import Truth, Undecided

_WILD = re.compile(r"[*?]")
_KEPT = 16_384
"""Documents that stay parsed: more than an account has principals with policies of their own."""


class Question(Struct, frozen=True, kw_only=True):
    """Whether somebody may perform an action on a resource (wildcards: on any such)."""

    action: str
    resource: str
    facts: Mapping[str, Value] = {}
    """What every such request carries, by condition key in lower case."""
    resource_policy: str | None = None
    """The policy of the resource itself, well-formed; None where there is none that has a say."""
    delegating: bool = False
    """Whether identity policies count only as far as the resource's policy names the account (KMS, roles)."""
    abroad: bool = False
    """Whether who asks is of another account, so that the resource's policy gives nothing by itself."""


class Applying(Struct, frozen=True):
    """A statement whose actions and resources may mean a question."""

    statement: Statement
    means: Truth


class Concerned(Struct, frozen=True):
    """The statements of a document that mean a question, by the question's number."""

    allows: dict[int, tuple[Applying, ...]] = {}
    denies: dict[int, tuple[Applying, ...]] = {}


@lru_cache(maxsize=_KEPT)
def parsed(text: str) -> Document:
    """Parse a document, once for all who hold it; raises MalformedPolicy."""
    return parse(text)


class Panel:
    """A set of questions."""

    def __init__(self, questions: Iterable[Question]) -> None:
        self.questions = tuple(questions)
        self._actions = [question.action.lower() for question in self.questions]
        self._services = {action.partition(":")[0] for action in self._actions}
        self._by_action: dict[str, frozenset[int]] = {}
        self._by_resource: dict[tuple[str, bool, bool], dict[str, Truth]] = {}
        self._concerned: dict[str, Concerned] = {}
        self._all = frozenset(range(len(self.questions)))

    def about(self, text: str) -> Concerned:
        """Return what a document says; raises MalformedPolicy for what is none."""
        found = self._concerned.get(text)
        if found is None:
            found = self._concerned[text] = self.of(parsed(text))
        return found

    def of(self, document: Document) -> Concerned:
        """Return the statements that mean a question, Allow and Deny apart."""
        concerned = Concerned({}, {})
        for statement in document.statements:
            kept = concerned.allows if statement.allows else concerned.denies
            for number in sorted(self._acting(statement)):
                means = self._on(statement, self.questions[number].resource)
                if means is not False:
                    kept[number] = (*kept.get(number, ()), Applying(statement, means))
        return concerned

    def _acting(self, statement: Statement) -> frozenset[int]:
        named: frozenset[int] = frozenset()
        for action in statement.actions:
            named |= self._named(action.lower())
        return self._all - named if statement.not_action else named

    def _named(self, pattern: str) -> frozenset[int]:
        """Return the questions whose action a pattern names; most patterns are of other services."""
        service = pattern.partition(":")[0]
        if "*" not in service and "?" not in service and service not in self._services:
            return frozenset()
        if pattern not in self._by_action:
            wanted = glob(pattern)
            self._by_action[pattern] = frozenset(
                number
                for number, action in enumerate(self._actions)
                if settle(reach(wanted, glob(action)), True, "") is True
            )
        return self._by_action[pattern]

    def _on(self, statement: Statement, resource: str) -> Truth:
        """Say whether a statement means a resource: an Allow, some of it; a Deny, all of it."""
        suits = statement.allows != statement.not_resource
        doubt: Undecided | None = None
        for pattern in statement.resources:
            truth = self._matches(pattern, resource, statement.variables, suits)
            if truth is True:
                return not statement.not_resource
            if isinstance(truth, Undecided):
                doubt = doubt or truth
        return doubt or statement.not_resource

    def _matches(self, pattern: str, resource: str, variables: bool, suits: bool) -> Truth:
        if pattern == "*":
            return True
        known = self._by_resource.setdefault((pattern, variables, suits), {})
        if resource not in known:
            if _apart(pattern, resource):
                return False
            reached = reach(glob(pattern, variables=variables), glob(resource))
            known[resource] = settle(reached, suits, f"{pattern} depends on a policy variable")
        return known[resource]


def _apart(pattern: str, resource: str) -> bool:
    """Say whether a pattern surely does not match one resource: a literal part of it is not in there.

    Most comparisons end here, at the speed of a search for text.
    """
    if "${" in pattern or "*" in resource or "?" in resource:
        return False
    return any(part not in resource for part in _WILD.split(pattern))
