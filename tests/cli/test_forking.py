"""A fork does what a new process does, so that the tests of the command may run in forks."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from checker.cli.parser import COMMANDS
from checker.evidence import Known
from tests.cli.running import ROOT, environment, saved, started, trailhold
from tests.hardened import hardened

SCRIPT = "import sys; from checker.cli.main import main; sys.exit(main())"
"""What the installer writes for ``trailhold``."""


@pytest.mark.parametrize(
    "line",
    [
        "",
        "--version",
        "audit --from=s.json",
        "audit --from=s.json --format=json --fail-on=none --export=a.csv",
        "audit --from=gone.json",
        "check s.json --debug",
        "controls --format=xml",
    ],
)
def test_a_fork_ends_as_a_new_process_does(tmp_path: Path, line: str) -> None:
    saved(tmp_path / "s.json", hardened(trail={"log_file_validation": Known(False)}))
    arguments, env = line.split(), {"NO_COLOR": "1"}
    ended = trailhold(*arguments, cwd=tmp_path, env=env)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert started(*arguments, cwd=tmp_path, env=env) == ended
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == written
    command = [sys.executable, "-c", SCRIPT, *arguments]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(tmp_path, env), capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == ended


@pytest.mark.parametrize("command", COMMANDS)
def test_a_new_process_can_load_each_command_first(command: str) -> None:
    """A fork might not notice modules that need each other: some are there already."""
    module = re.sub("[- ]", "_", command)
    subprocess.run([sys.executable, "-c", f"import checker.cli.{module}"], cwd=ROOT, check=True)


def test_nothing_of_a_fork_is_left_in_the_next(tmp_path: Path) -> None:
    saved(tmp_path / "s.json", hardened())
    coloured = trailhold("audit", "--from=s.json", cwd=tmp_path, env={"FORCE_COLOR": "1"})
    plain = trailhold("audit", "--from=s.json", cwd=tmp_path)
    assert ("\x1b[" in coloured.out, "\x1b[" in plain.out) == (True, False)


def test_what_takes_too_long_is_killed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "s.json")
    ended = trailhold("audit", "--from=s.json", cwd=tmp_path, timeout=1)
    assert ended == (-signal.SIGALRM, "", "")
