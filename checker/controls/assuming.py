"""Who may become whom: roles that somebody may assume, one after the other, until they may what is asked.

Traced backwards from the roles that may, over the users and roles that were read, in all accounts. In one
account a trust policy that names somebody in person is enough, and one that names the account leaves it to
IAM policies; across accounts both have to allow (IAM user guide, Cross-account policy evaluation logic).
Conditions on what a caller can bring along (MFA, an external id, tags of a session) keep nobody out and are
told with the step. A trust policy that names everybody, and that no condition binds to an account, an
organization or a network, lets in anybody of any account; one that asks an identity provider which everybody
shares for no claim, anybody who signs in there. Not traced are services and other identity providers that
assume roles, and code that runs under a role which somebody passes to a service: roles that only
CloudFormation and Control Tower assume are left out.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from checker.controls.limits_above import Above
from checker.controls.people import ASSUME, People, Trusted, people, trusted
from checker.controls.principals import short
from checker.evidence import Unknown, Unobserved
from checker.inventory import Principal
from checker.inventory.arns import account_of
from checker.model import Context
from checker.policy.document import MalformedPolicy
from checker.policy.entitled import Entitlement, Holder, entitled
from checker.policy.federated import WEB_IDENTITY, open_provider
from checker.policy.panel import Panel, Question, parsed
from checker.policy.public import is_public
from checker.policy.request import Mark, Value

_THEN = ", then "
_AT_ONCE = 64
"""Roles that are asked for together."""


class Step(Struct, frozen=True, kw_only=True):
    """Somebody who may assume a role, and by what."""

    who: Principal
    role: Principal
    by: Entitlement


class Way(Struct, frozen=True, kw_only=True):
    """How somebody gets, step by step, to a role that may."""

    steps: tuple[Step, ...]
    may: tuple[Entitlement, ...]
    holder: Holder
    """Who sets out, with all that decides what they may do."""

    @property
    def who(self) -> Principal:
        """Who sets out."""
        return self.steps[0].who

    def text(self, home: str = "") -> str:
        """Name each role on the way, those of the account ``home`` shortly, and what lets them in."""
        return _on(self.steps, home).removeprefix(_THEN)


class Opened(Struct, frozen=True, kw_only=True):
    """A role that anybody may assume, and by which statement."""

    who: str
    """Anybody of what, for a sentence."""
    role: Principal
    statement: str
    steps: tuple[Step, ...]
    """From there on."""
    may: tuple[Entitlement, ...]

    def text(self, home: str = "") -> str:
        """Name the role, what lets anybody in, and each role on the way from there."""
        name = _name(self.role, home)
        return f"{name} ({self.statement} of its trust policy){_on(self.steps, home)}"


def _on(steps: Iterable[Step], home: str) -> str:
    return "".join(f"{_THEN}{_name(s.role, home)} ({s.by.why})" for s in steps)


def _name(role: Principal, home: str) -> str:
    return short(role) if account_of(role.arn) == home else role.arn


class Ways(Struct, frozen=True, kw_only=True):
    """All ways, and what keeps others from being told."""

    found: tuple[Way, ...]
    opened: tuple[Opened, ...] = ()
    """Roles at the end of a way, or on it, whose trust policy lets in anybody."""
    doubts: tuple[Unknown | str, ...] = ()
    strange: tuple[str, ...] = ()
    """Accounts that roles trust and that were not audited."""


class _Entered(Struct, frozen=True, kw_only=True):
    """A role from which there is a way on."""

    role: Principal
    steps: tuple[Step, ...]
    may: tuple[Entitlement, ...]


def ways(mighty: Mapping[str, tuple[Entitlement, ...]], roles: Iterable[Principal], context: Context) -> Ways:
    """Find all who may get to one of the roles; ``mighty`` says by ARN what these and others may themselves.

    Each is found once, with a way as short as any. Those who may themselves are left out.
    """
    search = _Search(people(context))
    frontier = [
        _Entered(role=role, steps=(), may=mighty[role.arn])
        for role in roles
        if not role.is_user and not role.service_linked
    ]
    reached = set(mighty)
    found: list[Way] = []
    while frontier:
        entering = search.into(frontier, reached)
        reached |= {way.who.arn for way in entering}
        found += entering
        frontier = [
            _Entered(role=way.who, steps=way.steps, may=way.may) for way in entering if not way.who.is_user
        ]
    return Ways(
        found=tuple(found),
        opened=tuple(search.opened),
        doubts=tuple(dict.fromkeys(search.doubts)),
        strange=tuple(sorted(search.strange)),
    )


class _Search:
    """One search, wave by wave."""

    def __init__(self, everybody: People) -> None:
        self.people = everybody
        self.doubts: list[Unknown | str] = []
        self.opened: list[Opened] = []
        self.strange: set[str] = set()

    def into(self, frontier: list[_Entered], reached: set[str]) -> list[Way]:
        """Return a way for each who may assume a role of the frontier and was not reached before."""
        asked: dict[tuple[str, str], list[tuple[_Entered, Trusted, str]]] = {}
        for entered in frontier:
            self._let_in(entered)
            for account, trust, text in self._trusting(entered.role):
                place = (account_of(entered.role.arn), account)
                asked.setdefault(place, []).append((entered, trust, text))
        found: dict[str, Way] = {}
        for (there, here), roles in sorted(asked.items(), key=lambda item: item[0][0] != item[0][1]):
            for start in range(0, len(roles), _AT_ONCE):
                part = roles[start : start + _AT_ONCE]
                for way in self._from(here, there, part, reached | found.keys()):
                    found[way.who.arn] = way
        return list(found.values())

    def _let_in(self, entered: _Entered) -> None:
        """Note a role that anybody may assume, and whom no policy above keeps out."""
        role = entered.role
        try:
            for who, statement, *by in _anybody(role):
                if not self.people.keeps_strangers_out(role, *by):
                    found = Opened(
                        who=who, role=role, statement=statement, steps=entered.steps, may=entered.may
                    )
                    self.opened.append(found)
                    return
        except MalformedPolicy:
            return  # Told with who of the accounts that were read may assume it.
        except Unobserved as missing:
            self.doubts += missing.unknowns

    def _trusting(self, role: Principal) -> Iterator[tuple[str, Trusted, str]]:
        """Yield each account whose users and roles a role may trust."""
        if isinstance(role.trust, Unknown):
            self.doubts.append(role.trust)
            return
        text = role.trust.content
        try:
            trust = trusted(text)
        except MalformedPolicy as error:
            self.doubts.append(f"the trust policy of {role.arn} cannot be read: {error}")
            return
        audited = self.people.context.inventory.accounts
        for account in sorted(audited) if trust.everybody else sorted(trust.accounts()):
            if self.people.identities(account):
                yield account, trust, text
            elif account in audited:
                self.doubts += self.people.hidden(account)
            elif account.isdecimal():
                self.strange.add(account)

    def _from(
        self, here: str, there: str, roles: list[tuple[_Entered, Trusted, str]], reached: set[str]
    ) -> Iterator[Way]:
        """Ask those of one account for roles of another, or of their own."""
        panel = Panel(_question(entered.role, text, abroad=here != there) for entered, _, text in roles)
        asked = {
            candidate.arn: candidate
            for entered, trust, _ in roles
            for candidate in self.people.candidates(entered.role, trust, here)
            if candidate.arn not in reached and not candidate.service_linked and not _deploys(candidate)
        }
        limits = self.people.above(there) if there in self.people.context.inventory.accounts else Above()
        for candidate in asked.values():
            holder = self.people.holder(candidate, limits)
            answer = entitled(panel, holder)
            if not answer.may:
                self.doubts += answer.doubts
                continue
            by = answer.may[0]
            entered = next(e for e, _, _ in roles if e.role.arn == by.question.resource)
            step = Step(who=candidate, role=entered.role, by=by)
            yield Way(steps=(step, *entered.steps), may=entered.may, holder=holder)


def _anybody(role: Principal) -> Iterator[tuple[str, str, str, str]]:
    """Yield whom a trust policy lets in untold apart, by which statement, action and identity provider."""
    if isinstance(role.trust, Unknown):
        return
    document = parsed(role.trust.content)
    provider = open_provider(document)
    if provider:
        yield f"anybody who signs in with {provider[0]}", provider[1].label, WEB_IDENTITY, provider[0]
    if trusted(role.trust.content).everybody:
        found = is_public(document, (ASSUME,), (role.arn,))
        if found.yes:
            yield "anybody of any account", found.statements[0].label, ASSUME, ""


def _deploys(principal: Principal) -> bool:
    """Say whether a role is one of AWS Control Tower and the like, which no person and no code becomes."""
    try:
        return not isinstance(principal.trust, Unknown) and trusted(principal.trust.content).deployer
    except MalformedPolicy:
        return False


def _question(role: Principal, trust: str, *, abroad: bool) -> Question:
    tags: dict[str, Value] = {}
    for family in ("aws:resourcetag", "iam:resourcetag"):
        tags[f"{family}/*"] = Mark.ABSENT
        tags |= {f"{family}/{key.lower()}": (value,) for key, value in role.tags}
    unplaced = ("aws:resourceorgid", "aws:resourceorgpaths")
    elsewhere: dict[str, Value] = dict.fromkeys(unplaced, Mark.UNKNOWN) if abroad else {}
    return Question(
        action=ASSUME,
        resource=role.arn,
        facts={"aws:resourceaccount": (account_of(role.arn),), **tags, **elsewhere},
        resource_policy=trust,
        delegating=True,
        abroad=abroad,
    )
