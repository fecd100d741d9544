from typing import Any

from checker.catalog import CONTROLS
from checker.evidence import Cause, Known, Unknown
from checker.inventory import Inventory, KeyGrant
from checker.model import Status, Thresholds
from tests.controls.judging import Case, check, parametrize
from tests.hardened import (
    ACCOUNT,
    DENIED,
    KEY_ADMIN,
    KEY_ARN,
    KEY_DESCRIBE,
    KEY_ENCRYPT,
    document,
    hardened,
    statement,
)

POLICY, SINGLE, GRANTS, DECRYPT, PLACE = (
    CONTROLS[id] for id in ("TH407", "TH408", "TH409", "TH410", "TH411")
)
STRANGER = "444455556666"
READER = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/reader"}
WITH_CONTEXT = {"Null": {"kms:EncryptionContext:aws:cloudtrail:arn": "false"}}
OF_TRAILS = {"StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": "arn:aws:cloudtrail:*"}}
VIA_S3 = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
ADMIN_WITHOUT = statement(
    Principal=KEY_ADMIN["Principal"], Action=["kms:Put*", "kms:Describe*", "kms:Get*"], Resource="*"
)
NO_DECRYPT = statement(
    Effect="Deny",
    Principal="*",
    Action="kms:Decrypt",
    Resource="*",
    Condition={"Null": {"kms:EncryptionContext:aws:cloudtrail:arn": "true"}},
)


def policy(*statements: dict[str, Any]) -> Inventory:
    return hardened(key={"policy": Known(document(*statements))})


def reading(principal: Any, condition: Any = None) -> dict[str, Any]:
    found = statement(Principal=principal, Action="kms:Decrypt", Resource="*")
    return found | ({"Condition": condition} if condition else {})


def grant(id: str = "g", **changes: Any) -> KeyGrant:
    fine: dict[str, Any] = {
        "grantee": f"arn:aws:iam::{ACCOUNT}:role/x",
        "operations": ("Encrypt", "GenerateDataKey"),
    }
    return KeyGrant(id=id, **{**fine, **changes})


def granted(*grants: KeyGrant) -> Inventory:
    return hardened(key={"grants": Known(grants)})


BOUND_READING = grant(operations=("Decrypt",), constraints=(("aws:cloudtrail:arn", "x"),))
FOREIGN_KEY: dict[str, Any] = {"kms_key_id": Known(KEY_ARN.replace(ACCOUNT, STRANGER))}
UNKNOWN_OWNER = Unknown("whose it is was not told", Cause.FOREIGN_ACCOUNT)
TRUSTING = Thresholds(trusted_accounts=(STRANGER,))


def stranger_s_key(**bucket: Any) -> Inventory:
    inventory = hardened(trail=FOREIGN_KEY, bucket=bucket, key={"account": STRANGER})
    inventory.keys[FOREIGN_KEY["kms_key_id"].content] = inventory.keys.pop(KEY_ARN)
    return inventory


