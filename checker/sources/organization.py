"""An organization of which templates declare some policies: what they attach to its root binds every member.

Parents of accounts, policies elsewhere and what they allow or deny are not part of templates, so that the
organization is not whole. A policy can only be attached where its type is enabled (AWS Organizations user
guide, Enabling a policy type), so that one which is declared has an effect.
"""

import re
from collections.abc import Iterable

from msgspec.structs import replace

from checker.evidence import Cause, Known, Observed, Unknown
from checker.inventory import Administrator, Organization, OrganizationPolicy, Place
from checker.inventory.organization import RESOURCE_CONTROL, S3, SERVICE_CONTROL

ROOT = "r-root"
"""Stands for the one root of the organization, whichever id it has."""
UNNAMED = "organization"
JUDGED = (SERVICE_CONTROL, RESOURCE_CONTROL)
_ROOT_ID = re.compile(r"r-[0-9a-z]{4,32}")
_ACCOUNT = re.compile(r"\d{12}")
_ANY_TYPE = (RESOURCE_CONTROL, S3, SERVICE_CONTROL)


def organizations(
    policies: Iterable[OrganizationPolicy],
    *,
    id: str = "",
    management: str = "",
    policy_types: Observed[tuple[str, ...]] | None = None,
    trusted_services: Observed[tuple[str, ...]] | None = None,
    administrators: Iterable[Administrator] | None = None,
) -> dict[str, Organization]:
    """Put together what is declared, by the id of the organization; all else is not part of the templates.

    There is one root in an organization: policies that are attached to several are of several, and what binds
    the members of one does not bind those of another.
    """
    every = tuple(policies)
    roots = sorted({target for policy in every for target in _targets(policy) if _ROOT_ID.fullmatch(target)})
    found: dict[str, Organization] = {}
    for root in roots or [ROOT]:
        alone = len(roots) < 2
        own = _organization(
            tuple(_seen_from(root, policy, alone) for policy in every),
            id=(id or UNNAMED) if alone else f"{UNNAMED}-of-{root}",
            management=management if alone else "",
            policy_types=policy_types,
            trusted_services=trusted_services,
            administrators=administrators,
        )
        found[own.id] = own
    return found


def _targets(policy: OrganizationPolicy) -> tuple[str, ...]:
    return policy.targets.content if isinstance(policy.targets, Known) else ()


def _seen_from(root: str, policy: OrganizationPolicy, alone: bool) -> OrganizationPolicy:
    """Return a policy as one organization has it: of several, only the root is known to be its own."""
    if isinstance(policy.targets, Unknown):
        return policy
    kept = {
        ROOT if target == root else target for target in policy.targets.content if alone or target == root
    }
    return replace(policy, targets=Known(tuple(sorted(kept)), policy.targets.origin))


def _organization(
    policies: tuple[OrganizationPolicy, ...],
    *,
    id: str,
    management: str,
    policy_types: Observed[tuple[str, ...]] | None,
    trusted_services: Observed[tuple[str, ...]] | None,
    administrators: Iterable[Administrator] | None,
) -> Organization:
    accounts = sorted({t for policy in policies for t in _targets(policy) if _ACCOUNT.fullmatch(t)})
    return Organization(
        id=id,
        management_account=management,
        whole=False,
        trusted_services=trusted_services or _outside("which services have trusted access"),
        administrators=_outside("which accounts administer services")
        if administrators is None
        else Known(tuple(administrators)),
        policy_types=policy_types or Known(_ANY_TYPE),
        places=Known((Place(id=ROOT), *(Place(id=one, parent=ROOT) for one in accounts))),
        policies=Known(policies),
        trail_role=_outside("whether the management account has CloudTrail's role"),
    )


def _outside(what: str) -> Unknown:
    return Unknown(f"{what} is not part of these templates", Cause.OUT_OF_SCOPE)
