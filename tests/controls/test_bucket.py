from typing import Any

from msgspec.structs import replace

from checker.catalog import CONTROLS
from checker.evidence import Cause, Known, Unknown
from checker.inventory import Encryption, Inventory, ObjectLock, PublicAccessBlock, Versioning
from checker.model import Status
from tests.controls.judging import Case, check, judge_all, parametrize
from tests.hardened import ACCOUNT, BUCKET, BUCKET_ARN, DENIED, KEY_ARN, TRAIL, TRAIL_ARN, hardened

EXISTS, BLOCK, ACCESS_LOG, VERSIONS, ENCRYPTED, KMS, ACLS = (
    CONTROLS[id] for id in ("TH301", "TH305", "TH306", "TH308", "TH310", "TH311", "TH313")
)
ON = PublicAccessBlock(
    block_public_acls=True, ignore_public_acls=True, block_public_policy=True, restrict_public_buckets=True
)
OFF = PublicAccessBlock()
HALF = replace(OFF, ignore_public_acls=True, restrict_public_buckets=True)
OTHER_HALF = replace(OFF, block_public_acls=True, block_public_policy=True)
FOREIGN = Unknown("the bucket is in an account that was not entered", Cause.FOREIGN_ACCOUNT)
UNLOCKED = Known(ObjectLock(enabled=False))
SSE_S3 = Known(Encryption(algorithm="AES256"))
IN_KMS = Known(Encryption(algorithm="aws:kms", key_id=KEY_ARN))


def bucket(**settings: Any) -> Inventory:
    return hardened(bucket=settings)


def blocked(bucket: Any, account: Any) -> Inventory:
    """What the bucket and its account block."""
    return hardened(
        bucket={"public_access_block": bucket if bucket is DENIED else Known(bucket)},
        account={"public_access_block": account if account is DENIED else Known(account)},
    )


def encrypted(algorithm: str, key_id: str | None = None) -> Inventory:
    return bucket(encryption=Known(Encryption(algorithm=algorithm, key_id=key_id)))


