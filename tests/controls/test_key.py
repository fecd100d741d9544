from datetime import UTC, datetime
from typing import Any

from checker.catalog import CONTROLS
from checker.evidence import Cause, Known, Unknown
from checker.inventory import Inventory
from checker.model import Status
from tests.controls.judging import Case, check, parametrize
from tests.hardened import DENIED, hardened

ROTATION, DELETION, ENABLED, EXISTS = (CONTROLS[id] for id in ("TH401", "TH402", "TH403", "TH406"))
FOREIGN = Unknown("the key is in an account that was not entered", Cause.FOREIGN_ACCOUNT)
OFF = Known(False)
SOON = Known(datetime(2026, 12, 1, tzinfo=UTC))


def key(**settings: Any) -> Inventory:
    return hardened(key=settings)


def state(name: str) -> Inventory:
    return key(state=Known(name))


CASES = [
    Case(ROTATION, hardened(), Status.PASS, "every 365 days"),
    Case(ROTATION, key(rotation_days=Known(2560)), Status.PASS, "every 2560 days"),
    Case(ROTATION, key(rotation_days=DENIED), Status.PASS, "is on"),
    Case(ROTATION, key(rotation_enabled=OFF), Status.FAIL),
    Case(ROTATION, key(rotation_enabled=DENIED), Status.UNKNOWN),
    Case(ROTATION, key(rotation_enabled=OFF, manager=DENIED), Status.UNKNOWN),
    Case(ROTATION, key(rotation_enabled=OFF, manager=Known("AWS")), None),
    Case(ROTATION, key(rotation_enabled=OFF, origin=Known("EXTERNAL")), None, "origin EXTERNAL"),
    Case(ROTATION, key(rotation_enabled=OFF, origin=Known("AWS_CLOUDHSM")), None),
    Case(ROTATION, key(rotation_enabled=OFF, spec=Known("RSA_4096")), None, "RSA_4096"),
    Case(ROTATION, key(rotation_enabled=OFF, spec=Known("HMAC_256")), None),
    Case(ROTATION, key(rotation_enabled=OFF, state=Known("PendingDeletion")), None),
    Case(ROTATION, key(rotation_enabled=OFF, state=Known("Disabled")), Status.FAIL),
    Case(ROTATION, key(exists=OFF, rotation_enabled=OFF), None),

    Case(DELETION, hardened(), Status.PASS),
    Case(DELETION, state("Disabled"), Status.PASS),
    Case(DELETION, key(state=Known("PendingDeletion"), deletion_date=SOON),
         Status.FAIL, "on 2026-12-01"),
    Case(DELETION, key(state=Known("PendingReplicaDeletion")), Status.FAIL, "PendingReplicaDeletion"),
    Case(DELETION, key(state=Known("PendingDeletion"), deletion_date=DENIED), Status.FAIL),
    Case(DELETION, key(state=DENIED), Status.UNKNOWN),

    Case(ENABLED, hardened(), Status.PASS),
    Case(ENABLED, state("Updating"), Status.PASS),
    *(Case(ENABLED, state(name), Status.FAIL, name) for name in
      ("Disabled", "PendingDeletion", "PendingImport", "PendingReplicaDeletion", "Unavailable", "Creating")),
    Case(ENABLED, key(state=DENIED), Status.UNKNOWN),

    Case(EXISTS, hardened(), Status.PASS),
    Case(EXISTS, key(exists=OFF), Status.FAIL, "does not exist"),
    Case(EXISTS, key(exists=FOREIGN), Status.UNKNOWN, "not entered"),
    Case(EXISTS, hardened(trail={"kms_key_id": Known(None)}), None),
    Case(EXISTS, hardened(trail={"kms_key_id": DENIED}), Status.UNKNOWN),
]  # fmt: skip


@parametrize(CASES)
def test_cases(case: Case) -> None:
    check(case)
