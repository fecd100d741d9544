"""The options of each command, in groups, and what their values may be."""

import math
import re
from argparse import (
    SUPPRESS,
    Action,
    ArgumentError,
    ArgumentParser,
    ArgumentTypeError,
    _ArgumentGroup,
)
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

from checker.cli import expect, organization

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
    _scope(parser)
    organization.declare(parser)
    expect.options(parser, _parameter)
    _controls(parser)
    add = output(parser)
    add("--snapshot", type=Path, metavar="FILE", help="save the evidence, to judge it again with --from")
    add("--security-hub", action=_ReadsOnly, nargs=0, help=SUPPRESS)
    console(add)
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
        type=_parameter,
        metavar="NAME=VALUE",
        help="value of a template parameter, or of AWS::AccountId or AWS::Region; repeatable",
    )
    templates.add_argument(
        "--pass-over",
        action="store_true",
        help="pass over named files that are no template, as in a folder (for pre-commit)",
    )
    _controls(parser)
    console(output(parser))
    exit_code(parser).add_argument(
        "--strict", action="store_true", help="count what no template tells as missing evidence"
    )


def _controls(parser: ArgumentParser) -> None:
    controls = parser.add_argument_group("controls")
    controls.add_argument(
        "--set", metavar="SET", help="baseline (default), strict, or a framework such as cis-5.0"
    )
    _selection(controls.add_argument)
    controls.add_argument("--config", type=Path, metavar="FILE", help="instead of the nearest trailhold.toml")


def output(parser: ArgumentParser) -> Callable[..., object]:
    """Declare where reports go, and return what declares more of the same group."""
    add = parser.add_argument_group("output").add_argument
    _format(add, AUDIT_FORMATS)
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
        "--sarif-location",
        metavar="FILE",
        help="file in which SARIF places findings that stand in none, as those of a live account",
    )
    add(
        "--ocsf-version",
        type=one_of("OCSF version", OCSF_VERSIONS),
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
        type=one_of("severity", FAIL_ON),
        metavar="SEVERITY",
        help="exit 1 from this severity on: critical, high, medium, low (default), info, none",
    )
    group.add_argument("--allow-incomplete", action="store_true", help="exit 0 although evidence is missing")
    return group


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
    _format(parser.add_argument, AUDIT_FORMATS)
    console(parser.add_argument)


def controls(parser: ArgumentParser) -> None:
    """Declare the options of ``controls``."""
    parser.add_argument("--set", metavar="SET", help="only those of a set: baseline, strict, or a framework")
    _selection(parser.add_argument)
    _format(parser.add_argument, LIST_FORMATS)
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
    _format(parser.add_argument, ("console", "json"))


def policy(parser: ArgumentParser) -> None:
    """Declare the options of ``policy``."""
    _format(parser.add_argument, ("json", "cloudformation"))
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
        default="trailhold-auditor",
        metavar="NAME",
        help="of the role in each account (default trailhold-auditor)",
    )
    parser.add_argument(
        "--partition",
        type=_partition,
        default="aws",
        metavar="NAME",
        help="of the ARNs in the JSON policy: aws (default), aws-us-gov, aws-cn, ...",
    )


def doctor(parser: ArgumentParser) -> None:
    """Declare the options of ``doctor``."""
    _scope(parser, saved=False)
    organization.declare(parser)
    _format(parser.add_argument, ("console", "json"))
    console(parser.add_argument)


def schema(parser: ArgumentParser) -> None:
    """Declare the options of ``schema``: there are none."""


def mfa_delete(parser: ArgumentParser) -> None:
    """Declare the options of ``mfa-delete``; the code is none of them."""
    parser.add_argument(
        "action",
        type=one_of("action", ("enable", "status")),
        metavar="enable|status",
        help="turn it on as root of the bucket's account, or only show how things are",
    )
    parser.add_argument("--bucket", type=_bucket, required=True, metavar="NAME", help="the log bucket")
    parser.add_argument(
        "--profile", metavar="NAME", help="profile of the AWS configuration [env: AWS_PROFILE]"
    )
    parser.add_argument(
        "--mfa-device", metavar="SERIAL", help="ARN or serial number, if root has more than one device"
    )


def nearest(word: str, words: Iterable[str]) -> str:
    """Return `` (did you mean X?)`` or nothing; loaded only when something is wrong."""
    from checker.selection import nearest

    return nearest(word, words)


