from typing import Any

from checker.catalog import CONTROLS
from checker.evidence import Known
from checker.inventory import Inventory
from checker.model import Status, Thresholds
from tests.controls.judging import Case, check, parametrize
from tests.hardened import (
    ACCOUNT,
    BREAK_GLASS,
    BUCKET_ARN,
    DENIED,
    NO_TAMPERING,
    document,
    hardened,
    statement,
)

TAMPER = CONTROLS["TH320"]
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
OTHER = f"arn:aws:iam::{ACCOUNT}:role/other"
DEMANDED = [
    "s3:DeleteObject*",
    "s3:PutLifecycleConfiguration",
    "s3:PutBucketPolicy",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketVersioning",
    "s3:BypassGovernanceRetention",
]
LISTED = Thresholds(break_glass_arns=(BREAK_GLASS,))
LISTED_BY_NAME = Thresholds(break_glass_arns=(f"arn:aws:iam::{ACCOUNT}:role/break-*",))


def policy(*statements: dict[str, Any], **trail: Any) -> Inventory:
    return hardened(bucket={"policy": Known(document(*statements))}, trail=trail)


def deny(**parts: Any) -> dict[str, Any]:
    """The hardened Deny with parts replaced; None takes a part away."""
    whole = {**NO_TAMPERING, **parts}
    return {name: part for name, part in whole.items() if part is not None}


def but(values: Any, operator: str = "ArnNotLike", key: str = "aws:PrincipalArn") -> Inventory:
    return policy(deny(Condition={operator: {key: values}}))


def objects(prefix: str) -> list[str]:
    return [BUCKET_ARN, f"{BUCKET_ARN}/{prefix}"]


SERVICE = statement(
    Principal={"Service": "config.amazonaws.com"}, Action="s3:PutBucketPolicy", Resource=BUCKET_ARN
)
CASES = [
    Case(TAMPER, hardened(), Status.PASS, f"but {BREAK_GLASS}"),
    Case(TAMPER, policy(deny(Condition=None)), Status.PASS, "tampering is denied to everybody"),
    Case(TAMPER, policy(deny(Action="s3:*", Condition=None)), Status.PASS),
    Case(TAMPER, policy(deny(Action=DEMANDED)), Status.PASS),
    Case(TAMPER, policy(*(deny(Action=action) for action in DEMANDED)), Status.PASS),
    *(
        Case(
            TAMPER,
            policy(deny(Action=[a for a in DEMANDED if a != missing])),
            Status.FAIL,
            missing.strip("*"),
        )
        for missing in DEMANDED
    ),
    Case(
        TAMPER, policy(deny(Action=["s3:DeleteObject", *DEMANDED[1:]])), Status.FAIL, "s3:DeleteObjectVersion"
    ),
    Case(TAMPER, but([BREAK_GLASS, OTHER]), Status.PASS, OTHER),
    Case(TAMPER, but(BREAK_GLASS, "StringNotEquals"), Status.PASS),
    Case(
        TAMPER, but("AROAEXAMPLEEXAMPLE:*", "StringNotLike", "aws:userid"), Status.PASS, "AROAEXAMPLEEXAMPLE"
    ),
    Case(TAMPER, but(ROOT), Status.PASS, ROOT),
    Case(TAMPER, but("*"), Status.FAIL, "left out: *"),
    Case(TAMPER, but(f"arn:aws:iam::{ACCOUNT}:role/*"), Status.FAIL, "role/*"),
    Case(TAMPER, but("arn:aws:iam::*:role/break-glass"), Status.FAIL),
    Case(
        TAMPER, but(ACCOUNT, "StringNotEquals", "aws:PrincipalAccount"), Status.FAIL, "aws:PrincipalAccount"
    ),
    Case(TAMPER, but("false", "BoolIfExists", "aws:MultiFactorAuthPresent"), Status.FAIL),
    Case(TAMPER, but("${aws:PrincipalTag/glass}", "StringNotEquals"), Status.UNKNOWN),
    Case(
        TAMPER,
        policy(deny(Principal=None, NotPrincipal={"AWS": [BREAK_GLASS, ROOT]}, Condition=None)),
        Status.PASS,
    ),
    Case(
        TAMPER,
        policy(deny(Principal=None, NotPrincipal={"AWS": ROOT}, Condition=None)),
        Status.FAIL,
        f"left out: {ACCOUNT}",
    ),
    Case(TAMPER, policy(deny(Principal={"AWS": OTHER})), Status.FAIL, "its principals"),
    Case(TAMPER, policy(deny(Resource=BUCKET_ARN)), Status.FAIL, "s3:DeleteObject is not denied"),
    Case(TAMPER, policy(deny(Resource=f"{BUCKET_ARN}/*")), Status.FAIL, "s3:PutLifecycleConfiguration"),
    # Objects count where the trail keeps them.
    Case(TAMPER, policy(deny(Resource=objects("AWSLogs/*"))), Status.PASS),
    Case(TAMPER, policy(deny(Resource=objects(f"AWSLogs/{ACCOUNT}/*"))), Status.PASS),
    Case(TAMPER, policy(deny(Resource=objects("reports/*"))), Status.FAIL),
    Case(TAMPER, policy(deny(Resource=objects("AWSLogs/*")), key_prefix=Known("p")), Status.FAIL),
    Case(TAMPER, policy(deny(Resource=objects("p/AWSLogs/*")), key_prefix=Known("p")), Status.PASS),
    Case(TAMPER, policy(deny(Resource=objects("AWSLogs/*")), key_prefix=DENIED), Status.FAIL),
    Case(TAMPER, policy(deny(Resource=objects("*")), key_prefix=DENIED), Status.PASS),
    # AWS services have no policies but this one.
    Case(TAMPER, but("false", "Bool", "aws:PrincipalIsAWSService"), Status.PASS),
    Case(
        TAMPER,
        policy(SERVICE, deny(Condition={"Bool": {"aws:PrincipalIsAWSService": "false"}})),
        Status.FAIL,
        "AWS services",
    ),
    # A configured list is the whole list.
    Case(TAMPER, hardened(), Status.PASS, thresholds=LISTED),
    Case(TAMPER, hardened(), Status.PASS, thresholds=LISTED_BY_NAME),
    Case(TAMPER, but([BREAK_GLASS, OTHER]), Status.FAIL, f"left out: {OTHER}", thresholds=LISTED),
    Case(
        TAMPER,
        policy(deny(Principal=None, NotPrincipal={"AWS": [BREAK_GLASS, ROOT]}, Condition=None)),
        Status.PASS,
        thresholds=LISTED,
    ),
    Case(
        TAMPER,
        but("arn:aws:iam::*:role/break-glass"),
        Status.PASS,
        thresholds=Thresholds(break_glass_arns=("arn:aws:iam::*:role/break-glass",)),
    ),
    Case(
        TAMPER,
        policy(),
        Status.FAIL,
        "not denied to everybody; nor are s3:PutBucketPolicy, s3:DeleteBucketPolicy, s3:Put",
    ),
    Case(TAMPER, hardened(bucket={"policy": Known(None)}), Status.FAIL),
    Case(TAMPER, hardened(bucket={"policy": DENIED}), Status.UNKNOWN),
    Case(TAMPER, hardened(bucket={"exists": Known(False)}), None),
]


@parametrize(CASES)
def test_case(case: Case) -> None:
    check(case)
