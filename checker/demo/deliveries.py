"""The files that CloudTrail would have delivered to the buckets of the demo: moto delivers none."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.cloudtrail.models import Trail, cloudtrail_backends
from moto.organizations.models import organizations_backends
from moto.s3.models import FakeBucket, FakeKey, S3Backend

HOURS = 30
"""How far back there are digests."""


def list_objects_v2(self: S3Backend, bucket: FakeBucket, *args: Any, **named: Any) -> Any:
    """List what the trails delivered as well, where nothing else is asked for but names after one."""
    prefix, after, most = named.get("prefix"), named.get("start_after"), named.get("max_keys")
    names = sorted(n for n in _delivered(bucket.name, str(prefix or "")) if n > (after or ""))
    if not names:
        return _list_objects_v2(self, bucket, *args, **named)
    keys = [
        FakeKey(name=name, value=b"", account_id=self.account_id, region_name=self.region_name)
        for name in names[:most]
    ]
    return keys, False, None


def _delivered(bucket: str, prefix: str) -> Iterator[str]:
    for account, regions in list(cloudtrail_backends.items()):
        for backend in list(regions.values()):
            for trail in backend.trails.values():
                if trail.bucket_name == bucket and trail.status.started is not None:
                    yield from _of(trail, account, prefix)


def _of(trail: Trail, account: str, prefix: str) -> Iterator[str]:
    """Yield the names below a prefix that ends with a kind of file and a Region."""
    parts = prefix.rstrip("/").split("/")
    wide = _organization(account) if trail.is_org_trail else []
    if parts[:-2] != ["AWSLogs", *wide, account]:
        return
    kind, region = parts[-2:]
    end = datetime.now(UTC)
    if trail.status.stopped:
        end = trail.status.stopped.replace(tzinfo=UTC)
    if kind == "CloudTrail":
        at = end - timedelta(minutes=6)
        yield f"{prefix}{at:%Y/%m/%d}/{account}_CloudTrail_{region}_{at:%Y%m%dT%H%MZ}_demo.json.gz"
    if kind == "CloudTrail-Digest" and trail.log_validation:
        for hour in range(HOURS):
            at = end - timedelta(minutes=35, hours=hour)
            name = f"{account}_{kind}_{region}_{trail.trail_name}_{trail.region_name}_{at:%Y%m%dT%H%M%SZ}"
            yield f"{prefix}{at:%Y/%m/%d}/{name}.json.gz"


def _organization(account: str) -> list[str]:
    """Return the id of an account's organization; moto names the management account of members alone."""
    management, _ = organizations_backends.master_accounts.get(account, (account, None))
    found = organizations_backends[management]["aws"].org
    return [found.id] if found else []


_list_objects_v2 = S3Backend.list_objects_v2
