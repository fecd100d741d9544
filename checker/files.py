"""Write a file whole or not at all."""

import errno
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO


def write(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Write beside the file, then rename: a reader sees the old content or the new, never a part.

    Content in pieces is written as it comes. A link is followed and a device or pipe is written straight
    through. Raises OSError.
    """
    target = _target(path)
    pieces = [content] if isinstance(content, bytes) else content
    if target.exists() and not target.is_file():
        with target.open("wb") as file:
            file.writelines(pieces)
        return
    beside = _beside(target)
    try:
        with _created(beside) as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            beside.chmod(target.stat().st_mode & 0o7777)
        beside.replace(target)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def ensure_writable(path: Path) -> None:
    """Raise OSError now if ``write`` would later; the file itself stays as it is.

    Permission bits say little about mounts, quotas and root, so a file is created beside it and removed.
    """
    target = _target(path)
    if target.is_dir():
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if target.exists() and not os.access(target, os.W_OK):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    if target.exists() and not target.is_file():
        return
    beside = _beside(target)
    _created(beside).close()
    beside.unlink()


def _target(path: Path) -> Path:
    """Follow links to the file that is meant."""
    try:
        return path.resolve()
    except RuntimeError as error:  # a loop of links, until Python 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from error


def _beside(target: Path) -> Path:
    """Name a temporary file in the same folder, short enough whatever the length of the target's own name."""
    return target.with_name(f".trailhold-{token_hex(8)}.tmp")


def _created(path: Path) -> BinaryIO:
    """Create a file that must be new, with the permissions that the user's umask gives."""
    return path.open("xb")
