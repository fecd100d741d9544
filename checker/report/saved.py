"""A result that was saved as JSON, read back so that any format can show it again."""

from pathlib import Path

import msgspec
from msgspec import Struct

from checker import documents
from checker.assessment import SCHEMA_VERSION, Assessment
from checker.observation import CannotObserve
from checker.report import json

MAX_BYTES = 1 << 30
"""A thousand accounts stay far below; what is larger was not written by this program."""
SNAPSHOT = "trailhold-snapshot"


class _Head(Struct, frozen=True, kw_only=True):
    """As much of any JSON object as tells a result from something else."""

    schema_version: msgspec.Raw = msgspec.Raw()
    kind: msgspec.Raw = msgspec.Raw()
    findings: msgspec.Raw = msgspec.Raw()
    runs: msgspec.Raw = msgspec.Raw()


def load(path: Path, *, limit: int = MAX_BYTES) -> Assessment:
    """Read a result of ``--format json``; raises CannotObserve with one sentence that says where it is wrong.

    Fields that a later minor version of the schema adds are passed over; another major version is refused.
    """

    def decode(raw: bytes) -> Assessment:
        _recognise(path, msgspec.json.decode(raw, type=_Head))
        return json.load(raw)

    return documents.read(path, "result", limit, decode)


def _recognise(path: Path, head: _Head) -> None:
    """Raise CannotObserve, saying what the file is instead, unless it is a result of this schema."""
    if bytes(head.kind) == f'"{SNAPSHOT}"'.encode():
        raise CannotObserve(
            f"{path} is a snapshot, not a result: judge it with `trailhold audit --from {path}`"
        )
    if bytes(head.runs):
        raise CannotObserve(f"{path} is SARIF, which leaves things out: give the result of --format json")
    version = bytes(head.schema_version).decode(errors="replace").strip('"')
    if not bytes(head.findings) or not version:
        raise CannotObserve(
            f"{path} is JSON, but not a result of trailhold: save one with `trailhold audit --export {path}`"
        )
    if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise CannotObserve(
            f"{path} is a result of schema {version}, and this version reads {SCHEMA_VERSION}:"
            " use the version that wrote it, or audit again"
        )
