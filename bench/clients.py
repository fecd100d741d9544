"""Threads, an asynchronous client, or processes: what the same DescribeTrails calls cost each way.

python -m bench.clients [--aiobotocore-python PATH] [--json]
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.measure import environment, middle, one_account, show
from tests.simulator import DEFAULT_REGIONS, Endpoint, serve_apart

WORKER = Path(__file__).with_name("client_worker.py")
CALLS = 1000
AT_ONCE = 32
LATENCIES = (0.0, 0.05)
REPEATS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--aiobotocore-python", help="interpreter of an environment that has aiobotocore")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    ways = {
        "one call after the other": (sys.executable, "threads", 1, 1),
        f"{AT_ONCE} threads under asyncio": (sys.executable, "threads", AT_ONCE, 1),
        f"2 processes of {AT_ONCE // 2} threads": (sys.executable, "threads", AT_ONCE // 2, 2),
    }
    if options.aiobotocore_python:
        ways["aiobotocore"] = (options.aiobotocore_python, "asynchronous", AT_ONCE, 1)
    show(list(rows(ways)), options.json)


def rows(ways: dict[str, tuple[str, str, int, int]]) -> Iterator[dict[str, Any]]:
    """Measure every way at every latency, the repeats interleaved."""
    for latency in LATENCIES:
        with serve_apart(one_account(), latency=latency) as aws:
            runs: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
            for _ in range(REPEATS):
                for name, way in ways.items():
                    runs[name].append(run(aws, *way))
        for name, measured in runs.items():
            figures = {figure: middle(measured, figure) for figure in measured[0]}
            yield {"way": name, "latency_ms": int(latency * 1000), **figures}


def run(aws: Endpoint, python: str, kind: str, at_once: int, processes: int) -> dict[str, float]:
    """Run the worker in so many processes at once and add up what they did."""
    settings = aws.env(one_account().accounts[0].access_key)
    env = environment(settings, BENCH_REGIONS=",".join(DEFAULT_REGIONS))
    calls = CALLS // processes if at_once > 1 else CALLS // 5
    command = [python, str(WORKER), kind, str(calls), str(at_once)]
    started = [subprocess.Popen(command, env=env, stdout=subprocess.PIPE) for _ in range(processes)]
    found: list[dict[str, float]] = [json.loads(p.communicate()[0]) for p in started]
    together = {name: sum(f[name] for f in found) / len(found) for name in found[0]}
    together["calls_a_second"] *= len(found)
    return together


if __name__ == "__main__":
    main()
