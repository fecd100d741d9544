"""The options of the commands that judge, in groups; those of others stand in ``options_*``."""

from argparse import (
    SUPPRESS,
    Action,
    ArgumentError,
    ArgumentParser,
    BooleanOptionalAction,
    _ArgumentGroup,
)
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from checker.cli import expect, options_risks, organization, values

AUDIT_FORMATS = (
    *("console", "json", "html", "summary", "csv", "markdown"),
    *("junit", "sarif", "github", "ocsf", "asff"),
)
LIST_FORMATS = ("console", "json", "markdown")
OCSF_VERSIONS = ("1.1.0", "1.2.0", "1.3.0", "1.4.0", "1.5.0", "1.6.0", "1.7.0", "1.8.0")
FAIL_ON = ("critical", "high", "medium", "low", "info", "none")


class _ReadsOnly(Action):
    """Says where findings can be imported: an audit never writes to AWS."""

    def __call__(self, *_: object) -> NoReturn:
        """Refuse."""
        raise ArgumentError(
            self,
            "an audit only reads: save its result with --export FILE.json, "
            "then import it with trailhold report FILE --security-hub",
        )


def audit(parser: ArgumentParser) -> None:
    """Declare the options of ``audit``; a value that a configuration file may give defaults to None."""
    scope(parser)
    organization.declare(parser)
    expect.options(parser, values.parameter)
    judging(parser)
    add = output(parser)
    add("--snapshot", type=Path, metavar="FILE", help="save the evidence, to judge it again with --from")
    add("--security-hub", action=_ReadsOnly, nargs=0, help=SUPPRESS)
    add("--save", metavar="DIR", help="also keep the result in this folder, for trends and differences")
    console(add)
    options_risks.declare(parser)
    exit_code(parser)


def check(parser: ArgumentParser) -> None:
    """Declare the options of ``check``."""
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="a template (JSON or YAML), a Terraform plan in JSON, a folder of them, a cdk.out folder, or "
        "- for stdin",
    )
    templates = parser.add_argument_group("templates")
    templates.add_argument(
        "--parameters",
        action="append",
        default=[],
        type=values.parameter,
        metavar="NAME=VALUE",
        help="value of a template parameter, or of AWS::AccountId or AWS::Region; repeatable",
    )
    templates.add_argument(
        "--pass-over",
        action="store_true",
        help="pass over named files that are no template, as in a folder (for pre-commit)",
    )
    judging(parser)
    console(output(parser))
    options_risks.declare(parser)
    exit_code(parser).add_argument(
        "--strict", action="store_true", help="count what no template tells as missing evidence"
    )


def judging(parser: ArgumentParser) -> None:
    """Declare which controls judge, and by which settings."""
    controls = parser.add_argument_group("controls")
    controls.add_argument(
        "--set", metavar="SET", help="baseline (default), strict, or a framework such as cis-5.0"
    )
    selection(controls.add_argument)
    controls.add_argument("--config", type=Path, metavar="FILE", help="instead of the nearest trailhold.toml")


def output(parser: ArgumentParser) -> Callable[..., object]:
    """Declare where reports go, and return what declares more of the same group."""
    add = parser.add_argument_group("output").add_argument
    output_format(add, AUDIT_FORMATS)
    add(
        "--export",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="also write a report, its format by suffix (.txt .json .html .summary.html .csv .md .xml .sarif "
        ".ocsf.json .asff.json, .zip for an evidence package); repeatable",
    )
    add(
        "--framework",
        metavar="ID",
        help="report by the requirements of a framework, such as cis-5.0 "
        "(console, html, json, csv, markdown)",
    )
    add(
        "--min-severity",
        type=values.one_of("severity", FAIL_ON[:-1]),
        metavar="SEVERITY",
        help="show only findings from this severity on; changes neither the exit code nor saved results",
    )
    add(
        "--sarif-location",
        metavar="FILE",
        help="file in which SARIF places findings that stand in none, as those of a live account",
    )
    add(
        "--ocsf-version",
        type=values.one_of("OCSF version", OCSF_VERSIONS),
        default=OCSF_VERSIONS[-1],
        metavar="VERSION",
        help=f"schema of ocsf: {OCSF_VERSIONS[0]} to {OCSF_VERSIONS[-1]} (default)",
    )
    return add


def exit_code(parser: ArgumentParser) -> _ArgumentGroup:
    """Declare what the exit code depends on, and return the group."""
    group = parser.add_argument_group("exit code")
    group.add_argument(
        "--fail-on",
        type=values.one_of("severity", FAIL_ON),
        metavar="SEVERITY",
        help="exit 1 from this severity on: critical, high, medium, low (default), info, none",
    )
    group.add_argument(
        "--allow-incomplete",
        action=BooleanOptionalAction,
        default=None,
        help="exit 0 although evidence is missing",
    )
    return group


def scope(parser: ArgumentParser, *, saved: bool = True) -> None:
    """Declare what is looked at, and with whose credentials."""
    scope = parser.add_argument_group(
        "scope", "Credentials come from boto3's own chain; keys are never options."
    )
    scope.add_argument(
        "--profile", metavar="NAME", help="profile of the AWS configuration [env: AWS_PROFILE]"
    )
    scope.add_argument(
        "--region",
        type=values.region,
        action="append",
        default=[],
        metavar="REGION",
        help="look for trails in this Region only; repeatable (default: all enabled Regions)",
    )
    scope.add_argument("--role-arn", type=values.role, metavar="ARN", help="assume this role first")
    scope.add_argument("--external-id", metavar="ID", help="external id for the role, or for each with --org")
    scope.add_argument("--session-name", metavar="NAME", help="session name for the role")
    if saved:
        scope.add_argument(
            "--from", type=Path, dest="source", metavar="FILE", help="judge a snapshot; AWS is not called"
        )
    calls = parser.add_argument_group("calls", "The endpoint may be moved [env: AWS_ENDPOINT_URL].")
    calls.add_argument(
        "--max-concurrency", type=values.positive, metavar="N", help="most calls under way at a time"
    )
    calls.add_argument("--timeout", type=values.seconds, metavar="SECONDS", help="longest wait for an answer")


def selection(add: Callable[..., object]) -> None:
    """Declare which controls judge."""
    add(
        "--select",
        action="append",
        default=[],
        metavar="ITEM",
        help="judge only these: id, start of ids (TH3), name, severity:high, framework:cis-5.0, set:strict; "
        "comma-separated, repeatable",
    )
    add("--ignore", action="append", default=[], metavar="ITEM", help="leave these out; the same items")


def output_format(add: Callable[..., object], formats: tuple[str, ...]) -> None:
    """Declare the format on stdout; the first one is the default."""
    add(
        "--format",
        "-f",
        type=values.one_of("format", formats),
        default=formats[0],
        metavar="FORMAT",
        help=f"on stdout: {formats[0]} (default), {', '.join(formats[1:])}",
    )


def console(add: Callable[..., object]) -> None:
    """Declare what reports at a terminal depend on."""
    add(
        "--color",
        type=values.one_of("choice", ("auto", "always", "never")),
        default="auto",
        metavar="WHEN",
        help="auto (default), always, never [env: NO_COLOR, FORCE_COLOR]",
    )
    add("--verbose", "-v", action="store_true", help="list every finding on the console")
    add("--quiet", "-q", action="store_true", help="nothing on stderr but errors")
