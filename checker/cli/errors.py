"""Every way a run ends without a judgement, as one sentence and an exit code."""

USAGE = 2
INTERRUPTED = 130


class Refused(Exception):
    """What was asked cannot be done; the message is one sentence that says what is wrong and where."""


def sentence(error: Exception) -> str:
    """Say in one sentence why the run ended.

    What nobody foresaw is named, with the way to see more: a traceback belongs to ``--debug`` alone.
    """
    if isinstance(error, Refused):
        return str(error)
    from checker.observation import CannotObserve
    from checker.selection import SelectionError

    if isinstance(error, CannotObserve | SelectionError):
        return str(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror or error}"
    if isinstance(error, MemoryError):
        return "out of memory"
    return (
        f"unforeseen {type(error).__name__}: {error} (run it again with --debug to see where, and report it)"
    )


def unwritable(path: object, error: OSError) -> Refused:
    """Say that a file cannot be written."""
    return Refused(f"cannot write {path}: {error.strerror or error}")
