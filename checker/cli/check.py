"""``trailhold check``: templates instead of an account, judged by the same controls before deployment."""

import gc
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from checker.assessment import Assessment, assess, beyond_scope, exit_code, set_apart
from checker.catalog import CONTROLS
from checker.cli import outputs, terminal
from checker.cli.audit import settings
from checker.cli.errors import Refused
from checker.cli.outputs import Outputs
from checker.cli.version import version
from checker.frameworks import requirements_by_control
from checker.model import Finding
from checker.selection import choose
from checker.sources import cloudformation


def run(arguments: Namespace) -> int:
    """Check, report, and return the exit code; raises what ``errors.sentence`` can say."""
    chosen = settings(arguments)
    requirements = requirements_by_control()
    controls = choose(
        CONTROLS.values(),
        set=chosen.set,
        select=chosen.select,
        ignore=chosen.ignore,
        frameworks=requirements,
    )
    wanted = Outputs(
        format=arguments.format,
        color=arguments.color,
        verbose=arguments.verbose,
        quiet=arguments.quiet,
        choices=outputs.choices(arguments),
        exports=outputs.checked(tuple(arguments.export), tuple(arguments.paths)),
    )
    with _all_in_use():
        observation = cloudformation.load(arguments.paths, parameters=_parameters(arguments))
    judged = assess(
        observation, controls, version=version(), thresholds=chosen.thresholds, requirements=requirements
    )
    shown = judged if arguments.strict else set_apart(judged)
    if not arguments.quiet:
        _tell(judged, arguments.strict)
    outputs.publish(wanted, _before_deployment(shown))
    return exit_code(shown, chosen.fail_from, arguments.allow_incomplete)


@contextmanager
def _all_in_use() -> Iterator[None]:
    """Spare the search for garbage, of which parsing makes none: it would cost as much as the parsing."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _parameters(arguments: Namespace) -> dict[str, str]:
    """Return the values by name; raises Refused for one that is given twice with different values."""
    found: dict[str, str] = {}
    for name, value in arguments.parameters:
        if found.setdefault(name, value) != value:
            raise Refused(f"the parameter {name} is given twice: give it one value")
    return found


def _tell(judged: Assessment, strict: bool) -> None:
    """Say on stderr what templates cannot show, so that nobody takes silence for a pass."""
    if not judged.findings:
        terminal.say("these templates declare no trail and no bucket that receives one: nothing was judged")
    apart = sorted({finding.control_id for finding in judged.findings if beyond_scope(finding)})
    if apart and not strict:
        what = "1 control is" if len(apart) == 1 else f"{len(apart)} controls are"
        terminal.say(f"{what} not evaluated here, since no template tells: {', '.join(apart)}")


def _before_deployment(assessment: Assessment) -> Assessment:
    """Leave out the commands, which would change an account and not the template."""
    return replace(assessment, findings=tuple(_in_words(finding) for finding in assessment.findings))


def _in_words(finding: Finding) -> Finding:
    return replace(finding, remediation=replace(finding.remediation, cli=""))
