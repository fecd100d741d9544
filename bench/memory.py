"""Memory of the audit of an organization, by its accounts, beside what its evidence and its findings hold.

python -m bench.memory [--accounts 100,400,1000] [--latency 0.05] [--rounds 1] [--json]

A line gives the peak of the largest process and of all together (sampled; pages that they share count twice),
and the kilobytes an account that inventory and findings hold as Python allocates them. The last line tells by
how many kilobytes an account all that grows from the first size to the last one.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from bench.fleet_world import fleet
from bench.measure import environment, show
from bench.one_account import ROOT, trailhold
from bench.tls import certificate
from tests.simulator import serve_apart

WORKER = Path(__file__).with_name("memory_worker.py")
OFTEN = 0.02
"""Seconds between two looks at the processes."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--accounts", default="100,400,1000", help="sizes of the organization")
    parser.add_argument("--latency", type=float, default=0.05, help="seconds that each call takes at least")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sizes = [int(size) for size in options.accounts.split(",")]
    rows = [measured(size, options.latency, options.rounds) for size in sizes]
    show([*rows, growth(rows[0], rows[-1])], options.json)


def measured(accounts: int, latency: float, rounds: int) -> dict[str, Any]:
    """Audit an organization of so many accounts, and look at what its snapshot and its findings hold."""
    world = fleet(accounts)
    with tempfile.TemporaryDirectory() as folder:
        pem, saved = certificate(Path(folder)), Path(folder, "snapshot.json")
        with serve_apart(world, latency=latency, certificate=pem) as aws:
            env = environment(
                {**aws.env(world.accounts[0].access_key), "AWS_CA_BUNDLE": str(pem)}, PYTHONPATH=str(ROOT)
            )
            del env["AWS_ENDPOINT_URL_S3_CONTROL"]
            command = trailhold("audit", "--org", "--format", "json")
            peaks = [peak(command, env, folder) for _ in range(rounds)]
            peak([*command, "--snapshot", str(saved)], env, folder)
        held = json.loads(subprocess.check_output([sys.executable, str(WORKER), str(saved)], env=env))
    return {
        "accounts": accounts,
        "largest_mb": median(largest for largest, _ in peaks),
        "all_mb": median(every for _, every in peaks),
        **{name: size / accounts / 1024 for name, size in held.items()},
    }


def growth(small: Mapping[str, Any], large: Mapping[str, Any]) -> dict[str, Any]:
    """Return by how many kilobytes an account each figure grows from one size to another."""
    more = large["accounts"] - small["accounts"] or 1
    return {
        "accounts": "KB an account",
        **{name: (large[name] - small[name]) / more * 1024 for name in ("largest_mb", "all_mb")},
        **{
            name: (large[name] * large["accounts"] - small[name] * small["accounts"]) / more
            for name in ("inventory_kb", "findings_kb")
        },
    }


def peak(command: list[str], env: Mapping[str, str], folder: str) -> tuple[float, float]:
    """Run a command; return the megabytes of its largest process and of all its processes at their most."""
    run = subprocess.Popen(command, env=env, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    largest = every = 0.0
    while run.poll() is None:
        sizes = [resident(process) for process in family(run.pid)]
        largest, every = max(largest, *sizes, 0.0), max(every, sum(sizes))
        time.sleep(OFTEN)
    return largest, every


def family(process: int) -> Iterator[int]:
    """Yield a process and all that descend from it."""
    yield process
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found = [int(child) for child in children.read_text(encoding="utf-8").split()]
        except OSError:  # it has ended in between
            continue
        for child in found:
            yield from family(child)


def resident(process: int) -> float:
    """Return the megabytes that a process has in memory."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
