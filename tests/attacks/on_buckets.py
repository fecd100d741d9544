"""Attacks on the bucket: expire, hide, expose or overwrite what is in it, or keep the rest from arriving."""

import json
from typing import Any

from tests import hardened as good
from tests.attacks.attack import Attack, Step, call
from tests.attacks.consequences import OF_THE_BUCKET
from tests.attacks.world import COPY, LIFECYCLE, OUTSIDER, REPLICATION, THEIRS, hardened
from tests.simulator.delivered import everything
from tests.simulator.worlds import LOG_ARCHIVE, MANAGEMENT, ORGANIZATION_BUCKET_POLICY
from tests.simulator.writes.buckets import NOTHING_BLOCKED

WORLD = hardened()
BUCKET, NAME = good.BUCKET_ARN, {"Bucket": good.BUCKET}
STATEMENTS = json.loads(ORGANIZATION_BUCKET_POLICY)["Statement"]
ACL_CHECK, WRITE, TLS_ONLY, NO_TAMPERING = STATEMENTS
(KEEP,) = LIFECYCLE["Rules"]
(COPY_RULE,) = REPLICATION["Rules"]


def s3(name: str, **params: Any) -> Step:
    return call(f"s3.{name}", by=LOG_ARCHIVE, **{**NAME, **params})


def policy(*statements: dict[str, Any]) -> Step:
    return s3("put_bucket_policy", Policy=good.document(*statements))


def lifecycle(**rule: Any) -> tuple[Step, ...]:
    """Add a rule to the one that is there."""
    added = {"ID": "tidy", "Status": "Enabled", "Filter": {"Prefix": ""}, **rule}
    return (s3("put_bucket_lifecycle_configuration", LifecycleConfiguration={"Rules": [KEEP, added]}),)


def replication(**rule: Any) -> tuple[Step, ...]:
    """Replace settings of the one rule."""
    changed = {**REPLICATION, "Rules": [{**COPY_RULE, **rule}]}
    return (s3("put_bucket_replication", ReplicationConfiguration=changed),)


def destination(**settings: Any) -> tuple[Step, ...]:
    return replication(Destination={**COPY_RULE["Destination"], **settings})


