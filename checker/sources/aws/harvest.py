"""Follows what trails name: each bucket, key, log group, topic and role is read once, as soon as seen."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from checker.evidence import Cause, Known, Observed, Unknown
from checker.inventory import (
    EventRule,
    History,
    Key,
    LogBucket,
    LogGroup,
    LogObjects,
    Principals,
    RegionWatch,
    Role,
    Topic,
    Trail,
)
from checker.sources.aws import cloudtrail
from checker.sources.aws.access_points import Leading, read_multi_region
from checker.sources.aws.alarms import RegionAlarms, read_alarms, told
from checker.sources.aws.api import Api
from checker.sources.aws.arns import account_of
from checker.sources.aws.calls.call import Call
from checker.sources.aws.cloudtrail import Configuration, Shown
from checker.sources.aws.failures import line
from checker.sources.aws.fields import optional
from checker.sources.aws.iam import read_role
from checker.sources.aws.kms import read_key
from checker.sources.aws.lake import Lake, read_lake
from checker.sources.aws.log_policies import RegionPolicies, read_region_policies
from checker.sources.aws.logs import read_log_group
from checker.sources.aws.merge import filled
from checker.sources.aws.objects import Organization, read_objects
from checker.sources.aws.owners import Owners
from checker.sources.aws.principals import read_principals
from checker.sources.aws.s3 import named_by, read_bucket, read_linked
from checker.sources.aws.sns import read_filters, read_topic
from checker.sources.aws.view import Tasks, View, gathered, once
from checker.sources.aws.watching import read_history, read_rules, topics

if TYPE_CHECKING:
    from checker.sources.aws.entering import Entrance

T = TypeVar("T")


ELSEWHERE = Unknown("the trail was read by another process", Cause.OUT_OF_SCOPE)


async def _left_out() -> Configuration:
    return Configuration(**dict.fromkeys(Configuration.__struct_fields__, ELSEWHERE))


class Harvest:
    """The reads of one run, started when their subject is first seen; all are awaited at the end.

    Whatever is named is read in the account that owns it, if there is a way in (``entrance``), and once over
    all accounts that see it.
    """

    def __init__(
        self,
        api: Api,
        organization: "asyncio.Future[Organization]",
        progress: Callable[[str], None],
        entrance: "Entrance | None" = None,
        elsewhere: frozenset[str] = frozenset(),
    ) -> None:
        self.api = api
        self.elsewhere = elsewhere
        """Accounts that another process reads: their trails are followed there."""
        self.organization = organization
        self.progress = progress
        self.entrance = entrance
        self.owners = Owners(entrance) if entrance else None
        self.best: dict[str, tuple[Shown, View]] = {}
        """Each trail as the account and Region show it that know most of it."""
        self.followed: dict[str, list[Any]] = {}
        self.configurations: Tasks[Configuration] = {}
        self.buckets: Tasks[LogBucket] = {}
        self.linked_buckets: Tasks[LogBucket] = {}
        self.objects: Tasks[LogObjects] = {}
        self.multi_region: Tasks[Observed[tuple[Leading, ...]]] = {}
        self.readers: dict[str, Api] = {}
        """Who read a bucket: the owner where there is a way in."""
        self.keys: Tasks[Key] = {}
        self.log_groups: Tasks[LogGroup] = {}
        self.alarms: Tasks[RegionAlarms] = {}
        self.log_policies: Tasks[RegionPolicies] = {}
        self.topics: Tasks[Topic] = {}
        self.alert_topics: Tasks[Topic] = {}
        """What alarms and rules tell; a topic that a trail notifies too is read once."""
        self.read_topics: Tasks[Topic] = {}
        self.rules: Tasks[Observed[tuple[EventRule, ...]]] = {}
        self.histories: Tasks[Observed[History]] = {}
        self.principals: Tasks[Principals] = {}
        self.roles: Tasks[Role] = {}
        self.lakes: Tasks[Lake] = {}
        """By account."""

    def add(self, shown: Shown, view: View) -> None:
        """Start to read a trail and what it names; copies that show the same cost nothing more."""
        if shown.arn not in self.best:
            self.progress(f"trail {shown.arn}")
        self.best[shown.arn] = min((shown, view), self.best.get(shown.arn, (shown, view)), key=_preferred)
        if shown.parts.account in self.elsewhere:
            once(self.configurations, shown.arn, _left_out)
            return
        once(self.configurations, shown.arn, lambda: self._configuration(view.api, shown))
        told, content = self.followed.setdefault(shown.arn, []), getattr(shown.entry, "content", None)
        if content not in told:
            told.append(content)
            self._follow(view.api, shown, shown.parts.region)
        self._list(shown, view)

    def _follow(self, seen_by: Api, shown: Shown, home: str) -> None:
        owner = shown.parts.account
        if bucket := _named(shown, "S3BucketName"):
            hints = (owner, account_of(_named(shown, "KmsKeyId")))
            once(self.buckets, bucket, lambda: self._bucket(seen_by, bucket, home, hints))
        if key := _named(shown, "KmsKeyId"):
            once(
                self.keys,
                key,
                lambda: self._in(key, owner, seen_by, lambda api: read_key(api, key, home, owner)),
            )
        if group := _named(shown, "CloudWatchLogsLogGroupArn").removesuffix(":*"):
            once(
                self.log_groups,
                group,
                lambda: self._in(
                    group,
                    owner,
                    seen_by,
                    partial(self._log_group, arn=group),
                ),
            )
        if role := _named(shown, "CloudWatchLogsRoleArn"):
            once(self.roles, role, lambda: self._in(role, owner, seen_by, lambda api: read_role(api, role)))
        if topic := _named(shown, "SnsTopicARN"):
            once(
                self.topics,
                topic,
                lambda: self._topic(seen_by, topic, home, owner),
            )
        rules = f"{owner}/{home}"
        once(self.rules, rules, lambda: self._in(shown.arn, owner, seen_by, partial(self._rules, shown)))

    async def _log_group(self, api: Api, *, arn: str) -> LogGroup:
        """Read a log group, and start to read the topics that its alarms tell."""
        group = await read_log_group(
            api, arn, partial(self.alarms_of, api), partial(self.log_policies_of, api)
        )
        for topic in told(group.alarms) | told(group.composites):
            self._alert(api, topic)
        return group

    async def _rules(self, shown: Shown, api: Api) -> Observed[tuple[EventRule, ...]]:
        """Read the rules that watch over a trail at home, and start to read the topics that they tell."""
        found = await read_rules(api, shown.parts.account, shown.parts.region)
        for topic in topics(found):
            self._alert(api, topic)
        return found

    def _alert(self, api: Api, topic: str) -> None:
        once(self.alert_topics, topic, lambda: self._alerting(api, topic))

    async def _alerting(self, seen_by: Api, arn: str) -> Topic:
        """Read a topic, and which of its subscriptions are sent what alarms and rules tell it."""
        topic = await self._topic(seen_by, arn, "", "")
        return await self._in(arn, "", seen_by, lambda api: read_filters(api, topic))

    async def _topic(self, seen_by: Api, arn: str, region: str, account: str) -> Topic:
        """Read a topic once, whoever tells it."""

        async def read() -> Topic:
            return await self._in(arn, account, seen_by, lambda api: read_topic(api, arn, region, account))

        return await once(self.read_topics, arn, read)

    def look_back(self, api: Api, account: str, region: str, pause: float) -> None:
        """Start to look up which calls may have blinded a trail of an account in a Region."""
        once(self.histories, f"{account}/{region}", lambda: read_history(api, region, pause))

    async def watches(self) -> dict[str, RegionWatch]:
        """Put together what watches over each Region."""
        rules, histories = await gathered(self.rules), await gathered(self.histories)
        found: dict[str, RegionWatch] = {}
        for place in sorted({*rules, *histories}):
            account, _, region = place.partition("/")
            watch = RegionWatch(account=account, region=region)
            watch = replace(watch, rules=rules.get(place, watch.rules))
            found[place] = replace(watch, history=histories.get(place, watch.history))
        return found

    def add_principals(self, api: Api) -> None:
        """Start to read the users and roles of an account."""
        once(self.principals, api.account, lambda: read_principals(api))

    def add_lake(self, api: Api, account: str, regions: Iterable[str]) -> None:
        """Start to read what the Regions of an account have of CloudTrail Lake."""
        once(self.lakes, account, lambda: self._lake(api, tuple(regions)))

    async def _lake(self, api: Api, regions: tuple[str, ...]) -> Lake:
        lake = await read_lake(api, regions)
        for store in lake.stores.values():
            if isinstance(store.federation_role, Known) and (role := store.federation_role.content):
                read = partial(read_role, arn=role)
                once(self.roles, role, partial(self._in, role, store.account, api, read))
        return lake

    async def lake(self) -> Lake:
        """Put together what all accounts have of CloudTrail Lake, each thing once."""
        lakes = list((await gathered(self.lakes)).values())
        return Lake(
            stores=_joined(lake.stores for lake in lakes),
            channels=_joined(lake.channels for lake in lakes),
            dashboards=_joined(lake.dashboards for lake in lakes),
        )

    async def _in(
        self, arn: str, account: str, seen_by: Api, read: Callable[[Api], Coroutine[Any, Any, T]]
    ) -> T:
        """Read something in the account of its ARN, ``account`` if it is none; else as who saw it."""
        return await read(await self.api_of(account_of(arn) or account) or seen_by)

    async def api_of(self, account: str) -> Api | None:
        """Return what asks in an account; None for an account that is not of the organization."""
        return await self.entrance.api(account) if self.entrance else None

    async def _configuration(self, seen_by: Api, shown: Shown) -> Configuration:
        """Read a trail's configuration as its owner; where that is closed, the caller may know it too."""
        owner = await self.api_of(shown.parts.account)
        if owner is None or not owner.closed:
            return await cloudtrail.read_configuration(owner or seen_by, shown)
        refused, asked = await asyncio.gather(
            cloudtrail.read_configuration(owner, shown), cloudtrail.read_configuration(self.api, shown)
        )
        return filled(refused, asked)

    async def _bucket(self, seen_by: Api, name: str, home: str, hints: tuple[str, ...]) -> LogBucket:
        """Read a bucket as its owner, and start to read the buckets that it names."""
        found = await self.owners.find(name, home, hints) if self.owners else None
        api = self.readers[name] = found.api if found else seen_by
        listed = found.listed if found else None
        bucket = await read_bucket(api, name, home, partial(self.multi_region_of, api), listed)
        if self.owners and not found:
            bucket = await self.owners.nowhere(bucket)
        for linked, settings in named_by(bucket).items():
            once(self.linked_buckets, linked, partial(self._linked, api, linked, home, settings))
        return bucket

    async def _linked(self, seen_by: Api, name: str, home: str, settings: tuple[Call, ...]) -> LogBucket:
        found = await self.owners.find(name, home, (seen_by.account,)) if self.owners else None
        listed = found.listed if found else None
        return await read_linked(found.api if found else seen_by, name, home, settings, listed)

    def _list(self, shown: Shown, view: View) -> None:
        """List the owner's deliveries from one Region; those of members are left to who validates them."""
        bucket = self.buckets.get(_named(shown, "S3BucketName"))
        if bucket and view.api.account in ("", shown.parts.account):
            place = f"{shown.arn}/{shown.region}"
            once(self.objects, place, lambda: self._objects(view, shown, bucket))

    async def _objects(self, view: View, shown: Shown, bucket: "asyncio.Task[LogBucket]") -> LogObjects:
        """List as the bucket's owner, who alone is sure to be let in."""
        name = (await bucket).name
        status = view.status(shown, shown.region)
        return await read_objects(
            self.readers[name], shown, status, bucket, self.organization, view.api.account
        )

    def multi_region_of(self, api: Api) -> "asyncio.Task[Observed[tuple[Leading, ...]]]":
        """Return the Multi-Region Access Points of an account, read once."""
        return once(self.multi_region, api.account, lambda: read_multi_region(api))

    def alarms_of(self, api: Api, region: str) -> "asyncio.Task[RegionAlarms]":
        """Return the alarms of an account's Region, read once."""
        return once(self.alarms, f"{api.account} {region}", lambda: read_alarms(api, region))

    def log_policies_of(self, api: Api, region: str) -> "asyncio.Task[RegionPolicies]":
        """Return what holds for all log groups of an account's Region, read once."""
        key = f"{api.account} {region}"
        return once(self.log_policies, key, lambda: read_region_policies(api, region))

    async def settled(self) -> list[str]:
        """Wait for all reads, and forget those that failed in a way nobody foresaw; return a line for each.

        What is forgotten was not part of the observation: whatever depends on it stays UNKNOWN.
        """
        lost: list[str] = []
        while waiting := [task for _, _, task in self._tasks() if not task.done()]:
            await asyncio.wait(waiting)
        for kind, key, task in list(self._tasks()):
            if error := task.exception():
                del getattr(self, kind)[key]
                self.best.pop(key, None)
                lost.append(f"{key} could not be read: {type(error).__name__}: {line(str(error))}")
        return lost

    def _tasks(self) -> "Iterator[tuple[str, str, asyncio.Task[Any]]]":
        for kind, found in vars(self).items():
            for key, task in found.items() if isinstance(found, dict) else ():
                if isinstance(task, asyncio.Task):
                    yield kind, key, task

    async def trails(self) -> dict[str, Trail]:
        """Put the trails together, by what the owner sees at home of each, or else anybody anywhere."""
        return {arn: await self._trail(*self.best[arn]) for arn in sorted(self.best)}

    async def _trail(self, shown: Shown, view: View) -> Trail:
        status = await view.status(shown, shown.parts.region)
        return cloudtrail.trail_of(shown, status, await self.configurations[shown.arn])


def _joined(parts: Iterable[dict[str, T]]) -> dict[str, T]:
    return {key: one for part in parts for key, one in part.items()}


def _named(shown: Shown, field: str) -> str:
    name = optional(shown.entry, field, str)
    return name.content or "" if isinstance(name, Known) else ""


def _preferred(candidate: tuple[Shown, View]) -> tuple[bool, bool, str, str]:
    """Rank who knows most of a trail: its owner before others, its home Region before others."""
    shown, view = candidate
    return view.api.account != shown.parts.account, not shown.at_home, view.api.account, shown.region
