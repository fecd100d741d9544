from typing import Any

from msgspec.structs import replace

from checker.catalog import CONTROLS
from checker.evidence import Cause, Known, Unknown
from checker.inventory import Inventory, ObjectLock, ReplicationRule
from checker.model import Status
from tests.controls.judging import Case, check, parametrize
from tests.hardened import ACCOUNT, DENIED, TARGET, hardened

ELSEWHERE, PROOF = CONTROLS["TH325"], CONTROLS["TH336"]
ARCHIVE = "222233334444"
RULE = ReplicationRule(
    id="copy",
    enabled=True,
    destination_arn="arn:aws:s3:::copies",
    destination_account=ARCHIVE,
    delete_markers=False,
    owner_override=True,
    kms_objects=True,
)
COPIES = replace(
    TARGET,
    arn="arn:aws:s3:::copies",
    name="copies",
    account=Unknown("of another account", Cause.FOREIGN_ACCOUNT),
    disowned=(ACCOUNT,),
    region=Known("eu-west-1"),
    object_lock=Known(ObjectLock(enabled=True, mode="COMPLIANCE", days=365)),
)
SAME_REGION = replace(COPIES, region=Known("us-east-1"))
NOT_LOCKED = replace(COPIES, object_lock=Known(ObjectLock(enabled=False)))
NO_RETENTION = replace(COPIES, object_lock=Known(ObjectLock(enabled=True)))
UNLOCKED_HERE: dict[str, Any] = {"object_lock": Known(ObjectLock(enabled=False))}
OWN = replace(COPIES, account=Known(ACCOUNT), disowned=())
UNREAD = replace(COPIES, region=DENIED, object_lock=DENIED)
GONE = replace(UNREAD, exists=Known(False))
FOLLOWING = replace(RULE, id="following", delete_markers=True)
PLAIN = replace(RULE, id="plain", kms_objects=False)
OTHER = replace(RULE, id="other", destination_arn="arn:aws:s3:::gone")


def copied(
    *rules: ReplicationRule, to: Any = COPIES, trail: dict[str, Any] | None = None, **bucket: Any
) -> Inventory:
    return hardened(bucket={"replication": Known(rules), **bucket}, linked=(to,), trail=trail)


def rule(**changes: Any) -> ReplicationRule:
    return replace(RULE, **changes)


CASES = [
    Case(ELSEWHERE, hardened(), Status.FAIL, "not replicated"),
    Case(ELSEWHERE, copied(RULE), Status.PASS, "copies in eu-west-1"),
    Case(ELSEWHERE, copied(RULE, to=SAME_REGION), Status.FAIL, "same Region"),
    Case(ELSEWHERE, copied(rule(enabled=False)), Status.FAIL, "is disabled"),
    Case(ELSEWHERE, copied(rule(tags=(("k", "v"),))), Status.FAIL, "asks for tags"),
    Case(ELSEWHERE, copied(rule(prefix="AWSLogs/")), Status.PASS),
    Case(ELSEWHERE, copied(rule(prefix="AWS")), Status.PASS),
    Case(ELSEWHERE, copied(rule(prefix="AWSLogs/1111")), Status.FAIL, "only"),
    Case(ELSEWHERE, copied(rule(prefix="x/"), trail={"key_prefix": Known("x")}), Status.PASS),
    Case(ELSEWHERE, copied(rule(prefix="AWSLogs/"), trail={"key_prefix": Known("x")}), Status.FAIL),
    Case(ELSEWHERE, copied(rule(kms_objects=False)), Status.FAIL, "SSE-KMS"),
    Case(ELSEWHERE, copied(rule(kms_objects=False), trail={"kms_key_id": Known(None)}), Status.PASS),
    Case(ELSEWHERE, copied(rule(kms_objects=False), trail={"kms_key_id": DENIED}), Status.UNKNOWN),
    Case(ELSEWHERE, copied(RULE, to=UNREAD), Status.UNKNOWN),
    Case(ELSEWHERE, copied(OTHER), Status.UNKNOWN, "bucket gone"),
    Case(ELSEWHERE, copied(RULE, to=GONE), Status.FAIL, "leads to copies, which does not exist"),
    Case(ELSEWHERE, copied(OTHER, RULE), Status.PASS),
    Case(ELSEWHERE, hardened(bucket={"replication": DENIED}), Status.UNKNOWN),
    Case(PROOF, hardened(), None, "no enabled rule"),
    Case(PROOF, copied(rule(enabled=False)), None),
    Case(PROOF, copied(RULE, to=GONE), None),
    Case(PROOF, copied(RULE), Status.PASS, "copies withstands"),
    Case(PROOF, copied(rule(delete_markers=True)), Status.FAIL, "follows deletions"),
    Case(PROOF, copied(rule(owner_override=False)), Status.FAIL, "owner of the original"),
    Case(PROOF, copied(rule(destination_account=ACCOUNT), to=OWN), Status.FAIL, "same account"),
    Case(PROOF, copied(rule(destination_account=None), to=OWN), Status.FAIL, "same account"),
    Case(PROOF, copied(rule(destination_account=None)), Status.PASS),
    Case(PROOF, copied(RULE, to=NOT_LOCKED), Status.FAIL, "no Object Lock"),
    Case(PROOF, copied(RULE, to=NO_RETENTION), Status.PASS),
    Case(PROOF, copied(RULE, to=NO_RETENTION, **UNLOCKED_HERE), Status.FAIL),
    Case(PROOF, copied(RULE, to=UNREAD), Status.UNKNOWN),
    Case(PROOF, copied(rule(delete_markers=True), to=UNREAD), Status.FAIL),
    Case(PROOF, copied(FOLLOWING, RULE), Status.UNKNOWN, "which of the rules"),
    Case(PROOF, copied(replace(FOLLOWING, priority=1), rule(priority=2)), Status.PASS),
    Case(PROOF, copied(replace(FOLLOWING, priority=2), rule(priority=1)), Status.FAIL, "follows deletions"),
    Case(PROOF, copied(replace(FOLLOWING, priority=2, prefix="AWSLogs/1111"), rule(priority=1)), Status.FAIL),
    Case(PROOF, copied(replace(FOLLOWING, priority=2, prefix="other/"), rule(priority=1)), Status.PASS),
    Case(PROOF, copied(replace(FOLLOWING, priority=2, enabled=False), rule(priority=1)), Status.PASS),
    Case(PROOF, copied(replace(FOLLOWING, priority=2, tags=(("k", "v"),)), rule(priority=1)), Status.PASS),
    Case(PROOF, copied(replace(FOLLOWING, destination_arn=OTHER.destination_arn), RULE), Status.PASS),
    Case(PROOF, copied(rule(priority=1), rule(priority=2, id="own", owner_override=False)), Status.FAIL),
    Case(ELSEWHERE, copied(rule(priority=1), replace(PLAIN, priority=2)), Status.FAIL, "yields to plain"),
    Case(ELSEWHERE, copied(rule(priority=2), replace(PLAIN, priority=1)), Status.PASS),
    Case(ELSEWHERE, copied(RULE, PLAIN), Status.UNKNOWN, "which of the rules"),
    Case(ELSEWHERE, copied(RULE, PLAIN, trail={"kms_key_id": Known(None)}), Status.PASS),
    Case(PROOF, copied(RULE, exists=Known(False)), None),
    Case(PROOF, hardened(bucket={"replication": DENIED}), Status.UNKNOWN),
]


@parametrize(CASES)
def test_case(case: Case) -> None:
    check(case)
