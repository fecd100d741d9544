"""Where an assessment goes: stdout, and files that are written whole or not at all."""

import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from checker import files
from checker.assessment import Assessment, rejudged
from checker.cli import terminal
from checker.cli.config import Settings
from checker.cli.errors import Refused, unwritable
from checker.frameworks import FRAMEWORKS
from checker.model import Severity
from checker.report import BY_FRAMEWORK, CannotRender, Choices, console, format_of, json, package, render
from checker.report.framework import console as by_framework
from checker.report.terminal import Terminal
from checker.report.text import count
from checker.selection import nearest

WHOLE = ("json", "ocsf", "asff", "package")
"""Formats that other programs keep: a severity to show is none of their business."""
PACKAGE = "package"
"""Stands for ``checker.report.package``, which is a file and never text."""


class Outputs(Struct, frozen=True, kw_only=True):
    """What to print and what to write; nothing is written before ``publish``."""

    format: str
    color: str = "auto"
    printed: bool = True
    """Whether stdout is to have the report."""
    verbose: bool = False
    quiet: bool = False
    min_severity: Severity = Severity.INFO
    """Of the findings that are shown; a result that programs read back is always whole."""
    exports: tuple[tuple[Path, str], ...] = ()
    """Each file with its format."""
    choices: Choices = Choices()

    @property
    def packs_evidence(self) -> bool:
        """Whether an evidence package is to be written, which has a place for the snapshot."""
        return any(format == PACKAGE for _, format in self.exports)


def choices(arguments: Namespace, exports: tuple[tuple[Path, str], ...]) -> Choices:
    """Return what the command line says about formats; raises Refused for what none of them could show."""
    framework = arguments.framework or ""
    if framework and framework not in FRAMEWORKS:
        there = f"there are {', '.join(FRAMEWORKS)}"
        raise Refused(f"unknown framework {framework}{nearest(framework, FRAMEWORKS)}; {there}")
    for format in (arguments.format, *(format for _, format in exports)):
        if framework and format not in (*BY_FRAMEWORK, PACKAGE):
            raise Refused(f"{format} cannot go by framework: choose one of {', '.join(BY_FRAMEWORK)}")
    return Choices(
        ocsf_version=arguments.ocsf_version,
        sarif_location=arguments.sarif_location or "",
        framework=framework,
    )


def read_from(settings: Settings) -> tuple[Path, ...]:
    """Return the files that a run reads beside its evidence, which no report may overwrite."""
    return tuple(Path(name) for name in (settings.waivers, settings.baseline) if name)


def checked(paths: tuple[Path, ...], taken: tuple[Path, ...] = ()) -> tuple[tuple[Path, str], ...]:
    """Pair each export with its format; raises Refused for an unknown suffix or a path not to be written."""
    exports = []
    seen = {path.absolute() for path in taken}
    for path in paths:
        try:
            exports.append((path, _format_of(path)))
        except ValueError as error:
            raise Refused(str(error)) from error
        if path.absolute() in seen:
            raise Refused(f"{path} is named twice, and one would overwrite the other")
        seen.add(path.absolute())
        writable(path)
    return tuple(exports)


def _format_of(path: Path) -> str:
    return PACKAGE if path.suffix.lower() == package.SUFFIX else format_of(str(path))


def writable(path: Path) -> None:
    """Raise Refused now rather than after the audit."""
    try:
        files.ensure_writable(path)
    except OSError as error:
        raise unwritable(path, error) from error


def write(path: Path, content: bytes | Iterable[bytes], *, quiet: bool = False) -> None:
    """Write a file and say so; raises Refused."""
    try:
        files.write(path, content)
    except OSError as error:
        raise unwritable(path, error) from error
    if not quiet:
        terminal.say(f"wrote {path}")


def publish(outputs: Outputs, assessment: Assessment, snapshot: bytes | None = None) -> None:
    """Print the report and write the exports; an evidence package holds the snapshot, if there is one.

    Everything is rendered before anything is written, and a file that cannot be written after all costs
    neither the other files nor what goes to stdout; then raises Refused.
    """
    try:
        exports = [
            (path, _content(format, _shown(outputs, format, assessment), outputs.choices, snapshot))
            for path, format in outputs.exports
        ]
        printed = _stdout(outputs, _shown(outputs, outputs.format, assessment))
    except CannotRender as refusal:
        raise Refused(str(refusal)) from refusal
    failures: list[Refused] = []
    for path, content in exports:
        try:
            write(path, content, quiet=outputs.quiet)
        except Refused as failure:
            failures.append(failure)
    if outputs.printed:
        terminal.emit(printed, encoding=None if outputs.format == "console" else "utf-8")
    if failures:
        raise failures[0]


def _shown(outputs: Outputs, format: str, assessment: Assessment) -> Assessment:
    """Leave out what is too mild to be shown, and say so; records for programs stay whole."""
    if format in WHOLE or outputs.min_severity is Severity.INFO:
        return assessment
    kept = [f for f in assessment.findings if f.severity.rank <= outputs.min_severity.rank]
    if hidden := len(assessment.findings) - len(kept):
        told = f"{count(hidden, 'finding')} below {outputs.min_severity} not shown (min-severity)"
        assessment = replace(assessment, scan=replace(assessment.scan, notes=(*assessment.scan.notes, told)))
    return rejudged(assessment, kept)


def _content(
    format: str, assessment: Assessment, choices: Choices, snapshot: bytes | None
) -> bytes | Iterable[bytes]:
    if format == PACKAGE:
        return package.build(assessment, snapshot, choices.framework)
    if _in_pieces(format, choices):
        return json.pieces(assessment)
    return render(format, assessment, choices).encode()


def _in_pieces(format: str, choices: Choices) -> bool:
    """Say whether a report comes in pieces; nothing can go wrong between the first and the last."""
    return format == "json" and not choices.framework


def _stdout(outputs: Outputs, assessment: Assessment) -> str | Iterable[bytes]:
    """Render for stdout; only the console's report depends on the terminal."""
    if _in_pieces(outputs.format, outputs.choices):
        return json.pieces(assessment)
    if outputs.format != "console":
        return render(outputs.format, assessment, outputs.choices)
    shown = screen(outputs.color, verbose=outputs.verbose)
    if outputs.choices.framework:
        return by_framework.render(assessment, outputs.choices, shown)
    return console.render(
        assessment,
        color=shown.color,
        width=shown.width,
        verbose=shown.verbose,
        unicode=shown.unicode,
    )


def screen(color: str, *, verbose: bool) -> Terminal:
    """Return what the terminal at stdout can show."""
    return Terminal(
        color=terminal.colour(color, os.environ, sys.stdout),
        width=shutil.get_terminal_size((100, 24)).columns,
        verbose=verbose,
        unicode=terminal.unicode(sys.stdout),
    )
