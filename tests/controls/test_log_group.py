from typing import Any

from checker.catalog import CONTROLS
from checker.evidence import Cause, Known, Unknown
from checker.inventory import Inventory
from checker.model import Status, Thresholds
from tests.controls.judging import Case, check, parametrize
from tests.hardened import DENIED, hardened

ENCRYPTED, RETENTION, EXISTS = (CONTROLS[id] for id in ("TH501", "TH502", "TH503"))
RETENTION_SET, CLASS, PROTECTED = (CONTROLS[id] for id in ("TH505", "TH515", "TH516"))
FOREIGN = Unknown("the log group is in an account that was not entered", Cause.FOREIGN_ACCOUNT)


def group(**settings: Any) -> Inventory:
    return hardened(log_group=settings)


CASES = [
    Case(ENCRYPTED, hardened(), Status.PASS),
    Case(ENCRYPTED, group(kms_key_id=Known(None)), Status.FAIL),
    Case(ENCRYPTED, group(kms_key_id=DENIED), Status.UNKNOWN),
    Case(ENCRYPTED, group(exists=Known(False), kms_key_id=Known(None)), None),

    Case(RETENTION, hardened(), Status.PASS),
    Case(RETENTION, group(retention_days=Known(None)), Status.PASS, "never expire"),
    Case(RETENTION, group(retention_days=Known(364)), Status.FAIL, "retention is 364 days, below 365"),
    Case(RETENTION, group(retention_days=Known(30)), Status.PASS,
         thresholds=Thresholds(log_group_retention_days=30)),
    Case(RETENTION, group(retention_days=DENIED), Status.UNKNOWN),

    Case(EXISTS, hardened(), Status.PASS),
    Case(EXISTS, group(exists=Known(False)), Status.FAIL, "does not exist"),
    Case(EXISTS, group(exists=FOREIGN), Status.UNKNOWN, "not entered"),
    Case(EXISTS, hardened(trail={"log_group_arn": Known(None)}), None),
    Case(EXISTS, hardened(trail={"log_group_arn": DENIED}), Status.UNKNOWN),

    Case(RETENTION_SET, hardened(), Status.PASS, "365 days"),
    Case(RETENTION_SET, group(retention_days=Known(None)), Status.FAIL, "never expire"),
    Case(RETENTION_SET, group(retention_days=DENIED), Status.UNKNOWN),

    Case(CLASS, hardened(), Status.PASS),
    Case(CLASS, group(log_class=Known("INFREQUENT_ACCESS")), Status.FAIL, "INFREQUENT_ACCESS"),
    Case(CLASS, group(log_class=Known("DELIVERY")), Status.FAIL),
    Case(CLASS, group(log_class=DENIED), Status.UNKNOWN),

    Case(PROTECTED, group(deletion_protection=Known(True)), Status.PASS),
    Case(PROTECTED, group(deletion_protection=Known(False)), Status.FAIL, "off"),
    Case(PROTECTED, group(deletion_protection=DENIED), Status.UNKNOWN),
]  # fmt: skip


@parametrize(CASES)
def test_cases(case: Case) -> None:
    check(case)
