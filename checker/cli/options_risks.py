"""The options by which failures do not count: accepted risks, and what a baseline knows."""

from argparse import ArgumentParser, BooleanOptionalAction
from pathlib import Path


def declare(parser: ArgumentParser) -> None:
    """Declare the options; a value that a configuration file may give defaults to None."""
    add = parser.add_argument_group("accepted risks").add_argument
    add("--waivers", type=Path, metavar="FILE", help="accepted risks (.toml, .yaml): shown, and no failure")
    add(
        "--strict-waivers",
        action=BooleanOptionalAction,
        default=None,
        help="exit 1 for a waiver that has expired or is about nothing",
    )
    add(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="a saved result (.json): what failed there already is shown as known, and no failure",
    )
