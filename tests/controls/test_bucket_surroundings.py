"""What is around the log bucket: the account's block, access points, a website, access logs, its owner."""

from typing import Any

from checker.catalog import CONTROLS
from checker.evidence import Cause, Known, Unknown
from checker.inventory import (
    AccessPoint,
    Encryption,
    Grant,
    Inventory,
    LifecycleRule,
    ObjectLock,
    PublicAccessBlock,
    Versioning,
)
from checker.model import Status, Thresholds
from tests.controls.judging import Case, check, parametrize
from tests.hardened import (
    ACCESS_LOGS,
    ACCOUNT,
    BUCKET,
    BUCKET_ARN,
    DENIED,
    LOG_BUCKET,
    document,
    hardened,
    statement,
)

BLOCK, WEBSITE, POINTS = (CONTROLS[id] for id in ("TH322", "TH329", "TH330"))
ABORT, NOTIFY, SELF, TARGET = (CONTROLS[id] for id in ("TH323", "TH324", "TH331", "TH335"))
OWNER, APART = (CONTROLS[id] for id in ("TH333", "TH334"))
ARCHIVE = "222233334444"
GONE: dict[str, Any] = {"exists": Known(False)}
FOREIGN = Unknown(f"bucket {BUCKET} is not one of account {ACCOUNT}", Cause.FOREIGN_ACCOUNT)
SOMEBODYS: dict[str, Any] = {"account": FOREIGN, "disowned": (ACCOUNT,)}
OUTSIDE: dict[str, Any] = {**SOMEBODYS, "outside": Known(True)}
EXPECTING = Thresholds(log_archive_account=ARCHIVE)
ALL_ON = PublicAccessBlock(
    block_public_acls=True, ignore_public_acls=True, block_public_policy=True, restrict_public_buckets=True
)
HALF = PublicAccessBlock(block_public_acls=True, ignore_public_acls=True)


def point(block: Any, **more: Any) -> AccessPoint:
    return AccessPoint(arn="arn:aws:s3:us-east-1:1:accesspoint/p", public_access_block=block, **more)


def pointed(*points: AccessPoint) -> Inventory:
    return hardened(bucket={"access_points": Known(points)})


def rule(enabled: bool = True, days: int | None = 7) -> Any:
    return Known((LifecycleRule(enabled=enabled, abort_multipart_days=days),))


def delivered(principal: str = "logging.s3.amazonaws.com", **parts: Any) -> dict[str, Any]:
    grant = statement(
        Principal={"Service": principal},
        Action="s3:PutObject",
        Resource=f"arn:aws:s3:::{ACCESS_LOGS}/*",
        Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    )
    return {"policy": Known(document({**grant, **parts}))}


def target(**settings: Any) -> Inventory:
    return hardened(target=settings)


