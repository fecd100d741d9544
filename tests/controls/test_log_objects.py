from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from checker.catalog import CONTROLS
from checker.evidence import Cause, Known, Unknown
from checker.inventory import Inventory
from checker.model import Status
from checker.sources.aws.observe import unread_account
from tests.controls.judging import Case, check, parametrize
from tests.hardened import ACCOUNT, DENIED, NOW, hardened, status

PRESENT = CONTROLS["TH332"]
LATEST = NOW - timedelta(minutes=20)
ROW = tuple(LATEST - timedelta(hours=24 - hour) for hour in range(25))
NEVER: dict[str, Any] = {"digests_from": Known(None), "digests": Known(()), "logs_from": Known(None)}


def left(**changes: Any) -> Inventory:
    return hardened(left=changes)


NOT_LISTED = hardened()
NOT_LISTED.objects.clear()
OTHER = replace(NOT_LISTED.accounts[ACCOUNT], id="222233334444")
OWNER_LEFT_OUT = replace(NOT_LISTED, accounts={OTHER.id: OTHER})
SHUT = unread_account(ACCOUNT, Unknown("shut", Cause.NOT_ENTERED))
OWNER_SHUT = replace(NOT_LISTED, accounts={OTHER.id: OTHER, ACCOUNT: SHUT})
ONE_REGION = hardened(left={"digests": DENIED, "logs": DENIED})
HOME = next(iter(hardened(left={"digests": Known(ROW[:5])}).objects.values()))
ONE_REGION.objects[HOME.id] = HOME

MEMBERS = hardened()
MEMBERS.objects["member"] = replace(HOME, account="222233334444", digests=DENIED, logs=DENIED)
MEMBERS_ALONE = hardened()
MEMBERS_ALONE.objects.clear()
MEMBERS_ALONE.objects["member"] = MEMBERS.objects["member"]

OWNER = next(iter(hardened().accounts.values()))
AWAY = next(found.region for found in OWNER.discoveries if found.region != HOME.region)
CLOSED = hardened(
    account={
        "discoveries": tuple(
            replace(found, trail_arns=DENIED) if found.region == AWAY else found
            for found in OWNER.discoveries
        )
    }
)
CLOSED = replace(CLOSED, sightings=tuple(seen for seen in CLOSED.sightings if seen.region != AWAY))
for id in [id for id, place in CLOSED.objects.items() if place.region == AWAY]:
    del CLOSED.objects[id]

CASES = [
    Case(PRESENT, hardened(), Status.PASS, "in 3 Regions"),
    Case(PRESENT, left(digests=Known(())), Status.FAIL, "no digest since 2026-11-19 11:40"),
    Case(PRESENT, left(digests=Known(ROW[:20])), Status.FAIL, "no digest after 2026-11-20 06:40, though one"),
    Case(PRESENT, left(digests=Known(ROW[:-2])), Status.PASS),
    Case(PRESENT, left(digests=Known(ROW[:9] + ROW[10:])), Status.FAIL, "between 2026-11-19 19:40 and"),
    Case(PRESENT, left(digests=Known(ROW[5:])), Status.PASS),
    Case(PRESENT, left(digests=Known(ROW[::2])), Status.FAIL, "and 33 more"),
    Case(PRESENT, left(digests_from=Known(ROW[-1]), digests=Known(())), Status.PASS),
    Case(PRESENT, left(logs=Known(False)), Status.FAIL, "no log file since 2026-11-20 08:40"),
    Case(PRESENT, left(digests_from=Known(None), digests=Known(())), Status.PASS),
    Case(PRESENT, left(logs_from=Known(None), logs=Known(False)), Status.PASS),
    Case(PRESENT, left(**NEVER), None, "no delivery"),
    Case(PRESENT, left(digests=DENIED), Status.UNKNOWN),
    Case(PRESENT, left(logs=DENIED), Status.UNKNOWN),
    Case(PRESENT, left(digests_from=DENIED), Status.UNKNOWN),
    Case(PRESENT, left(digests=DENIED, logs=Known(False)), Status.FAIL),
    Case(PRESENT, CLOSED, Status.UNKNOWN),
    Case(PRESENT, ONE_REGION, Status.FAIL, "eu-west-1: no digest after"),
    Case(PRESENT, MEMBERS, Status.PASS),
    Case(PRESENT, MEMBERS_ALONE, Status.UNKNOWN),
    Case(PRESENT, NOT_LISTED, Status.UNKNOWN, "was not listed"),
    Case(PRESENT, OWNER_LEFT_OUT, None, f"account {ACCOUNT} was not audited"),
    Case(PRESENT, OWNER_SHUT, Status.UNKNOWN, "shut"),
    Case(PRESENT, hardened(bucket={"exists": Known(False)}), None, "does not exist"),
    Case(
        PRESENT,
        hardened(trail={"status": status(latest_digest_delivery_time=DENIED)}),
        Status.UNKNOWN,
    ),
]


@parametrize(CASES)
def test_case(case: Case) -> None:
    check(case)
