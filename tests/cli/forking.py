"""Runs the command in forks of a process that has loaded what commands load: that costs more than most runs.

From ``python -m checker`` on, a fork is the real thing: arguments, environment, folder and streams are its
own, and it ends as any interpreter ends. What was settled when the interpreter started is not its own:
``settled`` tells who needs a new process. tests/cli/test_forking.py compares the two.
"""

import atexit
import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

LOADED = ("boto3", "jinja2", "yaml", "checker.cli.audit", "checker.cli.check", "checker.cli.report")
SETTLED = ("PYTHON", "LC_", "LANG", "TZ")
"""How the variables begin which an interpreter, or the C library, reads once."""


def settled(env: Mapping[str, str]) -> bool:
    """Tell whether an environment says what only a new process takes notice of."""
    return any(name.startswith(SETTLED) for name in env)


def forked(
    arguments: Sequence[str], folder: Path, env: Mapping[str, str], seconds: float
) -> tuple[int, bytes, bytes]:
    """Run the command and return its exit code, stdout and stderr; what takes too long is killed."""
    server = _server()
    assert server.stdin and server.stdout
    with tempfile.TemporaryDirectory() as streams:
        asked = {"arguments": arguments, "folder": str(folder), "env": dict(env), "streams": streams}
        print(json.dumps({**asked, "seconds": int(seconds)}), file=server.stdin, flush=True)
        code = int(server.stdout.readline())
        out, err = (Path(streams, name).read_bytes() for name in ("out", "err"))
    return code, out, err


@cache
def _server() -> subprocess.Popen[str]:
    """Start the process that forks; it ends when this one does."""
    from tests.cli.running import ROOT, environment

    command = [sys.executable, "-m", "tests.cli.forking"]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    server = subprocess.Popen(command, env=environment(ROOT), **pipes)
    atexit.register(server.communicate)
    return server


def main() -> None:
    """Fork for each request; only forks return from here, as the command."""
    for name in LOADED:
        import_module(name)
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            return _become(json.loads(line))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(code, flush=True)
    sys.exit()


def _become(asked: Mapping[str, Any]) -> None:
    """Be the process that was asked for."""
    signal.alarm(asked["seconds"])
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["env"])
    streams = Path(asked["streams"])
    for descriptor, path in enumerate((os.devnull, streams / "out", streams / "err")):
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.path[0] = str(Path.cwd())
    sys.argv = ["-m", *asked["arguments"]]


if __name__ == "__main__":
    main()
    runpy.run_module("checker", run_name="__main__", alter_sys=True)
