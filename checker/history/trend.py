"""How it went over time: the share that passes, and how long failures lasted, as audits saw it."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from checker.assessment import Assessment
from checker.history.difference import looked_at, standing
from checker.model import Finding, Severity


class Tally(Struct, frozen=True, kw_only=True):
    """Findings of one moment."""

    passed: int = 0
    failed: int = 0
    unknown: int = 0
    waived: int = 0

    @property
    def rate(self) -> float | None:
        """Share of what passed or failed that passes, from 0 to 1; None when neither did."""
        judged = self.passed + self.failed
        return self.passed / judged if judged else None


class Series(Struct, frozen=True, kw_only=True):
    """One account, control or framework over all moments; None where it had no part in a result."""

    id: str
    name: str
    tallies: tuple[Tally | None, ...]

    @property
    def latest(self) -> Tally:
        """The last tally that there is."""
        return next(tally for tally in reversed(self.tallies) if tally)


class Repairs(Struct, frozen=True, kw_only=True):
    """How long failures of one kind lasted, from the first result that has them to the first without."""

    kind: str
    """A severity, a control id or an account id."""
    repaired: int
    mean_days: float | None
    """None where nothing was repaired yet."""
    open: int
    oldest_days: float | None
    """Age of the oldest open failure at the last result."""


class Trend(Struct, frozen=True, kw_only=True):
    """All that the results tell together."""

    moments: tuple[datetime, ...]
    """When each result was complete, the oldest first."""
    overall: Series
    accounts: tuple[Series, ...]
    controls: tuple[Series, ...]
    frameworks: tuple[Series, ...]
    repairs: Repairs
    repairs_by_severity: tuple[Repairs, ...]
    repairs_by_control: tuple[Repairs, ...]
    repairs_by_account: tuple[Repairs, ...]


class _Episode(Struct, kw_only=True):
    """A failure from its first appearance on."""

    finding: Finding
    since: datetime
    until: datetime | None = None


def trend(results: Iterable[Assessment]) -> Trend:
    """Follow results in the order of time; each is looked at once and let go.

    An audit of an organization speaks for all accounts, one of a single account for its own alone: the others
    are then counted as they were seen last.
    """
    moments: list[datetime] = []
    collected: dict[str, dict[str, dict[int, Tally]]] = {k: {} for k in ("account", "control", "framework")}
    names: dict[str, str] = {}
    overall: list[Tally | None] = []
    current: dict[str, Tally] = {}
    open_: dict[str, _Episode] = {}
    closed: list[_Episode] = []
    for number, result in enumerate(results):
        moments.append(result.scan.finished)
        if result.scan.roster:
            current = {}
        for kind, found in _tallies(result.findings, names).items():
            for id, tally in found.items():
                collected[kind].setdefault(id, {})[number] = tally
                if kind == "account":
                    current[id] = tally
        overall.append(_sum(current.values()))
        _follow(result, open_, closed)
    if not moments:
        raise ValueError("there is no result")
    every = [*closed, *open_.values()]

    def series(kind: str) -> tuple[Series, ...]:
        return tuple(
            Series(
                id=id,
                name=names.get(id, ""),
                tallies=tuple(by_number.get(n) for n in range(len(moments))),
            )
            for id, by_number in sorted(collected[kind].items())
        )

    def repaired(kinds: Iterable[str], of: str) -> tuple[Repairs, ...]:
        lists = {kind: [e for e in every if getattr(e.finding, of) == kind] for kind in kinds}
        return tuple(_repairs(kind, found, moments[-1]) for kind, found in lists.items() if found)

    return Trend(
        moments=tuple(moments),
        overall=Series(id="", name="all", tallies=tuple(overall)),
        accounts=series("account"),
        controls=series("control"),
        frameworks=series("framework"),
        repairs=_repairs("all", every, moments[-1]),
        repairs_by_severity=repaired([s.value for s in Severity], "severity"),
        repairs_by_control=repaired(sorted({e.finding.control_id for e in every}), "control_id"),
        repairs_by_account=repaired(sorted({e.finding.account_id for e in every}), "account_id"),
    )


def _tallies(findings: Iterable[Finding], names: dict[str, str]) -> dict[str, dict[str, Tally]]:
    counts: dict[str, dict[str, dict[str, int]]] = {"account": {}, "control": {}, "framework": {}}
    for finding in findings:
        status = standing(finding)
        names[finding.control_id] = finding.title
        if finding.account_name:
            names[finding.account_id] = finding.account_name
        ids = (("account", finding.account_id), ("control", finding.control_id))
        for kind, id in (*ids, *(("framework", each) for each in finding.requirements)):
            one = counts[kind].setdefault(id, {})
            one[status] = one.get(status, 0) + 1
    return {
        kind: {
            id: Tally(
                passed=one.get("pass", 0),
                failed=one.get("fail", 0),
                unknown=one.get("unknown", 0),
                waived=one.get("waived", 0),
            )
            for id, one in found.items()
        }
        for kind, found in counts.items()
    }


def _sum(tallies: Iterable[Tally]) -> Tally:
    found = list(tallies)
    return Tally(**{name: sum(getattr(t, name) for t in found) for name in Tally.__struct_fields__})


def _follow(result: Assessment, open_: dict[str, _Episode], closed: list[_Episode]) -> None:
    """Open an episode for each failure, and close it when it passes or what failed is gone.

    One that is accepted is over without a repair, and one that could not be read lasts.
    """
    at = result.scan.finished
    present = {f.fingerprint: standing(f) for f in result.findings}
    for finding in result.findings:
        if standing(finding) == "fail":
            open_.setdefault(finding.fingerprint, _Episode(finding=finding, since=at))
    for fingerprint, episode in list(open_.items()):
        status = present.get(fingerprint, "")
        if status == "waived":
            del open_[fingerprint]
        elif status == "pass" or (not status and looked_at(episode.finding, result)):
            episode.until = at
            closed.append(open_.pop(fingerprint))


def _repairs(kind: str, episodes: list[_Episode], now: datetime) -> Repairs:
    lasted = [(e.until - e.since).total_seconds() / 86_400 for e in episodes if e.until]
    ages = [(now - e.since).total_seconds() / 86_400 for e in episodes if not e.until]
    return Repairs(
        kind=kind,
        repaired=len(lasted),
        mean_days=round(sum(lasted) / len(lasted), 2) if lasted else None,
        open=len(ages),
        oldest_days=round(max(ages), 2) if ages else None,
    )
