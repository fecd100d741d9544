"""Lifecycle and replication rules of a bucket, whose names differ from those of the S3 API."""

from datetime import UTC, datetime
from typing import Any

from checker.inventory import LifecycleFilter, LifecycleRule, ReplicationRule, Transition
from checker.sources.cloudformation.settings import Wrong, enabled, needed, number, objects, one, part, word

Properties = dict[str, Any]


def rules(value: Any) -> tuple[LifecycleRule, ...]:
    """Read a LifecycleConfiguration."""
    return tuple(_rule(each) for each in part(one(value), "Rules", objects, ()))


def _rule(rule: Properties) -> LifecycleRule:
    superseded = part(rule, "NoncurrentVersionExpiration", one, {})
    older = part(rule, "NoncurrentVersionExpirationInDays", number, None)
    unfinished = part(rule, "AbortIncompleteMultipartUpload", one, {})
    return LifecycleRule(
        id=part(rule, "Id", word, ""),
        enabled=needed(rule, "Status", enabled),
        filter=LifecycleFilter(
            prefix=part(rule, "Prefix", word, ""),
            tags=tuple(
                (needed(tag, "Key", word), part(tag, "Value", word, ""))
                for tag in part(rule, "TagFilters", objects, ())
            ),
            size_greater_than=part(rule, "ObjectSizeGreaterThan", number, None),
            size_less_than=part(rule, "ObjectSizeLessThan", number, None),
        ),
        expiration_days=part(rule, "ExpirationInDays", number, None),
        expiration_date=part(rule, "ExpirationDate", _moment, None),
        noncurrent_expiration_days=part(superseded, "NoncurrentDays", number, older),
        noncurrent_newer_versions=part(superseded, "NewerNoncurrentVersions", number, None),
        transitions=tuple(_transition(move) for move in _both(rule, "Transition")),
        noncurrent_transitions=tuple(
            _transition(move) for move in _both(rule, "NoncurrentVersionTransition")
        ),
        abort_multipart_days=part(unfinished, "DaysAfterInitiation", number, None),
    )


def _both(rule: Properties, name: str) -> tuple[Properties, ...]:
    """Return the entries of a property and of its older form for a single one."""
    return (*part(rule, f"{name}s", objects, ()), *part(rule, name, objects, ()))


def _transition(move: Properties) -> Transition:
    return Transition(
        storage_class=needed(move, "StorageClass", word),
        days=part(move, "TransitionInDays", number, None),
        date=part(move, "TransitionDate", _moment, None),
    )


def _moment(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(word(value))
    except ValueError:
        raise Wrong("a date that is none") from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def replication(value: Any) -> tuple[ReplicationRule, ...]:
    """Read a ReplicationConfiguration."""
    return tuple(_replicated(each) for each in part(one(value), "Rules", objects, ()))


def _replicated(rule: Properties) -> ReplicationRule:
    newer = rule.get("Filter") is not None
    wanted = part(rule, "Filter", one, {})
    tags = part(wanted, "TagFilter", objects, ())
    wanted = part(wanted, "And", one, wanted)
    tags = part(wanted, "TagFilters", objects, tags)
    target = needed(rule, "Destination", one)
    markers = part(rule, "DeleteMarkerReplication", one, {})
    owner = part(target, "AccessControlTranslation", one, {})
    encrypted = part(part(rule, "SourceSelectionCriteria", one, {}), "SseKmsEncryptedObjects", one, {})
    return ReplicationRule(
        id=part(rule, "Id", word, ""),
        enabled=needed(rule, "Status", enabled),
        prefix=part(wanted, "Prefix", word, part(rule, "Prefix", word, "")),
        destination_arn=needed(target, "Bucket", word),
        destination_account=part(target, "Account", word, None),
        storage_class=part(target, "StorageClass", word, None),
        tags=tuple((needed(tag, "Key", word), part(tag, "Value", word, "")) for tag in tags),
        delete_markers=not newer or part(markers, "Status", enabled, False),
        owner_override=part(owner, "Owner", word, "") == "Destination",
        kms_objects=part(encrypted, "Status", enabled, False),
        priority=part(rule, "Priority", number, None),
    )
