"""``trailhold schema``: JSON Schemas of what is written, and of what is read."""

import json
from argparse import Namespace

from checker.cli.terminal import emit


def run(arguments: Namespace) -> int:
    """Print one schema."""
    match arguments.kind:
        case "settings":
            from checker.cli.settings_schema import schema
        case "waivers":
            from checker.waivers.fields import schema
        case _:
            from checker.report.schema import schema
    emit(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")
    return 0
