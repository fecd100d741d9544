"""The JSON files that this program writes, read back; what else a file may be is said in one sentence."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from checker.observation import CannotObserve

T = TypeVar("T")


def read(path: Path, kind: str, limit: int, decode: Callable[[bytes], T]) -> T:
    """Return what a file holds; raises CannotObserve, also for what ``decode`` cannot make sense of.

    ``kind`` is what the file ought to be, in a word; no more than ``limit`` bytes are read of anything.
    """
    raw = _content(path, kind, limit)
    try:
        return decode(raw)
    except msgspec.ValidationError as error:
        raise CannotObserve(f"{path} is JSON, but not a {kind} of trailhold: {error}") from error
    except msgspec.DecodeError as error:
        raise CannotObserve(f"{path} is not JSON or is cut short: {error}") from error
    except UnicodeDecodeError as error:
        raise CannotObserve(f"{path} is not JSON: it is not UTF-8 text") from error
    except RecursionError as error:
        raise CannotObserve(f"{path} is not a {kind}: it is nested too deeply") from error
    except ValueError as error:
        raise CannotObserve(f"{path} cannot be used: {error}") from error


def _content(path: Path, kind: str, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CannotObserve(f"the {kind} {path} cannot be read: {reason}") from error
    if len(raw) > limit:
        raise CannotObserve(f"{path} is larger than {limit} bytes, the most that a {kind} may have")
    if not raw.strip():
        raise CannotObserve(f"{path} is empty, so it is not a {kind}")
    return raw
