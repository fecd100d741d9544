"""An organization's trail as each account sees it, and as all of them together do."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from checker.evidence import Cause, Known, Unknown
from checker.inventory import Inventory
from checker.observation import Observation
from checker.sources.aws import merge
from tests import hardened as good
from tests.modern import modern
from tests.simulator import DENIED, AwsError, Fault, Refuse, organization_world
from tests.simulator.worlds import LOG_ARCHIVE, MANAGEMENT, MEMBER, ORGANIZATION_BUCKET_POLICY
from tests.sources.aws.conftest import Observe
from tests.sources.aws.evidence import contents, unknowns

View = Callable[[str], Observation]


@pytest.fixture
def view(observe: Observe) -> View:
    return lambda account: observe(organization_world(), account=account)


def test_every_account_names_the_organization(view: View) -> None:
    for account in (MANAGEMENT, MEMBER):
        seen = view(account).inventory.accounts[account]
        assert (seen.organization.value, seen.management_account.value) == ("o-exampleorg", MANAGEMENT)


def test_member_sees_that_the_trail_logs(view: View) -> None:
    inventory = view(MEMBER).inventory
    assert [(s.region, s.status.is_logging.value) for s in inventory.sightings] == [
        (region, True) for region in good.REGIONS
    ]
    trail = inventory.trails[good.TRAIL_ARN]
    assert (trail.account, trail.organization.value, trail.log_file_validation.value) == (
        MANAGEMENT,
        True,
        True,
    )


@modern
def test_member_does_not_judge_what_it_cannot_see(view: View) -> None:
    hidden = unknowns(view(MEMBER).inventory)
    trail = {path.rpartition(".")[2] for path in hidden if path.startswith("trails/")}
    assert trail == {"selectors", "insights", "tags", "aggregations"}
    assert {unknown.cause for unknown in hidden.values()} == {Cause.FOREIGN_ACCOUNT}
    assert f"belongs to account {MANAGEMENT}" in hidden[f"trails/{good.TRAIL_ARN}.selectors"].reason


@pytest.mark.parametrize(
    "code",
    [
        "TrailNotFoundException",
        "CloudTrailARNInvalidException",
        "AccessDeniedException",
        "UnsupportedOperationException",
    ],
)
def test_however_cloudtrail_refuses_a_stranger(observe: Observe, code: str) -> None:
    fault = Fault(Refuse(AwsError(code)), operation="GetInsightSelectors")
    trail = observe(organization_world(), [fault], account=MEMBER).inventory.trails[good.TRAIL_ARN]
    assert isinstance(trail.insights, Unknown)
    assert trail.insights.cause is Cause.FOREIGN_ACCOUNT


def test_denied_status_is_the_members_own_gap(observe: Observe) -> None:
    fault = Fault(DENIED, operation="GetTrailStatus", account=MEMBER)
    inventory = observe(organization_world(), [fault], account=MEMBER).inventory
    for sighting in inventory.sightings:
        assert isinstance(sighting.status.is_logging, Unknown)
        assert sighting.status.is_logging.cause is Cause.DENIED


def test_owner_does_not_own_the_bucket(view: View) -> None:
    bucket = view(MANAGEMENT).inventory.buckets[good.BUCKET]
    assert isinstance(bucket.exists, Unknown)
    assert isinstance(bucket.account, Unknown)
    assert isinstance(bucket.policy, Unknown)
    assert {bucket.exists.cause, bucket.account.cause, bucket.policy.cause} == {Cause.FOREIGN_ACCOUNT}
    assert bucket.region.value == good.HOME


def test_bucket_that_a_stranger_may_read_is_read(observe: Observe) -> None:
    world = organization_world()
    shared = tuple(replace(b, readers=(MANAGEMENT,)) for b in world.buckets)
    bucket = observe(replace(world, buckets=shared)).inventory.buckets[good.BUCKET]
    assert bucket.exists.value is True
    assert bucket.policy.value == ORGANIZATION_BUCKET_POLICY
    assert isinstance(bucket.account, Unknown)


def test_all_accounts_together_know_everything(view: View) -> None:
    merged = merge([view(MEMBER), view(MANAGEMENT)])
    bucket = {p for p in unknowns(merged.inventory) if p.startswith("buckets/")}
    assert bucket
    # What lies in a bucket is hidden with it.
    rest = set(unknowns(merged.inventory)) - bucket
    assert {path.partition("/")[0] for path in rest} == {"objects"}
    assert merged.scan.accounts == (MANAGEMENT, MEMBER)


@modern
def test_merged_configuration_is_the_owners(view: View) -> None:
    merged = merge([view(MEMBER), view(MANAGEMENT)]).inventory
    assert contents(merged.trails) == contents(good.hardened(trail={"organization": Known(True)}).trails)
    assert len(merged.sightings) == 2 * len(good.REGIONS)


def test_foreign_log_group_and_role_are_not_looked_up_by_name(observe: Observe) -> None:
    """The member has a group and a role of the same names, which are somebody else's."""
    world = organization_world()
    decoys = replace(
        world,
        log_groups=(*world.log_groups, *(replace(g, account=MEMBER) for g in world.log_groups)),
        roles=(*world.roles, replace(world.roles[0], arn=good.ROLE_ARN.replace(MANAGEMENT, MEMBER))),
    )
    inventory: Inventory = observe(decoys, account=MEMBER).inventory
    assert isinstance(inventory.log_groups[good.GROUP_ARN].retention_days, Unknown)
    assert isinstance(inventory.roles[good.ROLE_ARN].trust_policy, Unknown)


def test_archive_account_is_followed_by_the_merge(observe: Observe) -> None:
    """The archive sees the trail too, and owns its bucket."""
    world = organization_world()
    archive = observe(world, account=LOG_ARCHIVE)
    owner = observe(world, account=MANAGEMENT)
    inventory = merge([owner, archive]).inventory
    # Each lists its own folder only: the owner's is not the archive's to look into by itself.
    assert {path.partition("/")[0] for path in unknowns(inventory)} == {"objects"}
    assert inventory.buckets[good.BUCKET].account.value == LOG_ARCHIVE
