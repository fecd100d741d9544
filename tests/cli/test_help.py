import json
import subprocess
import sys
from pathlib import Path

import pytest

from checker.cli import options
from checker.cli.parser import COMMANDS, EXAMPLES
from checker.model import Severity
from checker.report import FORMATS
from checker.report.choices import OCSF_VERSIONS
from tests.cli.running import environment, refused, trailhold

HEAVY = {
    "boto3",
    "botocore",
    "jinja2",
    "moto",
    "msgspec",
    "checker.catalog",
    "checker.controls",
    "checker.report",
}


def loaded(folder: Path, *arguments: str) -> set[str]:
    """Return the modules that one run of the command loaded."""
    program = (
        "import json, sys\n"
        "from checker.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        check=True,
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("line", ["", "--help", "--version", "audit --help", "demo --help"])
def test_help_loads_nothing_heavy(tmp_path: Path, line: str) -> None:
    assert loaded(tmp_path, *line.split()) & HEAVY == set()


@pytest.mark.parametrize("line", ["controls", "explain TH110", "policy", "schema", "audit --format=xml"])
def test_what_needs_no_aws_loads_no_aws(tmp_path: Path, line: str) -> None:
    assert loaded(tmp_path, *line.split()) & {"boto3", "botocore", "moto"} == set()


def test_help_starts_with_examples(tmp_path: Path) -> None:
    ended = trailhold("--help", cwd=tmp_path)
    assert ended.out.startswith("examples:\n  trailhold audit")
    assert all(f"    {name} " in ended.out for name in COMMANDS)


def test_examples_are_commands_that_parse() -> None:
    from checker.cli.parser import AUDIT_EXAMPLES, SHORT_HELP, parse

    lines = [line.strip() for line in (EXAMPLES + AUDIT_EXAMPLES + SHORT_HELP).splitlines()]
    commands = [line.split("  ")[0].split()[1:] for line in lines if line.startswith("trailhold ")]
    assert len(commands) > 12
    for command in commands:
        if command[0] in COMMANDS:
            assert parse(command).command == command[0]


def test_the_bare_command_shows_three_examples_and_touches_nothing(tmp_path: Path) -> None:
    ended = trailhold(cwd=tmp_path)
    assert ended.code == 0
    assert ended.out.count("\n  trailhold ") == 3
    assert len(ended.out.splitlines()) < 12


def test_version(tmp_path: Path) -> None:
    assert trailhold("--version", cwd=tmp_path).out.startswith("trailhold 0")


def test_the_parser_knows_what_the_rest_knows() -> None:
    assert set(options.AUDIT_FORMATS) == set(FORMATS)
    assert options.OCSF_VERSIONS == OCSF_VERSIONS
    assert (*Severity, "none") == options.FAIL_ON


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("audti", "unknown command audti (did you mean audit?); there are audit, check, report, demo"),
        ("--verison", "unknown argument --verison (did you mean --version?) (see trailhold --help)"),
        (
            "audit --formt json",
            "unknown argument --formt (did you mean --format?) (see trailhold audit",
        ),
        ("audit --for json", "unknown argument --for"),
        ("audit extra", "unknown argument extra"),
        ("audit --format", "argument --format/-f: expected one argument"),
        ("audit --format jsn", "unknown format jsn (did you mean json?); there are console, json, html, "),
        ("controls --format html", "unknown format html; there are console, json, markdown"),
        ("audit --fail-on critcal", "unknown severity critcal (did you mean critical?)"),
        ("audit --color sometimes", "unknown choice sometimes"),
        ("audit --region us-east", "us-east is not the name of a Region"),
        ("audit --region evil.test/", "evil.test/ is not the name of a Region"),
        ("audit --role-arn auditor", "auditor is not the ARN of a role"),
        ("audit --max-concurrency 0", "0 is not a number from 1 to 9999"),
        ("audit --max-concurrency many", "many is not a number"),
        ("audit --timeout -1", "-1 is not a number of seconds"),
        ("audit --timeout nan", "nan is not a number of seconds"),
        ("explain", "the following arguments are required: CONTROL"),
    ],
)
def test_a_slip_on_the_command_line_is_one_sentence(tmp_path: Path, line: str, says: str) -> None:
    assert says in refused(trailhold(*line.split(), cwd=tmp_path))
