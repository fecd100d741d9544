"""Worlds that differ in the key."""

from typing import Any

from checker.model import LIVE, TERRAFORM
from tests import hardened as good
from tests.sources.four_ways.case import Case
from tests.sources.four_ways.worlds import base


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"policy": good.document(*statements)}


ANYBODY = good.statement(Principal="*", Action="kms:*", Resource="*")
UNBOUND = good.KEY_ENCRYPT | {"Condition": {}}
READER = good.statement(
    Principal={"AWS": f"arn:aws:iam::{good.ACCOUNT}:role/reader"}, Action="kms:Decrypt", Resource="*"
)
NARROW = READER | {"Condition": {"Null": {"kms:EncryptionContext:aws:cloudtrail:arn": "false"}}}
GRANT = {
    "GrantId": "reader",
    "GranteePrincipal": f"arn:aws:iam::{good.ACCOUNT}:role/reader",
    "Operations": ["Decrypt"],
}
BOUND = GRANT | {"Constraints": {"EncryptionContextEquals": {"aws:cloudtrail:arn": good.TRAIL_ARN}}}
CASES = [
    Case("the key does not rotate", base(key={"rotation": {"KeyRotationEnabled": False}}), fails=("TH401",)),
    Case("the key is disabled", base(key={"metadata": {"KeyState": "Disabled"}}), fails=("TH403",)),
    Case(
        "the key waits for its deletion",
        base(key={"metadata": {"KeyState": "PendingDeletion"}}),
        ways=(LIVE,),
        fails=("TH402",),
    ),
    Case("the key is destroyed", base(keys=()), ways=(TERRAFORM,), gone=base(), fails=("TH402", "TH403")),
    Case("KMS writes the policy", base(key=policy(good.KEY_ADMIN)), fails=("TH405", "TH407")),
    Case(
        "anybody may use the key",
        base(key=policy(good.KEY_ADMIN, good.KEY_ENCRYPT, good.KEY_DESCRIBE, ANYBODY)),
        fails=("TH404", "TH405"),
    ),
    Case(
        "any trail may use the key",
        base(key=policy(good.KEY_ADMIN, UNBOUND, good.KEY_DESCRIBE)),
        fails=("TH405",),
    ),
    Case("CloudTrail may not use the key", base(key=policy(good.KEY_ADMIN)), fails=("TH405", "TH407")),
    Case(
        "whoever may decrypt may read logs",
        base(key=policy(good.KEY_ADMIN, good.KEY_ENCRYPT, good.KEY_DESCRIBE, READER)),
    ),
    Case(
        "readers of logs alone decrypt",
        base(key=policy(good.KEY_ENCRYPT, good.KEY_DESCRIBE, NARROW)),
        passes=("TH410",),
    ),
    Case("the key has an alias", base(key={"aliases": ("alias/logs",)})),
    Case("a key of many Regions", base(key={"metadata": {"MultiRegion": True}}), fails=("TH408",)),
    Case("a broad grant", base(key={"grants": (GRANT,)}), ways=(LIVE, TERRAFORM), fails=("TH409",)),
    Case("a narrow grant", base(key={"grants": (BOUND,)}), ways=(LIVE, TERRAFORM)),
]
