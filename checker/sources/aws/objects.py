"""Lists the digests and log files that a trail delivered lately: names alone, by one call a Region and kind.

Reading a digest takes s3:GetObject and kms:Decrypt, which an auditor of settings should not have; its name
tells trail, Region and hour (CloudTrail User Guide, CloudTrail digest file structure).
"""

import asyncio
import re
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from checker.evidence import Cause, Known, Observed, Unknown, derive
from checker.inventory import LogBucket, LogObjects, TrailStatus
from checker.sources.aws.api import Answer, Api, Target
from checker.sources.aws.arns import Arn
from checker.sources.aws.calls import s3 as calls
from checker.sources.aws.cloudtrail import Shown
from checker.sources.aws.fields import anchored, optional, required

LOOK_BACK = timedelta(days=1)
"""How far back from the latest digest its predecessors are listed."""
LATE = timedelta(hours=3)
"""How long before its delivery a log file may have been named."""


Organization = tuple[Observed[str | None], Observed[str | None]]
"""The ids of the account's organization and of its management account."""


_DAY = re.compile(r"\d{4}/\d\d/\d\d/")
_DIGEST = re.compile(r"(\d{8}T\d{6}Z)\.json\.gz")


class Folder(Struct, frozen=True, kw_only=True):
    """Where a trail keeps what happened in one account and Region."""

    root: str
    """``[key prefix/]AWSLogs/[organization/]account/``."""
    account: str
    region: str
    trail: Arn

    def digests(self) -> str:
        """Return the prefix of its digests."""
        return f"{self.root}CloudTrail-Digest/{self.region}/"

    def digest(self, at: datetime) -> str:
        """Return the name of a digest that ends at a time."""
        return f"{self.digests()}{at:%Y/%m/%d}/{self._begin()}{at:%Y%m%dT%H%M%SZ}.json.gz"

    def end_of(self, key: str) -> datetime | None:
        """Return when a digest of this trail ends; None for any other object."""
        # No pattern is compiled of names that no other folder has.
        day, _, rest = key.removeprefix(self.digests()).partition(self._begin())
        ended = _DIGEST.fullmatch(rest) if _DAY.fullmatch(day) and key.startswith(self.digests()) else None
        try:
            return datetime.strptime(ended[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if ended else None
        except ValueError:
            return None

    def logs(self) -> str:
        """Return the prefix of its log files."""
        return f"{self.root}CloudTrail/{self.region}/"

    def log(self, at: datetime) -> str:
        """Return how the name of a log file begins that was delivered at a time."""
        return f"{self.logs()}{at:%Y/%m/%d}/{self.account}_CloudTrail_{self.region}_{at:%Y%m%dT%H%MZ}"

    def _begin(self) -> str:
        trail = self.trail
        return f"{self.account}_CloudTrail-Digest_{self.region}_{trail.name}_{trail.region}_"


class _Object(Struct, frozen=True):
    Key: str


async def read_objects(
    api: Api,
    shown: Shown,
    status: Awaitable[TrailStatus],
    bucket: Awaitable[LogBucket],
    organization: Awaitable[Organization],
    account: str = "",
) -> LogObjects:
    """List what should be there of one account, by the status that it sees in the Region of ``shown``.

    ``account`` is the caller's unless it is given. What CloudTrail does not say to have delivered within a
    day is not asked for.
    """
    account = account or (await api.caller).account
    told, place, belongs = await status, await bucket, (await organization)[0]
    validated = optional(shown.entry, "LogFileValidationEnabled", bool)
    digests_from, logs_from = _digests_from(told, validated), _logs_from(told)
    folder = _unlistable(place) or _folder(shown, account, belongs)
    home = place.region.content if isinstance(place.region, Known) else shown.region
    there = Target(name=f"bucket {place.name}", region=home)
    digests, logs = await asyncio.gather(
        _digests(api, there, folder, digests_from), _logs(api, there, folder, logs_from)
    )
    return LogObjects(
        trail_arn=shown.arn,
        account=account,
        region=shown.region,
        bucket=required(shown.entry, "S3BucketName", str),
        digests_from=digests_from,
        digests=digests,
        logs_from=logs_from,
        logs=logs,
    )


def _digests_from(status: TrailStatus, validated: Observed[bool | None]) -> Observed[datetime | None]:
    """Return from when on digests are to be listed; a trail that was started since then has none before."""
    latest, start = status.latest_digest_delivery_time, status.start_logging_time
    if isinstance(validated, Unknown) or not validated.content:
        return derive(validated, lambda _: None)
    if isinstance(latest, Unknown) or not _lately(latest.content):
        return derive(latest, lambda _: None)
    if isinstance(start, Unknown):
        return start
    assert latest.content is not None
    since = latest.content - LOOK_BACK
    return Known(max(since, start.content or since), latest.origin)


def _logs_from(status: TrailStatus) -> Observed[datetime | None]:
    return derive(
        status.latest_delivery_time, lambda latest: latest - LATE if latest and _lately(latest) else None
    )


def _lately(at: datetime | None) -> bool:
    return at is not None and datetime.now(UTC) - at <= LOOK_BACK


def _unlistable(bucket: LogBucket) -> Unknown | None:
    """Say why the bucket cannot be listed; whoever may ask whether it exists may list it (HeadBucket)."""
    if isinstance(bucket.exists, Unknown):
        return bucket.exists
    if not bucket.exists.content:
        return Unknown(f"bucket {bucket.name} does not exist", Cause.ABSENT, bucket.exists.origin)
    return bucket.region if isinstance(bucket.region, Unknown) else None


def _folder(shown: Shown, account: str, organization: Observed[str | None]) -> Observed[Folder]:
    """Return the folder; an organization's trail keeps each account's files below the organization."""
    prefix = optional(shown.entry, "S3KeyPrefix", str)
    wide = required(shown.entry, "IsOrganizationTrail", bool)
    if isinstance(prefix, Unknown):
        return prefix
    if isinstance(wide, Unknown):
        return wide
    if wide.content and isinstance(organization, Unknown):
        return organization
    before = prefix.content or ""
    if before != before.strip("/"):
        why = f"where CloudTrail puts files below the key prefix {before!r} is not documented"
        return Unknown(why, Cause.UNDECIDED, prefix.origin)
    below = organization.content if wide.content and isinstance(organization, Known) else None
    parts = (before, "AWSLogs", below or "", account)
    root = "".join(f"{name}/" for name in parts if name)
    return Known(Folder(root=root, account=account, region=shown.region, trail=shown.parts), prefix.origin)


async def _digests(
    api: Api, there: Target, folder: Observed[Folder] | Unknown, since: Observed[datetime | None]
) -> Observed[tuple[datetime, ...]]:
    if isinstance(since, Unknown) or since.content is None:
        return derive(since, lambda _: ())
    if isinstance(folder, Unknown):
        return folder
    place = folder.content
    before = since.content - timedelta(seconds=1)
    answer = await _listed(api, there, place.digests(), place.digest(before))
    return derive(_keys(answer), lambda keys: tuple(sorted(at for key in keys if (at := place.end_of(key)))))


async def _logs(
    api: Api, there: Target, folder: Observed[Folder] | Unknown, since: Observed[datetime | None]
) -> Observed[bool]:
    if isinstance(since, Unknown) or since.content is None:
        return derive(since, lambda _: False)
    if isinstance(folder, Unknown):
        return folder
    place = folder.content
    answer = await _listed(api, there, place.logs(), place.log(since.content), MaxKeys=1)
    return derive(_keys(answer), bool)


async def _listed(api: Api, there: Target, prefix: str, after: str, **more: int) -> Observed[Answer]:
    """List names that follow one; without MaxKeys all of them, else a single page."""
    request = {"Bucket": there.name.removeprefix("bucket "), "Prefix": prefix, "StartAfter": after, **more}
    if more:
        return await api.ask(calls.OBJECTS, there, request)
    return await api.ask_all(calls.OBJECTS, there, request)


def _keys(answer: Observed[Answer]) -> Observed[tuple[str, ...]]:
    """Read names: without a count the answer is none, and would look like an empty folder."""
    found = optional(anchored(answer, "KeyCount"), "Contents", tuple[_Object, ...])
    return derive(found, lambda objects: tuple(one.Key for one in objects or ()))
