"""Organizations to observe, and what comes of it."""

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from checker.observation import Observation
from checker.sources.aws import Organization, collect_organization
from tests.simulator import Account, Endpoint, Request, Role, World, organization_world
from tests.simulator import Organization as Simulated
from tests.simulator.worlds import LOG_ARCHIVE, MANAGEMENT, MEMBER
from tests.sources.aws.conftest import options

OTHER = "444455556666"
ROLE = "auditor"
Serving = Callable[..., AbstractContextManager[Endpoint]]


def world(**organization: Any) -> World:
    """The organization's world with names, and settings of the organization by name."""
    base = organization_world()
    names = {MANAGEMENT: "Management", LOG_ARCHIVE: "Log archive", MEMBER: "Workload"}
    return replace(
        base,
        accounts=tuple(replace(account, name=names[account.id]) for account in base.accounts),
        organizations=(replace(base.organizations[0], **organization),),
    )


def joined_by(base: World, account: str, *, name: str = "Newcomer", **settings: Any) -> World:
    """Add an account to the organization, with the auditor's role in it."""
    (organization,) = base.organizations
    regions = base.accounts[0].regions
    return replace(
        base,
        accounts=(*base.accounts, Account(id=account, name=name, **{"regions": regions, **settings})),
        organizations=(replace(organization, members=(*organization.members, account)),),
        roles=(*base.roles, auditor(account)),
    )


def auditor(account: str, *, by: tuple[str, ...] = (MANAGEMENT,), external_id: str | None = None) -> Role:
    """The auditor's role of an account."""
    return Role(
        arn=f"arn:aws:iam::{account}:role/{ROLE}", trust="{}", assumable_from=by, external_id=external_id
    )


def observed(serving: Serving, base: World, *faults: Any, account: str = "", **wanted: Any) -> Observation:
    """Observe the organization once."""
    with serving(base, *faults, account=account):
        return collect_organization(options(), Organization(**{"role_name": ROLE, **wanted}))


def asked_twice(requests: Iterable[Request]) -> list[Any]:
    """Return what was asked more than once by the same account."""
    asked = Counter((r.account, r.name, r.region, repr(sorted(r.params.items()))) for r in requests)
    return [call for call, times in asked.items() if times > 1]


def simulated(base: World) -> Simulated:
    """Return the organization of a world."""
    return base.organizations[0]