CASES = [
    Case(EXISTS, hardened(), Status.PASS),
    Case(EXISTS, bucket(exists=Known(False)), Status.FAIL, "anybody can claim its name"),
    Case(EXISTS, bucket(exists=FOREIGN), Status.UNKNOWN, "not entered"),
    Case(EXISTS, hardened(trail={"bucket_name": DENIED}), Status.UNKNOWN),
    Case(EXISTS, hardened(trail={"bucket_name": Known("elsewhere")}), Status.UNKNOWN),

    Case(BLOCK, blocked(ON, OFF), Status.PASS),
    Case(BLOCK, blocked(OFF, ON), Status.PASS),
    Case(BLOCK, blocked(HALF, OTHER_HALF), Status.PASS),
    Case(BLOCK, blocked(ON, DENIED), Status.PASS),
    Case(BLOCK, blocked(DENIED, ON), Status.PASS),
    Case(BLOCK, blocked(OFF, OFF), Status.FAIL, "BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy"),
    Case(BLOCK, blocked(replace(ON, block_public_acls=False), OFF), Status.FAIL, ": BlockPublicAcls"),
    Case(BLOCK, blocked(replace(ON, ignore_public_acls=False), OFF), Status.FAIL, ": IgnorePublicAcls"),
    Case(BLOCK, blocked(replace(ON, block_public_policy=False), OFF), Status.FAIL, ": BlockPublicPolicy"),
    Case(BLOCK, blocked(replace(ON, restrict_public_buckets=False), OFF), Status.FAIL,
         ": RestrictPublicBuckets"),
    Case(BLOCK, blocked(HALF, DENIED), Status.UNKNOWN),
    Case(BLOCK, blocked(DENIED, HALF), Status.UNKNOWN),
    Case(BLOCK, bucket(public_access_block=Known(OFF), account=DENIED), Status.UNKNOWN),
    Case(BLOCK, bucket(public_access_block=Known(OFF), account=Known("999900001111")), Status.UNKNOWN,
         "999900001111 was not part of this observation"),

    Case(ACCESS_LOG, hardened(), Status.PASS),
    Case(ACCESS_LOG, bucket(access_log_bucket=Known(None)), Status.FAIL),
    Case(ACCESS_LOG, bucket(access_log_bucket=DENIED), Status.UNKNOWN),
    Case(ACCESS_LOG, bucket(access_log_bucket=Known(BUCKET), object_lock=UNLOCKED, encryption=SSE_S3),
         Status.PASS, "to itself"),
    Case(ACCESS_LOG, bucket(access_log_bucket=Known(BUCKET), encryption=SSE_S3), Status.FAIL,
         "a default retention"),
    Case(ACCESS_LOG, bucket(access_log_bucket=Known(BUCKET), object_lock=UNLOCKED), Status.FAIL, "aws:kms"),
    Case(ACCESS_LOG, bucket(access_log_bucket=Known(BUCKET), object_lock=DENIED), Status.UNKNOWN),

    Case(VERSIONS, hardened(), Status.PASS),
    Case(VERSIONS, bucket(versioning=Known(Versioning(status="Suspended"))), Status.FAIL, "Suspended"),
    Case(VERSIONS, bucket(versioning=Known(Versioning())), Status.FAIL, "off"),
    Case(VERSIONS, bucket(versioning=DENIED), Status.UNKNOWN),

    Case(ENCRYPTED, bucket(encryption=SSE_S3), Status.PASS),
    Case(ENCRYPTED, bucket(encryption=Known(None)), Status.FAIL),
    Case(ENCRYPTED, bucket(encryption=DENIED), Status.UNKNOWN),

    Case(KMS, encrypted("aws:kms", KEY_ARN), Status.PASS),
    Case(KMS, encrypted("aws:kms:dsse", KEY_ARN), Status.PASS),
    Case(KMS, encrypted("AES256"), Status.FAIL, "AES256, not KMS"),
    Case(KMS, bucket(encryption=Known(None)), Status.FAIL, "none"),
    Case(KMS, encrypted("aws:kms", "alias/logs"), Status.PASS),
    Case(KMS, encrypted("aws:kms", KEY_ARN.replace(ACCOUNT, "999988887777")), Status.FAIL, "999988887777"),
    Case(KMS, bucket(encryption=IN_KMS, account=Known("000000000000")), Status.UNKNOWN, "AWS::AccountId"),
    Case(KMS, encrypted("aws:kms", KEY_ARN.replace(ACCOUNT, "0" * 12)), Status.UNKNOWN, "AWS::AccountId"),
    Case(KMS, encrypted("aws:kms"), Status.FAIL, "AWS managed key"),
    Case(KMS, encrypted("aws:kms", f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/aws/s3"), Status.FAIL),
    Case(KMS, hardened(key={"manager": Known("AWS")}), Status.FAIL),
    Case(KMS, bucket(encryption=DENIED), Status.UNKNOWN),

    Case(ACLS, hardened(), Status.PASS),
    Case(ACLS, bucket(object_ownership=Known("BucketOwnerPreferred")), Status.FAIL, "BucketOwnerPreferred"),
    Case(ACLS, bucket(object_ownership=Known(None)), Status.FAIL, "not set"),
    Case(ACLS, bucket(object_ownership=DENIED), Status.UNKNOWN),
]  # fmt: skip


@parametrize(CASES)
def test_cases(case: Case) -> None:
    check(case)


def test_two_trails_on_one_bucket_give_one_finding() -> None:
    second = replace(TRAIL, arn=f"{TRAIL_ARN}-2", name="audit-2")
    inventory = hardened(bucket={"versioning": Known(Versioning())}, more_trails=(second,))
    assert list(judge_all(VERSIONS, inventory)) == [BUCKET_ARN]


def test_a_bucket_that_does_not_exist_fails_once_and_not_setting_by_setting() -> None:
    gone = hardened(bucket={"exists": Known(False), "versioning": Known(Versioning())})
    assert judge_all(VERSIONS, gone) == {}
