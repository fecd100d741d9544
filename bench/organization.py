"""An organization in one audit: calls, time, CPU and memory, beside the same calls made bare, and peers.

python -m bench.organization [--accounts 200] [--latency 0.05] [--rounds 1] [--bare] [--json]
                             [--prowler PATH] [--scout PATH] [--custodian PATH]
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.fleet_world import EVERY, fleet
from bench.measure import cost, environment, middle, one_account, show
from bench.one_account import ROOT, trailhold
from bench.tls import certificate
from tests.simulator import Request, World, serve_apart

WORKER = Path(__file__).with_name("fleet_worker.py")
POLICIES = """\
policies:
- {name: shadow, resource: cloudtrail, filters: [{type: is-shadow, state: false}]}
- {name: status, resource: cloudtrail, filters: [{type: status, key: IsLogging, value: false}]}
- name: selectors
  resource: cloudtrail
  filters: [{type: event-selectors, key: EventSelectors, value: empty}]
- {name: account, resource: account, filters: [{type: check-cloudtrail, running: true, multi-region: true}]}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--accounts", type=int, default=200)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds that each call takes at least")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--bare", action="store_true", help="also make the same calls bare")
    parser.add_argument("--prowler", help="the command, in an environment of its own")
    parser.add_argument("--scout", help="the command, in an environment of its own")
    parser.add_argument("--custodian", help="Cloud Custodian's command, which c7n-org runs once an account")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = [organization(options.accounts, options.latency, options.rounds, bare=options.bare)]
    rows += peers({"Prowler": options.prowler, "ScoutSuite": options.scout, "Custodian": options.custodian})
    show([{**dict.fromkeys(rows[0], ""), **row} for row in rows], options.json)


def organization(accounts: int, latency: float, rounds: int, *, bare: bool) -> dict[str, Any]:
    """Audit the organization over TLS, and make the same calls with nothing around them."""
    world = fleet(accounts)
    with tempfile.TemporaryDirectory() as folder:
        pem = certificate(Path(folder))
        calls = Path(folder, "calls.json")
        with serve_apart(world, latency=latency, certificate=pem) as aws:
            env = environment(
                {**aws.env(world.accounts[0].access_key), "AWS_CA_BUNDLE": str(pem)}, PYTHONPATH=str(ROOT)
            )
            del env["AWS_ENDPOINT_URL_S3_CONTROL"]
            command = trailhold("audit", "--org", "--format", "json")
            worker = [sys.executable, str(WORKER)]
            runs, bare_runs, plain, made = [], [], [], []
            if bare:
                cost([*worker, "record", str(calls)], env)
            for _ in range(rounds):  # in turn, so that a busy minute of the machine meets both
                aws.forget()
                runs.append(cost(command, env))
                made = aws.requests
                if bare:
                    bare_runs.append(cost([*worker, "replay", str(calls)], env))
                    plain.append(cost([*worker, "botocore", str(calls)], env))
    cpu = middle(runs, "cpu")
    return {
        "tool": f"trailhold --org, {accounts} accounts",
        "calls": len(made),
        "calls/needed": len(made) / needed(made, world),
        "wall_s": middle(runs, "wall"),
        "cpu_s": cpu,
        "cpu_ms_an_account": cpu / accounts * 1000,
        "times_bare": _ratio(runs, bare_runs),
        "times_botocore": _ratio(runs, plain),
        "peak_mb": middle(runs, "peak_mb"),
        "exit_code": int(runs[-1]["exit_code"]),
    }


def _ratio(runs: Sequence[Mapping[str, float]], others: Sequence[Mapping[str, float]]) -> float | str:
    """Return the median of how many times the CPU of another run each run took."""
    ratios = [{"ratio": run["cpu"] / one["cpu"]} for run, one in zip(runs, others, strict=False)]
    return middle(ratios, "ratio") if ratios else ""


def needed(made: list[Request], world: World) -> int:
    """Count the distinct calls, but for those that looked for the owner of a bucket and did not find it."""
    owners = {bucket.name: bucket.account for bucket in world.buckets}
    kept = set()
    for request in made:
        prefix = request.params.get("prefix", request.params.get("Prefix", ""))
        if request.name == "s3:ListBuckets" and owners.get(str(prefix)) != request.account:
            continue
        kept.add((request.account, request.region, request.name, repr(sorted(request.params.items()))))
    return len(kept)


def peers(tools: dict[str, str | None]) -> Iterator[dict[str, Any]]:
    """Measure the peers on one account, since none of them does more at a time."""
    with tempfile.TemporaryDirectory() as folder:
        policies = Path(folder, "policies.yml")
        policies.write_text(POLICIES, encoding="utf-8")
        commands = {
            "Prowler": ["aws", "--service", "cloudtrail", "-b", "-M", "json-ocsf"],
            "ScoutSuite": ["aws", "--services", "cloudtrail", "--no-browser"],
            "Custodian": ["run", "-s", "out", "--region", "all", str(policies)],
        }
        for name, path in tools.items():
            if path:
                with serve_apart(one_account(), latency=0.05) as aws:
                    env = environment(aws.env(one_account().accounts[0].access_key))
                    cost([path, *commands[name]], env)  # compiles bytecode
                    aws.forget()
                    run = cost([path, *commands[name]], env)
                    yield {
                        "tool": f"{name}, one account",
                        "calls": len(aws.requests),
                        "wall_s": run["wall"],
                        "cpu_s": run["cpu"],
                        "cpu_ms_an_account": run["cpu"] * 1000,
                        "peak_mb": run["peak_mb"],
                        "exit_code": int(run["exit_code"]),
                    }


if __name__ == "__main__":
    print(f"# one account in {EVERY} has a trail of its own", file=sys.stderr)
    main()
