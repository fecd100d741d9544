"""Runs the real command at a terminal of its own, and types what it asks for."""

import os
import pty
import select
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.cli.running import environment


class Screen(NamedTuple):
    """How a run at a terminal ended, and all that was to be seen on it."""

    code: int
    shown: str


def at_terminal(folder: Path, env: Mapping[str, str], answers: Mapping[str, str], *arguments: str) -> Screen:
    """Run the command at a terminal of its own; a prompt that ends the screen gets its answer."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        command = [sys.executable, "-m", "checker", *arguments]
        os.execve(sys.executable, command, environment(folder, {**env, "TERM": "dumb"}))
    shown, waiting = "", dict(answers)
    while select.select([terminal], [], [], 60)[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # Linux's way to say that the other side is closed
            break
        if not piece:
            break
        shown += piece.decode()
        for prompt in [p for p in waiting if p in shown]:
            os.write(terminal, waiting.pop(prompt).encode())
    else:
        os.kill(child, signal.SIGKILL)
    os.close(terminal)
    return Screen(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown)
