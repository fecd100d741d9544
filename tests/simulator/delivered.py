"""The names of the files that trails of the world have left in a bucket."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.simulator.world import Bucket, Trail, World

DIGESTS = 48
"""Hours back for which there are digests."""


def delivered(world: World, bucket: Bucket, prefix: str) -> Iterator[str]:
    """Yield what lies below a prefix: hourly digests until the latest, and one log file."""
    for trail, account, region in written(world, bucket):
        root = f"{home_of(world, trail)}{account}/"
        if prefix.startswith(
            tuple(f"{root}{kind}/{region}/" for kind in ("CloudTrail-Digest", "CloudTrail"))
        ):
            yield from names(root, trail, account, region)


def everything(world: World, bucket: Bucket) -> Iterator[str]:
    """Yield all that was delivered."""
    for trail, account, region in written(world, bucket):
        yield from names(f"{home_of(world, trail)}{account}/", trail, account, region)


def written(world: World, bucket: Bucket) -> Iterator[tuple[Trail, str, str]]:
    """Yield for which trails, accounts and Regions there are files in the bucket."""
    for trail in (t for t in world.trails if t.bucket == bucket.name):
        for account in watched(world, trail):
            for region in world.account(account).regions if trail.multi_region else (trail.home,):
                yield trail, account, region


def watched(world: World, trail: Trail) -> tuple[str, ...]:
    """Return the accounts whose events the trail delivers."""
    found = world.organization_of(trail.account) if trail.organization else None
    return (found.management, *found.members) if found else (trail.account,)


def home_of(world: World, trail: Trail) -> str:
    """Return the folder below which the accounts' files are."""
    found = world.organization_of(trail.account) if trail.organization else None
    parts = (str(trail.settings.get("S3KeyPrefix", "")), "AWSLogs", found.id if found else "")
    return "".join(f"{part}/" for part in parts if part)


def names(root: str, trail: Trail, account: str, region: str) -> Iterator[str]:
    """Yield the names in one account and Region, as its status tells of deliveries."""
    status = {**trail.status, **trail.status_in.get((account, region), {})}
    last, log = status.get("LatestDigestDeliveryTime"), status.get("LatestDeliveryTime")
    if last is not None:
        for hour in range(DIGESTS):
            yield digest_name(root, trail, account, region, last - timedelta(hours=hour))
    if log:
        yield log_name(root, account, region, log)


def digest_name(root: str, trail: Trail, account: str, region: str, at: datetime) -> str:
    """Return the name of the digest that ends at a time."""
    file = f"{account}_CloudTrail-Digest_{region}_{trail.name}_{trail.home}_{at:%Y%m%dT%H%M%SZ}.json.gz"
    return f"{root}CloudTrail-Digest/{region}/{at:%Y/%m/%d}/{file}"


def log_name(root: str, account: str, region: str, at: datetime) -> str:
    """Return the name of a log file that was delivered at a time."""
    return (
        f"{root}CloudTrail/{region}/{at:%Y/%m/%d}/{account}_CloudTrail_{region}_{at:%Y%m%dT%H%MZ}_x.json.gz"
    )
