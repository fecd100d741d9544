"""Which Regions are asked, and what a Region that does not answer leaves open."""

from dataclasses import replace

import pytest

from checker.evidence import Cause, Unknown
from checker.inventory import Inventory
from checker.observation import CannotObserve
from checker.sources.aws import collect
from tests import hardened as good
from tests.simulator import CLOSED_REGION, DENIED, DENIED_BY_SCP, HANG, Bucket, Fault, hardened_world
from tests.simulator.faults import Effect
from tests.simulator.worlds import BUCKET, TRAIL
from tests.sources.aws.conftest import Observe, ServeWorld, options
from tests.sources.aws.evidence import unknowns

NO_LIST = Fault(DENIED, service="account", operation="ListRegions")
NO_EC2 = Fault(DENIED, service="ec2", operation="DescribeRegions")


def assert_only_its_lists_are_hidden(inventory: Inventory, cause: Cause, region: str) -> None:
    """Which trails a Region has, and what of CloudTrail Lake, is unknown; all that is known of is read."""
    hidden = unknowns(inventory)
    lists = {"accounts", "event_data_stores", "channels", "dashboards"}
    assert {path.partition("/")[0] for path in hidden} == lists
    assert [path.rpartition(".")[2] for path in hidden if path.startswith("accounts")] == ["trail_arns"]
    assert all("/*." in path for path in hidden if not path.startswith("accounts"))
    assert {(unknown.cause, unknown.origin.region) for unknown in hidden.values()} == {(cause, region)}
    assert all(region in unknown.reason for unknown in hidden.values())


@pytest.mark.parametrize(
    ("effect", "cause"),
    [
        pytest.param(CLOSED_REGION, Cause.REGION_CLOSED, id="not opted in"),
        pytest.param(DENIED_BY_SCP, Cause.REGION_CLOSED, id="closed by a policy"),
        pytest.param(DENIED, Cause.DENIED, id="denied"),
        pytest.param(HANG, Cause.UNREACHABLE, id="does not answer"),
    ],
)
def test_closed_region_leaves_the_others(observe: Observe, effect: Effect, cause: Cause) -> None:
    faults = [Fault(effect, region="us-west-2")]
    inventory = observe(hardened_world(), faults, read_timeout=3.0 if effect is HANG else 30.0).inventory
    assert_only_its_lists_are_hidden(inventory, cause, "us-west-2")
    assert [s.region for s in inventory.sightings] == ["eu-west-1", "us-east-1"]


def test_ec2_tells_the_regions_when_account_management_does_not(observe: Observe) -> None:
    account = observe(hardened_world(), [NO_LIST]).inventory.accounts[good.ACCOUNT]
    assert account.regions.value == good.REGIONS
    assert account.regions.origin.action == "ec2:DescribeRegions"


def test_without_any_list_every_known_region_is_asked(observe: Observe) -> None:
    inventory = observe(hardened_world(), [NO_LIST, NO_EC2]).inventory
    account = inventory.accounts[good.ACCOUNT]
    assert isinstance(account.regions, Unknown)
    assert "account:ListRegions" in account.regions.reason
    assert "ec2:DescribeRegions" in account.regions.reason
    assert set(good.REGIONS) < {d.region for d in account.discoveries}
    closed = {d.region for d in account.discoveries if isinstance(d.trail_arns, Unknown)}
    assert closed == {"af-south-1", "me-south-1"}


def test_disabled_regions_are_not_asked(observe: Observe) -> None:
    world = hardened_world(account={"disabled": ("me-south-1",)})
    account = observe(world).inventory.accounts[good.ACCOUNT]
    assert "me-south-1" not in {d.region for d in account.discoveries}


def test_narrowed_discovery_still_reads_the_whole_trail(observe: Observe) -> None:
    inventory = observe(hardened_world(), regions=("us-west-2",)).inventory
    account = inventory.accounts[good.ACCOUNT]
    assert (account.scope, [d.region for d in account.discoveries]) == (("us-west-2",), ["us-west-2"])
    assert account.regions.value == good.REGIONS
    trail = inventory.trails[good.TRAIL_ARN]
    assert (trail.multi_region.value, trail.status.is_logging.origin.region) == (True, "us-east-1")
    assert [s.region for s in inventory.sightings] == ["us-west-2"]
    assert unknowns(inventory) == {}


def test_region_that_does_not_exist(observe: Observe) -> None:
    with pytest.raises(CannotObserve, match="there is no Region eu-wst-1"):
        observe(hardened_world(), regions=("eu-west-1", "eu-wst-1"))


def test_region_that_is_newer_than_botocore(observe: Observe) -> None:
    world = hardened_world(regions=(*good.REGIONS, "eu-north-9"))
    inventory = observe(world, regions=("eu-north-9",)).inventory
    assert list(inventory.trails) == [good.TRAIL_ARN]


def test_closed_region_in_the_scope_is_unknown(observe: Observe) -> None:
    inventory = observe(hardened_world(), regions=("us-east-1", "af-south-1")).inventory
    assert_only_its_lists_are_hidden(inventory, Cause.REGION_CLOSED, "af-south-1")


def test_trail_at_home_in_a_closed_region(observe: Observe) -> None:
    strayed = replace(TRAIL, home="af-south-1", settings={})
    world = replace(hardened_world(), trails=(strayed,))
    inventory = observe(world).inventory
    trail = inventory.trails[strayed.arn]
    hidden = (trail.selectors, trail.insights, trail.tags, trail.status.is_logging)
    assert {setting.cause for setting in hidden} == {Cause.REGION_CLOSED}  # type: ignore[union-attr]
    assert trail.log_file_validation.value is True
    assert all(s.status.is_logging.value for s in inventory.sightings)
    assert inventory.buckets[good.BUCKET].exists.value is True


def test_single_region_trails_are_found_in_their_region(observe: Observe) -> None:
    local = replace(TRAIL, name="local", home="eu-west-1", multi_region=False, settings={})
    inventory = observe(hardened_world(more_trails=(local,))).inventory
    found = {d.region: len(d.trail_arns.value) for d in inventory.accounts[good.ACCOUNT].discoveries}
    assert found == {"eu-west-1": 2, "us-east-1": 1, "us-west-2": 1}


def test_bucket_is_read_through_its_own_region(serving: ServeWorld) -> None:
    elsewhere: Bucket = replace(BUCKET, region="eu-west-1")
    with serving(replace(hardened_world(), buckets=(elsewhere,))) as aws:
        bucket = collect(options(max_attempts=2)).inventory.buckets[good.BUCKET]
        settings = {r.region for r in aws.requests if r.service == "s3" and r.operation.startswith("Get")}
    assert bucket.region.value == "eu-west-1"
    assert settings == {"eu-west-1"}
