"""Runs a command in forks of a process that has loaded what it loads, which costs more than most of its runs.

From its main module on, a fork is the real thing: arguments, environment, folder and streams are its own,
and it ends as any interpreter ends. What was settled when the interpreter started is not its own: ``settled``
tells who needs a new process. tests/cli/test_forking.py compares the two.
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
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

SETTLED = ("PYTHON", "LC_", "LANG", "TZ")
"""How the variables begin which an interpreter, or the C library, reads once."""


def settled(env: Mapping[str, str]) -> bool:
    """Tell whether an environment says what only a new process takes notice of."""
    return any(name.startswith(SETTLED) for name in env)


@dataclass(frozen=True)
class Forking:
    """A command that is run in forks."""

    python: str
    program: str
    """A module, or the path of a script."""
    loaded: Sequence[str]
    """Modules that are there already when it starts."""
    env: Mapping[str, str]
    """What all its environments have in common."""

    @cached_property
    def _server(self) -> subprocess.Popen[str]:
        """The process that forks; it ends when this one does."""
        command = [self.python, "-P", __file__, self.program, *self.loaded]
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        server = subprocess.Popen(command, env=dict(self.env), **pipes)
        atexit.register(server.communicate)
        return server

    def run(
        self, arguments: Sequence[str], folder: Path, env: Mapping[str, str], seconds: float
    ) -> tuple[int, bytes, bytes]:
        """Run it and return its exit code, stdout and stderr; what takes too long is killed."""
        asking, answering = self._server.stdin, self._server.stdout
        assert asking and answering
        with tempfile.TemporaryDirectory() as streams:
            asked = {"arguments": arguments, "folder": str(folder), "env": dict(env), "streams": streams}
            print(json.dumps({**asked, "seconds": int(seconds)}), file=asking, flush=True)
            code = int(answering.readline())
            out, err = (Path(streams, name).read_bytes() for name in ("out", "err"))
        return code, out, err


def main(program: str, *loaded: str) -> None:
    """Fork for each request; only forks go on, as the program."""
    for name in loaded:
        import_module(name)
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            return _become(program, json.loads(line))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(code, flush=True)
    return None


def _become(program: str, asked: Mapping[str, Any]) -> None:
    """Be the process that was asked for."""
    signal.alarm(asked["seconds"])
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["env"])
    streams = Path(asked["streams"])
    for descriptor, path in enumerate((Path(os.devnull), streams / "out", streams / "err")):
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    # The descriptor outlives the object, as that of a new process does: no block could close it.
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.argv = [program, *asked["arguments"]]
    if Path(program).is_absolute():
        sys.path.insert(0, str(Path(program).parent))
        runpy.run_path(program, run_name="__main__")
    else:
        sys.path.insert(0, str(Path.cwd()))
        runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