def lock(**retention: Any) -> tuple[Step, ...]:
    rule = {"Rule": {"DefaultRetention": retention}} if retention else {}
    return (
        s3("put_object_lock_configuration", ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", **rule}),
    )


def deleting(part: str, only: int | None = None) -> tuple[Step, ...]:
    """Delete what trails have delivered, by a part of its names: all, or of each Region one by its number."""
    folders: dict[str, list[str]] = {}
    for name in everything(WORLD, WORLD.buckets[0]):
        if part in name:
            folders.setdefault(name.rpartition("/")[0].partition(part)[0] + name.split("/")[4], []).append(
                name
            )
    gone = [
        name for names in folders.values() for name in (names if only is None else names[only : only + 1])
    ]
    return (s3("delete_objects", Delete={"Objects": [{"Key": name} for name in gone]}),)


UNBLOCKED = (
    s3("delete_public_access_block"),
    call("s3control.delete_public_access_block", by=LOG_ARCHIVE, AccountId=LOG_ARCHIVE),
)
EVERYBODY_READS = good.statement(Principal="*", Action="s3:GetObject", Resource=f"{BUCKET}/*")
STRANGER_READS = good.statement(
    Principal={"AWS": f"arn:aws:iam::{OUTSIDER}:root"}, Action="s3:GetObject", Resource=f"{BUCKET}/*"
)
REFUSING = good.statement(
    Effect="Deny",
    Principal={"Service": "cloudtrail.amazonaws.com"},
    Action="s3:PutObject",
    Resource=f"{BUCKET}/*",
)
ONLY_ORGANIZATION = good.statement(
    Effect="Deny",
    Principal="*",
    Action="s3:PutObject",
    Resource=f"{BUCKET}/*",
    Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorg"}},
)
ANY_TRAIL = {**WRITE, "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}}
LOCKED_OUT = good.statement(Effect="Deny", Principal="*", Action="s3:*", Resource=[BUCKET, f"{BUCKET}/*"])
ATTACKS = (
    Attack(
        "delete",
        good.BUCKET,
        (s3("delete_bucket"),),
        fails="TH301",
        moot="TH807 TH217 TH317 TH318 TH319 TH332 TH333 TH334 TH335 TH336 TH411",
        unknown="TH711 TH712 TH713",
        gone=(good.BUCKET_ARN,),
    ),
    Attack(
        "delete and take its name",
        good.BUCKET,
        (s3("delete_bucket"), call("s3.create_bucket", by=OUTSIDER, **NAME)),
        fails="TH333 TH334",
        unknown=f"TH711 TH712 TH713 {OF_THE_BUCKET}",
        moot="TH807",
    ),
    Attack(
        "delete and make anew",
        BUCKET,
        (s3("delete_bucket"), s3("create_bucket")),
        fails="TH306 TH307 TH308 TH309 TH311 TH312 TH314 TH316 TH317 TH320 TH323 TH324 TH325 TH332",
        moot="TH318 TH319 TH321 TH327 TH335 TH336",
    ),
    Attack("delete objects: digests", good.BUCKET, deleting("/CloudTrail-Digest/"), fails="TH332"),
    Attack("delete objects: one hour", good.BUCKET, deleting("/CloudTrail-Digest/", only=5), fails="TH332"),
    Attack("delete objects: log files", good.BUCKET, deleting("/CloudTrail/"), fails="TH332"),
    Attack("expire: whole bucket", BUCKET, lifecycle(Expiration={"Days": 1}), fails="TH315"),
    Attack(
        "expire: log files",
        BUCKET,
        lifecycle(Filter={"Prefix": "AWSLogs/"}, Expiration={"Days": 1}),
        fails="TH315",
    ),
    Attack(
        "expire: one account",
        BUCKET,
        lifecycle(Filter={"Prefix": f"AWSLogs/o-exampleorg/{MANAGEMENT}/"}, Expiration={"Days": 1}),
        fails="TH315",
    ),
    Attack(
        "expire: digests",
        BUCKET,
        lifecycle(
            Filter={"Prefix": f"AWSLogs/o-exampleorg/{MANAGEMENT}/CloudTrail-Digest/"}, Expiration={"Days": 1}
        ),
        fails="TH315",
    ),
    Attack(
        "expire: a tag",
        BUCKET,
        lifecycle(Filter={"Tag": {"Key": "stale", "Value": "yes"}}, Expiration={"Days": 1}),
        fails="TH315",
    ),
    Attack(
        "expire: by size",
        BUCKET,
        lifecycle(Filter={"ObjectSizeGreaterThan": 1}, Expiration={"Days": 1}),
        fails="TH315",
    ),
    Attack(
        "expire: on a date", BUCKET, lifecycle(Expiration={"Date": "2026-01-01T00:00:00Z"}), fails="TH315"
    ),
    Attack(
        "expire: noncurrent only",
        BUCKET,
        lifecycle(NoncurrentVersionExpiration={"NoncurrentDays": 1}),
        fails="TH315",
    ),
    Attack("no lifecycle", BUCKET, (s3("delete_bucket_lifecycle"),), fails="TH314 TH323", moot="TH321"),
    Attack(
        "policy: none",
        BUCKET,
        (s3("delete_bucket_policy"),),
        fails="TH312 TH317 TH320",
        moot="TH318 TH319 TH327",
    ),
    Attack("policy: refuses delivery", BUCKET, (policy(*STATEMENTS, REFUSING),), fails="TH317"),
    Attack("policy: only the organization", BUCKET, (policy(*STATEMENTS, ONLY_ORGANIZATION),), fails="TH317"),
    Attack(
        "policy: no delivery",
        BUCKET,
        (policy(ACL_CHECK, TLS_ONLY, NO_TAMPERING),),
        fails="TH317",
        moot="TH319",
    ),
    Attack("policy: no check of the ACL", BUCKET, (policy(WRITE, TLS_ONLY, NO_TAMPERING),), fails="TH317"),
    Attack(
        "policy: no member's files",
        BUCKET,
        (
            policy(
                ACL_CHECK, {**WRITE, "Resource": f"{BUCKET}/AWSLogs/{MANAGEMENT}/*"}, TLS_ONLY, NO_TAMPERING
            ),
        ),
        fails="TH317",
    ),
    Attack(
        "policy: any trail",
        good.BUCKET,
        (policy(ACL_CHECK, ANY_TRAIL, TLS_ONLY, NO_TAMPERING),),
        fails="TH318",
    ),
    Attack("policy: tampering allowed", BUCKET, (policy(ACL_CHECK, WRITE, TLS_ONLY),), fails="TH320"),
    Attack("policy: plain HTTP", BUCKET, (policy(ACL_CHECK, WRITE, NO_TAMPERING),), fails="TH312"),
    Attack(
        "policy: everybody reads",
        BUCKET,
        (*UNBLOCKED, policy(*STATEMENTS, EVERYBODY_READS)),
        fails="TH302 TH304 TH305 TH318 TH322 TH326",
    ),
    Attack("policy: a stranger reads", BUCKET, (policy(*STATEMENTS, STRANGER_READS),), fails="TH326"),
    Attack(
        "policy: everybody locked out", BUCKET, (policy(ACL_CHECK, WRITE, LOCKED_OUT),), fails="TH317 TH328"
    ),
    Attack(
        "ACL: everybody reads",
        BUCKET,
        (
            *UNBLOCKED,
            s3(
                "put_bucket_ownership_controls",
                OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]},
            ),
            s3("put_bucket_acl", ACL="public-read"),
        ),
        fails="TH302 TH303 TH305 TH313 TH322",
    ),
    Attack(
        "ACLs on",
        BUCKET,
        (
            s3(
                "put_bucket_ownership_controls",
                OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]},
            ),
        ),
        fails="TH313",
    ),
    Attack(
        "access point without a block",
        "leak",
        (
            call(
                "s3control.create_access_point",
                by=LOG_ARCHIVE,
                AccountId=LOG_ARCHIVE,
                Name="leak",
                Bucket=good.BUCKET,
                PublicAccessBlockConfiguration=NOTHING_BLOCKED,
            ),
        ),
        fails="TH330",
    ),
    Attack(
        "access point of many Regions without a block",
        "leak",
        (
            call(
                "s3control.create_multi_region_access_point",
                by=LOG_ARCHIVE,
                at="us-west-2",
                AccountId=LOG_ARCHIVE,
                ClientToken="1",
                Details={
                    "Name": "leak",
                    "PublicAccessBlock": NOTHING_BLOCKED,
                    "Regions": [{"Bucket": good.BUCKET}],
                },
            ),
        ),
        fails="TH330",
    ),
    Attack("no block of public access", BUCKET, UNBLOCKED, fails="TH305 TH322"),
    Attack("no block for the account", LOG_ARCHIVE, UNBLOCKED[1:], fails="TH322"),
    Attack("Object Lock without retention", BUCKET, lock(), fails="TH307 TH316"),
    Attack("Object Lock for a day", BUCKET, lock(Mode="COMPLIANCE", Days=1), fails="TH307 TH316"),
    Attack("Object Lock that gives way", BUCKET, lock(Mode="GOVERNANCE", Days=365), fails="TH307"),
    Attack("no replication", BUCKET, (s3("delete_bucket_replication"),), fails="TH325", moot="TH336"),
    Attack("replication off", BUCKET, replication(Status="Disabled"), fails="TH325", moot="TH336"),
    Attack(
        "replication without encrypted objects",
        BUCKET,
        replication(SourceSelectionCriteria={"SseKmsEncryptedObjects": {"Status": "Disabled"}}),
        fails="TH325",
        moot="TH336",
    ),
    Attack(
        "replication of something else",
        BUCKET,
        replication(Filter={"Prefix": "nothing/"}),
        fails="TH325",
        moot="TH336",
    ),
    Attack(
        "replication of deletions",
        COPY,
        replication(DeleteMarkerReplication={"Status": "Enabled"}),
        fails="TH336",
    ),
    Attack(
        "replication to a stranger",
        BUCKET,
        destination(Bucket=f"arn:aws:s3:::{THEIRS}", Account=OUTSIDER),
        fails="TH326",
        unknown="TH336",
    ),
    Attack(
        "replication to a stranger who is not named",
        THEIRS,
        replication(Destination={"Bucket": f"arn:aws:s3:::{THEIRS}"}),
        fails="TH336",
    ),
    Attack(
        "no access logs",
        BUCKET,
        (s3("put_bucket_logging", BucketLoggingStatus={}),),
        fails="TH306",
        moot="TH335",
    ),
    Attack(
        "access logs into the log",
        BUCKET,
        (
            s3(
                "put_bucket_logging",
                BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": good.BUCKET, "TargetPrefix": "s3/"}},
            ),
        ),
        fails="TH306 TH331 TH335",
    ),
    Attack(
        "no notifications",
        BUCKET,
        (s3("put_bucket_notification_configuration", NotificationConfiguration={}),),
        fails="TH324",
    ),
    Attack(
        "default key of AWS",
        BUCKET,
        (
            s3(
                "put_bucket_encryption",
                ServerSideEncryptionConfiguration={
                    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
                },
            ),
        ),
        fails="TH311",
    ),
    Attack(
        "website",
        BUCKET,
        (s3("put_bucket_website", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}}),),
        fails="TH329",
    ),
)