OPEN = delivered(Principal="*", Condition={})
ONLY_OTHERS = {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::other"}}
OURS = {"ArnEquals": {"aws:SourceArn": BUCKET_ARN}}
BY_ACL: dict[str, Any] = {
    "policy": Known(None),
    "object_ownership": Known("ObjectWriter"),
    "acl": Known((Grant(grantee="http://acs.amazonaws.com/groups/s3/LogDelivery", permission="WRITE"),)),
}
OTHER = Unknown("of another account", Cause.FOREIGN_ACCOUNT)

CASES = [
    Case(BLOCK, hardened(), Status.FAIL, "BlockPublicAcls"),
    Case(BLOCK, hardened(account={"public_access_block": Known(ALL_ON)}), Status.PASS),
    Case(BLOCK, hardened(account={"public_access_block": Known(HALF)}), Status.FAIL, "RestrictPublicBuckets"),
    Case(BLOCK, hardened(account={"public_access_block": DENIED}), Status.UNKNOWN),
    Case(WEBSITE, hardened(), Status.PASS),
    Case(WEBSITE, hardened(bucket={"website": Known(True)}), Status.FAIL),
    Case(WEBSITE, hardened(bucket={"website": DENIED}), Status.UNKNOWN),
    Case(POINTS, hardened(), None, "no access point"),
    Case(POINTS, pointed(point(Known(ALL_ON)), point(Known(ALL_ON), multi_region=True)), Status.PASS, "(2)"),
    Case(POINTS, pointed(point(Known(ALL_ON)), point(Known(HALF))), Status.FAIL, "off BlockPublicPolicy"),
    Case(POINTS, pointed(point(Known(HALF), multi_region=True)), Status.FAIL, "Multi-Region Access Point"),
    Case(POINTS, pointed(point(DENIED), point(Known(HALF))), Status.FAIL),
    Case(POINTS, pointed(point(DENIED), point(Known(ALL_ON))), Status.UNKNOWN),
    Case(POINTS, hardened(bucket={"access_points": DENIED}), Status.UNKNOWN),
    Case(ABORT, hardened(), Status.FAIL),
    Case(ABORT, hardened(bucket={"lifecycle": rule()}), Status.PASS, "7 days"),
    Case(ABORT, hardened(bucket={"lifecycle": rule(enabled=False)}), Status.FAIL),
    Case(ABORT, hardened(bucket={"lifecycle": rule(days=None)}), Status.FAIL),
    Case(ABORT, hardened(bucket={"versioning": Known(Versioning(status="Enabled", mfa_delete=True))}), None),
    Case(ABORT, hardened(bucket={"lifecycle": DENIED}), Status.UNKNOWN),
    Case(NOTIFY, hardened(), Status.FAIL),
    Case(NOTIFY, hardened(bucket={"notifications": Known(("EventBridge",))}), Status.PASS, "EventBridge"),
    Case(NOTIFY, hardened(bucket={"notifications": DENIED}), Status.UNKNOWN),
    Case(SELF, hardened(), Status.PASS),
    Case(SELF, hardened(bucket={"access_log_bucket": Known(None)}), Status.PASS),
    Case(SELF, hardened(bucket={"access_log_bucket": Known(BUCKET)}), Status.FAIL, "itself"),
    Case(SELF, hardened(bucket={"access_log_bucket": DENIED}), Status.UNKNOWN),
    Case(TARGET, hardened(), Status.PASS),
    Case(TARGET, hardened(bucket={"access_log_bucket": Known(None)}), None, "is off"),
    Case(TARGET, hardened(bucket=GONE), None, "does not exist"),
    Case(TARGET, hardened(bucket={"access_log_bucket": Known(BUCKET)}), Status.FAIL, "they watch"),
    Case(TARGET, hardened(bucket={"access_log_bucket": Known("elsewhere")}), Status.UNKNOWN, "elsewhere"),
    Case(TARGET, hardened(bucket={"access_log_bucket": DENIED}), Status.UNKNOWN),
    Case(TARGET, target(**GONE), Status.FAIL, "does not exist"),
    Case(TARGET, target(region=Known("eu-west-1")), Status.FAIL, "another Region"),
    Case(TARGET, target(account=Known(ARCHIVE)), Status.FAIL, "another account"),
    Case(TARGET, target(account=OTHER, disowned=(ACCOUNT,)), Status.FAIL, "another account"),
    Case(TARGET, target(account=OTHER), Status.UNKNOWN),
    Case(
        TARGET,
        target(object_lock=Known(ObjectLock(enabled=True, mode="GOVERNANCE", days=1))),
        Status.FAIL,
        "default retention",
    ),
    Case(TARGET, target(object_lock=Known(ObjectLock(enabled=True))), Status.PASS),
    Case(TARGET, target(encryption=Known(Encryption(algorithm="aws:kms"))), Status.FAIL, "SSE-KMS"),
    Case(TARGET, target(encryption=DENIED), Status.UNKNOWN),
    Case(TARGET, target(encryption=DENIED, region=Known("eu-west-1")), Status.FAIL),
    Case(TARGET, target(policy=Known(None)), Status.FAIL, "may not write"),
    Case(TARGET, target(**delivered()), Status.PASS),
    Case(TARGET, target(**delivered(Condition=OURS)), Status.PASS),
    Case(TARGET, target(**delivered(Condition=ONLY_OTHERS)), Status.FAIL, "may not write"),
    Case(TARGET, target(**delivered("config.amazonaws.com")), Status.FAIL),
    Case(TARGET, target(**delivered(Resource=f"arn:aws:s3:::{ACCESS_LOGS}/other/*")), Status.FAIL),
    Case(TARGET, target(policy=DENIED), Status.UNKNOWN),
    Case(TARGET, target(**BY_ACL), Status.PASS),
    Case(TARGET, target(**{**BY_ACL, "object_ownership": Known("BucketOwnerEnforced")}), Status.FAIL),
    Case(TARGET, target(**OPEN), Status.PASS),
    Case(TARGET, target(**OPEN, public_access_block=Known(PublicAccessBlock())), Status.FAIL, "public"),
    Case(OWNER, hardened(), Status.PASS, ACCOUNT),
    Case(OWNER, hardened(), Status.FAIL, f"not to {ARCHIVE}", EXPECTING),
    Case(OWNER, hardened(bucket={"account": Known(ARCHIVE)}), Status.PASS, "", EXPECTING),
    Case(OWNER, hardened(bucket=SOMEBODYS), Status.UNKNOWN),
    Case(OWNER, hardened(bucket=SOMEBODYS), Status.UNKNOWN, "", EXPECTING),
    Case(
        OWNER,
        hardened(bucket={**SOMEBODYS, "disowned": (ARCHIVE,)}),
        Status.FAIL,
        f"not a bucket of account {ARCHIVE}",
        EXPECTING,
    ),
    Case(OWNER, hardened(bucket=OUTSIDE), Status.FAIL, "belongs to no account of the organization"),
    Case(OWNER, hardened(bucket={**OUTSIDE, "outside": Known(False)}), Status.UNKNOWN),
    Case(OWNER, hardened(bucket=OUTSIDE), Status.UNKNOWN, "", EXPECTING),
    Case(OWNER, hardened(bucket=OUTSIDE), Status.UNKNOWN, "", Thresholds(trusted_accounts=(ARCHIVE,))),
    Case(OWNER, hardened(bucket=GONE), None),
    Case(APART, hardened(), Status.FAIL, "the trail's own account"),
    Case(APART, hardened(bucket={"account": Known(ARCHIVE)}), Status.PASS),
    Case(APART, hardened(bucket={"account": Known(ARCHIVE)}), Status.PASS, "", EXPECTING),
    Case(APART, hardened(bucket={"account": Known("999988887777")}), Status.FAIL, "not in", EXPECTING),
    Case(APART, hardened(bucket=SOMEBODYS), Status.PASS, "another account"),
    Case(APART, hardened(bucket=SOMEBODYS), Status.UNKNOWN, "", EXPECTING),
    Case(APART, hardened(bucket={**SOMEBODYS, "disowned": (ARCHIVE,)}), Status.FAIL, "", EXPECTING),
    Case(APART, hardened(bucket={"account": FOREIGN}), Status.UNKNOWN),
    Case(APART, hardened(bucket=GONE), None),
]


@parametrize(CASES)
def test_case(case: Case) -> None:
    check(case)


def test_another_log_bucket_that_logs_here_makes_it_a_target() -> None:
    inventory = hardened()
    other = type(LOG_BUCKET)(
        **{
            name: getattr(LOG_BUCKET, name)
            for name in LOG_BUCKET.__struct_fields__
            if name not in ("name", "arn", "access_log_bucket")
        },
        name="other",
        arn="arn:aws:s3:::other",
        access_log_bucket=Known(BUCKET),
    )
    inventory.buckets["other"] = other
    check(Case(SELF, inventory, Status.FAIL, "of other"))
