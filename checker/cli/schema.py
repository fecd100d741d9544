"""``trailhold schema``: the JSON Schema of the findings report."""

import json
from argparse import Namespace

from checker.cli.terminal import emit
from checker.report.schema import schema


def run(arguments: Namespace) -> int:
    """Print the schema."""
    emit(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")
    return 0
