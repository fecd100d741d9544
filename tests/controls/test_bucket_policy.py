from typing import Any

from msgspec.structs import replace

from checker.catalog import CONTROLS
from checker.engine import judge
from checker.evidence import Cause, Known, Origin, Unknown
from checker.inventory import Inventory
from checker.model import Context, Status
from tests.controls.judging import Case, check, parametrize
from tests.hardened import (
    ACCOUNT,
    ACL_CHECK,
    BOUND,
    BUCKET_ARN,
    CLOUDTRAIL,
    DENIED,
    NO_TAMPERING,
    OWNER,
    TLS_ONLY,
    TRAIL,
    TRAIL_ARN,
    WRITE,
    document,
    hardened,
    statement,
)

TLS, DELIVERY, SOURCE, SCOPE = (CONTROLS[id] for id in ("TH312", "TH317", "TH318", "TH319"))
ORG = "o-a1b2c3d4e5"
OTHER = "444455556666"
OTHER_ARN = f"arn:aws:cloudtrail:eu-west-1:{OTHER}:trail/theirs"
MISSING = {"exists": Known(False), "policy": Known(None)}
UNREAD = Unknown("the policy was not read", Cause.FOREIGN_ACCOUNT)
BEFORE = "the bucket audit-logs-111122223333 does not exist"


def policy(*statements: dict[str, Any], **settings: Any) -> Inventory:
    return hardened(bucket={"policy": Known(document(*statements)), **settings})


def of_organization(organization: Any, *statements: dict[str, Any], **trail: Any) -> Inventory:
    return hardened(
        account={"organization": organization},
        trail={"organization": Known(True), **trail},
        bucket={"policy": Known(document(*statements))},
    )


def grant(action: str, resource: str, condition: dict[str, Any] | None = None) -> dict[str, Any]:
    return statement(Principal=CLOUDTRAIL, Action=action, Resource=resource, Condition=condition or {})


def put(resource: str, **equal: str) -> dict[str, Any]:
    """A grant below the bucket, bound to the trail and demanding the ACL unless other values are given."""
    keys = {"aws_SourceArn": TRAIL_ARN, "s3_x-amz-acl": "bucket-owner-full-control", **equal}
    condition = {"StringEquals": {key.replace("_", ":"): value for key, value in keys.items() if value}}
    return grant("s3:PutObject", f"{BUCKET_ARN}/{resource}", condition)


def both_in_one(resource: str) -> dict[str, Any]:
    """One statement for reading the ACL and for writing."""
    actions, resources = ["s3:GetBucketAcl", "s3:PutObject"], [BUCKET_ARN, f"{BUCKET_ARN}/{resource}"]
    return statement(Principal=CLOUDTRAIL, Action=actions, Resource=resources, Condition=BOUND)


def bound(key: str, value: Any, operator: str = "StringEquals") -> list[dict[str, Any]]:
    """Both grants to CloudTrail, bound by one condition."""
    condition = {operator: {key: value}}
    return [{**ACL_CHECK, "Condition": condition}, {**WRITE, "Condition": condition}]


def seen_by_a_member(organization: Any, *statements: dict[str, Any]) -> Inventory:
    """The log archive's view: the management account that owns the trail was not audited."""
    owned = of_organization(Known(None), *statements)
    archive = replace(OWNER, id=OTHER, organization=organization)
    sightings = tuple(replace(sighting, account=OTHER) for sighting in owned.sightings)
    return replace(owned, accounts={OTHER: archive}, sightings=sightings)


