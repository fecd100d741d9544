"""Attacks on the organization: an account that leaves takes its events with it."""

from typing import Any

from tests import hardened as good
from tests.attacks.attack import Attack, Step, call
from tests.attacks.consequences import ALARMS, UNRECORDED, but
from tests.attacks.on_trails import BARE
from tests.attacks.world import (
    CLOSED,
    GUARDED,
    KEPT,
    LOCKED,
    OUTSIDE,
    OUTSIDER,
    PRIVATE,
    SECURITY,
    WORKLOADS,
    blocking,
)
from tests.governed import LEAVING, ON_KEY, STRANGERS, TRAILS
from tests.simulator.worlds import LOG_ARCHIVE, MEMBER

WORKLOAD, OPT_IN = MEMBER, "me-south-1"
ANYBODY = {"StringNotLike": {"aws:PrincipalArn": "arn:aws:iam::*"}}


def detach(policy: str, target: str) -> Step:
    return call("organizations.detach_policy", PolicyId=policy, TargetId=target)


def rewritten(policy: str, statement: dict[str, Any]) -> tuple[Step, ...]:
    return (call("organizations.update_policy", PolicyId=policy, Content=good.document(statement)),)


def delete(policy: str) -> Step:
    return call("organizations.delete_policy", PolicyId=policy)


def off(kind: str) -> tuple[Step, ...]:
    return (call("organizations.disable_policy_type", RootId="r-root", PolicyType=kind),)


def moved(account: str, source: str, destination: str) -> Step:
    return call(
        "organizations.move_account",
        AccountId=account,
        SourceParentId=source,
        DestinationParentId=destination,
    )


def but_a_stranger() -> dict[str, Any]:
    """Return the statement on strangers, with one of them left out."""
    (operator, condition), *others = STRANGERS["Condition"].items()
    left_out = {**condition, "aws:PrincipalAccount": OUTSIDER}
    return {**STRANGERS, "Condition": {operator: left_out, **dict(others)}}


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
    Attack(
        "SCP: delete",
        WORKLOAD,
        (detach(GUARDED, WORKLOADS), detach(GUARDED, SECURITY), delete(GUARDED)),
        fails="TH709",
    ),
    Attack(
        "S3 policy: detach",
        LOG_ARCHIVE,
        (detach(PRIVATE, SECURITY),),
        fails="TH712",
    ),
    Attack("S3 policy: delete", LOG_ARCHIVE, (detach(PRIVATE, SECURITY), delete(PRIVATE)), fails="TH712"),
    Attack(
        "S3 policy: nothing is blocked",
        LOG_ARCHIVE,
        (call("organizations.update_policy", PolicyId=PRIVATE, Content=blocking("none")),),
        fails="TH712",
    ),
    Attack(
        "S3 policy: overruled below",
        LOG_ARCHIVE,
        (
            call(
                "organizations.create_policy",
                Name="open",
                Description="",
                Type="S3_POLICY",
                Content=blocking("none"),
            ),
            call("organizations.attach_policy", PolicyId="p-open", TargetId=LOG_ARCHIVE),
        ),
        fails="TH712",
    ),
    Attack("S3 policies: all off", LOG_ARCHIVE, off("S3_POLICY"), fails="TH712"),
    Attack("RCP: all off", good.BUCKET_ARN, off("RESOURCE_CONTROL_POLICY"), fails="TH713"),
    Attack(
        "RCP: a stranger is let in",
        good.BUCKET_ARN,
        rewritten(CLOSED, {"Principal": "*", **but_a_stranger()}),
        fails="TH713",
    ),
    Attack(
        "RCP: not on objects",
        good.BUCKET_ARN,
        rewritten(CLOSED, {"Principal": "*", **STRANGERS, "Action": ["s3:ListBucket", "kms:*"]}),
        fails="TH713",
    ),
    Attack("RCP: detach", good.BUCKET_ARN, (detach(CLOSED, LOG_ARCHIVE),), fails="TH713"),
    Attack("SCP: all off", WORKLOAD, off("SERVICE_CONTROL_POLICY"), fails="TH709 TH710 TH711"),
    Attack(
        "SCP: nothing that exists is protected",
        WORKLOAD,
        rewritten(GUARDED, {**TRAILS, "Resource": "arn:aws:cloudtrail:*:*:trail/old"}),
        fails="TH709",
    ),
    Attack(
        "SCP: when it never holds",
        WORKLOAD,
        rewritten(GUARDED, {**TRAILS, "Condition": {"DateLessThan": {"aws:CurrentTime": "2020-01-01"}}}),
        fails="TH709",
    ),
    Attack(
        "SCP: leaving but from the console",
        WORKLOAD,
        rewritten(KEPT, {**LEAVING, "Condition": {"Bool": {"aws:ViaAWSService": "true"}}}),
        fails="TH710",
    ),
    Attack(
        "SCP: the archive's key is left out",
        LOG_ARCHIVE,
        (call("organizations.update_policy", PolicyId=LOCKED, Content=good.document(ON_KEY)),),
        fails="TH711",
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
        (moved(MEMBER, WORKLOADS, OUTSIDE),),
        fails="TH709",
    ),
    Attack(
        "account: moved into a new unit",
        WORKLOAD,
        (
            call("organizations.create_organizational_unit", ParentId="r-root", Name="New"),
            moved(MEMBER, WORKLOADS, "ou-root-new"),
        ),
        fails="TH709",
    ),
    Attack("account: moved into the root", WORKLOAD, (moved(MEMBER, WORKLOADS, "r-root"),), fails="TH709"),
    Attack(
        "account: the archive moved out",
        LOG_ARCHIVE,
        (moved(LOG_ARCHIVE, SECURITY, OUTSIDE),),
        fails="TH709 TH711 TH712",
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
    Attack(
        "trail: at home where members have not opted in",
        good.TRAIL_ARN.replace(good.HOME, OPT_IN),
        (
            call("account.enable_region", RegionName=OPT_IN),
            call("cloudtrail.delete_trail", Name=good.TRAIL_ARN),
            call(
                "cloudtrail.create_trail",
                at=OPT_IN,
                Name="audit",
                S3BucketName=good.BUCKET,
                IsMultiRegionTrail=True,
                IsOrganizationTrail=True,
            ),
            call("cloudtrail.start_logging", at=OPT_IN, Name="audit"),
        ),
        fails=f"TH704 TH705 {but('TH104', BARE)} TH127 TH317 TH623 {UNRECORDED} {ALARMS}",
        moot="TH807 TH623",
        gone=(good.TRAIL_ARN, good.KEY_ARN, good.GROUP_ARN, good.TOPIC_ARN),
    ),
)
