"""Judges what would be deployed: every set of templates and every plan, with what they say is accepted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from checker.assessment import Assessment, Refusal, Tool, assess, rejudged, summarise, together
from checker.model import Control, Finding, Location, Status, Thresholds, Waiver
from checker.observation import CannotObserve, Scan
from checker.sources import cloudformation
from checker.sources.suppression import Suppression
from checker.sources.templates import Reading, Told

MOST = 200
"""Characters of a line that are kept to be shown."""


class Judged(Struct, frozen=True, kw_only=True):
    """An assessment of templates, and what to warn of."""

    assessment: Assessment
    warnings: tuple[str, ...]
    """Sentences on suppressions that do not count."""


def judge(
    reading: Reading,
    controls: Sequence[Control],
    *,
    known: Iterable[str],
    version: str,
    folder: Path,
    thresholds: Thresholds | None = None,
    requirements: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None,
) -> Judged:
    """Judge what was read, say where each finding stands, and waive what the templates say is accepted.

    ``known`` are the ids of the whole catalogue. Files below ``folder`` are named relative to it. A waiver
    without a reason does not count, and one for a control that nobody knows is warned of.
    """

    def assessed(told: Told) -> Assessment:
        found = assess(
            told.observation, controls, version=version, thresholds=thresholds, requirements=requirements
        )
        return rejudged(found, (_placed(one, told.declared) for one in found.findings))

    whole = together([assessed(told) for told in reading.told])
    counted, warnings = _sorted_out(reading.suppressions, set(known))
    declared = {arn: place for told in reading.told for arn, place in told.declared.items()}
    used: set[Suppression] = set()
    findings = [_waived(one, counted, declared, used) for one in whole.findings]
    judging = {control.id for control in controls}
    idle = [one for same in counted.values() for one in same if one not in used and one.control in judging]
    warnings += [f"{one.place} waives {one.control}, which does not fail there: remove it" for one in idle]
    lines: dict[str, list[str]] = {}
    shown = (_shown(one, reading.texts, lines, folder) for one in findings)
    refused = tuple(_refusal(error, folder) for error in reading.refused)
    return Judged(
        assessment=replace(rejudged(whole, shown), refused=refused), warnings=tuple(dict.fromkeys(warnings))
    )


def nothing(reading: Reading, controls: Sequence[Control], *, version: str, folder: Path) -> Assessment:
    """Return what there is to report where no file could be judged: those that were refused, and why."""
    now = datetime.now(UTC)
    scan = Scan(source=cloudformation.SOURCE, callers=(), accounts=(), started=now, finished=now, calls=0)
    return Assessment(
        tool=Tool(version=version),
        scan=scan,
        summary=summarise((), 0),
        incomplete=(),
        findings=(),
        not_applicable=(),
        controls=tuple(control.id for control in controls),
        refused=tuple(_refusal(error, folder) for error in reading.refused),
    )


def _placed(finding: Finding, declared: Mapping[str, Location]) -> Finding:
    """Give a finding a place, and a fingerprint of its own: one name may stand in several files."""
    home = declared.get(finding.resource_arn)
    place = finding.location or home
    if place is None:
        return finding
    parts = (finding.fingerprint, Path((home or place).path).as_posix(), home.construct if home else "")
    return replace(finding, location=place, fingerprint=sha256("\n".join(parts).encode()).hexdigest())


Counted = dict[tuple[str, str, str], list[Suppression]]
"""Suppressions by control, file and resource."""


def _sorted_out(asked: Iterable[Suppression], known: set[str]) -> tuple[Counted, list[str]]:
    """Return the suppressions that count, and why others do not."""
    counted: Counted = {}
    warnings: list[str] = []
    for one in asked:
        if not one.control:
            warnings.append(
                f"{one.place} is no waiver: write trailhold:waive, an id such as TH110 and a reason"
            )
        elif one.control not in known:
            warnings.append(f"{one.place} waives {one.control}, which is no control: correct the id")
        elif not one.reason:
            warnings.append(
                f"{one.place} waives {one.control} without a reason, so it does not count: add one"
            )
        elif not one.construct:
            warnings.append(f"{one.place} waives {one.control} beside no resource: put it inside one")
        else:
            counted.setdefault((one.control, one.path, one.construct), []).append(one)
    return counted, warnings


def _waived(
    finding: Finding, counted: Counted, declared: Mapping[str, Location], used: set[Suppression]
) -> Finding:
    """Waive a finding that is no pass, if the resource that it is about or that decides says so."""
    if finding.status is Status.PASS:
        return finding
    places = [place for place in (finding.location, declared.get(finding.resource_arn)) if place]
    keys = [(finding.control_id, place.path, place.construct) for place in places]
    asked = next((one for key in keys for one in counted.get(key, ())), None)
    if asked is None:
        return finding
    used.update(one for key in keys for one in counted.get(key, ()))
    waiver = Waiver(control=asked.control, reason=asked.reason, owner="", source=asked.place)
    return replace(finding, waiver=waiver)


def _shown(finding: Finding, texts: Mapping[str, str], lines: dict[str, list[str]], folder: Path) -> Finding:
    """Name the file from where the run was started, with the line that is meant."""
    place = finding.location
    if place is None:
        return finding
    text = ""
    if finding.status is not Status.PASS and place.line and place.path in texts:
        split = lines.setdefault(place.path, texts[place.path].splitlines())
        text = split[place.line - 1] if place.line <= len(split) else ""
        text = text[:MOST] if place.column <= MOST else ""  # of a plan in one line its head would say nothing
    return replace(finding, location=replace(place, path=_relative(place.path, folder), text=text))


def _refusal(error: CannotObserve, folder: Path) -> Refusal:
    path = _relative(error.path, folder) if error.path else ""
    return Refusal(path=path, line=error.line, column=error.column, reason=str(error))


def _relative(path: str, folder: Path) -> str:
    """Return a path the way it is linked from the folder; one that lies elsewhere stays as it is."""
    found = Path(path)
    if found.is_absolute() and found.is_relative_to(folder):
        found = found.relative_to(folder)
    return found.as_posix()
