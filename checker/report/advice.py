"""What could not be read, gathered by reason, and what to do about it."""

import re
from collections.abc import Iterable

from msgspec import Struct

from checker.assessment import Gap
from checker.evidence import Cause
from checker.report.text import listed

_ADVICE = {
    Cause.DENIED: "grant {action} to the auditor (trailhold policy prints all that it needs)",
    Cause.FOREIGN_ACCOUNT: "",  # the reason names the account to audit
    Cause.NOT_ENTERED: "",  # the reason says what to do
    Cause.REGION_CLOSED: "let the auditor read in this Region, or narrow the audit with --region",
    Cause.UNREACHABLE: "check the network path to the endpoint, then run again",
    Cause.LATE: "run again with a longer --account-timeout; where that does not help, check the network path",
    Cause.THROTTLED: "run again with a lower --max-concurrency",
    Cause.MALFORMED: "look at what answers at this endpoint: it is not what AWS would send",
    Cause.EXPIRED: "renew the credentials and run again",
    Cause.ABSENT: "create the resource, or stop naming it",
    Cause.OUT_OF_SCOPE: "widen the scope of the audit",
    Cause.UNFORESEEN: "run again, and report the error if it comes back",
    Cause.UNDECIDED: "let a person judge it: the evidence is in the report",
}


_ACCOUNT = re.compile(r"(account )?(?<!\d)(\d{12})(?!\d)( \((?:[^()]|\([^()]*\))*\))?")
"""An id of an account, with its name in brackets where the sentence has one."""
_REGION = re.compile(r"(?<![\w:/-])[a-z]+(?:-[a-z]+)+-\d+(?![\w:/-])")
"""A Region that stands by itself, not in an ARN."""


class Obstacle(Struct, frozen=True, kw_only=True):
    """One reason why settings stayed unread, wherever it was met."""

    reason: str
    cause: Cause
    actions: tuple[str, ...]
    """IAM actions of the calls."""
    places: tuple[str, ...]
    """Account and Regions of the calls, such as ``111122223333 in eu-west-1, us-east-1``."""
    controls: tuple[str, ...]

    @property
    def advice(self) -> str:
        """What to do about it, when the reason does not say it."""
        return advice(self.cause, ", ".join(self.actions))


def advice(cause: Cause, action: str) -> str:
    """Say what to do about a setting that could not be read; nothing when its reason says it already."""
    return _ADVICE[cause].replace("{action}", action or "the missing permission")


def obstacles(gaps: Iterable[Gap]) -> list[Obstacle]:
    """Merge gaps whose reasons are the same, or differ in nothing but the account and Region of the call."""
    literal: dict[tuple[str, Cause], list[Gap]] = {}
    for gap in gaps:
        literal.setdefault((gap.reason, gap.cause), []).append(gap)
    merged: dict[tuple[str, Cause], list[Gap]] = {}
    for (reason, cause), same in literal.items():
        # What several accounts or Regions say in the same words depends on none of them.
        pattern = anywhere(reason, _one({gap.account for gap in same}), _one({gap.region for gap in same}))
        merged.setdefault((pattern, cause), []).extend(same)
    return [_obstacle(cause, same) for (_, cause), same in merged.items()]


def _obstacle(cause: Cause, same: list[Gap]) -> Obstacle:
    first, reasons = same[0], {gap.reason for gap in same}
    reason = first.reason
    if len(reasons) > 1:
        account = "" if _one({gap.account for gap in same}) else first.account
        region = "" if _one({gap.region for gap in same}) else first.region
        reason = anywhere(reason, account, region)
    return Obstacle(
        reason=reason,
        cause=cause,
        actions=tuple(sorted({gap.action for gap in same if gap.action})),
        places=_places(same),
        controls=tuple(sorted({control for gap in same for control in gap.controls})),
    )


def _one(values: set[str]) -> str:
    return next(iter(values)) if len(values) == 1 else ""


def anywhere(reason: str, account: str, region: str = "") -> str:
    """Return a reason with the account and Region of its call left open, ``""`` for one that is to stay.

    The name that stands in brackets behind an account goes with it; a Region inside an ARN is the resource's.
    """

    def account_left_open(found: re.Match[str]) -> str:
        before, id, name = found.groups(default="")
        if id != account:
            return found[0]
        return f"{before}ACCOUNT_ID{'' if before else name}"

    def region_left_open(found: re.Match[str]) -> str:
        return "REGION" if found[0] == region else found[0]

    reason = _ACCOUNT.sub(account_left_open, reason) if account else reason
    return _REGION.sub(region_left_open, reason) if region else reason


def _places(gaps: list[Gap]) -> tuple[str, ...]:
    regions: dict[str, list[str]] = {}
    for gap in gaps:
        if gap.region not in regions.setdefault(gap.account, []):
            regions[gap.account].append(gap.region)
    return tuple(filter(None, (_place(account, found) for account, found in regions.items())))


def _place(account: str, regions: list[str]) -> str:
    named = listed([region for region in regions if region], 20)
    return f"{account} in {named}" if account and named else account or named
