"""Where an assessment goes: stdout, and files that are written whole or not at all."""

import os
import shutil
import sys
from argparse import Namespace
from pathlib import Path

from msgspec import Struct

from checker import files
from checker.assessment import Assessment
from checker.cli import terminal
from checker.cli.errors import Refused, unwritable
from checker.report import CannotRender, Choices, console, format_of, render


class Outputs(Struct, frozen=True, kw_only=True):
    """What to print and what to write; nothing is written before ``publish``."""

    format: str
    color: str = "auto"
    verbose: bool = False
    quiet: bool = False
    exports: tuple[tuple[Path, str], ...] = ()
    """Each file with its format."""
    choices: Choices = Choices()


def choices(arguments: Namespace) -> Choices:
    """Return what the command line says about formats."""
    return Choices(ocsf_version=arguments.ocsf_version)


def checked(paths: tuple[Path, ...], taken: tuple[Path, ...] = ()) -> tuple[tuple[Path, str], ...]:
    """Pair each export with its format; raises Refused for an unknown suffix or a path not to be written."""
    exports = []
    seen = {path.absolute() for path in taken}
    for path in paths:
        try:
            exports.append((path, format_of(str(path))))
        except ValueError as error:
            raise Refused(str(error)) from error
        if path.absolute() in seen:
            raise Refused(f"{path} is named twice, and one would overwrite the other")
        seen.add(path.absolute())
        writable(path)
    return tuple(exports)


def writable(path: Path) -> None:
    """Raise Refused now rather than after the audit."""
    try:
        files.ensure_writable(path)
    except OSError as error:
        raise unwritable(path, error) from error


def write(path: Path, content: bytes, *, quiet: bool = False) -> None:
    """Write a file and say so; raises Refused."""
    try:
        files.write(path, content)
    except OSError as error:
        raise unwritable(path, error) from error
    if not quiet:
        terminal.say(f"wrote {path}")


def publish(outputs: Outputs, assessment: Assessment) -> None:
    """Print the report and write the exports.

    Everything is rendered before anything is written, and a file that cannot be written after all costs
    neither the other files nor what goes to stdout; then raises Refused.
    """
    try:
        exports = [
            (path, render(format, assessment, outputs.choices).encode()) for path, format in outputs.exports
        ]
        printed = _stdout(outputs, assessment)
    except CannotRender as refusal:
        raise Refused(str(refusal)) from refusal
    failures: list[Refused] = []
    for path, content in exports:
        try:
            write(path, content, quiet=outputs.quiet)
        except Refused as failure:
            failures.append(failure)
    terminal.emit(printed, encoding=None if outputs.format == "console" else "utf-8")
    if failures:
        raise failures[0]


def _stdout(outputs: Outputs, assessment: Assessment) -> str:
    """Render for stdout; only the console's report depends on the terminal."""
    if outputs.format != "console":
        return render(outputs.format, assessment, outputs.choices)
    return console.render(
        assessment,
        color=terminal.colour(outputs.color, os.environ, sys.stdout),
        width=shutil.get_terminal_size((100, 24)).columns,
        verbose=outputs.verbose,
        unicode=terminal.unicode(sys.stdout),
    )
