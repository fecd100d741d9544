"""What all benchmarks share: a command's cost, medians, and how figures are shown."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tests.simulator import DEFAULT_REGIONS, World, hardened_world

LAUNCH = Path(__file__).with_name("launch.py")
OPT_IN_REGIONS = (
    *("af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4"),
    *("ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1"),
    *("eu-south-2", "il-central-1", "me-central-1", "me-south-1", "mx-central-1"),
)


def one_account() -> World:
    """Return the measured world: a hardened account with 17 Regions, the others not opted in to."""
    return hardened_world(regions=DEFAULT_REGIONS, account={"disabled": OPT_IN_REGIONS})


def environment(settings: Mapping[str, str], **more: str) -> dict[str, str]:
    """Return this process's environment with settings; bytecode may be written, to be compiled but once."""
    ours = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**ours, **settings, **more}


def cost(command: Sequence[str], env: Mapping[str, str], log: Path | None = None) -> dict[str, float]:
    """Run a command and return wall and CPU seconds, peak memory in MB and its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "cost.json")
        with (log or Path(os.devnull)).open("wb") as out:
            # -I -S keeps the launcher small; the measured command is not affected.
            launcher = [sys.executable, "-I", "-S", str(LAUNCH), str(target)]
            subprocess.run([*launcher, *command], env=env, stdout=out, stderr=out, cwd=folder, check=True)
        found: dict[str, float] = json.loads(target.read_text(encoding="utf-8"))
        return found


def middle(runs: Sequence[Mapping[str, float]], name: str) -> float:
    """Return the median of one figure."""
    return median(run[name] for run in runs)


def show(rows: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """Print rows as JSON, or as a Markdown table, one column a key."""
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    titles = list(rows[0])
    cells = [titles, ["---"] * len(titles), *([_cell(row[t]) for t in titles] for row in rows)]
    for line in cells:
        print(f"| {' | '.join(line)} |")


def _cell(value: Any) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}"
