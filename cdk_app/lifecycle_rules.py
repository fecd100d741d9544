"""How a locked bucket ages: Glacier for log files, never for digests, and an end."""

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3

from cdk_app.settings_storage import Retention
from cdk_app.trail_identity import TrailIdentity

LARGEST_DIGEST = 128 * 1024
"""Bytes. A digest lists the log files of one hour, account and Region with about 130 bytes each, compressed;
this is room for a thousand. Objects below it would cost more in Glacier than they save."""
_CLASSES = {
    "GLACIER_IR": s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
    "GLACIER": s3.StorageClass.GLACIER,
    "DEEP_ARCHIVE": s3.StorageClass.DEEP_ARCHIVE,
}


def lifecycle_rules(trail: TrailIdentity, retention: Retention) -> list[s3.LifecycleRule]:
    """Return the rules of a bucket with an Object Lock.

    Digests must stay readable at once, or nobody can validate what is in Glacier. Below the owner's prefix
    log files have a prefix of their own. Below the organization's each member has one, and a rule's prefix
    takes no wildcard: there the size tells them apart.
    """
    owner, *organization = trail.log_prefixes
    transition = s3.Transition(
        storage_class=_CLASSES[retention.glacier_class],
        transition_after=Duration.days(retention.glacier_after_days),
    )
    archiving = [
        s3.LifecycleRule(id="archive-owner", prefix=f"{owner}/CloudTrail/", transitions=[transition]),
        *(
            s3.LifecycleRule(
                id="archive-organization",
                prefix=f"{prefix}/",
                object_size_greater_than=LARGEST_DIGEST,
                transitions=[transition],
            )
            for prefix in organization
        ),
    ]
    end = s3.LifecycleRule(
        id="end",
        expiration=Duration.days(retention.days),
        # A deleted object becomes noncurrent at that moment; this is how long it can still be restored.
        noncurrent_version_expiration=Duration.days(retention.lock_days),
        abort_incomplete_multipart_upload_after=Duration.days(7),
    )
    return [*archiving, end]
