"""What judging the users and roles of a large account costs: ``python -m bench.principals [ROLES]``.

Each role has an inline policy of its own and four managed ones, of 400 in the account; every fiftieth has a
boundary, every hundredth is an administrator whom the account trusts, and every tenth may assume the role
after it. Prints CPU seconds and the peak of the memory.
"""

import json
import resource
import sys
import time

from msgspec.structs import replace

from checker.catalog import CONTROLS
from checker.engine import evaluate
from checker.evidence import Known, Origin
from checker.inventory import Identities, InlinePolicy, Inventory, Principal, Principals
from checker.sources.aws.calls.principals import DETAILS
from tests import hardened as good

MANAGED = 400
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
SERVICES = ("s3", "ec2", "dynamodb", "sqs", "lambda", "logs", "kms", "ssm", "ecs", "cloudwatch")


def document(number: int, statements: int) -> str:
    """Return a policy like those of an ordinary workload: reading and writing what is its own."""
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": [f"{service}:{verb}*" for verb in ("Get", "List", "Put", "Describe", "Update")],
                    "Resource": [
                        f"arn:aws:{service}:*:*:team-{number}/*",
                        f"arn:aws:{service}:::team-{number}",
                    ],
                    "Condition": {"StringEquals": {"aws:PrincipalTag/team": f"team-{number}"}},
                }
                for service in (SERVICES[(number + n) % len(SERVICES)] for n in range(statements))
            ],
        }
    )


def assuming(prefix: str, number: int) -> str:
    """Return a policy that lets somebody assume the next role."""
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Resource": f"{prefix}role/team/r{number + 1}",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def trust(principal: dict[str, str]) -> Known[str]:
    """Return a trust policy."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return Known(json.dumps({"Version": "2012-10-17", "Statement": statement}))


def account(roles: int) -> Inventory:
    """Return the hardened account with so many roles."""
    prefix = f"arn:aws:iam::{good.ACCOUNT}:"
    managed = [f"{prefix}policy/p{number}" for number in range(MANAGED)]
    everybody, service = trust({"AWS": good.ACCOUNT}), trust({"Service": "ec2.amazonaws.com"})
    principals = tuple(
        Principal(
            arn=f"{prefix}role/team/r{number}",
            id=f"AROA{number:016d}",
            inline=(InlinePolicy(name="own", document=document(number, 4)),)
            + ((InlinePolicy(name="next", document=assuming(prefix, number)),) if number % 10 == 9 else ()),
            trust=everybody if number % 100 == 0 or number % 10 == 9 else service,
            attached=tuple(managed[(number * 7 + n * 13) % MANAGED] for n in range(4))
            + ((ADMIN,) if number % 100 == 0 else ()),
            boundary=managed[number % MANAGED] if number % 50 == 1 else None,
        )
        for number in range(roles)
    )
    policies = {arn: Known(document(number, 8)) for number, arn in enumerate(managed)}
    everything = json.dumps(
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    )
    identities = Identities(principals=principals, policies={**policies, ADMIN: Known(everything)})
    found = Principals(account=good.ACCOUNT, identities=Known(identities, Origin(action=DETAILS.action)))
    return replace(good.hardened(), principals={good.ACCOUNT: found})


def main() -> None:
    """Judge once a control."""
    roles = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    inventory = account(roles)
    chosen = [control for id, control in CONTROLS.items() if id.startswith("TH80")]
    total = 0.0
    for control in chosen:
        started = time.process_time()
        finding = evaluate(inventory, [control]).findings[0]
        spent = time.process_time() - started
        total += spent
        print(f"{control.id} {spent:6.2f} s CPU  {finding.status}  {finding.observed}")
    print(f"all   {total:6.2f} s CPU for {roles} roles")
    print(
        f"peak  {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:6.0f} MB, the interpreter included"
    )


if __name__ == "__main__":
    main()
