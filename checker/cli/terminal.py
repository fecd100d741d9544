"""Data to stdout, words to stderr; the only module that prints."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TextIO

from checker.cli.errors import unwritable

CLEAR = "\r\x1b[K"
"""Empties the line of a terminal on which progress is shown."""


def emit(text: str | Iterable[bytes], *, encoding: str | None = None) -> None:
    """Write a rendering to stdout; a reader who went away (``| head``) is no error.

    ``encoding`` is that of the terminal unless given; what it cannot show is escaped, never an exception.
    Bytes in pieces are written as they come.
    Raises Refused when stdout takes nothing, as on a full disk.
    """
    out = sys.stdout
    if out is None:  # closed by the caller (>&-)
        return
    code = encoding or out.encoding or "utf-8"
    data = [text.encode(code, "backslashreplace")] if isinstance(text, str) else text
    try:
        out.flush()
        out.buffer.writelines(data)
        out.buffer.flush()
    except OSError as error:
        _silence(out)
        if not isinstance(error, BrokenPipeError):
            raise unwritable("to stdout", error) from error


def say(text: str) -> None:
    """Write one line to stderr, whatever the text holds: parts of it may be other people's."""
    if sys.stderr is None:
        return
    with suppress(OSError):
        line = f"{CLEAR if interactive(sys.stderr) else ''}trailhold: {one_line(text)}\n"
        sys.stderr.write(line.encode(sys.stderr.encoding, "backslashreplace").decode(sys.stderr.encoding))
        sys.stderr.flush()


def one_line(text: str, most: int = 1000) -> str:
    """Fold white space and escape what a terminal would obey."""
    folded = " ".join(text.split())
    safe = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in folded)
    return safe if len(safe) <= most else safe[: most - 3] + "..."


def interactive(stream: TextIO | None) -> bool:
    """Tell whether a person looks at the stream."""
    return stream is not None and not stream.closed and stream.isatty()


def kept() -> Callable[[], None]:
    """Return what gives the keyboard its present settings back, echo above all; without one, nothing."""
    try:
        import termios
    except ImportError:  # Windows
        return lambda: None
    with suppress(OSError, termios.error):
        at_stdin = interactive(sys.stdin)
        keyboard = sys.stdin.fileno() if at_stdin else os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
        settings = termios.tcgetattr(keyboard)

        def give_back() -> None:
            if termios.tcgetattr(keyboard) != settings:  # setting stops a process in the background
                termios.tcsetattr(keyboard, termios.TCSANOW, settings)

        return give_back
    return lambda: None


def colour(choice: str, environment: Mapping[str, str], stream: TextIO | None) -> bool:
    """Decide on colour: the option, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") != "0":
        return True
    return interactive(stream) and environment.get("TERM") != "dumb"


def unicode(stream: TextIO | None) -> bool:
    """Tell whether the stream can show more than ASCII."""
    return stream is not None and (stream.encoding or "").lower().replace("-", "").startswith("utf")


def _silence(stream: TextIO) -> None:
    """Point the stream nowhere, so that the interpreter's last flush does not complain either."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
