"""Saved evidence, so that an observation can be judged again, offline and with the same result."""

from pathlib import Path

import msgspec
from msgspec import Struct

from checker import documents
from checker.inventory import Inventory
from checker.observation import CannotObserve, Observation, Scan
from checker.sources import normal

KIND = "trailhold-snapshot"
SCHEMA_VERSION = "1.0"
MAX_BYTES = 1 << 29
"""A thousand accounts stay far below; what is larger was not written by this program."""


class Snapshot(Struct, frozen=True, kw_only=True):
    """The file: an observation in an envelope that says what it is."""

    kind: str = KIND
    schema_version: str = SCHEMA_VERSION
    tool_version: str = ""
    scan: Scan
    inventory: Inventory


class _Head(Struct, frozen=True, kw_only=True):
    """As much of any JSON file as tells a snapshot from something else."""

    kind: str = ""
    schema_version: str = ""
    findings: msgspec.Raw = msgspec.Raw()


def dump(observation: Observation, *, version: str = "") -> bytes:
    """Encode an observation; equal observations give equal bytes.

    Text that is no Unicode (JSON lets a lone surrogate through) has its offending parts spelled out.
    """
    return normal.encoded(
        Snapshot(tool_version=version, scan=observation.scan, inventory=observation.inventory)
    )


def load(path: Path, *, limit: int = MAX_BYTES) -> Observation:
    """Read a snapshot; raises CannotObserve with one sentence when the file is not one."""

    def decode(raw: bytes) -> Snapshot:
        _recognise(path, msgspec.json.decode(raw, type=_Head))
        return msgspec.json.decode(raw, type=Snapshot)

    snapshot = documents.read(path, "snapshot", limit, decode)
    return Observation(scan=snapshot.scan, inventory=snapshot.inventory)


def normalised(observation: Observation) -> Observation:
    """Return the observation exactly as its snapshot would give it back (order of names, text, time zone).

    What is judged live and what is judged from the saved file are then the same value, not two similar ones.
    Where the caller keeps no reference to what is passed, it is given up on the way.
    """
    scan = normal.decoded(normal.encoded(observation.scan), Scan)
    parts = normal.taken_apart(observation.inventory)
    del observation
    return Observation(scan=scan, inventory=normal.joined(normal.slices(parts)))


def _recognise(path: Path, head: _Head) -> None:
    """Raise CannotObserve, saying what the file is instead, unless it is a snapshot of this schema."""
    if head.kind == KIND:
        if head.schema_version != SCHEMA_VERSION:
            raise CannotObserve(
                f"{path} is a snapshot of schema {head.schema_version or '(none)'}, and this version reads"
                f" {SCHEMA_VERSION}: judge it with the version that wrote it, or take a new one"
            )
        return
    if bytes(head.findings):
        what = "a findings report, not a snapshot: save one with `trailhold audit --snapshot FILE`"
    elif head.kind:
        what = f"of kind {head.kind!r}, not a snapshot"
    else:
        what = "JSON, but not a snapshot: save one with `trailhold audit --snapshot FILE`"
    raise CannotObserve(f"{path} is {what}")
