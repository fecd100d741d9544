"""Templates: whether log and key outlive them, and whether CreateTrail would take what they declare."""

from typing import Any

from msgspec.structs import replace

from checker.controls import deployment
from checker.evidence import Cause, Known, Unknown
from checker.inventory import Declaration, DeployedStack, Inventory, Prerequisite
from checker.model import Status
from tests.controls.judging import Case, check, parametrize
from tests.hardened import (
    ACCOUNT,
    ACL_CHECK,
    BUCKET_ARN,
    HOME,
    KEY_ARN,
    ROLE_ARN,
    TOPIC_ARN,
    TRAIL_ARN,
    WRITE,
    document,
    hardened,
)

PASS, FAIL, UNKNOWN = Status.PASS, Status.FAIL, Status.UNKNOWN
OPEN: Any = Unknown("it cannot be told", Cause.UNDECIDED)
LATE = Prerequisite(name="AWS::S3::BucketPolicy logs/Policy", awaited=Known(False))
ORGANIZATION = "o-abcdefghij"
GOOD: dict[str, Any] = {
    "account": ACCOUNT,
    "region": HOME,
    "language": "cloudformation",
    "on_deletion": Known("Retain"),
    "on_replacement": Known("Retain"),
    "emptied": Known(False),
    "waiting_days": Known(30),
    "prerequisites": Known((Prerequisite(name="AWS::S3::Bucket logs", awaited=Known(True)),)),
    "literals": Known(()),
}
STACK = DeployedStack(
    arn=f"arn:aws:cloudformation:{HOME}:{ACCOUNT}:stack/logs",
    name="logs",
    account=ACCOUNT,
    region=HOME,
    protected=Known(True),
    holds=(BUCKET_ARN,),
)


def declared(at: str = "", world: Inventory | None = None, **changes: Any) -> Inventory:
    """The hardened account as a template that declares all of it, with facts on one ARN changed."""
    found = {
        arn: Declaration(arn=arn, **GOOD) for arn in (TRAIL_ARN, BUCKET_ARN, KEY_ARN, TOPIC_ARN, ROLE_ARN)
    }
    if at:
        found[at] = replace(found[at], **changes)
    return replace(world or hardened(), declarations=found)


def planned(at: str, **changes: Any) -> Inventory:
    return declared(at, language="terraform", **changes)


def with_stack(protected: Any) -> Inventory:
    return replace(hardened(), stacks={STACK.arn: replace(STACK, protected=protected)})


def for_organization(*resources: str, **trail: Any) -> Inventory:
    """A template of an organization trail, whose policy lets CloudTrail write to these keys of the bucket."""
    writes = [{**WRITE, "Resource": f"{BUCKET_ARN}/{resource}"} for resource in resources]
    return declared(
        world=hardened(
            trail={"organization": Known(True), **trail},
            account={"organization": OPEN, "management_account": OPEN},
            bucket={"policy": Known(document(ACL_CHECK, *writes))},
        )
    )


