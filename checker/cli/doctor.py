"""``trailhold doctor``: who am I, and what could an audit read, before any verdict."""

from argparse import Namespace

import msgspec

from checker.cli import organization, terminal
from checker.cli.errors import Refused
from checker.cli.live import observe, options
from checker.report.readiness import readiness, render
from checker.sources.aws import read_standing

INCOMPLETE = 3


def run(arguments: Namespace) -> int:
    """Read what an audit reads and say what is missing; return 0 if nothing is, and 3 otherwise."""
    organization.consistent(arguments)
    for name in ("external_id", "session_name"):
        if getattr(arguments, name) and not (arguments.role_arn or arguments.org):
            raise Refused(f"--{name.replace('_', '-')} is for the role to assume: give --role-arn as well")
    standing = read_standing(options(arguments))
    found = readiness(standing, observe(arguments))
    if arguments.format == "json":
        text = msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"
    else:
        text = render(found)
    terminal.emit(text, encoding="utf-8" if arguments.format == "json" else None)
    return 0 if found.ready else INCOMPLETE
