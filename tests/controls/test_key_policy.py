from typing import Any

from checker.catalog import CONTROLS
from checker.evidence import Known
from checker.inventory import Inventory
from checker.model import Status
from tests.controls.judging import Case, check, parametrize
from tests.hardened import (
    ACCOUNT,
    CLOUDTRAIL,
    DENIED,
    KEY_ADMIN,
    KEY_DESCRIBE,
    KEY_ENCRYPT,
    TRAIL_ARN,
    document,
    hardened,
    statement,
)

PUBLIC, SCOPED = CONTROLS["TH404"], CONTROLS["TH405"]
OTHER = "444455556666"
OTHER_ARN = f"arn:aws:cloudtrail:eu-west-1:{OTHER}:trail/theirs"
CONTEXT = "kms:EncryptionContext:aws:cloudtrail:arn"
SOURCE = {"StringEquals": {"aws:SourceArn": TRAIL_ARN}}
IN_CONTEXT = {"StringLike": {CONTEXT: f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*"}}
TOPIC = "kms:EncryptionContext:aws:sns:topicArn"
TOPIC_ARN = f"arn:aws:sns:us-east-1:{ACCOUNT}:audit"
NO_KEY = {"exists": Known(False), "policy": DENIED}


def policy(*statements: dict[str, Any]) -> Inventory:
    return hardened(key={"policy": Known(document(*statements))})


def everybody(condition: dict[str, Any]) -> Inventory:
    grant = statement(Principal={"AWS": "*"}, Action="kms:Decrypt", Resource="*", Condition=condition)
    return policy(KEY_ADMIN, grant)


def shared(condition: dict[str, Any]) -> Inventory:
    for_the_topic = statement(
        Principal=CLOUDTRAIL,
        Action=["kms:GenerateDataKey*", "kms:Decrypt"],
        Resource="*",
        Condition=condition,
    )
    return policy(KEY_ADMIN, KEY_ENCRYPT, KEY_DESCRIBE, for_the_topic)


def encrypt(condition: dict[str, Any], **parts: Any) -> Inventory:
    return policy(KEY_ADMIN, {**KEY_ENCRYPT, "Condition": condition, **parts}, KEY_DESCRIBE)


DECRYPT = statement(Principal=CLOUDTRAIL, Action="kms:Decrypt", Resource="*")
BOTH_TRAILS = {"StringEquals": {"aws:SourceArn": [TRAIL_ARN, OTHER_ARN]}}
BOTH_CONTEXTS = {"StringLike": {CONTEXT: [f"arn:aws:cloudtrail:*:{a}:trail/*" for a in (ACCOUNT, OTHER)]}}
CASES = [
    Case(PUBLIC, hardened(), Status.PASS),
    Case(PUBLIC, everybody({}), Status.FAIL, "statement 2 lets anybody perform kms:Decrypt"),
    Case(PUBLIC, everybody({"StringEquals": {"kms:CallerAccount": ACCOUNT}}), Status.PASS),
    Case(PUBLIC, everybody({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}), Status.PASS),
    Case(PUBLIC, everybody({"StringEquals": {"aws:SourceAccount": ACCOUNT}}), Status.PASS),
    Case(PUBLIC, everybody({"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}), Status.FAIL),
    Case(PUBLIC, everybody({"Null": {CONTEXT: "false"}}), Status.FAIL),
    Case(PUBLIC, everybody({"StringLike": {"kms:CallerAccount": "*"}}), Status.FAIL),
    Case(PUBLIC, everybody({"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}), Status.UNKNOWN),
    Case(PUBLIC, policy({**KEY_ADMIN, "Principal": {"AWS": OTHER}}), Status.PASS),
    Case(PUBLIC, hardened(key={"policy": DENIED}), Status.UNKNOWN),
    Case(PUBLIC, hardened(key=NO_KEY), None),
    Case(SCOPED, hardened(), Status.PASS),
    Case(SCOPED, encrypt({**SOURCE, **IN_CONTEXT}), Status.PASS),
    Case(SCOPED, encrypt({"StringEquals": {"aws:SourceAccount": ACCOUNT}, **IN_CONTEXT}), Status.PASS),
    Case(SCOPED, encrypt({"StringEquals": {"aws:SourceArn": TRAIL_ARN, CONTEXT: TRAIL_ARN}}), Status.PASS),
    Case(SCOPED, encrypt(SOURCE), Status.FAIL, "whatever the encryption context"),
    Case(SCOPED, encrypt(IN_CONTEXT), Status.FAIL, "whatever the source"),
    Case(SCOPED, encrypt({}), Status.FAIL),
    Case(SCOPED, encrypt({**SOURCE, "Null": {CONTEXT: "false"}}), Status.FAIL),
    Case(SCOPED, encrypt({**SOURCE, "StringLike": {CONTEXT: "arn:aws:cloudtrail:*:*:trail/*"}}), Status.FAIL),
    Case(SCOPED, encrypt({"StringEqualsIfExists": {"aws:SourceArn": TRAIL_ARN}, **IN_CONTEXT}), Status.FAIL),
    Case(SCOPED, policy(KEY_ADMIN, KEY_ENCRYPT, {**KEY_DESCRIBE, "Condition": {}}, DECRYPT), Status.PASS),
    Case(SCOPED, policy(KEY_ADMIN, KEY_ENCRYPT, KEY_DESCRIBE, {**DECRYPT, "Action": "kms:*"}), Status.FAIL),
    Case(
        SCOPED,
        policy(KEY_ADMIN, KEY_ENCRYPT, KEY_DESCRIBE, {**DECRYPT, "Action": "kms:Encrypt"}),
        Status.FAIL,
    ),
    Case(SCOPED, policy(KEY_ADMIN, KEY_DESCRIBE), Status.FAIL, "may not perform kms:GenerateDataKey"),
    Case(SCOPED, policy(KEY_ADMIN, KEY_ENCRYPT), Status.FAIL, "may not perform kms:DescribeKey"),
    Case(SCOPED, policy(KEY_ADMIN), Status.FAIL),
    Case(
        SCOPED, encrypt({"StringEquals": {"aws:SourceArn": OTHER_ARN}, **IN_CONTEXT}), Status.FAIL, "may not"
    ),
    Case(SCOPED, encrypt({**BOTH_TRAILS, **IN_CONTEXT}), Status.PASS),
    Case(SCOPED, encrypt({**SOURCE, **BOTH_CONTEXTS}), Status.PASS),
    Case(SCOPED, encrypt({**BOTH_TRAILS, **BOTH_CONTEXTS}), Status.UNKNOWN, f"is bound to {OTHER}"),
    Case(
        SCOPED,
        encrypt({**SOURCE, **IN_CONTEXT, "StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}),
        Status.UNKNOWN,
    ),
    Case(SCOPED, shared({"StringEquals": {TOPIC: TOPIC_ARN}}), Status.PASS),
    Case(SCOPED, shared({**SOURCE, "StringLike": {TOPIC: TOPIC_ARN}}), Status.PASS),
    Case(SCOPED, shared({}), Status.FAIL, "whatever the source"),
    Case(SCOPED, shared(SOURCE), Status.FAIL, "whatever the encryption context"),
    Case(SCOPED, shared({"StringLike": {TOPIC: "arn:aws:sns:*"}}), Status.FAIL, "whatever the source"),
    Case(SCOPED, shared({"StringEqualsIfExists": {TOPIC: TOPIC_ARN}}), Status.FAIL),
    Case(SCOPED, hardened(key={"policy": DENIED}), Status.UNKNOWN),
    Case(SCOPED, hardened(trail={"kms_key_id": DENIED}), Status.UNKNOWN),
    Case(SCOPED, hardened(trail={"kms_key_id": Known("arn:aws:kms:us-east-1:1:key/2")}), Status.UNKNOWN),
    Case(SCOPED, hardened(trail={"kms_key_id": Known(None)}), None, "uses no KMS key"),
    Case(SCOPED, hardened(key=NO_KEY), None, "does not exist"),
]


@parametrize(CASES)
def test_case(case: Case) -> None:
    check(case)
