"""``trailhold report``: a saved result, shown in any format; only ``--security-hub`` reaches AWS."""

from argparse import Namespace
from pathlib import Path

from checker.assessment import exit_code
from checker.cli import config, outputs, terminal
from checker.cli.config import Settings
from checker.cli.errors import Refused
from checker.cli.outputs import Outputs
from checker.model import Severity
from checker.report import saved


def run(arguments: Namespace) -> int:
    """Show the result and return the exit code that its audit would have; raises what ``errors`` can say."""
    for name in ("profile", "region"):
        if getattr(arguments, name) and not arguments.security_hub:
            raise Refused(f"--{name} is for --security-hub: a report alone asks AWS for nothing")
    fail_from = _fail_from(arguments)
    exports = outputs.checked(tuple(arguments.export), (arguments.result,))
    wanted = Outputs(
        format=arguments.format,
        color=arguments.color,
        verbose=arguments.verbose,
        quiet=arguments.quiet,
        choices=outputs.choices(arguments, exports),
        exports=exports,
    )
    assessment = saved.load(arguments.result)
    outputs.publish(wanted, assessment)
    if arguments.security_hub:
        from checker.cli.security_hub import run as import_findings

        import_findings(assessment, arguments)
    return exit_code(assessment, fail_from, arguments.allow_incomplete)


def _fail_from(arguments: Namespace) -> Severity | None:
    """Return the severity from which a failure counts: the option, or else the nearest configuration's."""
    if arguments.fail_on:
        return Settings(fail_on=arguments.fail_on).fail_from
    path: Path | None = arguments.config or config.find(Path.cwd())
    if path is None:
        return Settings().fail_from
    if not arguments.config and not arguments.quiet:
        terminal.say(f"settings from {path}")
    return config.load(path).fail_from
