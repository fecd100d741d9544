"""A profile that asks for an MFA code: botocore asks at the terminal, in the middle of an audit."""

import os
import pty
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.cli.running import environment

CONFIG = """\
[profile audited]
role_arn = arn:aws:iam::333344445555:role/auditor
source_profile = person
mfa_serial = arn:aws:iam::111122223333:mfa/person
[profile person]
aws_access_key_id = AKIA111122223333USER
aws_secret_access_key = secret
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment whose every call would go to a port where nobody listens."""
    config = tmp_path / "config"
    config.write_text(CONFIG)
    more = {"AWS_CONFIG_FILE": str(config), "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    return environment(tmp_path, more)


def start(folder: Path, env: dict[str, str], stdin: int) -> "subprocess.Popen[bytes]":
    """Start an audit that has no terminal but, perhaps, its standard input."""
    return subprocess.Popen(
        [sys.executable, "-m", "checker", "audit", "--profile=audited"],
        cwd=folder,
        env=env,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def test_nobody_to_ask_is_no_credentials(tmp_path: Path, env: dict[str, str]) -> None:
    running = start(tmp_path, env, subprocess.DEVNULL)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (2, b"")
    assert b"no usable AWS credentials (an MFA code is asked for, and nobody gives one)" in err
    assert b"unforeseen" not in err


def test_ctrl_c_at_the_question_gives_the_terminal_back(tmp_path: Path, env: dict[str, str]) -> None:
    screen, terminal = pty.openpty()
    before = termios.tcgetattr(terminal)
    running = start(tmp_path, env, terminal)
    assert running.stderr is not None
    question = running.stderr.read(len(b"Enter MFA code"))
    while termios.tcgetattr(terminal) == before and running.poll() is None:
        pass
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)
    after = termios.tcgetattr(terminal)
    os.close(terminal)
    os.close(screen)
    assert (question, running.returncode) == (b"Enter MFA code", 130)
    assert after == before