CASES = [
    Case(POLICY, hardened(), Status.PASS),
    Case(POLICY, policy(KEY_ADMIN), Status.FAIL, "default policy"),
    Case(POLICY, policy(KEY_ADMIN, KEY_ENCRYPT), Status.PASS),
    Case(POLICY, policy(ADMIN_WITHOUT), Status.PASS),
    Case(POLICY, hardened(key={"policy": DENIED}), Status.UNKNOWN),
    Case(POLICY, hardened(key={"manager": Known("AWS")}), None),
    Case(SINGLE, hardened(), Status.PASS),
    Case(SINGLE, hardened(key={"multi_region": Known(True)}), Status.FAIL),
    Case(SINGLE, hardened(key={"multi_region": DENIED}), Status.UNKNOWN),
    Case(GRANTS, hardened(), Status.PASS, "no grants"),
    Case(GRANTS, granted(grant()), Status.PASS, "none of the 1"),
    Case(GRANTS, granted(BOUND_READING), Status.PASS),
    Case(GRANTS, granted(grant(operations=("Decrypt",))), Status.FAIL, "allows Decrypt whatever"),
    Case(GRANTS, granted(grant(operations=("ReEncryptFrom",))), Status.FAIL),
    Case(GRANTS, granted(grant(operations=("CreateGrant", "Encrypt"))), Status.FAIL, "further grants"),
    Case(GRANTS, granted(grant(grantee=f"arn:aws:iam::{STRANGER}:root")), Status.FAIL, STRANGER),
    Case(GRANTS, granted(grant(grantee=f"arn:aws:iam::{STRANGER}:root")), Status.PASS, "", TRUSTING),
    Case(GRANTS, granted(grant(grantee="rds.amazonaws.com")), Status.PASS),
    Case(GRANTS, granted(grant("a"), grant("b")), Status.FAIL, "grant b repeats a"),
    Case(GRANTS, granted(grant("a"), grant("b", operations=("Encrypt",))), Status.PASS),
    Case(GRANTS, granted(grant("a"), grant("b", source="arn:aws:rds:us-east-1:1:db:b")), Status.PASS),
    Case(GRANTS, hardened(key={"grants": DENIED}), Status.UNKNOWN),
    Case(DECRYPT, hardened(), Status.FAIL, "statement 1 of the policy of"),
    Case(DECRYPT, policy(ADMIN_WITHOUT, KEY_ENCRYPT, KEY_DESCRIBE), Status.PASS),
    Case(DECRYPT, policy(ADMIN_WITHOUT, KEY_ENCRYPT, reading(READER, WITH_CONTEXT)), Status.PASS),
    Case(DECRYPT, policy(ADMIN_WITHOUT, KEY_ENCRYPT, reading(READER, OF_TRAILS)), Status.PASS),
    Case(DECRYPT, policy(ADMIN_WITHOUT, KEY_ENCRYPT, reading(READER)), Status.FAIL),
    Case(DECRYPT, policy(ADMIN_WITHOUT, KEY_ENCRYPT, reading(READER, VIA_S3)), Status.FAIL),
    Case(DECRYPT, policy(ADMIN_WITHOUT, KEY_ENCRYPT, reading("*", VIA_S3)), Status.FAIL),
    Case(
        DECRYPT,
        policy(ADMIN_WITHOUT, KEY_ENCRYPT, reading({"Service": "cloudtrail.amazonaws.com"})),
        Status.PASS,
    ),
    Case(DECRYPT, policy(KEY_ADMIN, KEY_ENCRYPT, NO_DECRYPT), Status.PASS),
    Case(DECRYPT, hardened(key={"policy": DENIED}), Status.UNKNOWN),
    Case(DECRYPT, hardened(trail={"kms_key_id": Known(None)}), None),
    Case(DECRYPT, hardened(key={"exists": Known(False)}), None),
    Case(PLACE, hardened(), Status.PASS),
    Case(PLACE, hardened(bucket={"region": Known("eu-west-1")}), Status.FAIL, "key is in us-east-1"),
    Case(
        PLACE,
        hardened(bucket={"region": Known("eu-west-1")}, key={"multi_region": Known(True)}),
        Status.FAIL,
        "multi-Region key",
    ),
    Case(PLACE, hardened(bucket={"region": DENIED}), Status.UNKNOWN),
    Case(PLACE, hardened(bucket={"region": Known("any-region")}), Status.UNKNOWN, "AWS::Region"),
    Case(PLACE, stranger_s_key(), Status.FAIL, STRANGER),
    Case(PLACE, stranger_s_key(), Status.PASS, "", TRUSTING),
    Case(PLACE, stranger_s_key(account=Known(STRANGER)), Status.PASS),
    Case(PLACE, stranger_s_key(account=UNKNOWN_OWNER), Status.UNKNOWN),
    Case(PLACE, stranger_s_key(account=Known("000000000000")), Status.UNKNOWN, "AWS::AccountId"),
    Case(PLACE, hardened(bucket={"exists": Known(False)}), None),
    Case(PLACE, hardened(key={"exists": Known(False)}), None),
    Case(PLACE, hardened(trail={"kms_key_id": Known(None)}), None),
]


@parametrize(CASES)
def test_case(case: Case) -> None:
    check(case)
