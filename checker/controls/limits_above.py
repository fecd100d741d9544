"""The policies of an organization above an account, which limit all of its users and roles."""

from collections.abc import Mapping

from msgspec import Struct

from checker.evidence import Unknown, Unobserved
from checker.inventory import Account
from checker.inventory.organization import RESOURCE_CONTROL, SERVICE_CONTROL, Organization, OrganizationPolicy
from checker.model import Context
from checker.policy.entitled import Held
from checker.policy.guardrails import Guardrails
from checker.policy.request import Mark, Value, clock

_PLACES = ("aws:principalorgpaths", "aws:resourceorgpaths")
_UNREAD = "service control policies, which may deny it, were not read"


class Above(Struct, frozen=True):
    """What limits everybody in an account, and what a finding has to add."""

    levels: tuple[tuple[Held, ...], ...] = ()
    """Service control policies from the root down to the account: each level has to allow."""
    denying: tuple[Held, ...] = ()
    """Resource control policies on what the account owns; they deny, and allow nothing by themselves."""
    context: Mapping[str, Value] = {}
    """What requests from the account carry because of where it stands, and when they are made."""
    note: str = ""


def above(account: Account, context: Context) -> Above:
    """Return what limits an account; neither kind of policy binds a management account.

    Without the policies nobody is limited, which the note says: who is named may have less.
    """
    organization = account.organization
    time = clock(context.now)
    if not isinstance(organization, Unknown) and organization.content is None:
        return Above(context={**time, **dict.fromkeys(_PLACES, Mark.ABSENT)})
    unplaced: dict[str, Value] = {**time, **dict.fromkeys(_PLACES, Mark.UNKNOWN)}
    management = account.management_account
    if not isinstance(management, Unknown) and management.content == account.id:
        return Above(context=unplaced)
    found = context.inventory.organization_of(account.id)
    if found is None or not found.told:
        return Above(context=unplaced, note=_UNREAD)
    try:
        return _limits(found, account, context)
    except Unobserved as missing:
        return Above(context=unplaced, note=f"{_UNREAD} ({missing})")


def _limits(organization: Organization, account: Account, context: Context) -> Above:
    rails = Guardrails(organization, context.inventory.partition)
    levels: tuple[tuple[Held, ...], ...] = ()
    if SERVICE_CONTROL in organization.policy_types.value:
        binding = list(dict.fromkeys(rails.attached(account.id, SERVICE_CONTROL)))
        levels = tuple(
            tuple(_held(policy) for policy in binding if level in policy.targets.value)
            for level in rails.levels(account.id)
        )
    denying = tuple(dict.fromkeys(map(_held, rails.attached(account.id, RESOURCE_CONTROL))))
    place: dict[str, Value] = dict.fromkeys(_PLACES, (rails.path(account.id),))
    return Above(levels=levels, denying=denying, context={**clock(context.now), **place})


def _held(policy: OrganizationPolicy) -> Held:
    document = policy.document
    text = document if isinstance(document, Unknown) else document.content
    return Held(f"policy {policy.name} ({policy.id})", text)