OWN = f"AWSLogs/{ACCOUNT}/*"
CASES = [
    Case(deployment.bucket_retained, hardened(), None, "no template"),
    Case(deployment.bucket_retained, declared(), PASS),
    Case(deployment.bucket_retained, declared(BUCKET_ARN, on_deletion=Known("RetainExceptOnCreate")), PASS),
    Case(
        deployment.bucket_retained, declared(BUCKET_ARN, on_deletion=Known("Delete")), FAIL, "with its stack"
    ),
    Case(deployment.bucket_retained, declared(BUCKET_ARN, on_replacement=Known("Delete")), FAIL, "replaced"),
    Case(deployment.bucket_retained, declared(BUCKET_ARN, emptied=Known(True)), FAIL, "all log files"),
    Case(deployment.bucket_retained, declared(BUCKET_ARN, on_deletion=OPEN), UNKNOWN),
    Case(deployment.bucket_retained, declared(BUCKET_ARN, emptied=OPEN), UNKNOWN),
    Case(deployment.bucket_retained, planned(BUCKET_ARN, on_deletion=OPEN), PASS, "refuses"),
    Case(deployment.bucket_retained, planned(BUCKET_ARN, emptied=Known(True)), FAIL),
    Case(deployment.key_retained, hardened(), None, "no template"),
    Case(deployment.key_retained, declared(), PASS),
    Case(deployment.key_retained, declared(KEY_ARN, waiting_days=Known(7)), PASS),
    Case(deployment.key_retained, declared(KEY_ARN, on_deletion=Known("Delete")), FAIL),
    Case(deployment.key_retained, declared(KEY_ARN, on_replacement=Known("Delete")), FAIL),
    Case(deployment.key_retained, declared(KEY_ARN, on_deletion=OPEN), UNKNOWN),
    Case(deployment.key_retained, planned(KEY_ARN), PASS),
    Case(deployment.key_retained, planned(KEY_ARN, on_deletion=OPEN), UNKNOWN),
    Case(
        deployment.key_retained,
        planned(KEY_ARN, waiting_days=Known(7), on_deletion=OPEN),
        FAIL,
        "waits 7 days",
    ),
    Case(deployment.stack_protected, hardened(), None),
    Case(deployment.stack_protected, with_stack(Known(True)), PASS),
    Case(deployment.stack_protected, with_stack(Known(False)), FAIL, "the stack logs is off"),
    Case(deployment.stack_protected, with_stack(OPEN), UNKNOWN),
    Case(deployment.ordered, hardened(), None, "no template"),
    Case(deployment.ordered, declared(), PASS),
    Case(deployment.ordered, declared(TRAIL_ARN, prerequisites=Known((LATE,))), FAIL, "logs/Policy"),
    Case(
        deployment.ordered,
        declared(TRAIL_ARN, prerequisites=Known((replace(LATE, awaited=OPEN), LATE))),
        FAIL,
        "logs/Policy",
    ),
    Case(
        deployment.ordered,
        declared(TRAIL_ARN, prerequisites=Known((replace(LATE, awaited=OPEN),))),
        UNKNOWN,
    ),
    Case(deployment.ordered, declared(TRAIL_ARN, prerequisites=Known(())), None, "nothing"),
    Case(deployment.ordered, declared(TRAIL_ARN, prerequisites=OPEN), UNKNOWN),
    Case(deployment.neutral, hardened(), None, "no template"),
    Case(deployment.neutral, declared(), PASS),
    Case(deployment.neutral, declared(ROLE_ARN, literals=Known(("aws",))), FAIL, "partition aws"),
    Case(deployment.neutral, declared(ROLE_ARN, literals=Known(("aws",)), partition="aws"), PASS),
    Case(
        deployment.neutral,
        declared(BUCKET_ARN, literals=Known(("aws", "aws-cn")), partition="aws"),
        FAIL,
        "partition aws-cn",
    ),
    Case(deployment.neutral, declared(BUCKET_ARN, literals=OPEN), UNKNOWN),
    Case(deployment.organization_delivery, hardened(), None, "no template"),
    Case(deployment.organization_delivery, declared(), None, "no organization trail"),
    Case(
        deployment.organization_delivery,
        for_organization(OWN, f"AWSLogs/{ORGANIZATION}/*"),
        PASS,
        ORGANIZATION,
    ),
    Case(deployment.organization_delivery, for_organization("AWSLogs/*"), PASS, "the organization"),
    Case(deployment.organization_delivery, for_organization(OWN), FAIL, "AWSLogs/ORGANIZATION"),
    Case(
        deployment.organization_delivery,
        for_organization(f"AWSLogs/{ORGANIZATION}/*"),
        FAIL,
        f"AWSLogs/{ACCOUNT}",
    ),
    Case(
        deployment.organization_delivery,
        for_organization(OWN, f"AWSLogs/{ORGANIZATION}/*", key_prefix=Known("trail")),
        FAIL,
        "trail/AWSLogs",
    ),
    Case(
        deployment.organization_delivery,
        declared(world=hardened(trail={"organization": Known(True)}, bucket={"policy": OPEN})),
        UNKNOWN,
    ),
    Case(deployment.organization_delivery, declared(world=hardened(trail={"organization": OPEN})), UNKNOWN),
]


@parametrize(CASES)
def test_deployment(case: Case) -> None:
    check(case)
