"""How long the command takes to say anything, and what it has to import for that.

python -m bench.startup [--json]
"""

import argparse
import subprocess
import sys
from typing import Any

from bench.measure import cost, environment, middle, show
from bench.one_account import ROOT, trailhold

ROUNDS = 15
HEAVY = ("boto3", "botocore", "jinja2", "moto")
COMMANDS = (("--help",), ("--version",), ("explain", "TH110"), ("controls",))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true")
    show([row(arguments) for arguments in COMMANDS], parser.parse_args().json)


def row(arguments: tuple[str, ...]) -> dict[str, Any]:
    """Run a command several times, and once in an interpreter that says what it imported."""
    env = environment({}, PYTHONPATH=str(ROOT))
    runs = [cost(trailhold(*arguments), env) for _ in range(ROUNDS)]
    return {
        "command": " ".join(("trailhold", *arguments)),
        "wall_ms": middle(runs, "wall") * 1000,
        "best_ms": min(run["wall"] for run in runs) * 1000,
        "cpu_ms": middle(runs, "cpu") * 1000,
        "peak_mb": middle(runs, "peak_mb"),
        "imports_of_the_heavy": ", ".join(imported(arguments)) or "none",
    }


def imported(arguments: tuple[str, ...]) -> list[str]:
    """Return which heavy packages a command imports."""
    source = (
        "import sys; from checker.cli.main import main\n"
        f"sys.argv = ['trailhold', *{list(arguments)!r}]\n"
        "try: main()\nexcept SystemExit: pass\n"
        f"print('heavy', *(name for name in {HEAVY!r} if name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout.splitlines()[-1].split()[1:]


if __name__ == "__main__":
    main()