def listed(words: Iterable[str]) -> str:
    """Return what there is to choose from."""
    return f"there are {', '.join(words)}"


def one_of(what: str, words: tuple[str, ...]) -> Callable[[str], str]:
    """Return a type for argparse that accepts one of the words and suggests the nearest."""

    def chosen(text: str) -> str:
        if text not in words:
            raise ArgumentTypeError(f"unknown {what} {text}{nearest(text, words)}; {listed(words)}")
        return text

    return chosen


def _scope(parser: ArgumentParser, *, saved: bool = True) -> None:
    scope = parser.add_argument_group(
        "scope", "Credentials come from boto3's own chain; keys are never options."
    )
    scope.add_argument(
        "--profile", metavar="NAME", help="profile of the AWS configuration [env: AWS_PROFILE]"
    )
    scope.add_argument(
        "--region",
        type=region,
        action="append",
        default=[],
        metavar="REGION",
        help="look for trails in this Region only; repeatable (default: all enabled Regions)",
    )
    scope.add_argument("--role-arn", type=_role, metavar="ARN", help="assume this role first")
    scope.add_argument("--external-id", metavar="ID", help="external id for the role, or for each with --org")
    scope.add_argument("--session-name", metavar="NAME", help="session name for the role")
    if saved:
        scope.add_argument(
            "--from", type=Path, dest="source", metavar="FILE", help="judge a snapshot; AWS is not called"
        )
    calls = parser.add_argument_group("calls", "The endpoint may be moved [env: AWS_ENDPOINT_URL].")
    calls.add_argument("--max-concurrency", type=positive, metavar="N", help="most calls under way at a time")
    calls.add_argument("--timeout", type=seconds, metavar="SECONDS", help="longest wait for an answer")


def _selection(add: Callable[..., object]) -> None:
    add(
        "--select",
        action="append",
        default=[],
        metavar="ITEM",
        help="judge only these: id, start of ids (TH3), name, severity:high, framework:cis-5.0, set:strict; "
        "comma-separated, repeatable",
    )
    add("--ignore", action="append", default=[], metavar="ITEM", help="leave these out; the same items")


def _format(add: Callable[..., object], formats: tuple[str, ...]) -> None:
    add(
        "--format",
        "-f",
        type=one_of("format", formats),
        default=formats[0],
        metavar="FORMAT",
        help=f"on stdout: {formats[0]} (default), {', '.join(formats[1:])}",
    )


def console(add: Callable[..., object]) -> None:
    """Declare what reports at a terminal depend on."""
    add(
        "--color",
        type=one_of("choice", ("auto", "always", "never")),
        default="auto",
        metavar="WHEN",
        help="auto (default), always, never [env: NO_COLOR, FORCE_COLOR]",
    )
    add("--verbose", "-v", action="store_true", help="list every finding on the console")
    add("--quiet", "-q", action="store_true", help="nothing on stderr but errors")


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise ArgumentTypeError(f"{text} is not NAME=VALUE")
    return name, value


def region(text: str) -> str:
    """Keep to the letters of Region names: the text becomes part of host names."""
    if not re.fullmatch(r"[a-z]{2,}(-[a-z]+)+-\d+", text):
        raise ArgumentTypeError(f"{text} is not the name of a Region, such as eu-west-1")
    return text


def _bucket(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", text):
        raise ArgumentTypeError(f"{text} is not the name of a bucket")
    return text


def _partition(text: str) -> str:
    if not re.fullmatch(r"aws(-[a-z]+)*", text):
        raise ArgumentTypeError(f"{text} is not the name of a partition, such as aws-us-gov")
    return text


def _role(text: str) -> str:
    if not re.fullmatch(r"arn:aws[a-z-]*:iam::\d{12}:role/\S+", text):
        raise ArgumentTypeError(
            f"{text} is not the ARN of a role, such as arn:aws:iam::111122223333:role/auditor"
        )
    return text


def positive(text: str) -> int:
    """Read a number of things."""
    if not re.fullmatch(r"\d{1,4}", text) or int(text) == 0:
        raise ArgumentTypeError(f"{text} is not a number from 1 to 9999")
    return int(text)


def seconds(text: str) -> float:
    """Read a length of time."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number <= 3600:
        raise ArgumentTypeError(f"{text} is not a number of seconds above 0 and up to 3600")
    return number
