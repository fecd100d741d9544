"""The users and roles of all accounts, prepared for the question who may assume which role."""

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from checker.controls.limits_above import Above, above
from checker.controls.principals import holder_of
from checker.evidence import Unknown
from checker.inventory import Identities, Principal
from checker.inventory.arns import account_of
from checker.model import Context
from checker.policy.decide import undecided
from checker.policy.document import EVERYBODY, MalformedPolicy
from checker.policy.entitled import Holder
from checker.policy.guardrails import Guardrails
from checker.policy.panel import Panel, Question, parsed
from checker.policy.principals import is_session

ASSUME = "sts:AssumeRole"
_SESSION = re.compile(r"arn:[^:]+:sts::\d{12}:assumed-role/([^/]+)/.+")
_DEPLOYING = frozenset({"cloudformation.amazonaws.com", "controltower.amazonaws.com"})
"""Services that act for whoever asks them to deploy; who may pass them a role is not traced."""
_KEPT = "people who may assume roles"


class Trusted(Struct, frozen=True):
    """Whom a trust policy names, for a quick choice of whom to ask."""

    names: frozenset[str]
    """ARNs and account ids."""
    everybody: bool
    others: frozenset[str] = frozenset()
    """Services and identity providers."""

    @property
    def deployer(self) -> bool:
        """Whether nobody but a service assumes the role that does with it what somebody else asks for."""
        return bool(self.others) and self.others <= _DEPLOYING and not self.names and not self.everybody

    def accounts(self) -> frozenset[str]:
        """Return the accounts that are named, or whose users and roles are."""
        return frozenset(account_of(name) if name.startswith("arn:") else name for name in self.names)


@lru_cache(maxsize=4096)
def trusted(text: str) -> Trusted:
    """Read whom a trust policy lets in beside services and identity providers; raises MalformedPolicy."""
    names, others = set[str](), set[str]()
    everybody = False
    for statement in parsed(text).allows:
        principals = statement.principals or ()
        everybody = everybody or statement.not_principal or EVERYBODY in principals
        names.update(name for kind, name in principals if kind == "AWS" and name != "*")
        others.update(name for kind, name in principals if kind != "AWS")
    return Trusted(frozenset(names), everybody, frozenset(others))


class People:
    """The users and roles of all accounts, read and prepared once for all questions about them."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._any = Panel((Question(action=ASSUME, resource="*"),))
        self._assumers: dict[str, tuple[Principal, ...]] = {}
        self._above: dict[str, Above] = {}
        self._by_arn: dict[str, dict[str, Principal]] = {}

    def identities(self, account: str) -> Identities | None:
        """Return the users and roles of an account, None where they were not read."""
        found = self.context.inventory.principals_of(account).identities
        if isinstance(found, Unknown) or account not in self.context.inventory.accounts:
            return None
        return found.content

    def hidden(self, id: str) -> list[Unknown]:
        """Return why nothing is known of who is in an audited account; in a closed one is nobody."""
        account = self.context.inventory.accounts[id]
        found = self.context.inventory.principals_of(id).identities
        return [account.unread or found] if account.active and isinstance(found, Unknown) else []

    def above(self, account: str) -> Above:
        """Return what the organization limits an account by."""
        if account not in self._above:
            self._above[account] = above(self.context.inventory.accounts[account], self.context)
        return self._above[account]

    def keeps_strangers_out(self, role: Principal, action: str, provider: str = "") -> bool:
        """Say whether a policy of the organization denies strangers to assume a role by this action.

        Raises Unobserved where the organization is known and its policies are not, and where one of them asks
        for claims of the identity provider.
        """
        account, inventory = account_of(role.arn), self.context.inventory
        organization = inventory.organization_of(account)
        if organization is None or not organization.told:
            return False
        rails = Guardrails(organization, inventory.partition, now=self.context.now)
        if rails.denies_outsiders(account, action, role.arn, ()):
            return True
        if provider and rails.mention(account, f"{provider}:"):
            raise undecided(f"a policy of the organization asks users of {provider} for claims")
        return False

    def holder(self, principal: Principal, denying: Above) -> Holder:
        """Return somebody with all that decides what they may do; ``denying`` is above what they ask for."""
        id = account_of(principal.arn)
        identities = self.identities(id)
        assert identities is not None
        found = holder_of(principal, identities, self.context.inventory.accounts[id], self.above(id))
        return replace(found, denying=denying.denying)

    def candidates(self, role: Principal, trust: Trusted, account: str) -> Iterator[Principal]:
        """Yield who of an account may come into question for a role: far more than may assume it."""
        everyone = self._named(account)
        own = account_of(role.arn) == account
        if trust.everybody and own:
            yield from everyone.values()
        else:
            if trust.everybody or account in trust.names:
                yield from self.assumers(account)
            yield from (everyone[arn] for name in trust.names for arn in self._behind(name, account))

    def _behind(self, name: str, account: str) -> list[str]:
        """Return whom of an account a trust policy names: behind a session, which callers name, its role."""
        everyone = self._named(account)
        session = _SESSION.fullmatch(name)
        if session is None:
            return [name] if name in everyone else []
        ending = f"/{session[1]}"
        return [arn for arn in everyone if arn.endswith(ending) and is_session(name, arn)]

    def _named(self, account: str) -> dict[str, Principal]:
        if account not in self._by_arn:
            identities = self.identities(account)
            self._by_arn[account] = {p.arn: p for p in identities.principals} if identities else {}
        return self._by_arn[account]

    def assumers(self, account: str) -> tuple[Principal, ...]:
        """Return who holds a policy that lets them assume any role at all, or one that cannot be read."""
        if account not in self._assumers:
            everyone = self._named(account).values()
            limits = Above()
            self._assumers[account] = tuple(
                p for p in everyone if not p.service_linked and self._may_assume(self.holder(p, limits))
            )
        return self._assumers[account]

    def _may_assume(self, holder: Holder) -> bool:
        return any(isinstance(held.text, Unknown) or self._allows(held.text) for held in holder.policies)

    def _allows(self, text: str) -> bool:
        try:
            return bool(self._any.about(text).allows)
        except MalformedPolicy:
            return True


def people(context: Context) -> People:
    """Return the people of an inventory: the same ones for all controls that ask."""
    kept = vars(context.inventory)
    found = kept.get(_KEPT)
    if not isinstance(found, People):
        found = kept[_KEPT] = People(context)
    return found
