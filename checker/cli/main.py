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
        said = sentence(error)
        if _wants_json(arguments):
            terminal.emit(_as_json(error, said), encoding="utf-8")
        terminal.say(said)
        return USAGE


def _wants_json(arguments: Sequence[str]) -> bool:
    """Say whether stdout is read by a program, also where the arguments could not be parsed."""
    pairs = zip(arguments, [*arguments[1:], ""], strict=True)
    return any(
        one in ("--format=json", "-fjson") or (one in ("--format", "-f") and other == "json")
        for one, other in pairs
    )


def _as_json(error: Exception, said: str) -> str:
    """Return the error as a document: the sentence, its kind, and the place where it has one."""
    import json

    path, line = getattr(error, "path", ""), getattr(error, "line", 0)
    place = {"path": path, "line": line} if path else {}
    document = {"error": {"message": said, "kind": type(error).__name__, "exit_code": USAGE, **place}}
    return json.dumps(document, indent=2) + "\n"


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
