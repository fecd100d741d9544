from checker.catalog import CONTROLS
from checker.evidence import Known
from checker.inventory import Inventory, Sighting
from checker.model import Status
from tests.controls.judging import Case, check, parametrize
from tests.controls.trails import STOPPED, UNREAD_STATUS, discovered, member, single_region
from tests.hardened import ACCOUNT, DENIED, REGIONS, TRAIL, TRAIL_ARN, hardened, status

NOTIFIED, EVERYWHERE = (CONTROLS[id] for id in ("TH124", "TH125"))
BROKEN = status(latest_notification_error=Known("AuthorizationError"))
UNTOLD = status(latest_notification_error=DENIED)


def seen(regions: tuple[str, ...] = REGIONS, **odd: object) -> Inventory:
    """The hardened trail, seen in these Regions; ``us_west_2=STOPPED`` gives a Region its own status."""
    return hardened(
        sightings=tuple(
            Sighting(
                account=ACCOUNT,
                region=region,
                trail_arn=TRAIL_ARN,
                status=odd.get(region.replace("-", "_"), TRAIL.status),  # type: ignore[arg-type]
            )
            for region in regions
        )
    )


CASES = [
    Case(NOTIFIED, hardened(), Status.PASS, "3 Regions"),
    Case(NOTIFIED, hardened(trail={"sns_topic_arn": Known(None)}), None),
    Case(NOTIFIED, hardened(trail={"sns_topic_arn": DENIED}), Status.UNKNOWN),
    Case(NOTIFIED, seen(us_west_2=BROKEN), Status.FAIL, "AuthorizationError in us-west-2"),
    Case(NOTIFIED, seen(us_west_2=UNTOLD), Status.UNKNOWN),
    Case(NOTIFIED, seen(us_west_2=UNTOLD, eu_west_1=BROKEN), Status.FAIL, "eu-west-1"),
    Case(NOTIFIED, seen(us_west_2=status(latest_notification_error=Known(""))), Status.PASS),

    Case(EVERYWHERE, hardened(), Status.PASS, "read in 3 Regions"),
    Case(EVERYWHERE, seen(us_west_2=STOPPED), Status.FAIL, "stopped in us-west-2"),
    Case(EVERYWHERE, seen(REGIONS[:2]), Status.FAIL, "no copy in us-west-2"),
    Case(EVERYWHERE, seen(REGIONS[:2], eu_west_1=STOPPED), Status.FAIL,
         "no copy in us-west-2 and is stopped in eu-west-1"),
    Case(EVERYWHERE, hardened(sightings=()), Status.UNKNOWN, "no account looked"),
    Case(EVERYWHERE, seen(us_west_2=UNREAD_STATUS), Status.UNKNOWN),
    Case(EVERYWHERE, seen(us_west_2=UNREAD_STATUS, eu_west_1=STOPPED), Status.FAIL, "eu-west-1"),
    Case(EVERYWHERE, hardened(account=discovered(denied=("us-west-2",)),
                              sightings=seen(REGIONS[:2]).sightings), Status.UNKNOWN),
    Case(EVERYWHERE, hardened(trail={"status": STOPPED}), Status.PASS),
    Case(EVERYWHERE, hardened(trail={"multi_region": DENIED}, sightings=seen().sightings), Status.UNKNOWN),
    Case(EVERYWHERE, hardened(more_trails=(single_region(),)), Status.PASS),
    Case(EVERYWHERE, member(), Status.PASS, "3 Regions"),
]  # fmt: skip


@parametrize(CASES)
def test_cases(case: Case) -> None:
    check(case)