MINE = f"AWSLogs/{ACCOUNT}/*"
NO_ACL = {"s3_x-amz-acl": ""}
DEMANDS_ACL = statement(
    Effect="Deny",
    Principal=CLOUDTRAIL,
    Action="s3:PutObject",
    Resource=f"{BUCKET_ARN}/AWSLogs/*",
    Condition={"StringNotEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}},
)
OURS = put(f"AWSLogs/{ORG}/*")
KEPT = {"object_ownership": Known("ObjectWriter")}
THEIRS = replace(TRAIL, arn=OTHER_ARN, name="theirs", account=OTHER, home_region="eu-west-1")

CASES = [
    Case(TLS, hardened(), Status.PASS),
    Case(TLS, policy(TLS_ONLY), Status.PASS),
    Case(TLS, policy({**TLS_ONLY, "Action": "s3:PutObject"}), Status.FAIL, "its actions"),
    Case(TLS, policy({**TLS_ONLY, "Resource": f"{BUCKET_ARN}/*"}), Status.FAIL, "not denied for the bucket"),
    Case(TLS, policy({**TLS_ONLY, "Principal": {"AWS": OTHER}}), Status.FAIL, "its principals"),
    Case(TLS, policy(), Status.FAIL),
    Case(TLS, hardened(bucket={"policy": Known(None)}), Status.FAIL),
    Case(TLS, hardened(bucket={"policy": DENIED}), Status.UNKNOWN),
    Case(TLS, hardened(bucket={"policy": Known("{")}), Status.UNKNOWN, "not JSON"),
    Case(
        TLS, policy({**TLS_ONLY, "Condition": {"Bool": {"aws:SecureTransport": "${aws:x}"}}}), Status.UNKNOWN
    ),
    Case(TLS, hardened(bucket=MISSING), None),
    Case(DELIVERY, hardened(), Status.PASS),
    Case(DELIVERY, policy(ACL_CHECK), Status.FAIL, "s3:PutObject"),
    Case(DELIVERY, policy(WRITE), Status.FAIL, "s3:GetBucketAcl"),
    Case(
        DELIVERY,
        policy(ACL_CHECK, WRITE, {**NO_TAMPERING, "Action": "s3:*"}),
        Status.FAIL,
        "statement 3 denies it",
    ),
    Case(DELIVERY, policy(ACL_CHECK, put(f"AWSLogs/{OTHER}/*")), Status.FAIL, "no statement allows it"),
    Case(DELIVERY, hardened(trail={"key_prefix": Known("logs")}), Status.FAIL, "logs/AWSLogs"),
    Case(DELIVERY, hardened(bucket={"policy": Known(None)}), Status.FAIL),
    Case(DELIVERY, hardened(bucket={"policy": DENIED}), Status.UNKNOWN),
    Case(DELIVERY, hardened(bucket={"exists": DENIED, "policy": UNREAD}), Status.UNKNOWN),
    Case(DELIVERY, hardened(trail={"key_prefix": DENIED}), Status.UNKNOWN),
    Case(DELIVERY, hardened(trail={"bucket_name": DENIED}), Status.UNKNOWN),
    Case(DELIVERY, hardened(trail={"bucket_name": Known("elsewhere")}), Status.UNKNOWN, "elsewhere"),
    Case(DELIVERY, hardened(bucket=MISSING), None, BEFORE),
    Case(DELIVERY, of_organization(Known(ORG), ACL_CHECK, WRITE, OURS), Status.PASS),
    Case(DELIVERY, of_organization(Known(ORG), ACL_CHECK, WRITE), Status.FAIL, f"AWSLogs/{ORG}"),
    Case(DELIVERY, of_organization(Known(ORG), ACL_CHECK, OURS), Status.FAIL, f"AWSLogs/{ACCOUNT}"),
    Case(DELIVERY, of_organization(DENIED, ACL_CHECK, WRITE, OURS), Status.UNKNOWN, "access was denied"),
    Case(DELIVERY, of_organization(DENIED, ACL_CHECK), Status.FAIL),
    Case(
        DELIVERY,
        hardened(
            trail={"organization": Known(True), "account": OTHER},
            bucket={"policy": Known(document(ACL_CHECK, put("*")))},
        ),
        Status.UNKNOWN,
        f"the organization of account {OTHER}",
    ),
    Case(DELIVERY, seen_by_a_member(Known(ORG), ACL_CHECK, WRITE, OURS), Status.PASS),
    Case(DELIVERY, seen_by_a_member(Known(ORG), ACL_CHECK, WRITE), Status.FAIL, f"AWSLogs/{ORG}"),
    Case(DELIVERY, seen_by_a_member(DENIED, ACL_CHECK, WRITE, OURS), Status.UNKNOWN),
    Case(SOURCE, hardened(), Status.PASS),
    Case(SOURCE, policy(*bound("aws:SourceAccount", ACCOUNT)), Status.PASS),
    Case(
        SOURCE,
        policy(*bound("aws:SourceArn", f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*", "ArnLike")),
        Status.PASS,
    ),
    Case(SOURCE, policy(*bound("aws:SourceArn", "arn:aws:cloudtrail:*:*:trail/*", "ArnLike")), Status.FAIL),
    Case(SOURCE, policy(*bound("aws:SourceArn", TRAIL_ARN, "StringEqualsIfExists")), Status.FAIL),
    Case(
        SOURCE,
        policy({**ACL_CHECK, "Condition": {}}, WRITE),
        Status.FAIL,
        "s3:GetBucketAcl for a trail of any account",
    ),
    Case(
        SOURCE,
        policy(ACL_CHECK, put(MINE, aws_SourceArn="")),
        Status.FAIL,
        "statement 2 lets CloudTrail perform s3:PutObject",
    ),
    Case(SOURCE, policy(ACL_CHECK, WRITE, {**WRITE, "Principal": "*", "Condition": {}}), Status.FAIL),
    Case(SOURCE, of_organization(Known(ORG), *bound("aws:SourceOrgID", ORG)), Status.PASS),
    Case(SOURCE, of_organization(Known("o-zzzzzzzzzz"), *bound("aws:SourceOrgID", ORG)), Status.UNKNOWN, ORG),
    Case(SOURCE, of_organization(DENIED, *bound("aws:SourceOrgID", ORG)), Status.UNKNOWN),
    Case(
        SOURCE,
        policy(*bound("aws:SourceArn", [TRAIL_ARN, OTHER_ARN])),
        Status.UNKNOWN,
        f"is bound to {OTHER}",
    ),
    Case(
        SOURCE,
        replace(
            policy(*bound("aws:SourceArn", [TRAIL_ARN, OTHER_ARN])),
            trails={TRAIL_ARN: TRAIL, OTHER_ARN: THEIRS},
        ),
        Status.PASS,
    ),
    Case(SOURCE, policy(TLS_ONLY), None, "grants CloudTrail nothing"),
    Case(SOURCE, hardened(bucket={"policy": Known(None)}), None),
    Case(SOURCE, hardened(bucket={"policy": DENIED}), Status.UNKNOWN),
    Case(SOURCE, policy(*bound("aws:SourceArn", "${aws:PrincipalTag/trail}")), Status.UNKNOWN),
    Case(SOURCE, hardened(bucket=MISSING), None, BEFORE),
    Case(SCOPE, hardened(), Status.PASS),
    Case(
        SCOPE, policy(put(MINE), put(f"AWSLogs/{OTHER}/CloudTrail/*"), put(f"p/AWSLogs/{ORG}/*")), Status.PASS
    ),
    Case(SCOPE, policy(put("*")), Status.FAIL, f"statement 1 lets CloudTrail write to {BUCKET_ARN}/*"),
    Case(SCOPE, policy(put("AWSLogs/*")), Status.FAIL),
    Case(SCOPE, policy(put("AWSLogs/1111*")), Status.FAIL),
    Case(SCOPE, policy(put(f"*/AWSLogs/{ACCOUNT}/*")), Status.FAIL),
    Case(SCOPE, policy(put("AWSLogs/o-*/*")), Status.FAIL),
    Case(SCOPE, policy(put(f"AWSLogs/{ACCOUNT}*")), Status.PASS),
    Case(SCOPE, policy(put(MINE), put("other/*")), Status.FAIL, "other/*"),
    Case(SCOPE, policy({**put(MINE), "Action": "s3:*", "Resource": "*"}), Status.FAIL, "write to *"),
    Case(
        SCOPE,
        policy({k: v for k, v in put(MINE).items() if k != "Resource"} | {"NotResource": BUCKET_ARN}),
        Status.FAIL,
    ),
    Case(
        SCOPE, policy(put(MINE), {**put("*"), "Principal": {"Service": "config.amazonaws.com"}}), Status.PASS
    ),
    Case(SCOPE, policy(put("AWSLogs/${aws:SourceAccount}/*")), Status.UNKNOWN, "policy variable"),
    Case(SCOPE, policy(both_in_one(MINE)), Status.PASS),
    Case(SCOPE, policy(both_in_one("*")), Status.FAIL, f"write to {BUCKET_ARN}/*"),
    Case(SCOPE, policy(put(MINE, **NO_ACL), DEMANDS_ACL, **KEPT), Status.PASS),
    Case(
        SCOPE, policy(put(MINE, **NO_ACL), put("AWSLogs/o-a/*", **NO_ACL), DEMANDS_ACL, **KEPT), Status.PASS
    ),
    Case(
        SCOPE,
        policy(put(MINE, **NO_ACL), {**DEMANDS_ACL, "Resource": f"{BUCKET_ARN}/AWSLogs/o-a/*"}, **KEPT),
        Status.FAIL,
        "does not demand",
    ),
    Case(SCOPE, policy(put(MINE, **NO_ACL)), Status.PASS),
    Case(SCOPE, policy(put(MINE, **NO_ACL), **KEPT), Status.FAIL, "does not demand"),
    Case(SCOPE, policy(put(MINE, **NO_ACL), object_ownership=Known("BucketOwnerPreferred")), Status.FAIL),
    Case(SCOPE, policy(put(MINE, **NO_ACL), object_ownership=Known(None)), Status.FAIL),
    Case(SCOPE, policy(put(MINE, **NO_ACL), object_ownership=DENIED), Status.UNKNOWN),
    Case(SCOPE, policy(put(MINE), **KEPT), Status.PASS),
    Case(SCOPE, policy(put(MINE), object_ownership=DENIED), Status.PASS),
    Case(SCOPE, policy(ACL_CHECK), None, "write nothing"),
    Case(SCOPE, hardened(bucket={"policy": DENIED}), Status.UNKNOWN),
    Case(SCOPE, hardened(bucket=MISSING), None, BEFORE),
]


@parametrize(CASES)
def test_case(case: Case) -> None:
    check(case)


def test_what_decides_is_evidence() -> None:
    read = Origin(action="organizations:DescribeOrganization", field="Id")
    inventory = of_organization(Known(ORG, read), ACL_CHECK, WRITE, OURS)
    (trail,) = inventory.trails.values()
    _, evidence = judge(DELIVERY, trail, Context(inventory=inventory))
    assert [(e.origin, e.value) for e in evidence] == [(read, ORG)]
