"""`trailhold audit` against an AWS on the wire: what it says and saves, and how it ends."""

import json
import os
import pty
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import environment, refused, trailhold
from tests.simulator import (
    DENIED,
    EMPTY,
    EXPIRED,
    GARBAGE,
    HANG,
    HTML,
    RESET,
    TRUNCATED,
    Endpoint,
    Fault,
    hardened_world,
    serve,
)

WORLD = hardened_world()
KEY = WORLD.accounts[0].access_key
FAST = ("--timeout=2",)


@pytest.fixture(scope="module")
def aws() -> Iterator[Endpoint]:
    """A healthy account with one hardened trail."""
    with serve(WORLD) as endpoint:
        yield endpoint


def test_saved_evidence_gives_the_same_report(aws: Endpoint, tmp_path: Path) -> None:
    live = trailhold(
        "audit", "--set=strict", "--format=json", "--snapshot=now.json", cwd=tmp_path, env=aws.env(KEY)
    )
    aws.forget()
    saved = trailhold("audit", "--set=strict", "--format=json", "--from=now.json", cwd=tmp_path)
    assert len(json.loads(live.out)["findings"]) > 10
    assert (saved.code, saved.out) == (live.code, live.out)
    assert live.err == "trailhold: wrote now.json\n"
    assert aws.requests == []


def test_a_denied_call_is_unknown_and_3(tmp_path: Path) -> None:
    with serve(WORLD, faults=[Fault(DENIED, operation="GetBucketVersioning")]) as aws:
        arguments = ("audit", "--format=json", "--select=TH3", "--fail-on=none")
        ended = trailhold(*arguments, cwd=tmp_path, env=aws.env(KEY))
    assert ended.code == 3
    assert "s3:GetBucketVersioning" in {gap["action"] for gap in json.loads(ended.out)["scan"]["incomplete"]}


def test_progress_is_for_a_terminal_and_gone_at_the_end(aws: Endpoint, tmp_path: Path) -> None:
    screen, terminal = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "checker", "audit", "--format=json"],
        cwd=tmp_path,
        env=environment(tmp_path, aws.env(KEY)),
        stdout=subprocess.PIPE,
        stderr=terminal,
        check=False,
    )
    os.close(terminal)
    shown = os.read(screen, 65536).decode()
    os.close(screen)
    assert "111122223333" in shown
    assert "\n" not in shown
    assert shown.endswith("\r\x1b[K")
    assert json.loads(done.stdout)["schema_version"]


@pytest.mark.parametrize(
    "line",
    [
        "--select=TH9999",
        "--format=xml",
        "--export=missing/a.json",
        "--export=a.pdf",
        "--snapshot=missing/s.json",
        "--set=cis-99",
        "--config=missing.toml",
        "--external-id=4711",
    ],
)
def test_what_is_refused_is_refused_before_the_first_call(aws: Endpoint, tmp_path: Path, line: str) -> None:
    aws.forget()
    refused(trailhold("audit", line, cwd=tmp_path, env=aws.env(KEY)))
    assert aws.requests == []


def test_no_credentials(tmp_path: Path) -> None:
    sentence = refused(trailhold("audit", cwd=tmp_path))
    assert "credentials" in sentence


def test_an_unknown_profile(tmp_path: Path) -> None:
    assert "nobody" in refused(trailhold("audit", "--profile=nobody", cwd=tmp_path))


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(EXPIRED), id="expired token"),
        pytest.param(Fault(HTML), id="HTML"),
        pytest.param(Fault(EMPTY), id="nothing"),
        pytest.param(Fault(GARBAGE), id="garbage"),
        pytest.param(Fault(TRUNCATED), id="half an answer"),
        pytest.param(Fault(RESET), id="reset connections"),
    ],
)
def test_an_endpoint_that_gives_no_sense_ends_the_run(tmp_path: Path, fault: Fault) -> None:
    with serve(WORLD, faults=[fault]) as aws:
        arguments = ("audit", "--export=a.json", "--snapshot=s.json", *FAST)
        assert refused(trailhold(*arguments, cwd=tmp_path, env=aws.env(KEY)))
    assert list(tmp_path.iterdir()) == []


def test_an_endpoint_that_is_not_there(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    env = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    assert str(port) in refused(trailhold("audit", *FAST, cwd=tmp_path, env=env))


def test_ctrl_c_ends_at_once_with_130_and_writes_nothing(tmp_path: Path) -> None:
    with serve(WORLD, faults=[Fault(HANG)]) as aws:
        running = subprocess.Popen(
            [sys.executable, "-m", "checker", "audit", "--export=a.json", "--snapshot=s.json"],
            cwd=tmp_path,
            env=environment(tmp_path, aws.env(KEY)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        while not aws.requests and running.poll() is None:
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=15)
    assert (running.returncode, out, err) == (130, b"", b"trailhold: interrupted\n")
    assert list(tmp_path.iterdir()) == []
