"""One account with 17 Regions: what an audit costs from the command line, beside Prowler and ScoutSuite.

python -m bench.one_account [--prowler PATH] [--scout PATH] [--rounds N] [--json]
"""

import argparse
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.measure import cost, environment, middle, one_account, show
from tests.simulator import Endpoint, Request, longest_chain, max_overlap, serve_apart

LATENCIES = (0.0, 0.05)
SLOW = 0.5
"""Seconds a call, so long that a caller's own work hardly counts: there the longest chain shows."""
ROOT = Path(__file__).parents[1]
FROM_SOURCE = "import sys; from checker.cli.main import main; sys.exit(main())"

Command = list[str]
Runs = dict[str, dict[float, list[dict[str, float]]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--prowler", help="the command, in an environment of its own")
    parser.add_argument("--scout", help="the command, in an environment of its own")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    tools = {"trailhold": trailhold("audit", "--format", "json")}
    if options.scout:
        tools["ScoutSuite"] = [options.scout, "aws", "--services", "cloudtrail", "--no-browser"]
    if options.prowler:
        tools["Prowler"] = [options.prowler, "aws", "--service", "cloudtrail", "-b", "-M", "json-ocsf"]
    show(list(rows(tools, options.rounds)), options.json)


def trailhold(*arguments: str) -> Command:
    """Return the command line of the installed command, or of the sources when it is not installed."""
    installed = shutil.which("trailhold", path=Path(sys.executable).parent)
    return [installed, *arguments] if installed else [sys.executable, "-c", FROM_SOURCE, *arguments]


def rows(tools: Mapping[str, Command], rounds: int) -> Iterator[dict[str, Any]]:
    """Measure every tool; the first run of each is at the slow endpoint and also fills the disk cache."""
    slow = {name: slowly(command) for name, command in tools.items()}
    runs = measured(tools, rounds)
    usual = {name: middle(runs[name][LATENCIES[1]], "wall") for name in tools}
    for name in tools:
        at_once, late = (runs[name][latency] for latency in LATENCIES)
        requests, slow_wall = slow[name]
        instant = middle(at_once, "wall")
        yield {
            "tool": name,
            "calls": len(requests),
            "chain": len(longest_chain(requests)),
            "overlap": max_overlap(requests),
            "trips_at_50_ms": (usual[name] - instant) / LATENCIES[1],
            "trips_at_500_ms": (slow_wall - instant) / SLOW,
            "wall_s_at_0_ms": instant,
            "wall_s_at_50_ms": usual[name],
            "times_trailhold": usual[name] / usual["trailhold"],
            "cpu_s": middle(at_once, "cpu"),
            "peak_mb": middle(at_once, "peak_mb"),
            "exit_code": int(late[-1]["exit_code"]),
        }


def slowly(command: Command) -> tuple[list[Request], float]:
    """Run once at a latency that dwarfs the caller's own work; return the requests and the wall time."""
    with serve_apart(one_account(), latency=SLOW) as aws:
        wall = run(command, aws)["wall"]
        return aws.requests, wall


def measured(tools: Mapping[str, Command], rounds: int) -> Runs:
    """Run all tools in turn, and again, so that a busy minute of the machine meets them all."""
    runs: Runs = {name: {latency: [] for latency in LATENCIES} for name in tools}
    with ExitStack() as stack:
        served = {t: stack.enter_context(serve_apart(one_account(), latency=t)) for t in LATENCIES}
        for _ in range(rounds):
            for name, command in tools.items():
                for latency, aws in served.items():
                    runs[name][latency].append(run(command, aws))
    return runs


def run(command: Command, aws: Endpoint) -> dict[str, float]:
    """Run a command against an endpoint, in an empty folder of its own."""
    settings = aws.env(one_account().accounts[0].access_key)
    return cost(command, environment(settings, PYTHONPATH=str(ROOT) if command[1] == "-c" else ""))


if __name__ == "__main__":
    main()
