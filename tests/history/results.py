"""Results of several days, with what a test changes from one to the next."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from checker.assessment import Assessment
from checker.evidence import Cause
from checker.model import Finding, Status, Waiver
from tests.report import samples

ACCOUNT, OTHER = samples.NEGLECTED, samples.ATTACKED
FAIL, PASS, UNKNOWN = Status.FAIL, Status.PASS, Status.UNKNOWN
ACCEPTED = Waiver(control="TH110", reason="r", owner="o")


def one(id: str = "TH110", status: Status = FAIL, **given: Any) -> Finding:
    unknown = Cause.DENIED if status is UNKNOWN else None
    return samples.finding(id, status, f"it is {status}", **{"value": status, "unknown": unknown, **given})


def day(number: int, *findings: Finding, **scan: Any) -> Assessment:
    """The result of one day; without findings, of an account where nothing is."""
    moved = {"started": samples.SCAN.started, "finished": samples.SCAN.finished}
    later = {name: at + timedelta(days=number) for name, at in moved.items()}
    return samples.assessment(findings, **{**later, **scan})


def waived(finding: Finding) -> Finding:
    return replace(finding, waiver=ACCEPTED)
