"""Runs the real command in a process of its own, far from the developer's credentials and settings."""

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from checker.inventory import Inventory
from checker.observation import Observation, Scan
from checker.sources.snapshot import dump
from tests.forking import Forking, settled
from tests.hardened import ACCOUNT, NOW, OWNER

ROOT = Path(__file__).parents[2]


class Ended(NamedTuple):
    """How a run ended."""

    code: int
    out: str
    err: str


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment without AWS, without a terminal's wishes, and with nothing in the home folder."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "error::ResourceWarning",
        "HOME": str(home),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "COLUMNS": "100",
        **(more or {}),
    }


LOADED = ("boto3", "jinja2", "yaml", "checker.cli.audit", "checker.cli.check", "checker.cli.report")
FORKS = Forking(sys.executable, "checker", LOADED, environment(ROOT))


def trailhold(
    *arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None, timeout: float = 120
) -> Ended:
    """Run the command in a folder: in a fork, unless its environment asks for a new interpreter."""
    if settled(env or {}):
        return started(*arguments, cwd=cwd, env=env, timeout=timeout)
    code, out, err = FORKS.run([*map(str, arguments)], cwd, environment(cwd, env), timeout)
    return Ended(code, out.decode(), err.decode())


def started(
    *arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None, timeout: float = 120
) -> Ended:
    """Run the command in a folder, by an interpreter that is started for it."""
    done = subprocess.run(
        [sys.executable, "-m", "checker", *map(str, arguments)],
        cwd=cwd,
        env=environment(cwd, env),
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


def refused(ended: Ended) -> str:
    """Return the sentence of a run that judged nothing: code 2, nothing on stdout, one line on stderr."""
    assert ended.code == 2, ended
    assert ended.out == ""
    assert ended.err.startswith("trailhold: ")
    assert ended.err.count("\n") == 1
    assert "Traceback" not in ended.err
    return ended.err.removeprefix("trailhold: ").strip()


def saved(path: Path, inventory: Inventory) -> Path:
    """Write a snapshot of an inventory."""
    scan = Scan(
        source="aws",
        callers=(OWNER.caller_arn,),
        accounts=(ACCOUNT,),
        started=NOW,
        finished=NOW + timedelta(seconds=3),
        calls=42,
    )
    path.write_bytes(dump(Observation(scan=scan, inventory=inventory)))
    return path
