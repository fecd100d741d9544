"""Lifecycle and replication rules of a bucket, in both styles of the provider.

Source of names: Terraform AWS provider documentation, aws_s3_bucket (version 3: blocks of the bucket itself),
aws_s3_bucket_lifecycle_configuration, aws_s3_bucket_replication_configuration.
"""

from datetime import UTC, datetime
from typing import Any

from checker.inventory import LifecycleFilter, LifecycleRule, ReplicationRule, Transition
from checker.sources.cloudformation.settings import Wrong, enabled, filled, flag, needed, number, part, word
from checker.sources.terraform.settings import block, blocks, positive

Block = dict[str, Any]


def rules(value: Any) -> tuple[LifecycleRule, ...]:
    """Read the ``rule`` blocks of aws_s3_bucket_lifecycle_configuration."""
    return tuple(_rule(each, needed(each, "status", enabled), _filter(each)) for each in blocks(value))


def inline_rules(value: Any) -> tuple[LifecycleRule, ...]:
    """Read the ``lifecycle_rule`` blocks of a bucket."""
    return tuple(
        _rule(
            each,
            needed(each, "enabled", flag),
            LifecycleFilter(prefix=part(each, "prefix", word, ""), tags=_tags(each.get("tags"))),
        )
        for each in blocks(value)
    )


def _rule(rule: Block, on: bool, filter: LifecycleFilter) -> LifecycleRule:
    expiry = part(rule, "expiration", block, {})
    superseded = part(rule, "noncurrent_version_expiration", block, {})
    unfinished = part(rule, "abort_incomplete_multipart_upload", block, {})
    return LifecycleRule(
        id=part(rule, "id", word, ""),
        enabled=on,
        filter=filter,
        expiration_days=part(expiry, "days", positive, None),
        expiration_date=_moment(expiry.get("date")),
        noncurrent_expiration_days=_noncurrent(superseded),
        noncurrent_newer_versions=part(superseded, "newer_noncurrent_versions", positive, None),
        transitions=tuple(
            Transition(
                storage_class=needed(move, "storage_class", word),
                days=None if move.get("date") else part(move, "days", _days, 0),
                date=_moment(move.get("date")),
            )
            for move in part(rule, "transition", blocks, ())
        ),
        noncurrent_transitions=tuple(
            Transition(storage_class=needed(move, "storage_class", word), days=_noncurrent(move))
            for move in part(rule, "noncurrent_version_transition", blocks, ())
        ),
        abort_multipart_days=part(unfinished, "days_after_initiation", positive, None)
        or part(rule, "abort_incomplete_multipart_upload_days", positive, None),
    )


def _noncurrent(found: Block) -> int | None:
    """Return the days, which the older style calls by another name."""
    return part(found, "noncurrent_days", positive, None) or part(found, "days", positive, None)


def _days(value: Any) -> int:
    return positive(value) or 0


def _filter(rule: Block) -> LifecycleFilter:
    told = part(rule, "filter", block, {})
    both = part(told, "and", block, {})
    tag = part(told, "tag", block, {})
    single = ((needed(tag, "key", word), part(tag, "value", word, "")),) if tag else ()

    def size(name: str) -> int | None:
        return part(told, name, positive, None) or part(both, name, positive, None)

    prefixes = (part(one, "prefix", filled, None) for one in (told, both, rule))
    return LifecycleFilter(
        prefix=next((prefix for prefix in prefixes if prefix), ""),
        tags=(*single, *_tags(both.get("tags"))),
        size_greater_than=size("object_size_greater_than"),
        size_less_than=size("object_size_less_than"),
    )


def _tags(value: Any) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    if not isinstance(value, dict):
        raise Wrong("with tags that are no map")
    return tuple((name, word(one)) for name, one in value.items() if one is not None)


def _moment(value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    try:
        found = datetime.fromisoformat(word(value))
    except ValueError:
        raise Wrong("a date that is none") from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def replication(value: Any) -> tuple[ReplicationRule, ...]:
    """Read the ``rule`` blocks of a replication configuration, of either style."""
    return tuple(_replicated(each) for each in blocks(value))


def inline_replication(value: Any) -> tuple[ReplicationRule, ...]:
    """Read the ``replication_configuration`` block of a bucket."""
    return replication(block(value).get("rules") or [])


def _replicated(rule: Block) -> ReplicationRule:
    told = part(rule, "filter", block, {})
    both = part(told, "and", block, {})
    tag = part(told, "tag", block, {})
    single = ((needed(tag, "key", word), part(tag, "value", word, "")),) if tag else ()
    target = needed(rule, "destination", block)
    prefixes = (part(one, "prefix", filled, None) for one in (told, both, rule))
    owner = part(target, "access_control_translation", block, {})
    return ReplicationRule(
        id=part(rule, "id", word, ""),
        enabled=needed(rule, "status", enabled),
        prefix=next((prefix for prefix in prefixes if prefix), ""),
        tags=(*single, *_tags(both.get("tags")), *_tags(told.get("tags"))),
        destination_arn=needed(target, "bucket", word),
        destination_account=part(target, "account", filled, None) or part(target, "account_id", filled, None),
        storage_class=part(target, "storage_class", filled, None),
        delete_markers=_delete_markers(rule),
        owner_override=bool(owner) or part(target, "access_control_translation", _is_owner, False),
        kms_objects=_kms_objects(rule),
        priority=part(rule, "priority", number, None),
    )


def _delete_markers(rule: Block) -> bool:
    """Say whether deletes are copied: without a filter a rule is of the older kind, which always does so."""
    if rule.get("filter") in (None, []):
        return True
    told = rule.get("delete_marker_replication") or rule.get("delete_marker_replication_status")
    if isinstance(told, str):
        return enabled(told)
    return part(block(told), "status", enabled, False)


def _is_owner(value: Any) -> bool:
    return part(block(value), "owner", filled, None) == "Destination"


def _kms_objects(rule: Block) -> bool:
    chosen = part(rule, "source_selection_criteria", block, {})
    wanted = part(chosen, "sse_kms_encrypted_objects", block, {})
    return part(wanted, "status", enabled, False) or part(wanted, "enabled", flag, False)
