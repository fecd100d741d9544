"""Attacks on the key: without it nothing is delivered, and with it the log is read."""

import json
from typing import Any

from tests import hardened as good
from tests.attacks.attack import Attack, Step, call
from tests.attacks.world import KEY_ADMIN, KEY_POLICY, OUTSIDER

KEY, ID = good.KEY_ARN, {"KeyId": good.KEY_ARN}
STATEMENTS = json.loads(KEY_POLICY)["Statement"]


def policy(*statements: dict[str, Any]) -> tuple[Step, ...]:
    return (call("kms.put_key_policy", **ID, PolicyName="default", Policy=good.document(*statements)),)


def refusing(**statement: Any) -> tuple[Step, ...]:
    return policy(*STATEMENTS, {"Effect": "Deny", "Resource": "*", **statement})


def encrypting(operator: str, key: str, value: str) -> dict[str, Any]:
    """Return the statement for CloudTrail, bound to something else."""
    given = good.KEY_ENCRYPT["Condition"]
    return {**good.KEY_ENCRYPT, "Condition": {**given, operator: {**given.get(operator, {}), key: value}}}


CONTEXT = "kms:EncryptionContext:aws:cloudtrail:arn"
EVERYBODY = good.statement(Principal="*", Action="kms:Decrypt", Resource="*")
STRANGER = good.statement(
    Principal={"AWS": f"arn:aws:iam::{OUTSIDER}:root"},
    Action=["kms:Decrypt", "kms:DescribeKey"],
    Resource="*",
)
REFUSING = good.statement(
    Effect="Deny", Principal=good.CLOUDTRAIL, Action="kms:GenerateDataKey*", Resource="*"
)
ANY_TRAIL = good.statement(Principal=good.CLOUDTRAIL, Action="kms:GenerateDataKey*", Resource="*")
ATTACKS = (
    Attack("disable", KEY, (call("kms.disable_key", **ID),), fails="TH403"),
    Attack(
        "schedule deletion",
        KEY,
        (call("kms.schedule_key_deletion", **ID, PendingWindowInDays=7),),
        fails="TH402 TH403",
    ),
    Attack("delete imported material", KEY, (call("kms.delete_imported_key_material", **ID),), fails="TH403"),
    Attack("no rotation", KEY, (call("kms.disable_key_rotation", **ID),), fails="TH401"),
    Attack("policy: CloudTrail left out", KEY, policy(KEY_ADMIN), fails="TH405"),
    Attack("policy: CloudTrail refused", KEY, policy(*STATEMENTS, REFUSING), fails="TH405"),
    Attack("policy: any trail", KEY, policy(KEY_ADMIN, ANY_TRAIL, good.KEY_DESCRIBE), fails="TH405"),
    Attack(
        "policy: trails of a stranger",
        KEY,
        policy(
            KEY_ADMIN,
            encrypting("StringLike", CONTEXT, f"arn:aws:cloudtrail:*:{OUTSIDER}:trail/*"),
            good.KEY_DESCRIBE,
        ),
        fails="TH405",
    ),
    Attack(
        "policy: another trail",
        KEY,
        policy(
            KEY_ADMIN, encrypting("StringEquals", "aws:SourceArn", f"{good.TRAIL_ARN}-old"), good.KEY_DESCRIBE
        ),
        fails="TH405",
    ),
    Attack("policy: nobody describes", KEY, policy(KEY_ADMIN, good.KEY_ENCRYPT), fails="TH405"),
    Attack(
        "policy: all but the account refused",
        KEY,
        refusing(NotPrincipal={"AWS": f"arn:aws:iam::{good.ACCOUNT}:root"}, Action="kms:GenerateDataKey*"),
        fails="TH405",
    ),
    Attack(
        "policy: all but some actions refused",
        KEY,
        refusing(Principal="*", NotAction=["kms:Describe*", "kms:Put*"]),
        fails="TH405",
    ),
    Attack(
        "policy: refused unless from a network",
        KEY,
        refusing(
            Principal="*",
            Action="kms:GenerateDataKey*",
            Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1"}},
        ),
        fails="TH405",
    ),
    Attack(
        "policy: everybody does all but one thing",
        KEY,
        policy(*STATEMENTS, {"Effect": "Allow", "Principal": "*", "NotAction": "kms:Put*", "Resource": "*"}),
        fails="TH404 TH405 TH410 TH807",
    ),
    Attack("policy: everybody decrypts", KEY, policy(*STATEMENTS, EVERYBODY), fails="TH404 TH410"),
    Attack("policy: a stranger decrypts", KEY, policy(*STATEMENTS, STRANGER), fails="TH410"),
    Attack(
        "policy: the account decrypts",
        KEY,
        policy(good.KEY_ADMIN, good.KEY_ENCRYPT, good.KEY_DESCRIBE),
        fails="TH410",
    ),
    Attack(
        "grant to a stranger",
        KEY,
        (
            call(
                "kms.create_grant",
                **ID,
                GranteePrincipal=f"arn:aws:iam::{OUTSIDER}:role/reader",
                Operations=["Decrypt"],
            ),
        ),
        fails="TH409",
    ),
)
