"""The settings of a run: the command line above the configuration file above what holds without either."""

from argparse import Namespace
from pathlib import Path

from msgspec.structs import replace

from checker.cli import config, terminal
from checker.cli.config import Settings

ITEMS = ("select", "ignore", "region")
"""Settings that are lists on the command line too, where an empty one means that nothing was said."""


def settings(arguments: Namespace) -> Settings:
    """Return the settings of the file that was named or is nearest, with the command line above it."""
    path: Path | None = arguments.config or config.find(Path.cwd())
    if path is None:
        return merged(Settings(), arguments)
    if not arguments.config and not arguments.quiet:
        terminal.say(f"settings from {path}")
    return merged(config.load(path), arguments)


def merged(settings: Settings, arguments: Namespace) -> Settings:
    """Put the command line above the file, key by key; its ``--set`` also drops the file's ``select``.

    A report by framework judges by that framework, unless the command line says otherwise.
    """
    found = {name: getattr(arguments, name, None) for name in Settings.__struct_fields__}
    said = {name: value for name, value in found.items() if value not in (None, [])}
    for name in ITEMS:
        if name in said:
            said[name] = tuple(said[name])
    for name in ("waivers", "baseline", "save"):
        if name in said:
            said[name] = str(said[name])
    framework = "" if "select" in said else getattr(arguments, "framework", None)
    if set := said.get("set") or framework:
        said = {"select": (), **said, "set": set}
    return replace(settings, **said)


def applied(settings: Settings, arguments: Namespace) -> None:
    """Give the options of a live audit the values of the file, where none was given."""
    if getattr(arguments, "source", None):
        return
    if not arguments.region:
        arguments.region = list(settings.region)
    arguments.max_concurrency = arguments.max_concurrency or settings.max_concurrency
    arguments.timeout = arguments.timeout or settings.timeout
    if arguments.org and not arguments.log_archive_account:
        arguments.log_archive_account = settings.thresholds.log_archive_account
