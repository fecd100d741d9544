"""Runs a command and writes its cost: a small process, since a child inherits its parent's peak memory."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def main() -> None:
    target, *command = sys.argv[1:]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    cost = {
        "wall": time.perf_counter() - started,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss / 1024,
        "exit_code": os.waitstatus_to_exitcode(status),
    }
    Path(target).write_text(json.dumps(cost), encoding="utf-8")


if __name__ == "__main__":
    main()
