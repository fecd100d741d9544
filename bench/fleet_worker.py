"""Records the calls of an audit of an organization, or makes recorded calls with nothing around them.

    python fleet_worker.py record|replay|botocore FILE

Endpoint and credentials come from the environment. What is made bare is made over the same shared clients and
with credentials chosen for each call, from as many threads; ``botocore`` leaves signing and the exchange of
requests to botocore.
"""

import json
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

THREADS = 64


def record(path: Path) -> None:
    from checker.catalog import CONTROLS
    from checker.sources.aws import Options, Organization, collect_organization
    from checker.sources.aws.api import Api

    made: list[tuple[str, str, str, str, dict[str, Any]]] = []
    send = Api._send

    def recorded(self: Any, call: Any, region: str, params: Any) -> Any:
        made.append((self.account, call.service, region, call.operation, dict(params)))
        return send(self, call, region, params)

    Api._send = recorded  # type: ignore[method-assign]
    baseline = (control for control in CONTROLS.values() if "baseline" in control.sets)
    reads = frozenset(read.partition(" ")[0] for control in baseline for read in control.reads)
    collect_organization(Options(reads=reads), Organization(processes=1))  # one process, to see all calls
    path.write_text(json.dumps(made), encoding="utf-8")


def replay(path: Path) -> None:
    from botocore import xform_name
    from botocore.credentials import Credentials

    from checker.sources.aws.chosen import speaking_for
    from checker.sources.aws.clients import Clients
    from checker.sources.aws.options import Options

    made = json.loads(path.read_text(encoding="utf-8"))
    clients = Clients(Options(retry_mode="standard"))
    entered: dict[str, Credentials | None] = {}

    def enter(account: str) -> tuple[str, Credentials | None]:
        arn = f"arn:aws:iam::{account}:role/trailhold-auditor"
        try:
            answer = clients.get("sts", clients.region).assume_role(RoleArn=arn, RoleSessionName="bare")
        except Exception:  # the caller's own account
            return account, None
        keys = answer["Credentials"]
        return account, Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])

    def call(one: Iterable[Any]) -> None:
        account, service, region, operation, params = one
        try:
            with speaking_for(entered.get(account)):
                getattr(clients.get(service, region), xform_name(operation))(**params)
        except Exception:  # what is refused costs as much
            return

    with ThreadPoolExecutor(THREADS) as pool:
        entered.update(pool.map(enter, sorted({account for account, *_ in made if account})))
        list(pool.map(call, made))


def botocore(path: Path) -> None:
    from checker.sources.aws import clients

    clients.lean = clients.sign_plainly = lambda _: None  # type: ignore[assignment]
    replay(path)


if __name__ == "__main__":
    {"record": record, "replay": replay, "botocore": botocore}[sys.argv[1]](Path(sys.argv[2]))
