"""Attacks on the organization: an account that leaves takes its events with it."""

from typing import Any

from tests import hardened as good
from tests.attacks.attack import Attack, Step, call
from tests.attacks.world import CLOSED, GUARDED, KEPT, LOCKED, OUTSIDE, SECURITY, WORKLOADS
from tests.governed import TRAILS
from tests.simulator.worlds import LOG_ARCHIVE, MEMBER

WORKLOAD = MEMBER
ANYBODY = {"StringNotLike": {"aws:PrincipalArn": "arn:aws:iam::*"}}


def detach(policy: str, target: str) -> Step:
    return call("organizations.detach_policy", PolicyId=policy, TargetId=target)


def rewritten(policy: str, statement: dict[str, Any]) -> tuple[Step, ...]:
    return (call("organizations.update_policy", PolicyId=policy, Content=good.document(statement)),)


ATTACKS = (
    Attack(
        "member leaves",
        MEMBER,
        (call("organizations.leave_organization", by=MEMBER),),
        fails="TH326",
        unknown="TH336",
        gone=(f"arn:aws:iam::{MEMBER}:root",),
    ),
    Attack(
        "member is removed",
        MEMBER,
        (call("organizations.remove_account_from_organization", AccountId=MEMBER),),
        fails="TH326",
        unknown="TH336",
        gone=(f"arn:aws:iam::{MEMBER}:root",),
    ),
    Attack("SCP: detach from a unit", WORKLOAD, (detach(GUARDED, WORKLOADS),), fails="TH709"),
    Attack("SCP: detach from the archive", LOG_ARCHIVE, (detach(LOCKED, SECURITY),), fails="TH711"),
    Attack("SCP: members may leave", WORKLOAD, (detach(KEPT, "r-root"),), fails="TH710"),
    Attack("RCP: detach", good.BUCKET_ARN, (detach(CLOSED, LOG_ARCHIVE),), fails="TH713"),
    Attack(
        "SCP: all off",
        WORKLOAD,
        (call("organizations.disable_policy_type", RootId="r-root", PolicyType="SERVICE_CONTROL_POLICY"),),
        fails="TH709 TH710 TH711",
    ),
    Attack(
        "SCP: everybody is left out",
        WORKLOAD,
        rewritten(GUARDED, {**TRAILS, "Condition": ANYBODY}),
        fails="TH709",
    ),
    Attack(
        "SCP: one call is left out",
        WORKLOAD,
        rewritten(GUARDED, {**TRAILS, "Action": [one for one in TRAILS["Action"] if "Stop" not in one]}),
        fails="TH709",
    ),
    Attack(
        "account: moved out of its unit",
        WORKLOAD,
        (
            call(
                "organizations.move_account",
                AccountId=MEMBER,
                SourceParentId=WORKLOADS,
                DestinationParentId=OUTSIDE,
            ),
        ),
        fails="TH709",
    ),
    Attack(
        "delegated administrator of CloudTrail",
        MEMBER,
        (call("cloudtrail.register_organization_delegated_admin", MemberAccountId=MEMBER),),
        fails="TH702 TH708",
    ),
    Attack(
        "delegated administrator of another service",
        MEMBER,
        (
            call(
                "organizations.register_delegated_administrator",
                AccountId=MEMBER,
                ServicePrincipal="access-analyzer.amazonaws.com",
            ),
        ),
        fails="TH702",
    ),
    Attack(
        "no trusted access",
        "arn:aws:organizations::111122223333:organization/o-exampleorg",
        (call("organizations.disable_aws_service_access", ServicePrincipal="cloudtrail.amazonaws.com"),),
        fails="TH707",
    ),
)
