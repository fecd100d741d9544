from checker.catalog import CONTROLS
from checker.evidence import Known
from checker.model import Status, Thresholds
from tests.controls.judging import Case, check, parametrize
from tests.hardened import BUCKET, DENIED, GROUP_ARN, KEY_ARN, TOPIC_ARN, hardened

KEY, PLACES = (CONTROLS[id] for id in ("TH122", "TH123"))
OURS = Thresholds(allowed_kms_keys=(KEY_ARN,))
ALL_PLACES = Thresholds(
    designated_buckets=(BUCKET,),
    designated_topics=(TOPIC_ARN,),
    designated_log_groups=(f"{GROUP_ARN}:*",),
)


def places(buckets: tuple[str, ...] = (), groups: tuple[str, ...] = ()) -> Thresholds:
    return Thresholds(designated_buckets=buckets, designated_log_groups=groups)


CASES = [
    Case(KEY, hardened(), None, "lists no key"),
    Case(KEY, hardened(), Status.PASS, KEY_ARN, OURS),
    Case(KEY, hardened(), Status.PASS, "",
         Thresholds(allowed_kms_keys=("arn:aws:kms:*:111122223333:key/*",))),
    Case(KEY, hardened(), Status.FAIL, "not among", Thresholds(allowed_kms_keys=("arn:aws:kms:x:1:key/y",))),
    Case(KEY, hardened(trail={"kms_key_id": Known(None)}), Status.FAIL, "no KMS key", OURS),
    Case(KEY, hardened(key={"manager": Known("AWS")}), Status.FAIL, "managed by AWS", OURS),
    Case(KEY, hardened(key={"manager": DENIED}), Status.UNKNOWN, "", OURS),
    Case(KEY, hardened(trail={"kms_key_id": DENIED}), Status.UNKNOWN, "", OURS),

    Case(PLACES, hardened(), None, "no setting"),
    Case(PLACES, hardened(), Status.PASS, BUCKET, ALL_PLACES),
    Case(PLACES, hardened(), Status.PASS, "", places(("audit-*",))),
    Case(PLACES, hardened(), Status.PASS, "", places(groups=(GROUP_ARN,))),
    Case(PLACES, hardened(trail={"bucket_name": Known("audit-logs-111122223334")}), Status.FAIL,
         "the bucket is audit-logs-111122223334", ALL_PLACES),
    Case(PLACES, hardened(trail={"sns_topic_arn": Known(None)}), Status.FAIL,
         "the topic is not set", ALL_PLACES),
    Case(PLACES, hardened(trail={"sns_topic_arn": Known(None)}), Status.PASS, "",
         places((BUCKET,))),
    Case(PLACES, hardened(trail={"log_group_arn": Known(f"{GROUP_ARN}-2:*")}), Status.FAIL,
         "the log group is", ALL_PLACES),
    Case(PLACES, hardened(trail={"log_group_arn": DENIED}), Status.UNKNOWN, "", ALL_PLACES),
    Case(PLACES, hardened(trail={"log_group_arn": DENIED, "bucket_name": Known("theirs")}), Status.FAIL,
         "theirs", ALL_PLACES),
]  # fmt: skip


@parametrize(CASES)
def test_cases(case: Case) -> None:
    check(case)
