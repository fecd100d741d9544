"""Worlds that differ in the log bucket, or in a bucket that it leads to."""

from dataclasses import replace
from typing import Any

from checker.model import IN_TEMPLATES, LIVE, TERRAFORM, Thresholds
from tests import hardened as good
from tests.simulator import AccessPoint, Bucket
from tests.simulator.worlds import ALL_BLOCKED
from tests.sources.four_ways.case import Case
from tests.sources.four_ways.worlds import base

OPEN = dict.fromkeys(ALL_BLOCKED, False)
ARCHIVE, ELSEWHERE = "222233334444", "us-west-2"
COPIES = "copies-222233334444"
SUSPENDED = {"GetBucketVersioning": {"Status": "Suspended"}, "GetObjectLockConfiguration": None}
UNVERSIONED: dict[str, Any] = {"GetBucketVersioning": None, "GetObjectLockConfiguration": None}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"GetBucketPolicy": {"Policy": good.document(*statements)}}


def rules(*found: dict[str, Any]) -> dict[str, Any]:
    every = [
        {"ID": f"rule{n}", "Status": "Enabled", "Filter": {"Prefix": ""}, **one}
        for n, one in enumerate(found)
    ]
    return {"GetBucketLifecycleConfiguration": {"Rules": every}}


def blocked(**flags: bool) -> dict[str, Any]:
    return {"GetPublicAccessBlock": {"PublicAccessBlockConfiguration": ALL_BLOCKED | flags}}


ANYBODY = good.statement(Principal="*", Action="s3:GetObject", Resource=f"{good.BUCKET_ARN}/*")
FOREIGN = good.statement(
    Principal={"AWS": "arn:aws:iam::999999999999:root"},
    Action="s3:GetObject",
    Resource=f"{good.BUCKET_ARN}/*",
)
LOCKED_OUT = good.statement(
    Effect="Deny", Principal="*", Action="s3:*", Resource=[good.BUCKET_ARN, f"{good.BUCKET_ARN}/*"]
)
CARELESS = good.statement(
    Principal={"AWS": f"arn:aws:iam::{good.ACCOUNT}:root"}, Action="s3:*", Resource=f"{good.BUCKET_ARN}/*"
)
WIDE = good.WRITE | {"Resource": f"{good.BUCKET_ARN}/*"}
UNBOUND = good.WRITE | {"Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}}
PUBLIC = {
    "Grants": [
        {
            "Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"},
            "Permission": "READ",
        }
    ]
}
OWNED_BY_WRITER = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}}


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


UNLOCKED: dict[str, Any] = {"GetObjectLockConfiguration": None}
STRANGERS = "999999999999"
THE_ACCOUNT_DECIDES = dict.fromkeys(("TH302", "TH305"), "the account may block what the bucket does not")
THE_ACCOUNT_DECIDES_THIS = {"TH305": THE_ACCOUNT_DECIDES["TH305"]}
POINT = AccessPoint(
    name="readers",
    account=good.ACCOUNT,
    region=good.HOME,
    bucket=good.BUCKET,
    public_access_block=ALL_BLOCKED,
)
CASES = [
    Case(
        "anybody may read",
        base(bucket=policy(good.ACL_CHECK, good.WRITE, ANYBODY, good.TLS_ONLY, good.NO_TAMPERING)),
        fails=("TH304", "TH318", "TH326"),
    ),
    Case(
        "anybody may read, and nothing blocks it",
        base(
            bucket=policy(good.ACL_CHECK, good.WRITE, ANYBODY, good.TLS_ONLY, good.NO_TAMPERING)
            | {"GetPublicAccessBlock": {"PublicAccessBlockConfiguration": OPEN}}
        ),
        fails=("TH304", "TH318", "TH326"),
        open=THE_ACCOUNT_DECIDES,
    ),
    Case(
        "anybody may read, and the account blocks nothing",
        base(
            bucket=policy(good.ACL_CHECK, good.WRITE, ANYBODY, good.TLS_ONLY, good.NO_TAMPERING)
            | {"GetPublicAccessBlock": {"PublicAccessBlockConfiguration": OPEN}},
            account={"public_access_block": OPEN},
        ),
        fails=("TH302", "TH304", "TH305", "TH318", "TH322", "TH326"),
    ),
    Case("the account blocks all", base(account={"public_access_block": ALL_BLOCKED}), passes=("TH322",)),
    Case(
        "a public ACL",
        base(bucket={"GetBucketAcl": PUBLIC, "GetBucketOwnershipControls": OWNED_BY_WRITER}),
        fails=("TH303", "TH313"),
    ),
    Case(
        "a public ACL, and nothing blocks it",
        base(
            bucket={
                "GetBucketAcl": PUBLIC,
                "GetBucketOwnershipControls": OWNED_BY_WRITER,
                "GetPublicAccessBlock": {"PublicAccessBlockConfiguration": OPEN},
            }
        ),
        fails=("TH303", "TH313"),
        open=THE_ACCOUNT_DECIDES,
    ),
    Case("ACLs count", base(bucket={"GetBucketOwnershipControls": OWNED_BY_WRITER}), fails=("TH313",)),
    Case(
        "the account may make it public",
        base(bucket=blocked(BlockPublicPolicy=False)),
        open=THE_ACCOUNT_DECIDES_THIS,
    ),
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
    Case("plain HTTP", base(bucket=policy(good.ACL_CHECK, good.WRITE, good.NO_TAMPERING)), fails=("TH312",)),
    Case("tampering", base(bucket=policy(good.ACL_CHECK, good.WRITE, good.TLS_ONLY)), fails=("TH320",)),
    Case(
        "CloudTrail may not write",
        base(bucket=policy(good.ACL_CHECK, good.TLS_ONLY, good.NO_TAMPERING)),
        fails=("TH317",),
    ),
    Case(
        "any trail may write",
        base(bucket=policy(good.ACL_CHECK, UNBOUND, good.TLS_ONLY, good.NO_TAMPERING)),
        fails=("TH318",),
    ),
    Case(
        "CloudTrail may write anywhere",
        base(bucket=policy(good.ACL_CHECK, WIDE, good.TLS_ONLY, good.NO_TAMPERING)),
        fails=("TH319",),
    ),
    Case(
        "a stranger may read",
        base(bucket=policy(good.ACL_CHECK, good.WRITE, FOREIGN, good.TLS_ONLY, good.NO_TAMPERING)),
        fails=("TH326",),
    ),
    Case(
        "nobody may do anything",
        base(bucket=policy(good.ACL_CHECK, good.WRITE, LOCKED_OUT)),
        fails=("TH317", "TH328"),
    ),
    Case(
        "the account may do all",
        base(bucket=policy(good.ACL_CHECK, good.WRITE, CARELESS, good.TLS_ONLY, good.NO_TAMPERING)),
        fails=("TH327",),
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
        "it is a website",
        base(bucket={"GetBucketWebsite": {"IndexDocument": {"Suffix": "index.html"}}}),
        fails=("TH329",),
    ),
    Case("a sound access point", base(access_points=(POINT,)), passes=("TH330",)),
    Case(
        "an open access point",
        base(access_points=(replace(POINT, public_access_block=OPEN),)),
        fails=("TH330",),
    ),
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
