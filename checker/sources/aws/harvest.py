"""Follows what trails name: each bucket, key, log group, topic and role is read once, as soon as seen."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

from checker.evidence import Known
from checker.inventory import Key, LogBucket, LogGroup, Role, Sighting, Topic, Trail, TrailStatus
from checker.sources.aws import cloudtrail
from checker.sources.aws.api import Api
from checker.sources.aws.cloudtrail import Configuration, Shown
from checker.sources.aws.fields import optional
from checker.sources.aws.iam import read_role
from checker.sources.aws.kms import read_key
from checker.sources.aws.logs import Alarms, read_alarms, read_log_group
from checker.sources.aws.s3 import read_bucket
from checker.sources.aws.sns import read_topic

K = TypeVar("K")
T = TypeVar("T")
Tasks = dict[str, "asyncio.Task[T]"]


class Harvest:
    """The reads of one account, started when their subject is first seen; all are awaited at the end."""

    def __init__(self, api: Api, progress: Callable[[str], None]) -> None:
        self.api = api
        self.progress = progress
        self.shown: dict[str, list[Shown]] = {}
        self.statuses: dict[tuple[str, str], asyncio.Task[TrailStatus]] = {}
        self.configurations: Tasks[Configuration] = {}
        self.buckets: Tasks[LogBucket] = {}
        self.keys: Tasks[Key] = {}
        self.log_groups: Tasks[LogGroup] = {}
        self.alarms: Tasks[Alarms] = {}
        self.topics: Tasks[Topic] = {}
        self.roles: Tasks[Role] = {}

    def add(self, shown: Shown) -> None:
        """Start to read a trail, its status in the Region that shows it, and what it names."""
        api, home = self.api, shown.parts.region
        if shown.arn not in self.shown:
            self.progress(f"trail {shown.arn}")
        self.shown.setdefault(shown.arn, []).append(shown)
        _once(self.configurations, shown.arn, lambda: cloudtrail.read_configuration(api, shown))
        for region in {shown.region, home}:
            _once(self.statuses, (shown.arn, region), partial(cloudtrail.read_status, api, shown, region))
        self._follow(shown, home)

    def _follow(self, shown: Shown, home: str) -> None:
        api, account = self.api, shown.parts.account
        if bucket := _named(shown, "S3BucketName"):
            _once(self.buckets, bucket, lambda: read_bucket(api, bucket, home))
        if key := _named(shown, "KmsKeyId"):
            _once(self.keys, key, lambda: read_key(api, key, home, account))
        if group := _named(shown, "CloudWatchLogsLogGroupArn").removesuffix(":*"):
            _once(self.log_groups, group, lambda: read_log_group(api, group, self.alarms_of))
        if role := _named(shown, "CloudWatchLogsRoleArn"):
            _once(self.roles, role, lambda: read_role(api, role))
        if topic := _named(shown, "SnsTopicARN"):
            _once(self.topics, topic, lambda: read_topic(api, topic, home, account))

    def alarms_of(self, region: str) -> "asyncio.Task[Alarms]":
        """Return the alarms of a Region, read once."""
        return _once(self.alarms, region, lambda: read_alarms(self.api, region))

    async def trails(self) -> dict[str, Trail]:
        """Put the trails together, by what the home Region says of each, or else any Region."""
        return {arn: await self._trail(shown) for arn, shown in sorted(self.shown.items())}

    async def _trail(self, shown: list[Shown]) -> Trail:
        best = min(shown, key=lambda s: (not s.at_home, s.region))
        status = await self.statuses[best.arn, best.parts.region]
        return cloudtrail.trail_of(best, status, await self.configurations[best.arn])

    async def sightings(self, account: str) -> tuple[Sighting, ...]:
        """Return where each trail was shown, and its status there."""
        return tuple(
            [
                Sighting(
                    account=account,
                    region=shown.region,
                    trail_arn=arn,
                    status=await self.statuses[arn, shown.region],
                )
                for arn in sorted(self.shown)
                for shown in sorted(self.shown[arn], key=lambda s: s.region)
            ]
        )


def _once(
    tasks: "dict[K, asyncio.Task[T]]", key: K, start: Callable[[], Coroutine[Any, Any, T]]
) -> "asyncio.Task[T]":
    """Start a task under a key, unless it was started before."""
    if key not in tasks:
        tasks[key] = asyncio.create_task(start())
    return tasks[key]


def _named(shown: Shown, field: str) -> str:
    name = optional(shown.entry, field, str)
    return name.content or "" if isinstance(name, Known) else ""


async def gathered(tasks: "Tasks[T]") -> dict[str, T]:
    """Wait for all tasks, in the order of their keys."""
    return {key: await tasks[key] for key in sorted(tasks)}
