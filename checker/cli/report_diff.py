"""``trailhold report diff``: what changed from one saved result to another."""

from argparse import Namespace

from checker.cli import outputs, terminal
from checker.cli.config import Settings
from checker.cli.errors import Refused
from checker.history.difference import difference
from checker.report import saved
from checker.report.difference import render


def run(arguments: Namespace) -> int:
    """Print the difference, and write it as HTML where that is asked for.

    With ``--fail-on`` return 1 for a new failure of that severity or worse.
    """
    if arguments.html:
        outputs.writable(arguments.html)
    earlier, later = saved.load(arguments.earlier), saved.load(arguments.later)
    if earlier.scan.before_deployment != later.scan.before_deployment:
        raise Refused("one of these is a result of templates, the other of an account")
    if earlier.scan.finished > later.scan.finished and not arguments.quiet:
        terminal.say("warning: the first result is the later one")
    found = difference(earlier, later)
    if arguments.html:
        outputs.write(arguments.html, render("html", found).encode(), quiet=arguments.quiet)
    shown = outputs.screen(arguments.color, verbose=arguments.verbose)
    terminal.emit(
        render(arguments.format, found, shown), encoding=None if arguments.format == "console" else "utf-8"
    )
    worst = Settings(fail_on=arguments.fail_on).fail_from
    return int(worst is not None and any(each.severity.rank <= worst.rank for each in found.new))
