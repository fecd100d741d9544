"""What the command line understands; importing it loads nothing but the standard library."""

import re
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from typing import NamedTuple, NoReturn

from checker.cli import options, options_report, options_tools, options_waivers, values
from checker.cli.errors import Refused

SHORT_HELP = """\
trailhold audits AWS CloudTrail and proves its posture.

  trailhold audit                         audit the account of your AWS credentials
  trailhold audit --export report.html    the same, with a report to read in a browser
  trailhold demo                          audit an embedded organization: no AWS account needed

`trailhold --help` shows every command.
"""
EXAMPLES = """\
examples:
  trailhold audit                                         audit the account of your AWS credentials
  trailhold audit --profile security --export audit.html  use a profile, write a report for a browser
  trailhold audit --format json --fail-on high            for a pipeline: pure JSON, exit 1 from high on
  trailhold audit --snapshot now.json                     save the evidence ...
  trailhold audit --from now.json                         ... and judge it again, offline
  trailhold check cdk.out                                 judge templates before they are deployed
  trailhold explain TH110                                 what a control asks, why, and how to fix it
  trailhold demo                                          audit an embedded organization
"""
AUDIT_EXAMPLES = """\
examples:
  trailhold audit --profile security --region eu-west-1 --region us-east-1
  trailhold audit --role-arn arn:aws:iam::111122223333:role/auditor --external-id 4711
  trailhold audit --select TH3,severity:critical --ignore TH312
  trailhold audit --set cis-5.0 --format json --export audit.html
  trailhold audit --org --role-name trailhold-auditor --export organization.html
"""
CHECK_EXAMPLES = """\
examples:
  trailhold check template.yaml
  trailhold check cdk.out --export report.sarif --fail-on high
  terraform show -json plan | trailhold check -
  trailhold check templates/ --parameters AWS::AccountId=111122223333 --parameters Stage=prod
"""
REPORT_EXAMPLES = """\
examples:
  trailhold report findings.json --format csv --export page.summary.html
  trailhold report findings.json --framework cis-5.0 --export cis.html
  trailhold report findings.json --export evidence.zip
  trailhold report findings.json --security-hub --profile audit --region eu-west-1
"""
DIFF_EXAMPLES = """\
examples:
  trailhold report diff monday.json tuesday.json
  trailhold report diff monday.json tuesday.json --format markdown --fail-on high
"""
TREND_EXAMPLES = """\
examples:
  trailhold report trend history --html trend.html
  trailhold report trend s3://audit-results/cloudtrail --profile audit
"""
WAIVERS_EXAMPLES = """\
examples:
  trailhold waivers add findings.json --fingerprint 3fa9c1 --waivers waivers.toml \\
      --reason "moves to the landing zone" --owner platform@example.com --expires 2027-03-31
  trailhold waivers add findings.json --control TH306 --resource "arn:aws:s3:::logs-*" \\
      --reason "access logs come with the landing zone" --owner platform@example.com
"""
MFA_DELETE_EXAMPLES = """\
examples:
  trailhold mfa-delete status --bucket my-logs
  trailhold mfa-delete enable --bucket my-logs --profile root-of-log-archive
"""
DOCTOR_EXAMPLES = """\
examples:
  trailhold doctor
  trailhold doctor --org --role-name trailhold-auditor
  trailhold doctor --org --set strict
"""
DOCTOR_EXIT_CODES = """\
exit codes:
  0    everything that an audit asks for can be read
  2    nothing can be read: usage, configuration or credentials
  3    something cannot be read; it is listed with what is missing
  130  interrupted
"""
EXIT_CODES = """\
exit codes:
  0    nothing at or above --fail-on failed
  1    at least one control at or above --fail-on failed
  2    nothing was judged (usage, configuration, credentials), or a template could not be read
  3    nothing failed, but some evidence could not be read (--allow-incomplete makes it 0)
  130  interrupted
"""


class Parser(ArgumentParser):
    """argparse with examples first, and with errors as exceptions, so that one place prints and exits."""

    examples = ""

    def format_help(self) -> str:
        """Put the examples above everything else."""
        text = re.sub(
            r"\n +\n(?= {4}\S)", "\n", super().format_help()
        )  # argparse's blank line above the commands
        return f"{self.examples}\n{text}" if self.examples else text

    def error(self, message: str) -> NoReturn:
        """Raise Refused instead of printing the usage and exiting."""
        raise Refused(f"{message} (see {self.prog} --help)")


class Command(NamedTuple):
    """One command: a line of help, its options, and what stands above and below them."""

    summary: str
    declare: Callable[[ArgumentParser], None]
    operands: str = ""
    examples: str = ""
    epilog: str = ""


