"""``trailhold doctor``: who am I, and what could an audit read, before any verdict."""

from argparse import Namespace

import msgspec

from checker.catalog import CONTROLS
from checker.cli import organization, terminal
from checker.cli.errors import Refused
from checker.cli.live import observe, options
from checker.cli.settings import applied, settings
from checker.frameworks import requirements_by_control
from checker.observation import CannotObserve, Observation, Standing
from checker.report.readiness import readiness, render
from checker.selection import choose
from checker.sources.aws import read_standing

INCOMPLETE = 3


def run(arguments: Namespace) -> int:
    """Read what an audit reads and say what is missing; return 0 if nothing is, and 3 otherwise."""
    organization.consistent(arguments)
    for name in ("external_id", "session_name"):
        if getattr(arguments, name) and not (arguments.role_arn or arguments.org):
            raise Refused(f"--{name.replace('_', '-')} is for the role to assume: give --role-arn as well")
    chosen = settings(arguments)
    applied(chosen, arguments)
    controls = choose(
        CONTROLS.values(),
        set=chosen.set,
        select=chosen.select,
        ignore=chosen.ignore,
        frameworks=requirements_by_control(),
    )
    standing = read_standing(options(arguments))
    reads = frozenset(read.partition(" ")[0] for control in controls for read in control.reads)
    found = readiness(standing, _observed(arguments, standing, reads), controls=len(controls))
    if arguments.format == "json":
        text = msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"
    else:
        text = render(found)
    terminal.emit(text, encoding="utf-8" if arguments.format == "json" else None)
    return 0 if found.ready else INCOMPLETE


def _observed(arguments: Namespace, standing: Standing, reads: frozenset[str]) -> Observation:
    """Return the evidence; where there is none, say who asked, which is what a doctor is for."""
    try:
        return observe(arguments, reads)
    except CannotObserve as error:
        raise CannotObserve(f"account {standing.account} is {standing.role}: {error}") from error
