"""Worlds that differ in whose the log bucket is, where it is, and where its copies go."""

from dataclasses import replace
from typing import Any

from checker.model import IN_TEMPLATES, LIVE, TERRAFORM, Thresholds
from tests import hardened as good
from tests.simulator import Bucket
from tests.simulator.worlds import ALL_BLOCKED
from tests.sources.four_ways.case import Case
from tests.sources.four_ways.worlds import base

ARCHIVE, ELSEWHERE = "222233334444", "us-west-2"
COPIES = "copies-222233334444"


def copying(account: str = ARCHIVE, **changes: Any) -> dict[str, Any]:
    target = {
        "Bucket": f"arn:aws:s3:::{COPIES}",
        "Account": account,
        "AccessControlTranslation": {"Owner": "Destination"},
        "EncryptionConfiguration": {"ReplicaKmsKeyID": f"arn:aws:kms:{ELSEWHERE}:{ARCHIVE}:alias/copies"},
    }
    rule = {
        "ID": "copy",
        "Priority": 1,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        "Destination": target,
    }
    role = f"arn:aws:iam::{good.ACCOUNT}:role/copy"
    return {"GetBucketReplication": {"ReplicationConfiguration": {"Role": role, "Rules": [rule | changes]}}}


TRUSTING = Thresholds(trusted_accounts=(ARCHIVE,))


def with_copies(region: str = ELSEWHERE, **answers: Any) -> Any:
    """Add the bucket that copies go to."""
    lock = {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}
    told = {
        "GetBucketVersioning": {"Status": "Enabled"},
        "GetObjectLockConfiguration": lock,
        "GetPublicAccessBlock": {"PublicAccessBlockConfiguration": ALL_BLOCKED},
        **answers,
    }
    made = Bucket(name=COPIES, account=ARCHIVE, region=region, answers=told, readers=(good.ACCOUNT,))
    return lambda buckets: (*buckets, made)


def target(**answers: Any) -> Any:
    """Change the bucket that access logs go to."""
    return lambda buckets: (
        buckets[0],
        *(replace(one, answers={**one.answers, **answers}) for one in buckets[1:]),
    )


def moved(**to: str) -> Any:
    """Put the log bucket, and where its access logs go, somewhere else."""
    return lambda found: tuple(replace(one, **to) for one in found)


STRANGERS = "999999999999"
CASES = [
    Case(
        "copies elsewhere",
        base(bucket=copying(), buckets=with_copies()),
        thresholds=TRUSTING,
        passes=("TH325", "TH336"),
    ),
    Case(
        "copies for a stranger",
        base(bucket=copying(STRANGERS), buckets=with_copies()),
        fails=("TH326",),
        passes=("TH325", "TH336"),
    ),
    Case(
        "copies in the same Region",
        base(bucket=copying(), buckets=with_copies(region=good.HOME)),
        thresholds=TRUSTING,
        passes=("TH336",),
    ),
    Case(
        "copies that follow deletions",
        base(bucket=copying(DeleteMarkerReplication={"Status": "Enabled"}), buckets=with_copies()),
        thresholds=TRUSTING,
        fails=("TH336",),
        passes=("TH325",),
    ),
    Case(
        "copies without a lock",
        base(bucket=copying(), buckets=with_copies(GetObjectLockConfiguration=None)),
        thresholds=TRUSTING,
        fails=("TH336",),
        passes=("TH325",),
    ),
    Case(
        "another account is to own it",
        base(),
        thresholds=Thresholds(log_archive_account=ARCHIVE),
        fails=("TH333",),
    ),
    Case("its own account is to own it", base(), thresholds=Thresholds(log_archive_account=good.ACCOUNT)),
    Case("it is in another Region", base(buckets=moved(region=ELSEWHERE)), fails=("TH411",)),
    Case(
        "it is in another account",
        base(buckets=moved(account=ARCHIVE)),
        ways=IN_TEMPLATES,
        fails=("TH311", "TH335"),
        passes=("TH334",),
    ),
    Case(
        "it is deleted",
        base(buckets=lambda found: found[1:]),
        ways=(LIVE, TERRAFORM),
        gone=base(),
        fails=("TH001", "TH301"),
    ),
]
