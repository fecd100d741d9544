"""What became of each requirement of a framework, worked out before any format shows it."""

from enum import StrEnum

from msgspec import Struct

from checker import frameworks
from checker.assessment import Assessment
from checker.catalog import CONTROLS
from checker.model import Finding
from checker.report.choices import CannotRender
from checker.report.tally import Fold, Outcome, folded, outcome
from checker.report.text import count


class State(StrEnum):
    """What became of a requirement or of a control; the first that is met counts for a requirement."""

    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_JUDGED = "not judged"
    """A control was left out of this audit, so nobody can say that the requirement is met."""
    WAIVED = "waived"
    PASS = "pass"
    NOT_APPLICABLE = "not applicable"
    """Every control found nothing to judge."""
    NOT_COVERED = "not covered"
    """No control answers the requirement: a person has to."""


_STATES = {
    Outcome.FAIL: State.FAIL,
    Outcome.UNKNOWN: State.UNKNOWN,
    Outcome.WAIVED: State.WAIVED,
    Outcome.PASS: State.PASS,
}


class Part(Struct, frozen=True, kw_only=True):
    """One control of a requirement, with what it found."""

    control_id: str
    title: str
    state: State
    findings: tuple[Finding, ...]
    """In the order of the assessment: what fails comes first."""

    @property
    def folds(self) -> list[Fold]:
        """The findings, told once where Regions differ in nothing."""
        return folded(self.findings)


class Row(Struct, frozen=True, kw_only=True):
    """One requirement."""

    id: str
    title: str
    """Empty where it is not recorded."""
    state: State
    parts: tuple[Part, ...]


class Rows(Struct, frozen=True, kw_only=True):
    """A framework, requirement by requirement."""

    id: str
    title: str
    whole: bool
    """Whether ``rows`` are all requirements of the framework, not only those that a control answers."""
    part: str
    """The part of the framework of which that is true; empty when it is true of all or of none."""
    rows: tuple[Row, ...]

    def of(self, state: State) -> int:
        """Return how many requirements came to a state."""
        return sum(row.state is state for row in self.rows)

    @property
    def met(self) -> int:
        """Return how many requirements are met."""
        return self.of(State.PASS)

    @property
    def judged(self) -> int:
        """Return how many requirements are met or not met."""
        return self.met + self.of(State.FAIL)

    @property
    def headline(self) -> str:
        """Say in one sentence where things stand; what is open is never left out."""
        open_ = [
            f"{number} {state}"
            for state in State
            if state not in (State.PASS, State.FAIL) and (number := self.of(state))
        ]
        told = f"{self.met} of {count(self.judged, 'judged requirement')} met"
        return f"{told} ({', '.join(open_)})" if open_ else told

    @property
    def scope(self) -> str:
        """Say which requirements are listed."""
        if self.whole:
            return "All requirements of the framework are listed, also those that no control answers."
        if self.part:
            return (
                f"Of {self.part} all requirements are listed, also those that no control answers;"
                " of the rest of the framework, those that controls answer."
            )
        return "Listed are the requirements that controls answer; the framework has others, which none does."


def rows(assessment: Assessment, framework: str) -> Rows:
    """Return what became of each requirement; raises CannotRender for an unknown framework."""
    if framework not in frameworks.FRAMEWORKS:
        known = ", ".join(frameworks.FRAMEWORKS)
        raise CannotRender(f"unknown framework {framework}; there are {known}")
    data = frameworks.load(framework)
    parts = _parts(assessment)
    return Rows(
        id=data.id,
        title=f"{data.title} {data.version}".rstrip(),
        whole=bool(data.outline) and not data.part,
        part=data.part,
        rows=tuple(
            _row(id, data.outline.get(id, ""), tuple(parts[c] for c in data.requirements.get(id, ())))
            for id in data.listed
        ),
    )


def _parts(assessment: Assessment) -> dict[str, Part]:
    """Return every control of the catalogue, and those of the assessment that it no longer has."""
    found: dict[str, list[Finding]] = {id: [] for id in (*CONTROLS, *assessment.controls)}
    for finding in assessment.findings:
        found.setdefault(finding.control_id, []).append(finding)
    judged = set(assessment.controls)
    return {id: _part(id, tuple(findings), id in judged) for id, findings in found.items()}


def _part(id: str, findings: tuple[Finding, ...], judged: bool) -> Part:
    control = CONTROLS.get(id)
    title = control.title if control else next((f.title for f in findings), "")
    shown = {outcome(f) for f in findings}
    worst = next((_STATES[o] for o in Outcome if o in shown), None)
    state = worst or (State.NOT_APPLICABLE if judged else State.NOT_JUDGED)
    return Part(control_id=id, title=title, state=state, findings=findings)


def _row(id: str, title: str, parts: tuple[Part, ...]) -> Row:
    states = {part.state for part in parts}
    state = next((s for s in State if s in states), State.NOT_COVERED)
    return Row(id=id, title=title, state=state, parts=parts)
