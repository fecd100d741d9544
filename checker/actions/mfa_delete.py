"""When MFA delete can be turned on for a bucket, decided before anybody is asked for a code."""

import re

from msgspec import Struct

PASSKEY = re.compile(r"arn:[\w-]+:iam::\d{12}:u2f/")
"""A passkey or security key signs, and shows no code that S3 could take."""
SERIAL = re.compile(r"arn:[\w-]+:iam::(?P<account>\d{12}):mfa/[\w+=/,.@-]+|[A-Za-z0-9-]{6,64}")
"""The ARN of an authenticator app, or the number printed on a hardware device."""


class Unread(Struct, frozen=True):
    """A setting that AWS did not tell, with the reason."""

    reason: str


class Caller(Struct, frozen=True, kw_only=True):
    """Whose credentials these are."""

    arn: str
    account: str
    temporary: bool
    """They come with a session token."""

    @property
    def is_root(self) -> bool:
        """Whether it is the root user, and not a user or role of its account."""
        return bool(re.fullmatch(rf"arn:[\w-]+:iam::{self.account}:root", self.arn))


class BucketState(Struct, frozen=True, kw_only=True):
    """What of a bucket matters to MFA delete."""

    name: str
    region: str
    versioning: str | Unread | None
    """Enabled, Suspended, or None for a bucket that never had versioning."""
    mfa_delete: bool | Unread
    lifecycle_rules: int | Unread
    object_lock: bool | Unread


def caller_obstacle(caller: Caller) -> str | None:
    """Say why these credentials cannot turn MFA delete on, or None."""
    if not caller.is_root:
        return (
            f"{caller.arn} is not a root user, and only the root user of the bucket's account can turn MFA "
            "delete on: use an access key of root of that account, and delete the key afterwards"
        )
    if caller.temporary:
        return (
            "these are temporary credentials of root, and S3 takes no MFA code together with a session "
            "token: use an access key of root, and delete the key afterwards"
        )
    return None


def obstacle(bucket: BucketState) -> str | None:
    """Say why MFA delete cannot be turned on for a bucket, or None; what was not read is an obstacle."""
    name = bucket.name
    for what, setting in _settings(bucket).items():
        if isinstance(setting, Unread):
            return f"the {what} of {name} could not be read ({setting.reason}), so nothing was changed"
    if bucket.versioning != "Enabled":
        state = bucket.versioning or "off"
        return (
            f"versioning of {name} is {state}: enable it in the template that owns the bucket, then come back"
        )
    if bucket.lifecycle_rules:
        return (
            f"{name} has {_count(bucket.lifecycle_rules)}, and S3 refuses MFA delete on a bucket with a "
            "lifecycle: remove it in the template that owns the bucket, then come back"
        )
    if bucket.object_lock:
        return (
            f"{name} has Object Lock, which protects its versions already; AWS does not say what MFA delete "
            "does beside it, so it stays off"
        )
    return None


def device_obstacle(serial: str, caller: Caller) -> str | None:
    """Say why a device cannot be the one whose code S3 wants, or None."""
    if PASSKEY.match(serial):
        return f"{serial} is a passkey or security key, which shows no code: add an authenticator app to root"
    fits = SERIAL.fullmatch(serial)
    if not fits:
        return f"{serial!r} is neither the ARN of an MFA device nor a serial number"
    if fits["account"] not in (None, caller.account):
        return f"{serial} belongs to another account than root of {caller.account}"
    return None


def describe(bucket: BucketState) -> str:
    """Return the state of a bucket as lines of text."""
    shown = {
        what: f"not read: {setting.reason}" if isinstance(setting, Unread) else _word(setting)
        for what, setting in _settings(bucket).items()
    }
    rows = {"bucket": f"{bucket.name} ({bucket.region})", **shown}
    lines = [f"{what:<12} {text}" for what, text in rows.items()]
    return "\n".join([*lines, "", f"{_summary(bucket)}"])


def _summary(bucket: BucketState) -> str:
    if bucket.mfa_delete is True:
        return "MFA delete is on: only root with a code deletes versions or changes versioning."
    why = obstacle(bucket)
    return (
        f"Not ready for MFA delete: {why}." if why else "Ready for MFA delete: trailhold mfa-delete enable."
    )


def _settings(bucket: BucketState) -> dict[str, str | bool | int | Unread | None]:
    return {
        "MFA delete": bucket.mfa_delete,
        "versioning": bucket.versioning,
        "lifecycle": bucket.lifecycle_rules,
        "Object Lock": bucket.object_lock,
    }


def _word(setting: str | bool | int | None) -> str:
    match setting:
        case bool():
            return "on" if setting else "off"
        case int():
            return _count(setting)
        case _:
            return setting or "off"


def _count(rules: int | Unread) -> str:
    if not rules:
        return "none"
    return "1 lifecycle rule" if rules == 1 else f"{rules} lifecycle rules"
