"""The options of the commands beside an audit."""

from argparse import ArgumentParser
from pathlib import Path

from checker.cli import organization, values
from checker.cli.options import AUDIT_FORMATS, LIST_FORMATS, console, judging, output_format, scope, selection


def demo(parser: ArgumentParser) -> None:
    """Declare the options of ``demo``."""
    parser.add_argument(
        "--html",
        type=Path,
        default=Path("trailhold-demo.html"),
        metavar="FILE",
        help="where to write the report (default trailhold-demo.html)",
    )
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="also write the report in every format into this folder"
    )
    output_format(parser.add_argument, AUDIT_FORMATS)
    console(parser.add_argument)


def controls(parser: ArgumentParser) -> None:
    """Declare the options of ``controls``."""
    parser.add_argument("--set", metavar="SET", help="only those of a set: baseline, strict, or a framework")
    selection(parser.add_argument)
    output_format(parser.add_argument, LIST_FORMATS)
    parser.add_argument(
        "--markdown",
        action="store_const",
        const="markdown",
        dest="format",
        help="the same as --format markdown",
    )


def explain(parser: ArgumentParser) -> None:
    """Declare the options of ``explain``."""
    parser.add_argument("controls", nargs="+", metavar="CONTROL", help="id or name, such as TH110")
    parser.add_argument(
        "--example",
        type=Path,
        metavar="DIR",
        help="write a template that passes and one that fails into this folder, and print how to check them",
    )
    output_format(parser.add_argument, ("console", "json"))


def policy(parser: ArgumentParser) -> None:
    """Declare the options of ``policy``."""
    output_format(parser.add_argument, ("json", "cloudformation"))
    parser.add_argument(
        "--org",
        action="store_true",
        help="for who audits an organization: also list its accounts and assume the role in each",
    )
    parser.add_argument(
        "--stackset",
        action="store_true",
        help="print a template of the role for every account of an organization, to deploy as a StackSet",
    )
    parser.add_argument(
        "--role-name",
        type=organization.role_name,
        metavar="NAME",
        help="of the role in each account, with --org or --stackset (default trailhold-auditor)",
    )
    parser.add_argument(
        "--partition",
        type=values.partition,
        metavar="NAME",
        help="of the ARNs in the JSON policy: aws (default), aws-us-gov, aws-cn, ...",
    )


def doctor(parser: ArgumentParser) -> None:
    """Declare the options of ``doctor``."""
    scope(parser, saved=False)
    organization.declare(parser)
    judging(parser)
    output_format(parser.add_argument, ("console", "json"))
    console(parser.add_argument)


def schema(parser: ArgumentParser) -> None:
    """Declare the options of ``schema``."""
    parser.add_argument(
        "kind",
        nargs="?",
        type=values.one_of("schema", ("findings", "settings", "waivers")),
        default="findings",
        metavar="WHAT",
        help="findings (default): what --format json writes; settings, waivers: what is read",
    )


def completion(parser: ArgumentParser) -> None:
    """Declare the options of ``completion``."""
    parser.add_argument(
        "shell", type=values.one_of("shell", ("bash", "zsh", "fish")), metavar="SHELL", help="bash, zsh, fish"
    )


def config(parser: ArgumentParser) -> None:
    """Declare the options of ``config show``."""
    parser.add_argument("--config", type=Path, metavar="FILE", help="instead of the nearest trailhold.toml")
    output_format(parser.add_argument, ("console", "json"))


def policies_path(parser: ArgumentParser) -> None:
    """Declare the options of ``policies-path``: there are none."""


def mfa_delete(parser: ArgumentParser) -> None:
    """Declare the options of ``mfa-delete``; the code is none of them."""
    parser.add_argument(
        "action",
        type=values.one_of("action", ("enable", "status")),
        metavar="enable|status",
        help="turn it on as root of the bucket's account, or only show how things are",
    )
    parser.add_argument("--bucket", type=values.bucket, required=True, metavar="NAME", help="the log bucket")
    parser.add_argument(
        "--profile", metavar="NAME", help="profile of the AWS configuration [env: AWS_PROFILE]"
    )
    parser.add_argument(
        "--mfa-device", metavar="SERIAL", help="ARN or serial number, if root has more than one device"
    )
