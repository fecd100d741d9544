"""Global service events count only where they are really delivered."""

from typing import Any

import pytest
from msgspec.structs import replace

from checker.controls.global_events import effective, included, not_duplicated
from checker.evidence import Known
from checker.inventory import Inventory
from checker.inventory.arns import LEADERS
from checker.model import Status
from tests.controls.judging import Case, check, parametrize, worst
from tests.controls.trails import (
    AWAY,
    DATA_ONLY,
    NO_KMS,
    READ,
    STOPPED,
    UNREAD_STATUS,
    another,
    discovered,
    management,
    member,
    selecting,
    single_region,
)
from tests.hardened import DENIED, HOME, hardened

PASS, FAIL, UNKNOWN = Status.PASS, Status.FAIL, Status.UNKNOWN
OFF: dict[str, Any] = {"global_service_events": Known(False)}
LOCAL: dict[str, Any] = {"multi_region": Known(False)}
NO_IAM = selecting(management(eventSource={"not_equals": ("iam.amazonaws.com",)}))


def only(**changes: Any) -> Inventory:
    """The account with one single-Region trail away from the Region of the global services."""
    return hardened(trail={"status": STOPPED}, more_trails=(single_region(**changes),))


CASES = [
    Case(effective, hardened(), PASS, "audit (us-east-1) delivers"),
    Case(effective, hardened(trail=OFF), FAIL),
    Case(effective, hardened(trail={"status": STOPPED}), FAIL),
    Case(effective, hardened(trail=LOCAL), PASS),
    Case(effective, only(), FAIL, "no trail delivers global service events"),
    Case(effective, only(multi_region=Known(True)), PASS, "local (eu-west-1)"),
    Case(effective, hardened(trail={"selectors": Known(DATA_ONLY)}), FAIL),
    Case(effective, hardened(trail=NO_IAM), FAIL),
    Case(effective, hardened(trail={"selectors": Known(NO_KMS)}), PASS),
    Case(effective, hardened(trail={"selectors": Known(READ)}), PASS),
    Case(effective, hardened(trail={"global_service_events": DENIED}), UNKNOWN),
    Case(effective, hardened(trail={"selectors": DENIED}), UNKNOWN),
    Case(effective, hardened(trail={"selectors": DENIED, **OFF}), FAIL),
    Case(effective, hardened(account=discovered(denied=(AWAY,))), PASS),
    Case(effective, hardened(account=discovered((), denied=(AWAY,))), FAIL),
    Case(effective, hardened(account=discovered((), denied=(HOME,))), UNKNOWN),
    Case(effective, hardened(account={"scope": (AWAY,)}), PASS),
    Case(effective, hardened(account={"scope": (AWAY,), **discovered(())}), UNKNOWN, AWAY),
    Case(effective, hardened(account={"scope": (HOME,), **discovered(())}), FAIL),
    Case(effective, member(**selecting(management())), PASS),
    Case(effective, member(), UNKNOWN),
    Case(included, hardened(), PASS),
    Case(included, hardened(trail=OFF), FAIL, "not included"),
    Case(included, hardened(trail={**OFF, **LOCAL}), FAIL),
    Case(included, hardened(trail={"status": STOPPED, **OFF}), None, "does not log"),
    Case(included, hardened(trail={"status": UNREAD_STATUS}), UNKNOWN),
    Case(included, hardened(trail={"global_service_events": DENIED}), UNKNOWN),
    Case(included, hardened(trail=OFF, more_trails=(another(),)), PASS, "left to trail second"),
    Case(included, hardened(trail=OFF, more_trails=(another(selectors=Known(DATA_ONLY)),)), FAIL),
    Case(included, hardened(trail=OFF, more_trails=(another(selectors=DENIED),)), UNKNOWN),
    Case(included, only(), None),
    Case(not_duplicated, hardened(), PASS),
    Case(not_duplicated, hardened(more_trails=(another(),)), FAIL, "2 trails deliver"),
    Case(not_duplicated, hardened(more_trails=(another(**LOCAL),)), FAIL, "second (us-east-1)"),
    Case(not_duplicated, hardened(more_trails=(another(**OFF),)), PASS),
    Case(not_duplicated, hardened(more_trails=(another(status=STOPPED),)), PASS),
    Case(not_duplicated, hardened(more_trails=(single_region(),)), PASS),
    Case(not_duplicated, hardened(more_trails=(another(selectors=Known(DATA_ONLY)),)), PASS),
    Case(not_duplicated, hardened(more_trails=(another(selectors=DENIED),)), UNKNOWN),
    Case(not_duplicated, hardened(account=discovered(denied=(AWAY,))), PASS),
    Case(not_duplicated, hardened(account=discovered(denied=(HOME,))), UNKNOWN),
    Case(not_duplicated, member(), PASS),
]


@parametrize(CASES)
def test_global_events(case: Case) -> None:
    check(case)


@pytest.mark.parametrize(("partition", "leader"), LEADERS.items())
def test_a_single_region_trail_delivers_in_the_leader_region_of_its_partition(
    partition: str, leader: str
) -> None:
    def placed(region: str) -> Inventory:
        account = {
            "regions": Known((AWAY, region)),
            "discoveries": tuple(
                replace(found, region=place)
                for found, place in zip(discovered()["discoveries"], (AWAY, region), strict=False)
            ),
        }
        found = hardened(trail={**LOCAL, "home_region": region}, account=account)
        return replace(found, partition=partition)

    assert worst(effective, placed(leader)) is PASS
    assert worst(effective, placed("elsewhere-1")) is FAIL


def test_in_an_unknown_partition_only_a_multi_region_trail_decides() -> None:
    assert worst(effective, replace(hardened(), partition="aws-new")) is PASS
    assert worst(effective, replace(hardened(trail=LOCAL), partition="aws-new")) is UNKNOWN
