"""``trailhold policies-path``: where the pack for Checkov was installed."""

from argparse import Namespace
from importlib.util import find_spec
from pathlib import Path

from checker.cli.errors import Refused
from checker.cli.terminal import emit

PACK = "trailhold_controls.py"
"""What Checkov loads; another project may have a package of the same name."""


def run(arguments: Namespace) -> int:
    """Print the folder without importing it: it needs Checkov, and nothing of ours imports it."""
    found = find_spec("policies")
    folder = Path(found.origin).parent if found and found.origin else None
    if folder is None or not (folder / PACK).is_file():
        raise Refused("the policies of trailhold are not installed: pip install 'trailhold[checkov]'")
    emit(f"{folder}\n", encoding="utf-8")
    return 0
