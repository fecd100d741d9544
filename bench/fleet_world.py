"""The measured organization: one hardened trail for all accounts, and a few strays."""

from dataclasses import replace

from bench.measure import OPT_IN_REGIONS
from tests import hardened as good
from tests.simulator import DEFAULT_REGIONS, Account, Bucket, Organization, Role, Trail, World
from tests.simulator.worlds import LOG_ARCHIVE, MANAGEMENT, organization_world

EVERY = 20
"""One account in so many has a trail of its own, with its own bucket."""


def fleet(accounts: int) -> World:
    """Return an organization of so many accounts with 17 Regions each."""
    base = organization_world()
    members = [f"{400000000000 + number:012d}" for number in range(accounts - 2)]
    every = (LOG_ARCHIVE, *members)
    strays = members[::EVERY]
    return replace(
        base,
        accounts=tuple(
            Account(id=id, name=_name(id), regions=DEFAULT_REGIONS, disabled=OPT_IN_REGIONS)
            for id in (MANAGEMENT, *every)
        ),
        organizations=(Organization(management=MANAGEMENT, members=every),),
        trails=(*base.trails, *(_trail(id) for id in strays)),
        buckets=(*base.buckets, *(_bucket(base, id) for id in strays)),
        roles=(
            *(role for role in base.roles if role.arn == good.ROLE_ARN),
            *(_role(id) for id in every),
        ),
    )


def _name(id: str) -> str:
    return {MANAGEMENT: "Management", LOG_ARCHIVE: "Log archive"}.get(id, f"Workload {id[-4:]}")


def _trail(id: str) -> Trail:
    return Trail(name="own", account=id, home="eu-west-1", bucket=f"trail-{id}")


def _bucket(base: World, id: str) -> Bucket:
    return replace(base.buckets[0], name=f"trail-{id}", account=id, region="eu-west-1")


def _role(id: str) -> Role:
    return Role(
        arn=f"arn:aws:iam::{id}:role/trailhold-auditor",
        trust=good.document(),
        assumable_from=(MANAGEMENT,),
    )
