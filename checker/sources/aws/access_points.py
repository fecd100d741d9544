"""Reads the access points that lead to a log bucket, those of one Region and those of many."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from checker.evidence import Known, Observed, Unknown, derive
from checker.inventory import AccessPoint, PublicAccessBlock
from checker.sources.aws.account import BlockFlags
from checker.sources.aws.api import Answer, Api, Target
from checker.sources.aws.calls import access_points as calls
from checker.sources.aws.fields import optional, part, required

HOME_OF_MULTI_REGION = "us-west-2"
"""The Region that answers for all Multi-Region Access Points (S3 API reference)."""
PARTITION_OF_MULTI_REGION = "aws"
"""No other partition has them (S3 User Guide, Multi-Region Access Point restrictions)."""


class Leading(Struct, frozen=True, kw_only=True):
    """A Multi-Region Access Point and the buckets that it leads to."""

    point: AccessPoint
    buckets: tuple[str, ...]


MultiRegion = Callable[[], Awaitable[Observed[tuple[Leading, ...]]]]
"""Gives the Multi-Region Access Points of the caller's account, read once."""


class _Point(Struct, frozen=True, rename="pascal"):
    name: str
    access_point_arn: str = ""


class _Place(Struct, frozen=True, rename="pascal"):
    bucket: str


class _MultiRegion(Struct, frozen=True, rename="pascal"):
    name: str
    regions: tuple[_Place, ...] = ()
    status: str = ""


async def read_access_points(
    api: Api, there: Target, owner: Observed[str], multi_region: MultiRegion
) -> Observed[tuple[AccessPoint, ...]]:
    """Read the access points of the bucket's owner; nobody else is told of them."""
    if isinstance(owner, Unknown):
        return owner
    bucket = there.name.removeprefix("bucket ")
    near, far = await asyncio.gather(_in_region(api, there, owner.content, bucket), multi_region())
    if isinstance(near, Unknown):
        return near
    if isinstance(far, Unknown):
        # Whichever there are of many Regions: those of this one stay known, and what they show is judged.
        return Known((_untold(owner.content, far), *near.content), near.origin)
    leading = tuple(one.point for one in far.content if bucket in one.buckets)
    return Known((*near.content, *leading), near.origin)


def _untold(account: str, why: Unknown) -> AccessPoint:
    arn = f"arn:{PARTITION_OF_MULTI_REGION}:s3::{account}:accesspoint/*"
    return AccessPoint(arn=arn, multi_region=True, public_access_block=why)


async def _in_region(api: Api, there: Target, account: str, bucket: str) -> Observed[tuple[AccessPoint, ...]]:
    request = {"AccountId": account, "Bucket": bucket}
    listed = await api.ask_all(calls.ACCESS_POINTS, there, request)
    points = optional(listed, "AccessPointList", tuple[_Point, ...])
    if isinstance(points, Unknown):
        return points
    read = await asyncio.gather(
        *(_point(api, there, account, point) for point in sorted(points.content or (), key=lambda p: p.name))
    )
    return Known(tuple(read), points.origin)


async def _point(api: Api, there: Target, account: str, point: _Point) -> AccessPoint:
    target = Target(name=f"access point {point.name}", region=there.region)
    answer = await api.ask(calls.ACCESS_POINT, target, {"AccountId": account, "Name": point.name})
    partition = (await api.caller).partition
    named = f"arn:{partition}:s3:{there.region}:{account}:accesspoint/{point.name}"
    return AccessPoint(
        arn=point.access_point_arn or named,
        public_access_block=_flags(answer, "PublicAccessBlockConfiguration"),
    )


async def read_multi_region(api: Api) -> Observed[tuple[Leading, ...]]:
    """Read the Multi-Region Access Points of the account; where there can be none, nothing is asked."""
    caller = await api.caller
    target = Target(name=f"account {caller.account}", region=HOME_OF_MULTI_REGION)
    if caller.partition != PARTITION_OF_MULTI_REGION:
        return Known(())
    listed = await api.ask_all(calls.MULTI_REGION_ACCESS_POINTS, target, {"AccountId": caller.account})
    entries = optional(listed, "AccessPoints", list[dict[str, Any]])
    if isinstance(entries, Unknown):
        return entries
    found = [_leading(part(listed, entry), caller.account) for entry in entries.content or ()]
    unread = next((one for one in found if isinstance(one, Unknown)), None)
    known = tuple(one.content for one in found if isinstance(one, Known))
    return unread or Known(known, entries.origin)


def _leading(entry: Observed[Answer], account: str) -> Observed[Leading]:
    read = required(derive(entry, lambda content: {"AccessPoint": content}), "AccessPoint", _MultiRegion)
    return derive(
        read,
        lambda found: Leading(
            point=AccessPoint(
                arn=f"arn:{PARTITION_OF_MULTI_REGION}:s3::{account}:accesspoint/{found.name}",
                multi_region=True,
                public_access_block=_flags(entry, "PublicAccessBlock"),
            ),
            buckets=tuple(place.bucket for place in found.regions),
        ),
    )


def _flags(answer: Observed[Answer], field: str) -> Observed[PublicAccessBlock]:
    return derive(required(answer, field, BlockFlags), BlockFlags.settings)
