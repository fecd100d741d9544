"""What S3 lifecycle rules do to log objects: which rules reach them, and how early they take them away."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from checker.inventory import LifecycleRule, Transition

ARCHIVES = frozenset({"GLACIER", "DEEP_ARCHIVE"})
"""Classes whose objects must be restored before they can be read; GLACIER_IR answers at once."""
_SERVICE = "CloudTrail"
"""Folders of log objects: CloudTrail, CloudTrail-Digest, CloudTrail-Insight and other kinds of events."""
_DIGESTS = "CloudTrail-Digest/"


def reaches(rule: LifecycleRule, key_prefix: str | None) -> bool:
    """Tell whether a rule can meet log or digest objects of a trail with this key prefix.

    They are named ``[key prefix/]AWSLogs/[organization id/]account/CloudTrail.../...``. Tag and size filters
    are left aside: whoever may write objects or their tags decides whether they match.
    """
    return any(_reaches(rule.filter.prefix, logs) for logs in _homes(key_prefix))


def _reaches(prefix: str, logs: str) -> bool:
    if logs.startswith(prefix):
        return True
    return prefix.startswith(logs) and _may_hold(_service(prefix.removeprefix(logs)))


def reaches_digests(rule: LifecycleRule, key_prefix: str | None) -> bool:
    """Tell the same of digest objects alone."""
    return any(_reaches_digests(rule.filter.prefix, logs) for logs in _homes(key_prefix))


def _reaches_digests(prefix: str, logs: str) -> bool:
    folder = _service(prefix.removeprefix(logs)) if prefix.startswith(logs) else ""
    return _reaches(prefix, logs) and (folder.startswith(_DIGESTS) or _DIGESTS.startswith(folder))


def _homes(key_prefix: str | None) -> set[str]:
    """Return where log objects may be: AWS does not say what becomes of slashes around the key prefix."""
    if not key_prefix:
        return {"AWSLogs/"}
    return {f"{key_prefix}/AWSLogs/", f"{key_prefix.strip('/')}/AWSLogs/"}


def _service(path: str) -> str:
    """Return what a path below AWSLogs/ says about the service folder; empty when it does not get there."""
    parts = path.split("/")
    if parts[0].startswith("o-"):
        parts = parts[1:]
    return "/".join(parts[1:])


def _may_hold(folder: str) -> bool:
    return _SERVICE.startswith(folder) or folder.startswith(_SERVICE)


def losses(rule: LifecycleRule, now: datetime, keep_days: int) -> Iterator[str]:
    """Yield each way in which an enabled rule removes objects before ``keep_days``, as a clause.

    From its date on a dated expiry also takes objects that are a day old (S3 User Guide, lifecycle elements).
    Newer versions that a rule keeps do not help: whoever may write can supersede the one that matters.
    """
    if rule.expiration_days is not None and rule.expiration_days < keep_days:
        yield f"expires objects after {_days(rule.expiration_days)}, below {keep_days}"
    if rule.expiration_date is not None and rule.expiration_date < now + timedelta(days=keep_days):
        yield f"expires objects of any age from {rule.expiration_date:%Y-%m-%d} on"
    if rule.noncurrent_expiration_days is not None and rule.noncurrent_expiration_days < keep_days:
        newer = rule.noncurrent_newer_versions
        spared = f" (all but the newest {newer})" if newer else ""
        days = _days(rule.noncurrent_expiration_days)
        yield f"removes superseded versions{spared} after {days}, below {keep_days}"


def early_archives(rule: LifecycleRule, now: datetime, archive_days: int) -> Iterator[str]:
    """Yield each way in which an enabled rule makes current objects unreadable before ``archive_days``."""
    for move in rule.transitions:
        if move.storage_class not in ARCHIVES:
            continue
        if move.days is not None and move.days < archive_days:
            yield f"moves objects to {move.storage_class} after {_days(move.days)}, below {archive_days}"
        if move.date is not None and move.date < now + timedelta(days=archive_days):
            yield f"moves objects of any age to {move.storage_class} from {move.date:%Y-%m-%d} on"


def archives(rule: LifecycleRule) -> list[Transition]:
    """Return the moves of current objects to a class from which they must be restored first."""
    return [move for move in rule.transitions if move.storage_class in ARCHIVES]


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"
