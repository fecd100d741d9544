"""``trailhold controls``: the catalogue as a table, as JSON, or as the page CONTROLS.md."""

from argparse import Namespace
from collections.abc import Sequence

import msgspec

from checker.catalog import CONTROLS
from checker.cli.describe import Description, describe
from checker.cli.page import page
from checker.cli.terminal import emit
from checker.frameworks import requirements_by_control, titles
from checker.selection import choose


def run(arguments: Namespace) -> int:
    """Print the chosen controls; without a choice, all of them."""
    requirements = requirements_by_control()
    everything = not (arguments.select or arguments.set or arguments.ignore)
    chosen = (
        tuple(CONTROLS.values())
        if everything
        else choose(
            CONTROLS.values(),
            set=arguments.set or "strict",
            select=arguments.select,
            ignore=arguments.ignore,
            frameworks=requirements,
        )
    )
    described = [describe(control, requirements) for control in chosen]
    match arguments.format:
        case "json":
            emit(as_json(described), encoding="utf-8")
        case "markdown":
            from checker.cli.example import linked

            emit(page(described, titles(), linked), encoding="utf-8")
        case _:
            emit(table(described))
    return 0


def as_json(described: Sequence[Description]) -> str:
    """Return the records as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(described), indent=2).decode() + "\n"


def table(described: Sequence[Description]) -> str:
    """Return one aligned line a control."""
    rows = [("ID", "SEVERITY", "SET", "TITLE"), *((d.id, d.severity, d.sets[0], d.title) for d in described)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "".join(
        "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3])) + "\n"
        for row in rows
    )
