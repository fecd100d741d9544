"""One account at 5 s a call, one that throttles and one that hangs: what the other accounts notice of it.

python -m bench.trouble [--accounts 50] [--latency 0.05] [--json]
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.fleet_world import fleet
from bench.measure import cost, environment, show
from bench.one_account import ROOT, trailhold
from bench.tls import certificate
from tests.simulator import HANG, THROTTLED, Delay, Fault, serve_apart

TIMEOUT = "60"
"""Seconds that an account has (--account-timeout)."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--accounts", type=int, default=50)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds that each call takes at least")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    ids = [account.id for account in fleet(options.accounts).accounts[-3:]]
    slow, throttled, hanging = ids
    faults = (
        Fault(Delay(5.0), account=slow),
        Fault(THROTTLED, account=throttled),
        Fault(HANG, account=hanging),
    )
    rows = [
        run(name, options.accounts, options.latency, chosen, ids)
        for name, chosen in (("none", ()), ("slow", faults[:1]), ("all three", faults))
    ]
    show(rows, options.json)


def run(
    name: str, accounts: int, latency: float, faults: Sequence[Fault], apart: Sequence[str]
) -> dict[str, Any]:
    """Audit the organization; tell when the last of the other accounts had its last answer."""
    world = fleet(accounts)
    with tempfile.TemporaryDirectory() as folder:
        pem = certificate(Path(folder))
        with serve_apart(world, latency=latency, certificate=pem, faults=faults) as aws:
            env = environment(
                {**aws.env(world.accounts[0].access_key), "AWS_CA_BUNDLE": str(pem)}, PYTHONPATH=str(ROOT)
            )
            del env["AWS_ENDPOINT_URL_S3_CONTROL"]
            whole = cost(trailhold("audit", "--org", "--format", "json", "--account-timeout", TIMEOUT), env)
            made = aws.requests
    begun = min(request.started for request in made)
    read = [request for request in made if request.operation in ("DescribeTrails", "GetTrailStatus")]
    others = [request.finished for request in read if request.account not in apart and request.finished]
    return {
        "trouble": name,
        "calls": len(made),
        "others_done_s": max(others) - begun,
        "wall_s": whole["wall"],
        "cpu_s": whole["cpu"],
        "peak_mb": whole["peak_mb"],
    }


if __name__ == "__main__":
    main()
