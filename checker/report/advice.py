"""What could not be read, gathered by reason, and what to do about it."""

from collections.abc import Iterable

from msgspec import Struct

from checker.assessment import Gap
from checker.evidence import Cause
from checker.report.text import listed

_ADVICE = {
    Cause.DENIED: "grant {action} to the auditor (trailhold policy prints all that it needs)",
    Cause.FOREIGN_ACCOUNT: "",  # the reason names the account to audit
    Cause.REGION_CLOSED: "let the auditor read in this Region, or narrow the audit with --region",
    Cause.UNREACHABLE: "check the network path to the endpoint, then run again",
    Cause.THROTTLED: "run again with a lower --max-concurrency",
    Cause.MALFORMED: "look at what answers at this endpoint: it is not what AWS would send",
    Cause.EXPIRED: "renew the credentials and run again",
    Cause.ABSENT: "create the resource, or stop naming it",
    Cause.OUT_OF_SCOPE: "widen the scope of the audit",
    Cause.UNFORESEEN: "run again, and report the error if it comes back",
    Cause.UNDECIDED: "let a person judge it: the evidence is in the report",
}


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
    """Merge gaps that have their reason in common."""
    merged: dict[tuple[str, Cause], list[Gap]] = {}
    for gap in gaps:
        merged.setdefault((gap.reason, gap.cause), []).append(gap)
    return [
        Obstacle(
            reason=reason,
            cause=cause,
            actions=tuple(sorted({gap.action for gap in same if gap.action})),
            places=_places(same),
            controls=tuple(sorted({control for gap in same for control in gap.controls})),
        )
        for (reason, cause), same in merged.items()
    ]


def _places(gaps: list[Gap]) -> tuple[str, ...]:
    regions: dict[str, list[str]] = {}
    for gap in gaps:
        if gap.region not in regions.setdefault(gap.account, []):
            regions[gap.account].append(gap.region)
    return tuple(filter(None, (_place(account, found) for account, found in regions.items())))


def _place(account: str, regions: list[str]) -> str:
    named = listed([region for region in regions if region], 20)
    return f"{account} in {named}" if account and named else account or named
