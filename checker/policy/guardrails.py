"""What the policies of an organization deny to an account, through its root and units down to itself.

Service control policies bind the principals of an account, resource control policies what is done to its
resources. Neither applies to the management account, nor to service-linked roles (AWS Organizations user
guide, SCPs and RCPs). A call is denied where one statement of any level denies it, or where a level of
service control policies has none that allows it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from types import MappingProxyType

from checker.evidence import Cause, Known, Unknown, Unobserved, all_that, first
from checker.inventory.arns import LEADERS, account_of, region_of
from checker.inventory.key import Key
from checker.inventory.organization import (
    ANY_MEMBER,
    RESOURCE_CONTROL,
    SERVICE_CONTROL,
    Organization,
    OrganizationPolicy,
    Place,
)
from checker.policy.aliases import OF_KEY, Denied, lastingly_denied, other_aliases, request_alias
from checker.policy.decide import denied, judge
from checker.policy.deny import admits, exceptions, is_few
from checker.policy.document import Document, MalformedPolicy, parse
from checker.policy.request import Everyone, Mark, Request, Value, clock
from checker.policy.resource_control import binds
from checker.policy.standing import Standing, within

_TELLING_APART = re.compile(r"\d{12}|\d\*|\*\d|\?|orgpaths|\$\{|(principal|resource)account", re.IGNORECASE)
"""What makes one policy mean different things to different accounts."""

Denies = Callable[[], bool]


class Guardrails:
    """The policies of one organization, ready for questions; what was not read raises Unobserved."""

    def __init__(
        self,
        organization: Organization,
        partition: str = "aws",
        keys: Mapping[str, Key] = MappingProxyType({}),
        now: datetime | None = None,
    ) -> None:
        self.organization = organization
        self.partition = partition
        self.keys = keys
        """Keys by ARN, whose aliases a policy may ask for."""
        self.clock = clock(now) if now else {}

    @cached_property
    def places(self) -> dict[str, Place]:
        """Every root, unit and account by id."""
        return {place.id: place for place in self.organization.places.value}

    def members(self) -> list[str]:
        """Return the active accounts that policies bind: all but the management account."""
        if not self.organization.whole:
            return [ANY_MEMBER]
        return sorted(
            place.id
            for place in self.places.values()
            if place.is_account
            and place.state == "ACTIVE"
            and place.id != self.organization.management_account
        )

    def levels(self, account: str) -> list[str]:
        """Return the ids of root, units and account, from above; Unobserved for one outside of the tree.

        Of an organization that is not whole, the root and the account are known to be above each other.
        """
        if not self.organization.whole:
            roots = [place.id for place in self.places.values() if not place.parent]
            return roots if account == ANY_MEMBER else [*roots, account]
        found: list[str] = []
        place = self.places.get(account)
        while place is not None and place.id not in found:
            found.append(place.id)
            place = self.places.get(place.parent)
        if not found:
            why = f"account {account} was not found in organization {self.organization.id}"
            raise Unobserved(Unknown(why, Cause.OUT_OF_SCOPE))
        return found[::-1]

    def denies(
        self,
        account: str,
        action: str,
        resource: str,
        but: tuple[str, ...] | None = None,
        region: str = "",
    ) -> bool:
        """Say whether an action is denied to all principals of an account but some (ARNs, wildcards allowed).

        Without ``but`` those may be left out that a policy names one by one: users, roles, or a few of them
        by a common name. A condition that anybody may come to meet leaves out everybody. Service-linked
        roles may always be left out: no such policy binds them, and nobody else can have their path.
        ``region`` is where the resource is, if its ARN does not say so.
        """
        if account == self.organization.management_account:
            return False
        spared = self.left_out(account, action, resource) if but is None else but
        spared = (*spared, f"arn:{self.partition}:iam::*:role/aws-service-role/*")
        place = {**self.clock, **self._where(action, resource, region), **_owned(resource, account)}

        def denies(action: str, resource: str, aliases: Value) -> bool:
            request = Request(
                principal=Everyone(spared),
                action=action,
                resource=resource,
                context={
                    **self._standing(account).insider(spared),
                    **place,
                    **request_alias(action),
                    OF_KEY: aliases,
                },
                otherwise=Mark.FREE,
            )
            return first(self._deniers(account, action, request), lambda denies: denies()) is not None

        if resource in self.keys:
            return self._lasting(account, action, resource, denies, denies)
        return denies(action, resource, _untold(action))

    def denies_outsiders(self, account: str, action: str, resource: str, trusted: tuple[str, ...]) -> bool:
        """Say whether resource control policies keep out everybody who is not of the organization.

        ``trusted`` accounts may be left out; AWS services always may, which a bucket policy is to bind.
        """
        own = (account, *(place.id for place in self.places.values() if place.is_account))

        def denies(action: str, _: str, aliases: Value) -> bool:
            policies = self.attached(account, RESOURCE_CONTROL)
            fixed = {**self.clock, **request_alias(action), OF_KEY: aliases}
            requests = [
                Request(
                    principal=Everyone(trusted),
                    action=action,
                    resource=resource,
                    context={**carried, **fixed},
                    otherwise=Mark.FREE,
                )
                for carried in self._standing(account).outsiders(trusted, own)
            ]
            return not all_that(requests, lambda request: _denying(policies, request) is None)

        def kept(action: str, resource: str, _: Value) -> bool:
            return self.denies(account, action, resource)

        if account == self.organization.management_account:
            return False
        if resource in self.keys:
            return self._lasting(account, action, resource, denies, kept)
        return denies(action, resource, _untold(action))

    def _where(self, action: str, resource: str, region: str) -> dict[str, Value]:
        """Return the Region that a call is made to, as far as the resource tells."""
        service = action.partition(":")[0]
        found = region or region_of(resource)
        if service == "iam" or (service == "organizations" and self.partition != "aws-cn"):
            found = LEADERS.get(self.partition, "")
        return {"aws:requestedregion": (found,)} if found else {}

    def _lasting(self, account: str, action: str, key: str, denies: Denied, kept: Denied) -> bool:
        every = (p for kind in (SERVICE_CONTROL, RESOURCE_CONTROL) for p in self.attached(account, kind))
        read = (document(policy) for policy in every if OF_KEY in _text(policy).lower())
        aliases = self.keys[key].aliases
        return lastingly_denied(action, key, aliases, other_aliases(read), denies, kept)

    def left_out(self, account: str, action: str, resource: str) -> tuple[str, ...]:
        """Return whom the policies on an account leave out by name, a few at a time."""
        found: dict[str, None] = {}
        for kind in (SERVICE_CONTROL, RESOURCE_CONTROL):
            for policy in self.attached(account, kind):
                try:
                    spared = exceptions(document(policy), action, resource)
                except Unobserved:
                    continue
                found |= dict.fromkeys(spared.narrow)
                admitted = admits(document(policy), action, resource)
                others = (*spared.broad, *admitted)
                found |= dict.fromkeys(name for name in others if is_few(within(name, account)))
        return tuple(found)

    def binding(self, account: str) -> tuple[str, ...]:
        """Return what tells accounts apart that are bound by different policies, or in different ways."""
        policies = [
            policy for kind in (SERVICE_CONTROL, RESOURCE_CONTROL) for policy in self.attached(account, kind)
        ]
        told_apart = any(_TELLING_APART.search(_text(policy)) for policy in policies)
        levels = self._policies(account, SERVICE_CONTROL)
        shape = "/".join(",".join(policy.id for policy in level) for level in levels)
        return (account if told_apart else "", shape, *(policy.id for policy in policies))

    def mention(self, account: str, text: str) -> bool:
        """Say whether a resource control policy on an account contains a text, whatever its case."""
        return any(text in _text(policy).lower() for policy in self.attached(account, RESOURCE_CONTROL))

    def attached(self, account: str, kind: str) -> list[OrganizationPolicy]:
        """Return the policies of a type that bind an account, from the root down."""
        return [policy for level in self._policies(account, kind) for policy in level]

    def _policies(self, account: str, kind: str) -> list[list[OrganizationPolicy]]:
        if kind not in self.organization.policy_types.value:
            return []
        ours = [policy for policy in self.organization.policies.value if policy.type == kind]
        return [
            [policy for policy in ours if level in policy.targets.value] for level in self.levels(account)
        ]

    def _deniers(self, account: str, action: str, request: Request) -> Iterator[Denies]:
        """Yield what may deny the request, one question each."""
        for level in self._policies(account, SERVICE_CONTROL):
            if self.organization.whole:
                yield lambda level=level: not any(_may_allow(policy, request) for policy in level)  # type: ignore[misc]
            for policy in level:
                yield lambda policy=policy: denied(document(policy), request).yes  # type: ignore[misc]
        if binds(action):
            for policy in self.attached(account, RESOURCE_CONTROL):
                yield lambda policy=policy: denied(document(policy), request).yes  # type: ignore[misc]

    def _standing(self, account: str) -> Standing:
        """Say where an account stands; what an organization that is not whole leaves open stays empty."""
        id = self.organization.id
        return Standing(
            account=account,
            partition=self.partition,
            organization=id if self.organization.whole or id.startswith("o-") else "",
            path=self.path(account) if self.organization.whole else "",
        )

    def path(self, account: str) -> str:
        """Return the path of an account for ``aws:PrincipalOrgPaths``: ``o-a1/r-b2/ou-c3/``."""
        return "/".join((self.organization.id, *self.levels(account)[:-1], ""))


def _denying(policies: list[OrganizationPolicy], request: Request) -> OrganizationPolicy | None:
    """Return a policy that denies the request; raises Unobserved while one may."""
    return first(policies, lambda policy: denied(document(policy), request).yes)


def _owned(resource: str, account: str) -> dict[str, Value]:
    """Return whose a resource is that belongs to another account than those who ask for it."""
    owner = account_of(resource)
    return (
        {"aws:resourceaccount": (owner,)} if owner.isdecimal() and account not in (owner, ANY_MEMBER) else {}
    )


def _untold(action: str) -> Value:
    """Return what stands for the aliases of a resource that is no key of which anything is known."""
    return Mark.UNKNOWN if action.startswith("kms:") else Mark.ABSENT


def _may_allow(policy: OrganizationPolicy, request: Request) -> bool:
    """Say whether a policy may leave the request allowed: doubt counts as allowed."""
    allowing = judge(document(policy).allows, request)
    return bool(allowing.certain or allowing.doubts)


def document(policy: OrganizationPolicy) -> Document:
    """Parse a policy; Unobserved for one that was not read or cannot be."""
    text = policy.document.value
    try:
        return _parsed(text)
    except MalformedPolicy as error:
        origin = policy.document.origin if isinstance(policy.document, Known) else None
        why = f"policy {policy.name} ({policy.id}) cannot be read: {error}"
        unknown = Unknown(why, Cause.MALFORMED, origin) if origin else Unknown(why, Cause.MALFORMED)
        raise Unobserved(unknown) from error


def _text(policy: OrganizationPolicy) -> str:
    return policy.document.content if isinstance(policy.document, Known) else ""


@lru_cache(maxsize=512)
def _parsed(text: str) -> Document:
    return parse(text)
