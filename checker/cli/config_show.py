"""``trailhold config show``: every setting, its value, and where that comes from."""

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import msgspec

from checker.cli import config, terminal
from checker.cli.config import Settings
from checker.report.text import visible


def run(arguments: Namespace) -> int:
    """Print the settings that a command here would have without options; raises Refused for a wrong file."""
    path: Path | None = arguments.config or config.find(Path.cwd())
    settings, said = (config.load(path), config.said(path)) if path else (Settings(), frozenset[str]())
    rows = {key: (value, str(path) if key in said else "default") for key, value in flat(settings).items()}
    if arguments.format == "json":
        document = {key: {"value": value, "source": source} for key, (value, source) in rows.items()}
        terminal.emit(
            json.dumps({"file": str(path) if path else None, "settings": document}, indent=2) + "\n"
        )
        return 0
    width = max(map(len, rows))
    lines = [f"settings from {path}" if path else "no trailhold.toml, and no [tool.trailhold], here or above"]
    lines += [f"{key:<{width}}  {_shown(value)}  ({source})" for key, (value, source) in rows.items()]
    terminal.emit("".join(f"{visible(line)}\n" for line in lines))
    return 0


def flat(settings: Settings) -> dict[str, Any]:
    """Return plain values by key, with those of a table behind a dot."""
    plain: dict[str, Any] = msgspec.to_builtins(settings)
    thresholds = plain.pop("thresholds")
    return plain | {f"thresholds.{key.replace('_', '-')}": value for key, value in thresholds.items()}


def _shown(value: Any) -> str:
    return "none" if value in (None, "", [], ()) else json.dumps(value)
