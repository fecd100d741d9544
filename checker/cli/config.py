"""The configuration file: where it is, and what it may say."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from checker.cli.errors import Refused
from checker.cli.sensible import as_typed, sensible
from checker.cli.values import listed, nearest
from checker.model import Severity, Thresholds


class Settings(Struct, frozen=True, kw_only=True, rename="kebab"):
    """What a configuration file may say; its keys are the options of ``audit``, with hyphens."""

    set: str = "baseline"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str = "low"
    allow_incomplete: bool = False
    min_severity: str = "info"
    """Of the findings that are shown; the exit code comes from all."""
    waivers: str = ""
    """A file, as the three below relative to the configuration file."""
    strict_waivers: bool = False
    baseline: str = ""
    save: str = ""
    region: tuple[str, ...] = ()
    max_concurrency: int | None = None
    timeout: float | None = None
    thresholds: Thresholds = Thresholds()

    @property
    def fail_from(self) -> Severity | None:
        """The severity from which a failure counts; None for none."""
        return None if self.fail_on == "none" else Severity(self.fail_on)


def find(start: Path) -> Path | None:
    """Return the nearest ``trailhold.toml``, or ``pyproject.toml`` with ``[tool.trailhold]``, going up."""
    for folder in (start, *start.parents):
        own, project = folder / "trailhold.toml", folder / "pyproject.toml"
        if own.is_file():
            return own
        if project.is_file() and "trailhold" in _tool(project):
            return project
    return None


def load(path: Path) -> Settings:
    """Read a configuration file; raises Refused with the file and the key that is wrong."""
    table = _table(path)
    _known(path, "", table, Settings.__struct_encode_fields__)
    thresholds = table.get("thresholds", {})
    if isinstance(thresholds, dict):
        _known(path, "thresholds.", thresholds, [_kebab(name) for name in Thresholds.__struct_fields__])
        table = table | {"thresholds": {name.replace("-", "_"): value for name, value in thresholds.items()}}
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        raise Refused(f"{path}: {_where(str(error))}") from error
    sensible(path, settings.fail_on, settings.min_severity, settings.thresholds)
    for name, value in (
        ("region", settings.region),
        ("max-concurrency", settings.max_concurrency),
        ("timeout", settings.timeout),
    ):
        as_typed(path, name, value)
    return _placed(path, settings)


def said(path: Path) -> frozenset[str]:
    """Return the keys that a configuration file has, those of a table behind a dot."""
    table = _table(path)
    below = {f"thresholds.{key}" for key in table.get("thresholds", {})}
    return frozenset(table) - {"thresholds"} | below


def _table(path: Path) -> dict[str, Any]:
    """Return what the file says of us, whatever it is."""
    found: dict[str, Any] = _tool(path).get("trailhold", {}) if path.name == "pyproject.toml" else _toml(path)
    return found


def _placed(path: Path, settings: Settings) -> Settings:
    """Read names of files as seen from the configuration file, wherever the command is run."""
    named = {name: getattr(settings, name) for name in ("waivers", "baseline", "save")}
    return replace(
        settings,
        **{n: str(path.parent / value) for n, value in named.items() if value and "://" not in value},
    )


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Refused(f"cannot read the configuration {path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"{path} is not valid TOML: {error}") from error


def _tool(path: Path) -> dict[str, Any]:
    """Return the ``[tool]`` table of a ``pyproject.toml``."""
    tool = _toml(path).get("tool", {})
    return tool if isinstance(tool, dict) else {}


def _known(path: Path, prefix: str, table: Any, names: Iterable[str]) -> None:
    """Raise Refused for a key that means nothing: a slip must not switch a setting off in silence."""
    if not isinstance(table, dict):
        raise Refused(f"{path}: the settings must be a table")
    for key in table:
        if key not in names:
            raise Refused(f"{path}: unknown key {prefix}{key}{nearest(key, names)}; {listed(names)}")


def _where(message: str) -> str:
    """Turn msgspec's ``Expected ... - at `$.key``` into ``key: expected ...``."""
    what, _, place = message.partition(" - at `$.")
    key = _kebab(place.removesuffix("`"))
    return f"{key}: {what[0].lower()}{what[1:]}" if key else what


def _kebab(name: str) -> str:
    return name.replace("_", "-")
