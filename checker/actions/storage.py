"""Results in S3: below a prefix, read and written with the caller's credentials."""

import re
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from botocore.exceptions import ClientError

from checker.actions.aws import Aws, CannotAct, words
from checker.sources.aws.failures import FORESEEN

T = TypeVar("T")
AT_ONCE = 8
"""Objects that are written at the same time; the SDK keeps ten connections."""
READS = ("s3:ListBucket", "s3:GetObject")
WRITES = ("s3:PutObject",)
URL = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>[^\s?#]*))?")


class Storage:
    """A prefix of a bucket that keeps results; every failure is CannotAct with one sentence."""

    def __init__(self, url: str, profile: str | None = None, region: str | None = None) -> None:
        found = URL.fullmatch(url)
        if found is None:
            raise CannotAct(f"{url} is not a place in S3, such as s3://bucket/prefix")
        self.place = url
        self._bucket = found["bucket"]
        prefix = (found["prefix"] or "").strip("/")
        self._prefix = f"{prefix}/" if prefix else ""
        self._s3 = Aws(profile).client("s3", region)

    def names(self, prefix: str) -> list[str]:
        """Return the names of all objects below the place whose name starts so."""
        start = f"{self._prefix}{prefix}"
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=start)
        listed = self._asked(lambda: [item["Key"] for page in pages for item in page.get("Contents", ())])
        return [key.removeprefix(self._prefix) for key in listed]

    def read(self, name: str) -> bytes:
        """Return an object."""

        def got() -> bytes:
            body: bytes = self._s3.get_object(Bucket=self._bucket, Key=self._prefix + name)["Body"].read()
            return body

        return self._asked(got)

    def write(self, name: str, content: bytes) -> None:
        """Keep an object; S3 takes it whole or not at all."""
        kind = "application/json" if name.endswith(".json") else "application/x-ndjson"
        key = self._prefix + name
        self._asked(lambda: self._s3.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=kind))

    def write_all(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Keep objects, ``AT_ONCE`` at a time, so that what waits does not pile up.

        No more is begun once one could not be kept, and its CannotAct is raised when the others have ended.
        """
        with ThreadPoolExecutor(AT_ONCE, "storage") as pool:
            under_way: set[Future[None]] = set()
            for name, content in files:
                if len(under_way) == AT_ONCE:
                    ended, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                    _raised(ended)
                under_way.add(pool.submit(self.write, name, content))
            _raised(under_way)

    def _asked(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except FORESEEN as error:
            raise CannotAct(self._sentence(error)) from error

    def _sentence(self, error: Exception) -> str:
        code = error.response["Error"].get("Code", "") if isinstance(error, ClientError) else ""
        if code in ("AccessDenied", "403"):
            wanted = _granted(self._bucket, self._prefix)
            return f"{self.place} refuses the caller: grant {wanted} ({words(error)})"
        if code == "NoSuchBucket":
            return f"there is no bucket {self._bucket}"
        return f"{self.place} cannot be used: {words(error)}"


def _raised(under_way: Iterable["Future[None]"]) -> None:
    """Wait for all, and raise what one of them raised."""
    for one in under_way:
        one.result()


def _granted(bucket: str, prefix: str) -> str:
    objects = ", ".join(a for a in (*READS, *WRITES) if a != "s3:ListBucket")
    return f"s3:ListBucket on arn:aws:s3:::{bucket}, and {objects} on arn:aws:s3:::{bucket}/{prefix}*"
