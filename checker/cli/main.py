"""The command ``trailhold``: arguments in, exit code out, one sentence for whatever goes wrong."""

import re
import sys
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module

from checker.cli import terminal
from checker.cli.errors import INTERRUPTED, USAGE, sentence
from checker.cli.parser import SHORT_HELP, parse


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0, 1 and 3 are judgements (``assessment.exit_code``), 2 means that nothing was judged, 130 that the user
    pressed Ctrl-C.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(parse(arguments))
    except KeyboardInterrupt:
        terminal.say("interrupted")
        return INTERRUPTED
    except Exception as error:
        if "--debug" in arguments:
            raise_for_debug(error)
        terminal.say(sentence(error))
        return USAGE


def raise_for_debug(error: Exception) -> None:
    """Print the traceback, which only ``--debug`` asks for."""
    import traceback

    traceback.print_exception(error)


def _run(arguments: Namespace) -> int:
    """Load the module of the command and no other: ``--help`` needs neither AWS nor the catalogue."""
    if arguments.version:
        from checker.cli.version import version

        terminal.emit(f"trailhold {version()}\n")
        return 0
    if arguments.command is None:
        terminal.emit(SHORT_HELP)
        return 0
    module = re.sub("[- ]", "_", arguments.command)
    code: int = import_module(f"checker.cli.{module}").run(arguments)
    return code
