"""An organization of which templates declare some policies: what they attach to its root binds every member.

Parents of accounts, policies elsewhere and what they allow or deny are not part of templates, so that the
organization is not whole. A policy can only be attached where its type is enabled (AWS Organizations user
guide, Enabling a policy type), so that one which is declared has an effect.
"""

import re
from collections.abc import Iterable

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


def place(target: str) -> str:
    """Return the place that a target names: a root is the root."""
    return ROOT if _ROOT_ID.fullmatch(target) else target


def organization(
    policies: Iterable[OrganizationPolicy],
    *,
    id: str = "",
    management: str = "",
    policy_types: Observed[tuple[str, ...]] | None = None,
    trusted_services: Observed[tuple[str, ...]] | None = None,
    administrators: Iterable[Administrator] | None = None,
) -> Organization:
    """Put together what is declared; all else is not part of the templates."""
    found = tuple(policies)
    targets = (p.targets.content for p in found if isinstance(p.targets, Known))
    accounts = sorted({target for each in targets for target in each if _ACCOUNT.fullmatch(target)})
    return Organization(
        id=id or UNNAMED,
        management_account=management,
        whole=False,
        trusted_services=trusted_services or _outside("which services have trusted access"),
        administrators=_outside("which accounts administer services")
        if administrators is None
        else Known(tuple(administrators)),
        policy_types=policy_types or Known(_ANY_TYPE),
        places=Known((Place(id=ROOT), *(Place(id=one, parent=ROOT) for one in accounts))),
        policies=Known(found),
        trail_role=_outside("whether the management account has CloudTrail's role"),
    )


def _outside(what: str) -> Unknown:
    return Unknown(f"{what} is not part of these templates", Cause.OUT_OF_SCOPE)
