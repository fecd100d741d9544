"""The options of ``waivers check`` and ``waivers add``."""

from argparse import ArgumentParser, BooleanOptionalAction
from pathlib import Path

from checker.cli import values


def check(parser: ArgumentParser) -> None:
    """Declare the options of ``waivers check``."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the same as --waivers FILE")
    _file(parser)
    parser.add_argument(
        "--result", type=Path, metavar="FILE", help="a saved result: also tell what each waiver accepts in it"
    )
    parser.add_argument(
        "--strict-waivers",
        action=BooleanOptionalAction,
        default=None,
        help="exit 1 for a waiver that has expired or is about nothing",
    )


def add(parser: ArgumentParser) -> None:
    """Declare the options of ``waivers add``."""
    parser.add_argument("result", type=Path, metavar="RESULT", help="a result, as --format json writes it")
    _file(parser)
    meant = parser.add_argument_group("what is meant").add_argument
    meant("--fingerprint", type=values.fingerprint, metavar="HEX", help="of the finding, or its start")
    meant("--control", metavar="ID", help="id or name, with --resource and other places")
    for name, what in (
        ("resource", "as reports print it, with * and ?"),
        ("account", "id"),
        ("ou", "id of an organizational unit"),
        ("region", "with * and ?"),
    ):
        meant(f"--{name}", action="append", default=[], metavar=name.upper(), help=f"{what}; repeatable")
    why = parser.add_argument_group("why").add_argument
    why("--reason", required=True, metavar="TEXT", help="why the risk is accepted")
    why("--owner", required=True, metavar="WHO", help="who accepts it")
    why("--expires", metavar="DATE", help="the last day on which it counts, such as 2027-03-31")


def _file(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--waivers", type=Path, metavar="FILE", help="the file (default: that of the configuration)"
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="instead of the nearest trailhold.toml")
    parser.add_argument("--quiet", "-q", action="store_true", help="nothing on stderr but errors")
