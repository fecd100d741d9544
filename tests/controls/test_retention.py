from typing import Any

from checker.catalog import CONTROLS
from checker.evidence import Known
from checker.inventory import Inventory, LifecycleRule, ObjectLock, Versioning
from checker.model import Status, Thresholds
from tests.controls.judging import Case, check, parametrize
from tests.hardened import DENIED, NO_TAMPERING, TLS_ONLY, document, hardened

MFA_DELETE, LOCK, UNDELETABLE, CONFLICT = (CONTROLS[id] for id in ("TH307", "TH309", "TH316", "TH321"))
BREAK_GLASS = Thresholds(break_glass_arns=("arn:aws:iam::111122223333:role/break-glass",))

OTHER_GLASS = Thresholds(break_glass_arns=("arn:aws:iam::111122223333:role/other",))


def sparing(principal: str) -> str:
    """The hardened policy with another exception."""
    return document({**NO_TAMPERING, "Condition": {"ArnNotLike": {"aws:PrincipalArn": principal}}})


def locked(mode: str | None = None, days: int | None = None, **bucket: Any) -> Inventory:
    return hardened(bucket={"object_lock": Known(ObjectLock(enabled=True, mode=mode, days=days)), **bucket})


def unlocked(**bucket: Any) -> Inventory:
    return hardened(bucket={"object_lock": Known(ObjectLock(enabled=False)), **bucket})


def versions(status: str | None = "Enabled", mfa: bool = False) -> dict[str, Any]:
    return {"versioning": Known(Versioning(status=status, mfa_delete=mfa))}


RULES: dict[str, Any] = {"lifecycle": Known((LifecycleRule(enabled=False),))}
MFA = versions(mfa=True)

CASES = [
    Case(UNDELETABLE, hardened(), Status.PASS, "365 days in COMPLIANCE mode"),
    Case(UNDELETABLE, locked("COMPLIANCE", 364), Status.FAIL, "364 days in COMPLIANCE mode, below 365"),
    Case(UNDELETABLE, locked("COMPLIANCE", 90), Status.PASS, thresholds=Thresholds(log_retention_days=90)),
    Case(UNDELETABLE, locked(), Status.FAIL, "no default retention"),
    Case(UNDELETABLE, unlocked(), Status.FAIL, "Object Lock is not enabled, and MFA delete is off"),
    Case(UNDELETABLE, unlocked(**MFA), Status.PASS, "MFA delete is on"),
    Case(UNDELETABLE, unlocked(**versions("Suspended", mfa=True)), Status.FAIL, "guards nothing"),
    Case(UNDELETABLE, locked("GOVERNANCE", 365), Status.PASS, "GOVERNANCE", thresholds=BREAK_GLASS),
    Case(UNDELETABLE, locked("GOVERNANCE", 364), Status.FAIL, "below 365", thresholds=BREAK_GLASS),
    Case(UNDELETABLE, locked("GOVERNANCE", 365), Status.PASS, "GOVERNANCE"),
    Case(UNDELETABLE, locked("GOVERNANCE", 365), Status.FAIL, "lifts", thresholds=OTHER_GLASS),
    Case(UNDELETABLE, locked("GOVERNANCE", 365, policy=Known(sparing("arn:aws:iam::111122223333:role/*"))),
         Status.FAIL, "lifts"),
    Case(UNDELETABLE, locked("GOVERNANCE", 365, policy=Known(document(TLS_ONLY))), Status.FAIL, "lifts",
         thresholds=BREAK_GLASS),
    Case(UNDELETABLE, locked("GOVERNANCE", 365, policy=Known(None)), Status.FAIL, thresholds=BREAK_GLASS),
    Case(UNDELETABLE, locked("GOVERNANCE", 365, policy=DENIED), Status.UNKNOWN, thresholds=BREAK_GLASS),
    Case(UNDELETABLE, locked("GOVERNANCE", 365, policy=Known("no JSON")), Status.UNKNOWN,
         thresholds=BREAK_GLASS),
    Case(UNDELETABLE, locked("GOVERNANCE", 365, policy=DENIED, **MFA), Status.PASS),
    Case(UNDELETABLE, hardened(bucket={"object_lock": DENIED}), Status.UNKNOWN),
    Case(UNDELETABLE, hardened(bucket={"object_lock": DENIED, **MFA}), Status.PASS),
    Case(UNDELETABLE, hardened(bucket={"versioning": DENIED}), Status.PASS),
    Case(UNDELETABLE, unlocked(versioning=DENIED), Status.UNKNOWN),

    Case(MFA_DELETE, unlocked(**MFA), Status.PASS, "MFA delete is on"),
    Case(MFA_DELETE, hardened(), Status.PASS, "instead of MFA delete"),
    Case(MFA_DELETE, unlocked(), Status.FAIL),
    Case(MFA_DELETE, locked("GOVERNANCE", 365), Status.FAIL, "GOVERNANCE"),
    Case(MFA_DELETE, locked("COMPLIANCE", 1), Status.FAIL, "below 365"),
    Case(MFA_DELETE, unlocked(versioning=DENIED), Status.UNKNOWN),
    Case(MFA_DELETE, hardened(bucket={"object_lock": DENIED}), Status.UNKNOWN),

    Case(LOCK, locked(), Status.PASS),
    Case(LOCK, unlocked(), Status.FAIL),
    Case(LOCK, hardened(bucket={"object_lock": DENIED}), Status.UNKNOWN),

    Case(CONFLICT, hardened(), None, "neither"),
    Case(CONFLICT, unlocked(**MFA), Status.PASS, "MFA delete is chosen"),
    Case(CONFLICT, hardened(bucket=RULES), Status.PASS, "lifecycle rules are chosen"),
    Case(CONFLICT, unlocked(**MFA, **RULES), Status.FAIL),
    Case(CONFLICT, hardened(bucket={"lifecycle": DENIED}), Status.UNKNOWN),
    Case(CONFLICT, hardened(bucket={"versioning": DENIED}), Status.UNKNOWN),
]  # fmt: skip


@parametrize(CASES)
def test_cases(case: Case) -> None:
    check(case)


def test_the_hardened_policy_is_what_denies_the_bypass() -> None:
    without = {**NO_TAMPERING, "Action": [a for a in NO_TAMPERING["Action"] if "Bypass" not in a]}
    check(Case(UNDELETABLE, locked("GOVERNANCE", 365, policy=Known(document(without))), Status.FAIL,
               thresholds=BREAK_GLASS))  # fmt: skip
