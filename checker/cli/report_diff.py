"""``trailhold report diff``: what changed from one saved result to another."""

from argparse import Namespace

from checker.cli import terminal
from checker.cli.config import Settings
from checker.cli.errors import Refused
from checker.cli.outputs import screen
from checker.history.difference import difference
from checker.report import saved
from checker.report.difference import console, json, markdown


def run(arguments: Namespace) -> int:
    """Print the difference; with ``--fail-on`` return 1 for a new failure of that severity or worse."""
    earlier, later = saved.load(arguments.earlier), saved.load(arguments.later)
    if earlier.scan.before_deployment != later.scan.before_deployment:
        raise Refused("one of these is a result of templates, the other of an account")
    if earlier.scan.finished > later.scan.finished and not arguments.quiet:
        terminal.say("warning: the first result is the later one")
    found = difference(earlier, later)
    if arguments.format == "console":
        terminal.emit(console.render(found, screen(arguments.color, verbose=arguments.verbose)))
    else:
        text = json.render(found) if arguments.format == "json" else markdown.render(found)
        terminal.emit(text, encoding="utf-8")
    worst = Settings(fail_on=arguments.fail_on).fail_from
    return int(worst is not None and any(each.severity.rank <= worst.rank for each in found.new))
