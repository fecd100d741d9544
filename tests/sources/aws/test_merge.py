"""Observations of several accounts, or of one account several times, become one."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from checker.evidence import Cause, Known, Unknown
from checker.inventory import Discovery, Inventory
from checker.observation import Observation, Scan
from checker.sources.aws import merge
from tests import hardened as good
from tests.hardened import hardened

OTHER = "222233334444"
DENIED = good.DENIED


def observed(inventory: Inventory, *regions: str, calls: int = 10) -> Observation:
    account = next(iter(inventory.accounts))
    scan = Scan(
        source="aws",
        callers=(f"arn:aws:iam::{account}:user/auditor",),
        accounts=(account,),
        regions=regions,
        started=good.NOW,
        finished=inventory.taken_at,
        calls=calls,
    )
    return Observation(scan=scan, inventory=inventory)


def of_another_account(inventory: Inventory) -> Inventory:
    """Return what another account sees: the same resources, which are not its own."""
    (account,) = inventory.accounts.values()
    return replace(inventory, accounts={OTHER: replace(account, id=OTHER)}, sightings=())


def test_one_observation_stays_as_it_is() -> None:
    observation = observed(hardened())
    assert merge([observation]) == observation


@pytest.mark.parametrize("order", [1, -1])
def test_owner_is_believed_before_others(order: int) -> None:
    owner = observed(hardened(trail={"log_file_validation": Known(False)}))
    other = observed(of_another_account(hardened()))
    merged = merge([owner, other][::order]).inventory
    assert merged.trails[good.TRAIL_ARN].log_file_validation.value is False
    assert sorted(merged.accounts) == [good.ACCOUNT, OTHER]


@pytest.mark.parametrize("order", [1, -1])
def test_what_is_known_is_believed_before_what_is_not(order: int) -> None:
    hidden = {"status": good.status(is_logging=DENIED), "selectors": DENIED}
    owner = observed(hardened(trail=hidden, bucket={"policy": DENIED}))
    other = observed(of_another_account(hardened()))
    merged = merge([owner, other][::order]).inventory
    assert merged.trails[good.TRAIL_ARN].status.is_logging.value is True
    assert merged.trails[good.TRAIL_ARN].selectors == good.TRAIL.selectors
    assert merged.buckets[good.BUCKET].policy.value == good.BUCKET_POLICY


def test_owner_of_a_bucket_that_others_do_not_know() -> None:
    foreign = Unknown("not ours", Cause.FOREIGN_ACCOUNT)
    other = observed(of_another_account(hardened(bucket={"account": foreign, "policy": Known("theirs")})))
    merged = merge([other, observed(hardened())]).inventory
    assert merged.buckets[good.BUCKET].account.value == good.ACCOUNT
    assert merged.buckets[good.BUCKET].policy.value == good.BUCKET_POLICY


def test_what_nobody_knows_stays_unknown_as_the_owner_says() -> None:
    owner = observed(hardened(trail={"tags": DENIED}))
    other = observed(of_another_account(hardened(trail={"tags": Unknown("no", Cause.FOREIGN_ACCOUNT)})))
    assert merge([other, owner]).inventory.trails[good.TRAIL_ARN].tags == DENIED


def test_parts_of_one_account_become_the_whole() -> None:
    def part(region: str) -> Observation:
        found = Discovery(region=region, trail_arns=Known((good.TRAIL_ARN,)))
        inventory = hardened(account={"scope": (region,), "discoveries": (found,)}, sightings=())
        return observed(inventory, region)

    merged = merge([part("us-west-2"), part("eu-west-1")])
    (account,) = merged.inventory.accounts.values()
    assert account.scope == merged.scan.regions == ("eu-west-1", "us-west-2")
    assert [d.region for d in account.discoveries] == ["eu-west-1", "us-west-2"]


def test_scans_are_added_up() -> None:
    late = replace(hardened(), taken_at=good.NOW + timedelta(seconds=9))
    merged = merge([observed(of_another_account(hardened()), calls=3), observed(late, calls=4)])
    assert (merged.scan.calls, merged.scan.accounts) == (7, (good.ACCOUNT, OTHER))
    assert merged.inventory.taken_at == merged.scan.finished == late.taken_at


@pytest.mark.parametrize(
    "observations",
    [[], [observed(hardened()), observed(replace(hardened(), partition="aws-cn"))]],
    ids=["none", "two partitions"],
)
def test_what_cannot_be_merged(observations: list[Observation]) -> None:
    with pytest.raises(ValueError, match="one partition"):
        merge(observations)
