"""What is being done, on one line of a terminal that a person looks at, and nowhere else."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from checker.cli.terminal import CLEAR, interactive, one_line


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Yield a function that shows a few words in place of the last; afterwards the line is empty again."""
    if quiet or not interactive(sys.stderr):
        yield lambda words: None
        return
    try:
        yield _show
    finally:
        _write(CLEAR)


def _show(words: str) -> None:
    columns = shutil.get_terminal_size().columns
    _write(f"{CLEAR}{one_line(words, max(columns - 1, 10))}")


def _write(text: str) -> None:
    with suppress(OSError, UnicodeError):
        sys.stderr.write(text)
        sys.stderr.flush()
