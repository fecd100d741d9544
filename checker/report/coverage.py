"""The coverage map: in which Regions of an account a trail logs, and whether it leaves events out."""

from collections.abc import Iterable, Set

from msgspec import Struct

from checker.model import Finding
from checker.report.tally import Counts, Outcome, counted, outcome

CONTROL = "TH102"
"""A trail logs in every Region: judged once an account and Region."""
UNKNOWN = "Regions that are not known"
"""Those of an account that could not be read."""
EVENTS = ("TH210", "TH201")
"""What tells whether that trail records the management events, by all trails of the account or by one."""


class Coverage(Struct, frozen=True, kw_only=True):
    """A grid of findings; a Region that an account does not use has none."""

    regions: tuple[str, ...]
    """Those that are known; an empty one stands for those of accounts where no Region is known."""
    rows: dict[str, tuple[Finding | None, ...]]
    """Account to its finding in each of ``regions``; one whose Regions are not known has the same in each."""
    names: dict[str, str]
    """Account to its name, where the organization has one."""
    counts: Counts
    partial: dict[str, Finding]
    """Account to its failure to record the management events, although a trail logs."""

    @property
    def lacking(self) -> Finding | None:
        """One of ``partial``, to name its control."""
        return next(iter(self.partial.values()), None)

    def opens_area(self, index: int) -> bool:
        """Say whether a column is the first of its part of the world."""
        return index > 0 and _area(self.regions[index]) != _area(self.regions[index - 1])


def _area(region: str) -> str:
    return region.split("-")[0]


def coverage(findings: Iterable[Finding]) -> Coverage | None:
    """Lay out the coverage findings, or return None when there are none."""
    found = tuple(findings)
    cells = {(f.account_id, f.region): f for f in found if f.control_id == CONTROL}
    if not cells:
        return None
    regions = tuple(sorted({region for _, region in cells if region})) or ("",)
    return Coverage(
        regions=regions,
        rows={
            account: tuple(cells.get((account, r)) or cells.get((account, "")) for r in regions)
            for account in sorted({account for account, _ in cells})
        },
        names={f.account_id: f.account_name for f in cells.values() if f.account_name},
        counts=counted(outcome(f) for f in cells.values()),
        partial=_partial(found, {account for (account, _), f in cells.items() if outcome(f) is Outcome.PASS}),
    )


def _partial(findings: Iterable[Finding], logging: Set[str]) -> dict[str, Finding]:
    """Return the failures of the first of ``EVENTS`` that was judged, by account."""
    judged = [f for f in findings if f.control_id in EVENTS and f.account_id in logging]
    decisive = next((id for id in EVENTS if any(f.control_id == id for f in judged)), None)
    return {f.account_id: f for f in judged if f.control_id == decisive and outcome(f) is Outcome.FAIL}


def uncovered(grid: Coverage, wanted: Outcome) -> dict[str, list[str]]:
    """Return account to the Regions that the map shows in one way: the map in words."""
    found = {
        account: list(
            dict.fromkeys(f.region or UNKNOWN for f in row if f is not None and outcome(f) is wanted)
        )
        for account, row in grid.rows.items()
    }
    return {account: regions for account, regions in found.items() if regions}
