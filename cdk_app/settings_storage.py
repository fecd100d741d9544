"""Settings: where log files are kept, for how long, and what keeps them from being destroyed."""

import math
import re
from typing import Literal

from msgspec import Struct

from cdk_app.formats import LOG_GROUP_DAYS, bucket_name, check, region

Protection = Literal["mfa-delete", "object-lock"]
LockMode = Literal["GOVERNANCE", "COMPLIANCE"]
GlacierClass = Literal["GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]


class Logs(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The delivery bucket and its key."""

    protection: Protection = "mfa-delete"
    """``mfa-delete``: no lifecycle, ready for root's step, and copied; ``object-lock``: locked itself."""
    bucket_name: str | None = None
    existing_bucket: str | None = None
    """A bucket that is there already; its policy and its protection stay its owner's business."""
    existing_key_arn: str | None = None
    key_prefix: str | None = None
    """Goes before AWSLogs/ in every object key."""
    access_log_days: int = 400

    def __post_init__(self) -> None:
        for what, name in (("bucket-name", self.bucket_name), ("existing-bucket", self.existing_bucket)):
            if name is not None:
                bucket_name(name, what)
            check(
                name is None or not name.startswith("aws-controltower-"),
                f"{what}: {name} belongs to Control Tower: set organization.control-tower to adopt its trail",
            )
        check(
            self.bucket_name is None or self.existing_bucket is None,
            "bucket-name names a new bucket and existing-bucket one that is there: give one of them",
        )
        arn = self.existing_key_arn
        check(
            arn is None or bool(re.fullmatch(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[\w-]+", arn)),
            f"existing-key-arn: {arn!r} is not the ARN of a KMS key",
        )
        prefix = self.key_prefix
        check(
            prefix is None or bool(re.fullmatch(r"[\w.()!*'-]([\w.()!*'/-]{0,198}[\w.()!*'-])?", prefix)),
            f"key-prefix: {prefix!r} is not a prefix of at most 200 characters without a slash at its ends",
        )
        check(self.access_log_days >= 1, f"access-log-days: {self.access_log_days} is not a number of days")


class Retention(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """How long the locked bucket keeps log files, and in which storage class."""

    days: int = 2557
    lock_mode: LockMode = "GOVERNANCE"
    """COMPLIANCE cannot be lifted by anybody, root and AWS Support included, until it ends."""
    lock_years: int = 1
    glacier_after_days: int = 90
    glacier_class: GlacierClass = "GLACIER"

    def __post_init__(self) -> None:
        check(1 <= self.lock_years <= 100, f"lock-years: {self.lock_years} is not between 1 and 100")
        check(
            self.days >= self.lock_days,
            f"days: a retention of {self.days} days is shorter than the lock of {self.lock_years} years",
        )
        check(
            1 <= self.glacier_after_days < self.days,
            f"glacier-after-days: {self.glacier_after_days} is not below the retention of {self.days} days",
        )

    @property
    def lock_days(self) -> int:
        """Return the length of the lock in days, leap days included."""
        return math.ceil(365.25 * self.lock_years)


class Archive(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The second, locked copy; without a Region there is none."""

    region: str | None = None
    bucket_name: str | None = None
    allow_same_region: bool = False

    def __post_init__(self) -> None:
        if self.region is not None:
            region(self.region, "region")
        if self.bucket_name is not None:
            bucket_name(self.bucket_name, "bucket-name")


class Realtime(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Delivery to CloudWatch Logs, which alarms work on, and the topic that announces log files."""

    log_group: bool = True
    retention_days: int = 365
    topic: bool = True

    def __post_init__(self) -> None:
        check(
            self.retention_days in LOG_GROUP_DAYS,
            f"retention-days: CloudWatch Logs does not know {self.retention_days} days; the nearest are "
            + " and ".join(str(day) for day in sorted(LOG_GROUP_DAYS, key=self._distance)[:2]),
        )

    def _distance(self, days: int) -> int:
        return abs(days - self.retention_days)
