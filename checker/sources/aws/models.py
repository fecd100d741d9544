"""botocore's models of services, read fast and cut down to the operations that are declared."""

import contextlib
import gzip
import os
from functools import cache
from pathlib import Path
from typing import Any, cast

import msgspec
from botocore.loaders import Loader

from checker.sources.aws.calls import CALLS


@cache
def models(data_path: str) -> Loader:
    """Return a loader for all sessions of the process: what it has read serves every account."""
    paths = [os.path.expandvars(Path(path).expanduser()) for path in data_path.split(os.pathsep) if path]
    return _Models(paths, cast(Any, _ModelFiles()))


class _ModelFiles:
    """Reads botocore's model files with a fast parser, and keeps only the operations that are declared."""

    def exists(self, file_path: str) -> bool:
        """Tell whether there is such a file, under either suffix."""
        return any(Path(file_path + suffix).is_file() for suffix in (".json.gz", ".json"))

    def load_file(self, file_path: str) -> Any:
        """Return the content, or None without a file."""
        content = _bytes(file_path)
        if content is None:
            return None
        model = msgspec.json.decode(content)
        if Path(file_path).name == "service-2":
            _prune(model, Path(file_path).parts[-3])
        return model


def _bytes(file_path: str) -> bytes | None:
    with contextlib.suppress(FileNotFoundError):
        return gzip.decompress(Path(file_path + ".json.gz").read_bytes())
    with contextlib.suppress(FileNotFoundError):
        return Path(file_path + ".json").read_bytes()
    return None


def _prune(model: dict[str, Any], service: str) -> None:
    """Drop every operation that ``calls`` does not declare: what cannot be called cannot change anything.

    Nor are the shapes kept that no other operation has, nor any prose: they are ten times what is needed.
    """
    declared = {operation for name, operation in CALLS if name == service}
    if service == "sts":
        declared.update(("AssumeRole", "AssumeRoleWithWebIdentity"))
    if not declared:
        return
    model["operations"] = {k: v for k, v in model["operations"].items() if k in declared}
    shapes, waiting = dict[str, Any](), list(model["operations"].values())
    while waiting:
        for name in _shapes_of(waiting.pop()):
            if name not in shapes:
                shapes[name] = model["shapes"][name]
                waiting.append(shapes[name])
    model["shapes"] = shapes


def _shapes_of(part: dict[str, Any]) -> list[str]:
    """Return the names of the shapes that an operation or a shape is made of, and drop its prose."""
    parts = [part[role] for role in ("input", "output", "member", "key", "value") if role in part]
    parts += (*part.get("errors", ()), *part.get("members", {}).values())
    for one in (part, *parts):
        one.pop("documentation", None)
    return [one["shape"] for one in parts]


class _Models(Loader):
    """botocore's loader, without looking into the directory of every service that AWS has."""

    def list_available_services(self, type_name: str) -> list[str]:
        """Return the names of all services that have a directory."""
        return _directories(tuple(self.search_paths))


@cache
def _directories(paths: tuple[str, ...]) -> list[str]:
    return sorted({entry.name for path in paths if Path(path).is_dir() for entry in Path(path).iterdir()})
