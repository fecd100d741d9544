"""What one account sees of trails; and reads that are started once, whoever asks for them first."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from checker.inventory import Sighting, TrailStatus
from checker.sources.aws import cloudtrail
from checker.sources.aws.api import Api
from checker.sources.aws.cloudtrail import Shown

if TYPE_CHECKING:
    from checker.sources.aws.harvest import Harvest

K = TypeVar("K")
T = TypeVar("T")
Tasks = dict[str, "asyncio.Task[T]"]


class View:
    """What one account sees: where trails show themselves to it, and their status there."""

    def __init__(self, api: Api, harvest: "Harvest") -> None:
        self.api = api
        self.harvest = harvest
        self.shown: dict[str, list[str]] = {}
        self.statuses: dict[tuple[str, str], asyncio.Task[TrailStatus]] = {}

    def add(self, shown: Shown) -> None:
        """Start to read the status of a trail in the Region that shows it, and the trail itself.

        The status at home is the trail's own too: the owner, or who is alone, asks for it in any case.
        """
        self.shown.setdefault(shown.arn, []).append(shown.region)
        self.status(shown, shown.region)
        if self.api.account in ("", shown.parts.account):
            self.status(shown, shown.parts.region)
        self.harvest.add(shown, self)

    def status(self, shown: Shown, region: str) -> "asyncio.Task[TrailStatus]":
        """Return the status of a trail in a Region, read once."""
        read = partial(cloudtrail.read_status, self.api, shown, region)
        return once(self.statuses, (shown.arn, region), read)

    async def sightings(self, account: str) -> tuple[Sighting, ...]:
        """Return where each trail was shown, and its status there."""
        return tuple(
            [
                Sighting(
                    account=account, region=region, trail_arn=arn, status=await self.statuses[arn, region]
                )
                for arn in sorted(self.shown)
                for region in sorted(self.shown[arn])
            ]
        )


def once(
    tasks: "dict[K, asyncio.Task[T]]", key: K, start: Callable[[], Coroutine[Any, Any, T]]
) -> "asyncio.Task[T]":
    """Start a task under a key, unless it was started before."""
    if key not in tasks:
        tasks[key] = asyncio.create_task(start())
    return tasks[key]


async def gathered(tasks: "Tasks[T]") -> dict[str, T]:
    """Wait for all tasks, in the order of their keys."""
    return {key: await tasks[key] for key in sorted(tasks)}
