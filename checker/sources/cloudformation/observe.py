"""From templates to an observation: every trail, and whatever it leads to inside the set."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from checker.evidence import Known, Observed, Origin
from checker.inventory import Inventory, LogBucket, Trail
from checker.observation import CannotObserve, Observation, Scan
from checker.sources.cloudformation import buckets, keys, trails
from checker.sources.cloudformation.environment import ACCOUNT
from checker.sources.cloudformation.gather import gather
from checker.sources.cloudformation.logs import read_log_group
from checker.sources.cloudformation.recipients import read_role, read_topic
from checker.sources.cloudformation.stack import Resource
from checker.sources.cloudformation.world import World, name_of

SOURCE = "cloudformation"
_NO_PARAMETERS: Mapping[str, str] = {}


def load(paths: Sequence[Path], *, parameters: Mapping[str, str] = _NO_PARAMETERS) -> Observation:
    """Read templates, folders of them and what the CDK synthesised as one observation.

    ``parameters`` are values of template parameters by name, of pseudo parameters (``AWS::AccountId``,
    ``AWS::Region``, ``AWS::Partition``) too. Templates that say nothing of an account or a Region are taken
    to be for the same one. Raises CannotObserve with one sentence (file, line, what to do).
    """
    started = datetime.now(UTC)
    world = World(gather(paths, parameters))
    inventory = _inventory(world, started)
    accounts = {stack.environment.account for stack in world.stacks} - {ACCOUNT}
    return Observation(
        scan=Scan(
            source=SOURCE,
            callers=(),
            accounts=tuple(sorted(accounts)),
            started=started,
            finished=datetime.now(UTC),
            calls=0,
        ),
        inventory=inventory,
    )


def _inventory(world: World, now: datetime) -> Inventory:
    found: dict[str, Trail] = {}
    declared: dict[str, Resource] = {}
    for resource in world.of(trails.TYPE):
        trail = trails.read_trail(resource, world)
        if trail.arn in found:
            raise _twice(f"the trail {trail.name}", declared[trail.arn], resource)
        found[trail.arn], declared[trail.arn] = trail, resource
    every = list(found.values())
    partition = world.stacks[0].environment.partition
    return Inventory(
        partition=partition,
        taken_at=now,
        accounts={},
        trails=found,
        buckets=_buckets(every, world, partition),
        keys={
            arn: keys.read_key(arn, world, at) for arn, at in _named([t.kms_key_id for t in every]).items()
        },
        log_groups={
            arn: read_log_group(arn, world, at)
            for arn, at in _named([t.log_group_arn for t in every], ":*").items()
        },
        topics={
            arn: read_topic(arn, world, at) for arn, at in _named([t.sns_topic_arn for t in every]).items()
        },
        roles={arn: read_role(arn, world, at) for arn, at in _named([t.log_role_arn for t in every]).items()},
    )


def _named(settings: Sequence[Observed[str | None]], suffix: str = "") -> dict[str, Origin]:
    """Return what trails name, each once, with the place where it is named."""
    return {
        one.content.removesuffix(suffix): one.origin
        for one in settings
        if isinstance(one, Known) and one.content
    }


def _buckets(every: Sequence[Trail], world: World, partition: str) -> dict[str, LogBucket]:
    """Read the buckets that trails name, and those whose policy admits CloudTrail for trails elsewhere."""
    found: dict[str, LogBucket] = {}
    named = {one.content: one.origin for t in every if isinstance(one := t.bucket_name, Known)}
    for name, origin in {**named, **_admitting(world)}.items():
        resources = world.named(buckets.TYPE, name)
        if len(resources) > 1:
            raise _twice(f"the bucket {name}", *resources[:2])
        resource = resources[0] if resources else None
        found[name] = buckets.read_bucket(name, resource, world, named.get(name, origin), partition)
    return found


def _admitting(world: World) -> dict[str, Origin]:
    found: dict[str, Origin] = {}
    for resource in world.of(buckets.TYPE):
        name = name_of(resource)
        document = buckets.policy_of(name, resource, world) if name else None
        text = document.content if isinstance(document, Known) else None
        if name and text and "cloudtrail.amazonaws.com" in text:
            found[name] = resource.origin("")
    return found


def _twice(what: str, one: Resource, other: Resource) -> CannotObserve:
    place = ":".join(map(str, (one.stack.path, one.node.place[0])))
    again = ":".join(map(str, (other.stack.path, other.node.place[0])))
    return CannotObserve(
        f"{what} is defined twice, in {place} and {again}: check the two one after the other"
    )
