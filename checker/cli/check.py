"""``trailhold check``: templates instead of an account, judged by the same controls before deployment."""

import gc
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from checker.assessment import Assessment, beyond_scope, set_apart
from checker.catalog import CONTROLS
from checker.cli import outputs, risks, terminal
from checker.cli.errors import USAGE, Refused
from checker.cli.outputs import Outputs
from checker.cli.settings import settings
from checker.cli.version import version
from checker.frameworks import requirements_by_control
from checker.gate import Judged, judge, nothing
from checker.model import Finding, Severity
from checker.selection import choose
from checker.sources import cloudformation, templates
from checker.sources.intake import MOST, STDIN
from checker.sources.templates import Reading

INCOMPLETE = 3
"""The exit code where evidence is missing."""


def run(arguments: Namespace) -> int:
    """Check, report, and return the exit code; raises what ``errors.sentence`` can say."""
    chosen = settings(arguments)
    risky = risks.read(chosen, templates=True)
    requirements = requirements_by_control()
    controls = choose(
        CONTROLS.values(),
        set=chosen.set,
        select=chosen.select,
        ignore=chosen.ignore,
        frameworks=requirements,
    )
    exports = outputs.checked(tuple(arguments.export), (*arguments.paths, *outputs.read_from(chosen)))
    wanted = Outputs(
        format=arguments.format,
        color=arguments.color,
        verbose=arguments.verbose,
        quiet=arguments.quiet,
        min_severity=Severity(chosen.min_severity),
        choices=outputs.choices(arguments, exports),
        exports=exports,
    )
    stdin = _stdin(arguments.paths)
    with _all_in_use():
        reading = templates.read(arguments.paths, _parameters(arguments), stdin, lenient=arguments.pass_over)
    if not reading.told:
        found = nothing(reading, controls, version=version(), folder=Path.cwd())
        return _nothing(found, wanted)
    judged = judge(
        reading,
        controls,
        known=CONTROLS,
        version=version(),
        folder=Path.cwd(),
        thresholds=chosen.thresholds,
        requirements=requirements,
    )
    whole = judged.assessment
    shown = whole if arguments.strict else set_apart(whole)
    for refusal in whole.refused:
        terminal.say(refusal.reason)
    if not arguments.quiet:
        _tell(judged, reading, arguments.strict)
    outcome = risks.applied(risky, _before_deployment(shown), quiet=arguments.quiet)
    outputs.publish(wanted, outcome.assessment)
    code = risks.exit_code(outcome, chosen)
    hidden = (reading.beyond or reading.language) and arguments.strict and not chosen.allow_incomplete
    return INCOMPLETE if hidden and not code else code


def _nothing(found: Assessment, wanted: Outputs) -> int:
    """Say what was wrong with every file; what programs read has it too, and people need it once."""
    for refusal in found.refused:
        terminal.say(refusal.reason)
    if not found.refused:
        terminal.say("none of these files is a template: nothing was judged")
    outputs.publish(replace(wanted, printed=wanted.format != "console"), found)
    return USAGE if found.refused else 0


def _stdin(paths: Sequence[Path]) -> bytes | None:
    """Return what is piped in, if ``-`` is among the paths."""
    if STDIN not in paths:
        return None
    if sys.stdin is None:
        raise Refused("there is no stdin to read a template from: name a file")
    return sys.stdin.buffer.read(MOST)


@contextmanager
def _all_in_use() -> Iterator[None]:
    """Spare the search for garbage, of which parsing makes none: it would cost as much as the parsing."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # what was read stays until the end: no later search need look at it
        if collecting:
            gc.enable()


def _parameters(arguments: Namespace) -> dict[str, str]:
    """Return the values by name; raises Refused for one that is given twice with different values."""
    found: dict[str, str] = {}
    for name, value in arguments.parameters:
        if found.setdefault(name, value) != value:
            raise Refused(f"the parameter {name} is given twice: give it one value")
    return found


def _tell(judged: Judged, reading: Reading, strict: bool) -> None:
    """Say on stderr what templates cannot show, so that nobody takes silence for a pass."""
    findings = judged.assessment.findings
    if reading.passed_over:
        what = "1 file is" if reading.passed_over == 1 else f"{reading.passed_over} files are"
        terminal.say(f"{what} no template and passed over")
    variants = Counter(told.observation.scan.source for told in reading.told)[cloudformation.SOURCE]
    if variants > 1:
        terminal.say(f"several templates declare the same resources: judged apart, as {variants} variants")
    for warning in judged.warnings:
        terminal.say(f"warning: {warning}")
    if reading.language:
        first, number = reading.language[0], len(reading.language)
        named = f"{first} is" if number == 1 else f"{first} and {number - 1:,} more are"
        terminal.say(f"{named} in Terraform's language, and not evaluated: check the plan")
    for brought in reading.beyond:
        terminal.say(f"{brought} brings what no file here shows: not evaluated")
    if not findings and not judged.assessment.refused:
        terminal.say("these templates declare no trail and no bucket that receives one: nothing was judged")
    apart = sorted({finding.control_id for finding in findings if beyond_scope(finding)})
    if apart and not strict:
        what = "1 control is" if len(apart) == 1 else f"{len(apart)} controls are"
        terminal.say(f"{what} not evaluated here, since no template tells: {', '.join(apart)}")


def _before_deployment(assessment: Assessment) -> Assessment:
    """Leave out the commands, which would change an account and not the template."""
    return replace(assessment, findings=tuple(_in_words(finding) for finding in assessment.findings))


def _in_words(finding: Finding) -> Finding:
    return replace(finding, remediation=replace(finding.remediation, cli=""))
