"""Workflow commands of GitHub Actions: a note at the line, in the change that is under review.

Source: GitHub Docs, "Workflow commands": escapes; of each kind a step shows 10.
"""

from collections.abc import Iterator

from checker.assessment import Assessment, Refusal
from checker.model import Finding, Location, Severity
from checker.report.status import STATUS
from checker.report.tally import Outcome, outcome
from checker.report.text import accepted, clip, count, visible

EACH = 10
"""Of each kind, that GitHub shows of one step."""
LONGEST = 500
_MILD = (Severity.LOW, Severity.INFO)


def render(assessment: Assessment) -> str:
    """Return one command a line, the worst first; what finds no room is counted in the last one."""
    left = {"error": EACH, "warning": EACH, "notice": EACH - 1}
    lines: list[str] = []
    hidden = 0
    for kind, line in _commands(assessment):
        if left[kind]:
            left[kind] -= 1
            lines.append(line)
        else:
            hidden += 1
    if hidden:
        more = f"{count(hidden, 'more finding')}: read the report of the job"
        lines.append(_command("notice", None, assessment.tool.name, more))
    return "".join(f"{line}\n" for line in lines)


def _commands(assessment: Assessment) -> Iterator[tuple[str, str]]:
    for refusal in assessment.refused:
        yield "error", _command("error", _place(refusal), "cannot be read", refusal.reason)
    for finding in assessment.findings:
        kind = _kind(finding)
        if kind:
            title = f"{finding.control_id} {finding.title}"
            text = f"{finding.detail}. {finding.remediation.text}"
            if finding.waiver:
                text = f"{finding.detail}, accepted: {accepted(finding.waiver)}"
            if finding.known_since:
                text = f"{text} (known since the baseline of {finding.known_since})"
            yield kind, _command(kind, finding.location, title, text)


def _place(refusal: Refusal) -> Location | None:
    if not refusal.path:
        return None
    return Location(path=refusal.path, line=refusal.line, column=refusal.column)


def _kind(finding: Finding) -> str:
    shown = Outcome.WAIVED if finding.known_since else outcome(finding)
    return "warning" if shown is Outcome.FAIL and finding.severity in _MILD else STATUS[shown].github


def _command(kind: str, place: Location | None, title: str, text: str) -> str:
    told: dict[str, str] = {}
    if place:
        told = {"file": place.path, "line": str(place.line or 1), "col": str(place.column or 1)}
    told["title"] = title
    properties = ",".join(f"{name}={_property(value)}" for name, value in told.items())
    return f"::{kind} {properties}::{_data(text)}"


def _data(text: str) -> str:
    safe = clip(visible(text), LONGEST).replace("…", "...")
    return safe.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
