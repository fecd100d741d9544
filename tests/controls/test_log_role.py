from typing import Any

from checker.catalog import CONTROLS
from checker.evidence import Cause, Known, Unknown
from checker.inventory import Inventory, RolePolicy
from checker.model import Status
from tests.controls.judging import Case, check, parametrize
from tests.hardened import (
    ACCOUNT,
    BOUND,
    CLOUDTRAIL,
    DENIED,
    GROUP_ARN,
    HOME,
    ROLE_ARN,
    document,
    hardened,
    statement,
)

DEPUTY, VALID = (CONTROLS[id] for id in ("TH509", "TH517"))
OTHER = "444455556666"
FOREIGN = Unknown("the role is in an account that was not entered", Cause.FOREIGN_ACCOUNT)
NO_ROLE = {"log_role_arn": Known(None)}
STREAMS = f"{GROUP_ARN}:log-stream:"
BOTH = ["logs:CreateLogStream", "logs:PutLogEvents"]
MEMBERS = {"organization": Known("o-example"), "management_account": Known(ACCOUNT)}
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"


def trust(*statements: dict[str, Any]) -> Inventory:
    return hardened(role={"trust_policy": Known(document(*statements))})


def assume(principal: Any = CLOUDTRAIL, condition: Any = None) -> dict[str, Any]:
    parts = {"Condition": condition} if condition else {}
    return statement(Principal=principal, Action="sts:AssumeRole", **parts)


def may(*statements: dict[str, Any], trail: dict[str, Any] | None = None, **role: Any) -> Inventory:
    policies = tuple(RolePolicy(name=f"p{n}", document=document(one)) for n, one in enumerate(statements))
    organization = bool(trail and "organization" in trail)
    return hardened(
        account=MEMBERS if organization else None, trail=trail, role={"policies": Known(policies), **role}
    )


def writes(*resources: str, actions: Any = BOTH, **parts: Any) -> dict[str, Any]:
    return statement(Action=actions, Resource=list(resources), **parts)


OF_ORGANIZATION = {"organization": Known(True)}
DOCUMENTED = writes(f"{STREAMS}{ACCOUNT}_CloudTrail_{HOME}*")
CASES = [
    Case(DEPUTY, hardened(), Status.PASS),
    Case(DEPUTY, trust(assume(condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}})), Status.PASS),
    Case(DEPUTY, trust(assume()), Status.FAIL, "whatever the source"),
    Case(DEPUTY, trust(assume(condition={"StringLike": {"aws:SourceArn": "arn:aws:cloudtrail:*"}})),
         Status.FAIL, "whatever the source"),
    Case(DEPUTY, trust(assume({"Service": ["cloudtrail.amazonaws.com", "lambda.amazonaws.com"]}, BOUND)),
         Status.FAIL, "lambda.amazonaws.com"),
    Case(DEPUTY, trust(assume(condition=BOUND), assume({"AWS": OTHER})), Status.FAIL, OTHER),
    Case(DEPUTY, trust(assume("*")), Status.FAIL, "everybody"),
    Case(DEPUTY, hardened(role={"trust_policy": DENIED}), Status.UNKNOWN),
    Case(DEPUTY, hardened(role={"exists": Known(False)}), None),
    Case(DEPUTY, hardened(trail=NO_ROLE), None),

    Case(VALID, hardened(), Status.PASS, "nothing else"),
    Case(VALID, may(DOCUMENTED), Status.PASS),
    Case(VALID, may(writes(f"{STREAMS}*", actions="logs:CreateLogStream"),
                    writes(f"{STREAMS}*", actions="logs:PutLogEvents")), Status.PASS),
    Case(VALID, may(writes(f"{GROUP_ARN}:*"), trail=OF_ORGANIZATION), Status.PASS),
    Case(VALID, may(writes(f"{STREAMS}{ACCOUNT}_CloudTrail_{HOME}*", f"{STREAMS}o-example_*"),
                    trail=OF_ORGANIZATION), Status.PASS),
    Case(VALID, may(DOCUMENTED, trail=OF_ORGANIZATION), Status.FAIL, "o-example_"),
    Case(VALID, hardened(role={"exists": Known(False)}), Status.FAIL, "does not exist"),
    Case(VALID, hardened(role={"exists": FOREIGN}), Status.UNKNOWN, "not entered"),
    Case(VALID, trust(assume({"Service": "ec2.amazonaws.com"})), Status.FAIL, "sts:AssumeRole"),
    Case(VALID, trust(assume(condition={"StringEquals": {"aws:SourceArn": ROLE_ARN}})), Status.FAIL),
    Case(VALID, trust(assume()), Status.PASS),
    Case(VALID, may(), Status.FAIL, "may not perform logs:CreateLogStream"),
    Case(VALID, may(writes(f"{STREAMS}*", actions="logs:CreateLogStream")), Status.FAIL, "logs:PutLogEvents"),
    Case(VALID, may(writes(f"{STREAMS}other*")), Status.FAIL, "may not perform"),
    Case(VALID, may(writes(f"{STREAMS}*"), writes(f"{STREAMS}*", Effect="Deny")), Status.FAIL, "denies"),
    Case(VALID, may(writes("*")), Status.FAIL, "on *"),
    Case(VALID, may(writes(f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:audit*")), Status.FAIL, "audit*"),
    Case(VALID, may(DOCUMENTED, writes("*", actions="logs:*")), Status.FAIL, "logs:*"),
    Case(VALID, may(DOCUMENTED, writes("*", actions=["s3:GetObject"])), Status.FAIL, "s3:GetObject"),
    Case(VALID, may(DOCUMENTED, statement(NotAction="iam:*", Resource="*")), Status.FAIL, "all but iam:*"),
    Case(VALID, may(statement(Action=BOTH, NotResource=f"{GROUP_ARN}-2")), Status.FAIL, "on all but"),
    Case(VALID, may(DOCUMENTED, permissions_boundary=Known(BOUNDARY)), Status.UNKNOWN, BOUNDARY),
    Case(VALID, hardened(role={"policies": DENIED}), Status.UNKNOWN),
    Case(VALID, hardened(role={"policies": Known((RolePolicy(name="p", document="{"),))}), Status.UNKNOWN),
    Case(VALID, hardened(role={"trust_policy": DENIED}), Status.UNKNOWN),
    Case(VALID, hardened(trail=NO_ROLE), None),
]  # fmt: skip


@parametrize(CASES)
def test_cases(case: Case) -> None:
    check(case)
