"""Finds the account that owns a bucket, which neither the bucket's name nor S3 tells to others."""

import asyncio
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from checker.evidence import Cause, Known, Observed, Unknown
from checker.inventory import LogBucket
from checker.sources.aws.api import Answer, Api
from checker.sources.aws.calls import s3 as calls
from checker.sources.aws.calls.organization import CLOSED_STATES
from checker.sources.aws.failures import line
from checker.sources.aws.organization import Member, named
from checker.sources.aws.s3 import bucket_names, list_buckets

if TYPE_CHECKING:
    from checker.sources.aws.entering import Entrance

_LIKELY = re.compile(r"log|archiv|audit|security", re.IGNORECASE)
"""Account names that landing zones give to the accounts that keep logs."""
_FEW = 6
_AT_ONCE = 32


class Found(NamedTuple):
    """An account, and the list of its buckets that has the one that was looked for."""

    api: Api
    listed: Observed[Answer]


class Owners:
    """Looks into the likely accounts first; all of them are asked only once, and only when they must be."""

    def __init__(self, entrance: "Entrance") -> None:
        self._entrance = entrance
        self._all: asyncio.Task[list[Found]] | None = None

    async def find(self, name: str, region: str, hints: tuple[str, ...]) -> Found | None:
        """Return the owner of a bucket, None when no account of the organization is known to own it.

        First the account that was named for it, those whose ids are in its name and the trail's own (the
        first hint); then the other hints and accounts called like a log archive. A bucket that does not exist
        is not looked for any further.
        """
        told = {id for id in re.findall(r"(?<!\d)\d{12}(?!\d)", name) if id in self._entrance.members}
        archive = self._entrance.wanted.log_archive
        first = list(dict.fromkeys(id for id in (archive, *sorted(told), *hints[:1]) if id))
        if found := await self._among(first, name, region):
            return found
        likely = [m.id for m in self._entrance.members.values() if _LIKELY.search(m.name)]
        then = [id for id in dict.fromkeys((*hints[1:], *likely[:_FEW])) if id and id not in first]
        if found := await self._among(then, name, region):
            return found
        if await self._is_gone(name, region, hints[0]):
            return None
        return next((f for f in await self._everywhere(region) if _has(f.listed, name)), None)

    async def nowhere(self, bucket: LogBucket) -> LogBucket:
        """Say of a bucket that was found in no account which ones it is not of, and which could own it."""
        gone = isinstance(bucket.exists, Known) and not bucket.exists.content
        if self._all is None or gone or not isinstance(bucket.account, Unknown):
            return bucket
        asked = await self._all
        lists = {found.api.account: _has(found.listed, bucket.name) for found in asked}
        listed = [id for id, has in lists.items() if id and has is False]
        disowned = tuple(sorted({*bucket.disowned, *listed}))
        unlisted = [member for member in self._entrance.members.values() if member.id not in disowned]
        why = f"bucket {line(bucket.name)} is in none of the accounts of the organization"
        if unlisted:
            who = _few([_standing(member) for member in unlisted])
            why = f"{why} whose buckets could be listed, which leaves {who}"
        else:
            why = f"{why}: find out whose it is"
        outside = Known(not unlisted, bucket.account.origin)
        return replace(_reworded(bucket, why), disowned=disowned, outside=outside)

    async def _among(self, accounts: Iterable[str], name: str, region: str) -> Found | None:
        asked = await asyncio.gather(*(self._listed(account, name, region) for account in accounts))
        return next((found for found in asked if found and _has(found.listed, name)), None)

    async def _listed(self, account: str, prefix: str, region: str) -> Found | None:
        """List an account's buckets, which any Region does: the trail's home may be closed to this one."""
        api = await self._entrance.api(account)
        if not api or api.closed:
            return None
        listed = await list_buckets(api, prefix, region)
        if isinstance(listed, Unknown) and listed.cause is Cause.REGION_CLOSED:
            listed = await list_buckets(api, prefix, api.clients.region)
        return Found(api, listed)

    async def _is_gone(self, name: str, region: str, account: str) -> bool:
        """Ask as the trail's owner whether the bucket exists; a refusal is no answer."""
        api = await self._entrance.api(account) or self._entrance.own
        failure = (await api.send(calls.BUCKET, region, {"Bucket": name})).failure
        return failure is not None and failure.code in calls.BUCKET.absent

    async def _everywhere(self, region: str) -> list[Found]:
        if self._all is None:
            self._all = asyncio.create_task(self._list_all(region))
        return await self._all

    async def _list_all(self, region: str) -> list[Found]:
        slots = asyncio.Semaphore(_AT_ONCE)

        async def one(account: str) -> Found | None:
            async with slots:
                return await self._listed(account, "", region)

        asked = await asyncio.gather(*(one(account) for account in sorted(self._entrance.members)))
        return [found for found in asked if found]


def _standing(member: Member) -> str:
    closed = CLOSED_STATES.get(member.standing)
    return f"{named(member)}, which {closed}" if closed else named(member)


def _few(names: list[str]) -> str:
    more = f" and {len(names) - _FEW:,} more" if len(names) > _FEW else ""
    return f"{', '.join(names[:_FEW])}{more}"


def _reworded(bucket: LogBucket, why: str) -> LogBucket:
    """Give every setting that is hidden by the bucket's being somebody else's the same reason."""
    hidden = {
        name: replace(value, reason=why)
        for name in bucket.__struct_fields__
        if isinstance(value := getattr(bucket, name), Unknown) and value.cause is Cause.FOREIGN_ACCOUNT
    }
    return replace(bucket, **hidden)


def _has(listed: Observed[Answer], name: str) -> bool | None:
    """Say whether a list has a bucket; None where it could not be read."""
    names = bucket_names(listed)
    return name in names.content if isinstance(names, Known) else None
