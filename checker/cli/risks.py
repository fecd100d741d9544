"""``--waivers`` and ``--baseline``: read before anything is judged, applied before anything is shown."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from msgspec import Struct

from checker import assessment
from checker.assessment import Assessment
from checker.catalog import CONTROLS
from checker.cli import terminal
from checker.cli.config import Settings
from checker.cli.errors import USAGE, Refused
from checker.history import baseline
from checker.report import saved
from checker.report.text import count
from checker.waivers import Notice, Rule, apply, load
from checker.waivers.fields import well


class Risks(Struct, frozen=True, kw_only=True):
    """What may keep a failure from counting."""

    rules: tuple[Rule, ...] | None = None
    """None where no file was named: then what a saved result says is accepted stays so."""
    baseline: Assessment | None = None
    strict: bool = False

    @property
    def units(self) -> tuple[str, ...]:
        """The organizational units that waivers name."""
        return tuple(sorted({ou for rule in self.rules or () for ou in rule.ous}))


class Outcome(Struct, frozen=True, kw_only=True):
    """An assessment, and whether its waivers fail the run."""

    assessment: Assessment
    broken: bool = False


def read(settings: Settings, *, templates: bool) -> Risks:
    """Read the files that the settings name; raises CannotObserve or Refused with one sentence.

    ``templates`` says what is judged: a baseline of an account has nothing in common with templates.
    """
    if settings.strict_waivers and not settings.waivers:
        raise Refused("--strict-waivers is for a file of waivers: give --waivers as well")
    before = saved.load(Path(settings.baseline)) if settings.baseline else None
    if before and before.scan.before_deployment != templates:
        told, judged = ("templates", "an account")[:: -1 if templates else 1]
        raise Refused(f"the baseline is a result of {told}, and this judges {judged}: name another one")
    return Risks(
        rules=load(Path(settings.waivers), names()) if settings.waivers else None,
        baseline=before,
        strict=settings.strict_waivers,
    )


def names() -> dict[str, str]:
    """Return all controls, id to name."""
    return {control.id: control.name for control in CONTROLS.values()}


def day(text: str) -> date:
    """Read a day; raises Refused."""
    try:
        if well("expires", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Refused(f"{text} is no day of the calendar, such as 2027-03-31")


def today() -> date:
    """Return the day by which waivers expire."""
    return datetime.now(UTC).date()


def applied(risks: Risks, found: Assessment, *, quiet: bool) -> Outcome:
    """Mark what is accepted and what is known, and say what the files have to say."""
    broken = False
    if risks.rules is not None:
        waived = apply(found, risks.rules, today(), found.scan.units)
        found, broken = waived.assessment, risks.strict and any(n.fails for n in waived.notices)
        _tell(waived.notices, quiet=quiet and not broken)
    if risks.baseline is not None:
        compared = baseline.compare(found, risks.baseline)
        found = compared.assessment
        if not quiet:
            fixed = f", and {count(compared.fixed, 'other')} passes now" if compared.fixed == 1 else ""
            fixed = f", and {compared.fixed:,} others pass now" if compared.fixed > 1 else fixed
            terminal.say(f"{count(compared.known, 'failure')} known from the baseline{fixed}")
    return Outcome(assessment=found, broken=broken)


def exit_code(outcome: Outcome, settings: Settings) -> int:
    """Return the exit code of an audit; a waiver that breaks a strict run counts as a failure."""
    code = assessment.exit_code(outcome.assessment, settings.fail_from, settings.allow_incomplete)
    return 1 if outcome.broken and code != USAGE else code


def _tell(notices: Sequence[Notice], *, quiet: bool) -> None:
    for notice in notices:
        if not quiet:
            terminal.say(f"warning: {notice.sentence}")
