"""Settings of an audit: the configuration file, and the command line above it."""

import re
import tomllib
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from checker.cli.errors import Refused
from checker.cli.options import FAIL_ON, listed, nearest
from checker.model import Severity, Thresholds

MOST = 100_000
"""Largest threshold, in days or hours: nobody keeps logs longer, and dates do not reach much further."""


class Settings(Struct, frozen=True, kw_only=True, rename="kebab"):
    """What a configuration file may say; its keys are the options of ``audit``, with hyphens."""

    set: str = "baseline"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str = "low"
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
    table = _tool(path).get("trailhold", {}) if path.name == "pyproject.toml" else _toml(path)
    _known(path, "", table, Settings.__struct_encode_fields__)
    thresholds = table.get("thresholds", {})
    if isinstance(thresholds, dict):
        _known(path, "thresholds.", thresholds, [_kebab(name) for name in Thresholds.__struct_fields__])
        table = table | {"thresholds": {name.replace("-", "_"): value for name, value in thresholds.items()}}
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        raise Refused(f"{path}: {_where(str(error))}") from error
    _sensible(path, settings)
    return settings


def merged(settings: Settings, arguments: Namespace) -> Settings:
    """Put the command line above the file, key by key; its ``--set`` also drops the file's ``select``.

    A report by framework judges by that framework, unless the command line says otherwise.
    """
    set = arguments.set or ("" if arguments.select else arguments.framework)
    select = tuple(arguments.select) or (() if set else settings.select)
    return Settings(
        set=set or settings.set,
        select=select,
        ignore=tuple(arguments.ignore) or settings.ignore,
        fail_on=arguments.fail_on or settings.fail_on,
        thresholds=settings.thresholds,
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


def _sensible(path: Path, settings: Settings) -> None:
    if settings.fail_on not in FAIL_ON:
        hint = nearest(settings.fail_on, FAIL_ON)
        raise Refused(f"{path}: fail-on: unknown severity {settings.fail_on}{hint}; {listed(FAIL_ON)}")
    for name in Thresholds.__struct_fields__:
        value = getattr(settings.thresholds, name)
        if isinstance(value, int) and not 0 <= value <= MOST:
            side = "below 0" if value < 0 else f"above {MOST}"
            raise Refused(f"{path}: thresholds.{_kebab(name)}: {value} is {side}")
    _accounts(path, "trusted-accounts", settings.thresholds.trusted_accounts)
    _listed_well(path, settings.thresholds)
    _accounts(path, "log-archive-account", (settings.thresholds.log_archive_account or "0" * 12,))


SHAPES = {
    "allowed_kms_keys": (r"arn:[^:]+:kms:\S+", "the ARN of a key, such as arn:aws:kms:*:111122223333:key/*"),
    "designated_buckets": (r"[a-z0-9.*?-]{3,63}", "the name of a bucket"),
    "designated_topics": (r"arn:[^:]+:sns:\S+", "the ARN of a topic, such as arn:aws:sns:*:111122223333:*"),
    "designated_log_groups": (r"arn:[^:]+:logs:\S+", "the ARN of a log group"),
    "sensitive_buckets": (r"[a-z0-9.-]{3,63}", "the name of a bucket"),
    "required_data_types": (r"AWS::\w+::\w+", "a resource type, such as AWS::DynamoDB::Table"),
    "network_activity_sources": (r"[a-z0-9.-]+\.amazonaws\.com", "an event source, such as s3.amazonaws.com"),
}
"""What the entries of a list look like: one that can match nothing is a slip."""


def _listed_well(path: Path, figures: Thresholds) -> None:
    for name, (shape, what) in SHAPES.items():
        for entry in getattr(figures, name):
            if not re.fullmatch(shape, entry):
                raise Refused(f"{path}: thresholds.{_kebab(name)}: {entry!r} is not {what}")


def _accounts(path: Path, key: str, ids: tuple[str, ...]) -> None:
    for id in ids:
        if not (len(id) == 12 and id.isascii() and id.isdecimal()):
            raise Refused(f"{path}: thresholds.{key}: {id!r} is no account id, which has 12 digits")


def _where(message: str) -> str:
    """Turn msgspec's ``Expected ... - at `$.key``` into ``key: expected ...``."""
    what, _, place = message.partition(" - at `$.")
    key = _kebab(place.removesuffix("`"))
    return f"{key}: {what[0].lower()}{what[1:]}" if key else what


def _kebab(name: str) -> str:
    return name.replace("_", "-")
