"""What a user or role may do: its own policies, those that limit it, and those of the resource.

Source: IAM user guide, Policy evaluation logic. In one account an Allow of an identity policy or of the
resource's policy is enough, and any Deny refuses. A permissions boundary limits identity policies, and what
the resource's policy gives to a role's sessions by the role's ARN; service control policies limit all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from checker.evidence import Unknown
from checker.inventory.arns import account_of, resource_of
from checker.policy.decide import met
from checker.policy.document import EVERYBODY, Condition, MalformedPolicy, Statement
from checker.policy.globs import covers
from checker.policy.panel import Applying, Concerned, Panel, Question
from checker.policy.principals import is_session, whom
from checker.policy.request import Identity, Mark, Onwards, Request, Value
from checker.policy.resource_control import binds
from checker.policy.truth import Truth, Undecided, every, negate, some


class Held(Struct, frozen=True):
    """A policy that somebody holds: its name for a sentence, and its text, or why there is none."""

    name: str
    text: str | Unknown


class Holder(Struct, frozen=True, kw_only=True):
    """A user or a role with all that decides what it may do."""

    arn: str
    policies: tuple[Held, ...]
    boundary: Held | None = None
    limits: tuple[tuple[Held, ...], ...] = ()
    """Service control policies, level by level: each level has to allow."""
    denying: tuple[Held, ...] = ()
    """Resource control policies: only a Deny counts, and only of what they bind."""
    context: Mapping[str, Value] = {}
    """What its requests carry, by condition key in lower case; all else is as suits it."""


class Entitlement(Struct, frozen=True, kw_only=True):
    """Something that a holder may do, and by what."""

    question: Question
    policy: str
    statement: str
    when: tuple[str, ...] = ()
    """Conditions that its requests have to meet, and can."""

    @property
    def why(self) -> str:
        """Name policy, statement and conditions."""
        when = f" when {' and '.join(self.when)}" if self.when else ""
        return f"{self.policy}, {self.statement}{when}"


class Entitled(Struct, frozen=True, kw_only=True):
    """What a holder may do, and what cannot be decided."""

    may: tuple[Entitlement, ...]
    doubts: tuple[Unknown | str, ...]


class _Grant(Struct, frozen=True):
    truth: Truth
    policy: str = ""
    statement: Statement | None = None
    leaving: Statement | None = None
    """The statement by which the resource's policy leaves it to identity policies."""

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All whose conditions a request has to meet."""
        return tuple(one for one in (self.statement, self.leaving) if one)


_NO = _Grant(False)


def entitled(panel: Panel, holder: Holder) -> Entitled:
    """Say which questions of the panel a holder can answer with yes."""
    asking = _Asking(panel, holder)
    may: list[Entitlement] = []
    doubts: list[Unknown | str] = []
    for number in asking.candidates():
        grant = asking.grant(number)
        if isinstance(grant.truth, Undecided):
            doubts.append(f"whether {holder.arn} may {panel.questions[number].action}: {grant.truth.why}")
        elif grant.truth and grant.statement:
            may.append(
                Entitlement(
                    question=panel.questions[number],
                    policy=grant.policy,
                    statement=grant.statement.label,
                    when=tuple(dict.fromkeys(asking.open_conditions(number, grant.statements))),
                )
            )
    return Entitled(may=tuple(may), doubts=(*doubts, *asking.unread))


class _Asking:
    """One holder before a panel."""

    def __init__(self, panel: Panel, holder: Holder) -> None:
        self.panel = panel
        self.holder = holder
        self.unread: list[Unknown | str] = []
        self.own = [(held.name, found) for held in holder.policies if (found := self._read(held))]
        bounding = [holder.boundary] if holder.boundary else []
        self.levels = [self._level(bounding)] if bounding else []
        self.above = [self._level(level) for level in holder.limits]
        self.denying = self._level(holder.denying)

    def _read(self, held: Held) -> Concerned | None:
        if isinstance(held.text, Unknown):
            self.unread.append(held.text)
            return None
        try:
            return self.panel.about(held.text)
        except MalformedPolicy as error:
            self.unread.append(f"{held.name} of {self.holder.arn} cannot be read: {error}")
            return None

    def _level(self, level: Iterable[Held]) -> list[Concerned | None]:
        """Read the policies of a limit; None stands for one that may allow and deny anything."""
        found: list[Concerned | None] = []
        for held in level:
            try:
                found.append(None if isinstance(held.text, Unknown) else self.panel.about(held.text))
            except MalformedPolicy:
                found.append(None)
        return found

    def candidates(self) -> list[int]:
        """Return the questions that any policy may allow."""
        numbers = {number for _, found in self.own for number in found.allows}
        numbers |= {n for n, question in enumerate(self.panel.questions) if question.resource_policy}
        return sorted(numbers)

    def grant(self, number: int) -> _Grant:
        """Weigh all policies; the grant names the statement that allows."""
        by_identity = self._allowed(number, self.own)
        resource = self._resource(number)
        abroad = self.panel.questions[number].abroad
        direct = self._direct(number, resource) if resource and not abroad else _NO
        delegated = self._delegated(number, resource)
        inside = every(self._within(number, level) for level in self.levels)
        identity = every((by_identity.truth, inside, delegated.truth))
        # A boundary does not limit what a resource's policy gives to a user by name.
        given = direct.truth if self._is_user else every((direct.truth, inside))
        if identity is False and given is False:
            return _NO
        above = every(self._within(number, level) for level in self.above)
        refused = self._refused(number, resource)
        outcome = every((negate(refused), some((identity, given)), above))
        if identity is True or given is False:
            return replace(by_identity, truth=outcome, leaving=delegated.statement)
        return replace(direct, truth=outcome)

    @property
    def _is_user(self) -> bool:
        return resource_of(self.holder.arn).startswith("user/")

    def _allowed(self, number: int, policies: Iterable[tuple[str, Concerned]]) -> _Grant:
        """Find the Allow that applies, one without conditions before others."""
        best = _NO
        for name, found in policies:
            for applying in found.allows.get(number, ()):
                truth = self._applies(number, applying)
                if truth is True and not applying.statement.conditions:
                    return _Grant(True, name, applying.statement)
                if best.truth is not True and truth is not False:
                    best = _Grant(truth, name, applying.statement)
        return best

    def _within(self, number: int, level: Sequence[Concerned | None]) -> Truth:
        """Say whether one of the policies of a limit allows."""
        unread = Undecided("a policy that limits it could not be read")
        return some(
            unread if found is None else self._allowed(number, [("", found)]).truth for found in level
        )

    def _refused(self, number: int, resource: Concerned | None) -> Truth:
        limits = self._limits(number)
        denials = (
            self._applies(number, applying)
            for found in self._denying(limits, resource)
            for applying in found.denies.get(number, ())
        )
        hidden = self.unread or any(None in level for level in limits)
        return some((*denials, Undecided("a policy that could not be read may deny it") if hidden else False))

    def _limits(self, number: int) -> list[list[Concerned | None]]:
        """Return what limits the holder in a question, level by level."""
        bound = binds(self.panel.questions[number].action)
        return [*self.levels, *self.above, *((self.denying,) if bound else ())]

    def _denying(
        self, limits: Iterable[Sequence[Concerned | None]], resource: Concerned | None
    ) -> Iterator[Concerned]:
        """Yield every policy whose Deny counts."""
        yield from (found for _, found in self.own)
        yield from (found for level in limits for found in level if found)
        if resource:
            yield resource

    def _applies(self, number: int, applying: Applying) -> Truth:
        statement = applying.statement
        if not statement.conditions and statement.principals is None:
            return applying.means
        favour, request = statement.allows, self._request(number)
        outcomes = (met(c, statement, request, favour) for c in statement.conditions)
        return every((applying.means, whom(statement, request.principal, favour), *outcomes))

    def _request(self, number: int) -> Request:
        question = self.panel.questions[number]
        return Request(
            principal=Identity(self.holder.arn),
            action=question.action,
            resource=question.resource,
            context={**self.holder.context, **question.facts},
            otherwise=Mark.FREE,
        )

    def _resource(self, number: int) -> Concerned | None:
        """Return what the resource's own policy says; None without one."""
        policy = self.panel.questions[number].resource_policy
        return self.panel.about(policy) if policy else None

    def _direct(self, number: int, resource: Concerned) -> _Grant:
        named = [a for a in resource.allows.get(number, ()) if _names(a.statement, self.holder.arn)]
        return self._allowed(number, [("the resource's own policy", Concerned({number: tuple(named)}))])

    def _delegated(self, number: int, resource: Concerned | None) -> _Grant:
        """Say whether the resource's policy leaves it to identity policies, where it has to."""
        if not self.panel.questions[number].delegating:
            return _Grant(True)
        return self._allowed(number, [("", resource)]) if resource else _NO

    def open_conditions(self, number: int, statements: Iterable[Statement]) -> Iterator[str]:
        """Yield what a request has to meet: conditions of the Allow, and those by which a Deny is escaped."""
        request = self._request(number)
        conditions = (condition for statement in statements for condition in statement.conditions)
        yield from (_said(c) for c in conditions if _is_open(request.value(c.key)))
        for found in self._denying(self._limits(number), self._resource(number)):
            for applying in found.denies.get(number, ()):
                free = [c for c in applying.statement.conditions if _is_open(request.value(c.key))]
                if free and self._would_apply(request, applying):
                    yield f"not {' and '.join(_said(c) for c in free)}"

    def _would_apply(self, request: Request, applying: Applying) -> bool:
        """Say whether a Deny means the request but for conditions that its sender can escape."""
        statement = applying.statement
        settled = [c for c in statement.conditions if not _is_open(request.value(c.key))]
        outcomes = (met(c, statement, request, False) for c in settled)
        return every((whom(statement, request.principal, False), *outcomes)) is not False


def _names(statement: Statement, arn: str) -> bool:
    """Say whether a resource's policy means somebody in person, not by the account."""
    principals = statement.principals or ()
    if statement.not_principal:
        return not any(name == arn or name == account_of(arn) for _, name in principals)
    return any(
        (kind, name) == EVERYBODY or (kind == "AWS" and (covers(name, arn) or is_session(name, arn)))
        for kind, name in principals
    )


def _is_open(value: Value) -> bool:
    """Say whether the requester may have, or wait for, a value that suits them."""
    return value is Mark.FREE or isinstance(value, Onwards)


def _said(condition: Condition) -> str:
    values = ", ".join(condition.values[:3])
    return f"{condition.spelling} {values}" + (", ..." if len(condition.values) > 3 else "")
