"""Attacks on what lies in the bucket: expire it, delete it, lift its lock, or copy it to somebody else."""

from itertools import groupby
from typing import Any

from tests import hardened as good
from tests.attacks.attack import Attack, Step
from tests.attacks.on_buckets import BUCKET, s3
from tests.attacks.world import COPY, LIFECYCLE, OUTSIDER, REPLICATION, THEIRS, hardened
from tests.simulator.delivered import everything
from tests.simulator.worlds import MANAGEMENT

WORLD = hardened()
(KEEP,) = LIFECYCLE["Rules"]
(COPY_RULE,) = REPLICATION["Rules"]


def lifecycle(**rule: Any) -> tuple[Step, ...]:
    """Add a rule to the one that is there."""
    added = {"ID": "tidy", "Status": "Enabled", "Filter": {"Prefix": ""}, **rule}
    return (s3("put_bucket_lifecycle_configuration", LifecycleConfiguration={"Rules": [KEEP, added]}),)


def only(**changes: Any) -> tuple[Step, ...]:
    """Change the one rule that is there."""
    rule = {name: value for name, value in {**KEEP, **changes}.items() if value is not None}
    return (s3("put_bucket_lifecycle_configuration", LifecycleConfiguration={"Rules": [rule]}),)


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
    """Delete what trails have delivered, by a part of its names: all, or of each account and Region one."""
    found = [name for name in everything(WORLD, WORLD.buckets[0]) if part in name]
    folders = [list(names) for _, names in groupby(found, lambda name: name.split("/")[2:5])]
    gone = [name for names in folders for name in (names if only is None else [names[only]])]
    return (s3("delete_objects", Delete={"Objects": [{"Key": name} for name in gone]}),)


ATTACKS = (
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
    Attack(
        "expire: small and tagged",
        BUCKET,
        lifecycle(
            Filter={
                "And": {
                    "Prefix": "AWSLogs/",
                    "Tags": [{"Key": "stale", "Value": "yes"}],
                    "ObjectSizeLessThan": 1_000_000,
                }
            },
            Expiration={"Days": 1},
        ),
        fails="TH315",
    ),
    Attack(
        "expire: noncurrent but the newest",
        BUCKET,
        lifecycle(NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 1}),
        fails="TH315",
    ),
    Attack(
        "archive at once",
        BUCKET,
        lifecycle(Transitions=[{"Days": 0, "StorageClass": "DEEP_ARCHIVE"}]),
        fails="TH315",
    ),
    Attack("lifecycle off", BUCKET, only(Status="Disabled"), fails="TH314 TH323"),
    Attack("uploads that nobody ends", BUCKET, only(AbortIncompleteMultipartUpload=None), fails="TH323"),
    Attack("no lifecycle", BUCKET, (s3("delete_bucket_lifecycle"),), fails="TH314 TH323", moot="TH321"),
    Attack("Object Lock without retention", BUCKET, lock(), fails="TH307 TH316"),
    Attack("Object Lock for a day", BUCKET, lock(Mode="COMPLIANCE", Days=1), fails="TH307 TH316"),
    Attack(
        "Object Lock that gives way after a day",
        BUCKET,
        lock(Mode="GOVERNANCE", Days=1),
        fails="TH307 TH316",
    ),
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
)
