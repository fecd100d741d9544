from typing import Any

from checker.catalog import CONTROLS
from checker.evidence import Known
from checker.inventory import Inventory, ResourcePolicy, SubscriptionFilter
from checker.model import Status, Thresholds
from tests.controls.judging import Case, check, parametrize
from tests.hardened import ACCOUNT, DENIED, GROUP_ARN, HOME, document, hardened, statement

PUBLIC, SHARED, SENT = (CONTROLS[id] for id in ("TH506", "TH507", "TH508"))
OTHER = "444455556666"
EVERYWHERE = f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:*"
ROUTE_53 = statement(
    Principal={"Service": "route53.amazonaws.com"}, Action="logs:PutLogEvents", Resource=EVERYWHERE
)


def open_to_all(resource: str, action: str = "logs:PutLogEvents", **parts: Any) -> dict[str, Any]:
    return statement(Principal="*", Action=action, Resource=resource, **parts)


def policies(*statements: dict[str, Any], own: bool = False) -> Inventory:
    found = Known((ResourcePolicy(name="" if own else "policy", document=document(*statements)),))
    return hardened(log_group={"own_policies" if own else "region_policies": found})


def trusting(*principals: Any) -> Inventory:
    trust = document(*(statement(Principal=p, Action="sts:AssumeRole") for p in principals))
    return hardened(account={"sharing_trust": Known(trust)})


def sent_to(*destinations: str, **parts: Any) -> Inventory:
    found = tuple(
        SubscriptionFilter(name=f"f{n}", destination=d, **parts) for n, d in enumerate(destinations)
    )
    return hardened(log_group={"subscription_filters": Known(found)})


STREAM = f"arn:aws:kinesis:{HOME}:{ACCOUNT}:stream/events"
THEIRS = f"arn:aws:logs:{HOME}:{OTHER}:destination:collector"
CASES = [
    Case(PUBLIC, hardened(), Status.PASS, "none of 0"),
    Case(PUBLIC, policies(ROUTE_53), Status.PASS, "none of 1"),
    Case(PUBLIC, policies(open_to_all("*")), Status.FAIL, "policy lets everybody"),
    Case(PUBLIC, policies(open_to_all(EVERYWHERE)), Status.FAIL),
    Case(PUBLIC, policies(open_to_all(f"{GROUP_ARN}:*")), Status.FAIL),
    Case(PUBLIC, policies(open_to_all(GROUP_ARN, "logs:FilterLogEvents")), Status.FAIL),
    Case(PUBLIC, policies(open_to_all(f"{GROUP_ARN}-other:*")), Status.PASS),
    Case(PUBLIC, policies(open_to_all("*", Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}})),
         Status.PASS),
    Case(PUBLIC, policies(open_to_all(f"{GROUP_ARN}:*"), own=True), Status.FAIL, "its own policy"),
    Case(PUBLIC, hardened(log_group={"own_policies": DENIED}), Status.UNKNOWN),
    Case(PUBLIC, hardened(log_group={"region_policies": DENIED}), Status.UNKNOWN),
    Case(PUBLIC, hardened(log_group={"own_policies": DENIED, "region_policies": Known(
        (ResourcePolicy(name="p", document=document(open_to_all("*"))),))}), Status.FAIL),
    Case(PUBLIC, hardened(log_group={"region_policies": Known((ResourcePolicy(name="p", document="{"),))}),
         Status.UNKNOWN),

    Case(SHARED, hardened(), Status.PASS, "no role"),
    Case(SHARED, trusting({"AWS": f"arn:aws:iam::{OTHER}:root"}), Status.FAIL, "CloudWatch is shared"),
    Case(SHARED, trusting({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), Status.PASS, "known accounts"),
    Case(SHARED, trusting({"AWS": OTHER}), Status.PASS, "", Thresholds(trusted_accounts=(OTHER,))),
    Case(SHARED, trusting("*"), Status.FAIL, "any account"),
    Case(SHARED, hardened(account={"sharing_trust": DENIED}), Status.UNKNOWN),

    Case(SENT, hardened(), None, "no filter"),
    Case(SENT, sent_to(STREAM), Status.PASS, STREAM),
    Case(SENT, sent_to(STREAM, THEIRS), Status.FAIL, THEIRS),
    Case(SENT, sent_to(THEIRS, account_wide=True), Status.FAIL, THEIRS),
    Case(SENT, sent_to(THEIRS), Status.PASS, "", Thresholds(trusted_accounts=(OTHER,))),
    Case(SENT, sent_to(THEIRS), Status.PASS, "", Thresholds(allowed_recipients=(THEIRS,))),
    Case(SENT, sent_to(STREAM), Status.FAIL, STREAM, Thresholds(allowed_recipients=(THEIRS,))),
    Case(SENT, hardened(log_group={"subscription_filters": DENIED}), Status.UNKNOWN),
]  # fmt: skip


@parametrize(CASES)
def test_cases(case: Case) -> None:
    check(case)