COMMANDS = {
    "audit": Command(
        "audit a live account, or a saved snapshot", options.audit, "", AUDIT_EXAMPLES, EXIT_CODES
    ),
    "check": Command(
        "judge templates, cdk.out folders and Terraform plans before deployment",
        options.check,
        "PATH ... ",
        CHECK_EXAMPLES,
        EXIT_CODES,
    ),
    "report": Command(
        "show a saved result again, in any format",
        options_report.report,
        "FILE ",
        REPORT_EXAMPLES,
        EXIT_CODES,
    ),
    "demo": Command("audit an embedded organization: no AWS account needed", options_tools.demo),
    "report diff": Command(
        "tell what changed between two saved results", options_report.diff, "OLD NEW ", DIFF_EXAMPLES
    ),
    "report trend": Command(
        "show how saved results go over time", options_report.trend, "PLACE ", TREND_EXAMPLES
    ),
    "waivers check": Command(
        "tell which waivers count, which end soon, and which are about nothing", options_waivers.check
    ),
    "waivers add": Command(
        "write a waiver for a finding of a saved result",
        options_waivers.add,
        "RESULT ",
        WAIVERS_EXAMPLES,
    ),
    "controls": Command("list the controls", options_tools.controls),
    "explain": Command(
        "tell what a control asks, why, and how to fix it", options_tools.explain, "CONTROL ... "
    ),
    "doctor": Command(
        "tell who you are and what an audit could read, before any verdict",
        options_tools.doctor,
        "",
        DOCTOR_EXAMPLES,
        DOCTOR_EXIT_CODES,
    ),
    "policy": Command("print the IAM policy that an audit needs, and nothing more", options_tools.policy),
    "mfa-delete": Command(
        "turn on MFA delete for a log bucket, as only root can",
        options_tools.mfa_delete,
        "enable|status ",
        MFA_DELETE_EXAMPLES,
    ),
    "config show": Command("tell every setting, its value and where that comes from", options_tools.config),
    "policies-path": Command(
        "print the folder for Checkov's --external-checks-dir", options_tools.policies_path
    ),
    "schema": Command(
        "print the JSON Schema of findings, settings or waivers", options_tools.schema, "[WHAT] "
    ),
    "completion": Command(
        "print what completes the command line in a shell", options_tools.completion, "SHELL "
    ),
}


def _formatter(prog: str) -> RawDescriptionHelpFormatter:
    """Make room for the longest command: argparse does not count their indentation."""
    formatter = RawDescriptionHelpFormatter(prog)
    formatter._action_max_length = 4 + max(map(len, COMMANDS))
    return formatter


def parse(argv: Sequence[str]) -> Namespace:
    """Parse the arguments; raises Refused for what they do not allow."""
    argv = _joined(argv)
    seconds = [name for name in COMMANDS if argv and name.startswith(f"{argv[0]} ")]
    if seconds and argv[0] not in COMMANDS and "--help" not in argv:
        raise Refused(f"{argv[0]} is half a command; {values.listed(seconds)}")
    if argv and not argv[0].startswith("-") and argv[0] not in COMMANDS:
        hint = values.nearest(argv[0], COMMANDS)
        raise Refused(f"unknown command {argv[0]}{hint}; {values.listed(COMMANDS)}")
    parser, commands = build()
    arguments, unknown = parser.parse_known_args(argv)
    if unknown:
        asked = commands.get(arguments.command, parser)
        hint = values.nearest(unknown[0], re.findall(r"--[a-z-]+", asked.format_help()))
        raise Refused(f"unknown argument {unknown[0]}{hint} (see {asked.prog} --help)")
    return arguments


def _joined(argv: Sequence[str]) -> Sequence[str]:
    """Join the words of a command that has two, such as ``report diff``."""
    two = " ".join(argv[:2])
    return [two, *argv[2:]] if two in COMMANDS else argv


def build() -> tuple[Parser, dict[str, Parser]]:
    """Build the parser, and the parser of each command."""
    parser = Parser(
        prog="trailhold",
        usage="trailhold COMMAND [OPTION ...]",
        description="Audits AWS CloudTrail and proves its posture. What cannot be read is UNKNOWN, not PASS.",
        epilog=f"{EXIT_CODES}\nEach command has a --help of its own.",
        formatter_class=_formatter,
        allow_abbrev=False,
    )
    parser.examples = EXAMPLES
    parser.add_argument("--version", action="store_true", help="print the version")
    subparsers = parser.add_subparsers(title="commands", dest="command", metavar="", prog="trailhold")
    commands: dict[str, Parser] = {}
    for name, command in COMMANDS.items():
        commands[name] = sub = subparsers.add_parser(
            name,
            usage=f"trailhold {name} {command.operands}[OPTION ...]",
            help=command.summary,
            description=f"{command.summary[0].upper()}{command.summary[1:]}.",
            epilog=command.epilog,
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        sub.examples = command.examples
        command.declare(sub)
        sub.add_argument("--debug", action="store_true", help="show a traceback when something goes wrong")
    return parser, commands
