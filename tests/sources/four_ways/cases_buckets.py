"""Worlds that differ in how the log bucket keeps what it has, and in what it says of that."""

from dataclasses import replace
from typing import Any

from checker.model import LIVE, TERRAFORM
from tests import hardened as good
from tests.sources.four_ways.case import Case
from tests.sources.four_ways.worlds import base

SUSPENDED = {"GetBucketVersioning": {"Status": "Suspended"}, "GetObjectLockConfiguration": None}
UNVERSIONED: dict[str, Any] = {"GetBucketVersioning": None, "GetObjectLockConfiguration": None}


def rules(*found: dict[str, Any]) -> dict[str, Any]:
    every = [
        {"ID": f"rule{n}", "Status": "Enabled", "Filter": {"Prefix": ""}, **one}
        for n, one in enumerate(found)
    ]
    return {"GetBucketLifecycleConfiguration": {"Rules": every}}


def target(**answers: Any) -> Any:
    """Change the bucket that access logs go to."""
    return lambda buckets: (
        buckets[0],
        *(replace(one, answers={**one.answers, **answers}) for one in buckets[1:]),
    )


UNLOCKED: dict[str, Any] = {"GetObjectLockConfiguration": None}
CASES = [
    Case("no access logs", base(bucket={"GetBucketLogging": None}), fails=("TH306",)),
    Case(
        "it logs into itself",
        base(
            bucket={
                "GetBucketLogging": {"LoggingEnabled": {"TargetBucket": good.BUCKET, "TargetPrefix": "s3/"}}
            }
        ),
        fails=("TH306", "TH331", "TH335"),
    ),
    Case("access logs may not be written", base(buckets=target(GetBucketPolicy=None)), fails=("TH335",)),
    Case("versions are suspended", base(bucket=SUSPENDED), fails=("TH307", "TH308", "TH309", "TH316")),
    Case(
        "no versions", base(bucket=UNVERSIONED), fails=("TH307", "TH308", "TH309", "TH314", "TH316", "TH323")
    ),
    Case("no lock", base(bucket={"GetObjectLockConfiguration": None}), fails=("TH309",)),
    Case(
        "a lock that is too short",
        base(
            bucket={
                "GetObjectLockConfiguration": {
                    "ObjectLockConfiguration": {
                        "ObjectLockEnabled": "Enabled",
                        "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}},
                    }
                }
            }
        ),
    ),
    Case(
        "encrypted by S3 alone",
        base(
            bucket={
                "GetBucketEncryption": {
                    "ServerSideEncryptionConfiguration": {
                        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
                    }
                }
            }
        ),
        fails=("TH311",),
    ),
    Case(
        "logs expire soon",
        base(bucket=rules({"Expiration": {"Days": 30}})),
        fails=("TH315",),
        passes=("TH314",),
    ),
    Case(
        "logs expire late",
        base(
            bucket=rules(
                {
                    "Expiration": {"Days": 730},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                    "NoncurrentVersionExpiration": {"NoncurrentDays": 730},
                }
            )
        ),
        passes=("TH314", "TH323"),
    ),
    Case(
        "logs are archived at once",
        base(bucket=rules({"Transitions": [{"StorageClass": "DEEP_ARCHIVE", "Days": 0}]})),
        fails=("TH315",),
        passes=("TH314",),
    ),
    Case(
        "it notifies",
        base(bucket={"GetBucketNotificationConfiguration": {"EventBridgeConfiguration": {}}}),
        passes=("TH324",),
    ),
    Case(
        "MFA delete",
        base(bucket={"GetBucketVersioning": {"Status": "Enabled", "MFADelete": "Enabled"}} | UNLOCKED),
        ways=(LIVE, TERRAFORM),
        fails=("TH309",),
        passes=("TH321",),
    ),
    Case(
        "no MFA delete",
        base(bucket={"GetBucketVersioning": {"Status": "Enabled", "MFADelete": "Disabled"}} | UNLOCKED),
        ways=(LIVE, TERRAFORM),
        fails=("TH307", "TH309", "TH314", "TH316", "TH323"),
    ),
    Case(
        "MFA delete beside lifecycle rules",
        base(
            bucket={"GetBucketVersioning": {"Status": "Enabled", "MFADelete": "Enabled"}}
            | rules({"Expiration": {"Days": 730}})
        ),
        ways=(LIVE, TERRAFORM),
        fails=("TH321",),
        passes=("TH314",),
    ),
    Case(
        "lifecycle rules without MFA delete",
        base(
            bucket={"GetBucketVersioning": {"Status": "Enabled", "MFADelete": "Disabled"}}
            | rules({"Expiration": {"Days": 730}})
        ),
        ways=(LIVE, TERRAFORM),
        fails=("TH323",),
        passes=("TH314", "TH321"),
    ),
]
