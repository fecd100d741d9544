"""Tampering with what the audit trail stands on, as one table.

Metric filters and EventBridge rules are both made from it, so neither forgets what the other sees.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cdk_app.filters import MetricFilter, any_of

Names = Mapping[str, Iterable[str]]
"""Names of resources by subject; one may begin or end with ``*``. Without any, all resources count.

Metric filters, which see a whole organization, take ``<subject>-accounts`` in place of names.
"""


@dataclass(frozen=True, kw_only=True)
class Tampering:
    """API calls that weaken one of the things that the audit trail stands on."""

    id: str
    title: str
    source: str
    """The service as CloudTrail names it."""
    events: tuple[str, ...]
    subject: str = ""
    """What the fields name, as a key of ``Names``; empty: calls on any resource count."""
    fields: tuple[str, ...] = ()
    """Request parameters that name the resource; a name in any of them counts."""
    not_from: str = ""
    """The end of the addresses of services that do this all day for good reasons."""


TAMPERING: tuple[Tampering, ...] = (
    Tampering(
        id="trail-tampering",
        title="Trail stopped, deleted, redirected or narrowed",
        source="cloudtrail.amazonaws.com",
        events=(
            *("StopLogging", "DeleteTrail", "UpdateTrail"),
            *("PutEventSelectors", "PutInsightSelectors", "PutEventConfiguration"),
            *("RegisterOrganizationDelegatedAdmin", "DeregisterOrganizationDelegatedAdmin"),
            *("AddTags", "RemoveTags"),
        ),
    ),
    Tampering(
        id="event-data-store-tampering",
        title="Event data store, channel or a policy of theirs weakened",
        source="cloudtrail.amazonaws.com",
        events=(
            *("UpdateEventDataStore", "DeleteEventDataStore", "StopEventDataStoreIngestion"),
            *("DisableFederation", "UpdateChannel", "DeleteChannel"),
            *("PutResourcePolicy", "DeleteResourcePolicy"),
        ),
    ),
    Tampering(
        id="log-bucket-access-tampering",
        title="Access to the log bucket changed",
        source="s3.amazonaws.com",
        subject="buckets",
        fields=("bucketName",),
        events=(
            *("DeleteBucket", "PutBucketPolicy", "DeleteBucketPolicy", "PutBucketAcl"),
            *("PutBucketPublicAccessBlock", "DeleteBucketPublicAccessBlock", "DeletePublicAccessBlock"),
            *("PutBucketOwnershipControls", "DeleteBucketOwnershipControls"),
        ),
    ),
    Tampering(
        id="log-bucket-protection-tampering",
        title="Protection of the log bucket changed",
        source="s3.amazonaws.com",
        subject="buckets",
        fields=("bucketName",),
        # CloudTrail keeps the old names of the lifecycle and lock calls; both, in case that changes.
        events=(
            *("PutBucketLifecycle", "PutBucketLifecycleConfiguration", "DeleteBucketLifecycle"),
            *("PutBucketVersioning", "PutBucketLogging", "PutBucketEncryption", "DeleteBucketEncryption"),
            *("PutBucketReplication", "DeleteBucketReplication", "PutBucketRequestPayment"),
            *("PutObjectLockConfiguration", "PutBucketObjectLockConfiguration"),
        ),
    ),
    Tampering(
        id="key-tampering",
        title="Key of the log files disabled, deleted or opened",
        source="kms.amazonaws.com",
        subject="keys",
        fields=("keyId",),
        events=(
            *("DisableKey", "ScheduleKeyDeletion", "CancelKeyDeletion", "PutKeyPolicy", "RevokeGrant"),
            *("DisableKeyRotation", "DeleteImportedKeyMaterial", "UpdatePrimaryRegion"),
        ),
    ),
    Tampering(
        id="log-group-tampering",
        title="Log group of the trail deleted, shortened or blinded",
        source="logs.amazonaws.com",
        subject="log-groups",
        fields=("logGroupName", "logGroupIdentifier"),
        events=(
            *("DeleteLogGroup", "DeleteLogStream", "PutRetentionPolicy", "DeleteRetentionPolicy"),
            *("PutMetricFilter", "DeleteMetricFilter", "DisassociateKmsKey", "DeleteSubscriptionFilter"),
        ),
    ),
    Tampering(
        id="alarm-tampering",
        title="Alarms deleted or silenced",
        source="monitoring.amazonaws.com",
        subject="alarms",
        events=("DeleteAlarms", "DisableAlarmActions", "PutAlarmMuteRule", "SetAlarmState"),
        not_from="autoscaling.amazonaws.com",
    ),
    Tampering(
        id="rule-tampering",
        title="EventBridge rules of the tamper alerts changed",
        source="events.amazonaws.com",
        subject="rules",
        fields=("name", "rule"),
        events=("DisableRule", "DeleteRule", "RemoveTargets", "PutRule"),
    ),
    Tampering(
        id="alert-topic-tampering",
        title="Topic of the alerts deleted, or its listeners removed",
        source="sns.amazonaws.com",
        subject="topics",
        fields=("topicArn", "subscriptionArn"),
        events=(
            *("DeleteTopic", "SetTopicAttributes", "RemovePermission"),
            *("Unsubscribe", "SetSubscriptionAttributes"),
        ),
    ),
    Tampering(
        id="organization-tampering",
        title="Organization's trust in CloudTrail or its policies changed",
        source="organizations.amazonaws.com",
        events=(
            "DisableAWSServiceAccess",
            *("RegisterDelegatedAdministrator", "DeregisterDelegatedAdministrator"),
            *("LeaveOrganization", "RemoveAccountFromOrganization", "DeleteOrganization"),
            *("DetachPolicy", "UpdatePolicy", "DeletePolicy", "DisablePolicyType"),
        ),
    ),
)
"""Beyond CIS, whose filter 4.5 does not see PutEventSelectors: a trail that logs and records nothing."""


OF_STORAGE = tuple(known.id for known in TAMPERING if known.subject in ("buckets", "keys"))
"""What shows up in the account and Region of a bucket and its key."""
OF_ORGANIZATION = ("organization-tampering",)
"""What shows up in the Region where a partition keeps its organizations."""


def metric_filter(tampering: Tampering, names: Names) -> MetricFilter:
    """Return the metric filter that sees the tampering with what is named."""
    clauses = [f"($.eventSource = {tampering.source})", f"({any_of(tampering.events)})"]
    wanted = [
        f'($.requestParameters.{field} = "{name}")'
        for name in names.get(tampering.subject, ())
        for field in tampering.fields
    ]
    if not wanted:
        accounts = names.get(f"{tampering.subject}-accounts", ())
        wanted = [f'($.recipientAccountId = "{account}")' for account in accounts]
    if wanted:
        clauses.append(f"({' || '.join(wanted)})")
    if tampering.not_from:
        clauses.append(f'($.sourceIPAddress != "*{tampering.not_from}")')
    return MetricFilter(id=tampering.id, title=tampering.title, pattern=f"{{ {' && '.join(clauses)} }}")


def event_pattern(tampering: Tampering, names: Names) -> dict[str, Any]:
    """Return the EventBridge pattern that sees the tampering with what is named; denied attempts count."""
    detail: dict[str, Any] = {"eventSource": [tampering.source], "eventName": list(tampering.events)}
    wanted = [_matcher(name) for name in names.get(tampering.subject, ())]
    if wanted and len(tampering.fields) > 1:
        detail["$or"] = [{"requestParameters": {field: wanted}} for field in tampering.fields]
    elif wanted:
        detail["requestParameters"] = {tampering.fields[0]: wanted}
    if tampering.not_from:
        detail["sourceIPAddress"] = [{"anything-but": {"suffix": tampering.not_from}}]
    return {
        "source": ["aws." + tampering.source.split(".")[0]],
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": detail,
    }


def _matcher(name: str) -> Any:
    if name.startswith("*"):
        return {"suffix": name[1:]}
    return {"prefix": name[:-1]} if name.endswith("*") else name
