"""From templates to an observation: every trail, and whatever it leads to inside the set."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from checker.evidence import Known, Origin
from checker.inventory import Inventory, LogBucket, Trail
from checker.model import Location
from checker.observation import CannotObserve, Observation, Scan
from checker.sources.cloudformation import buckets, keys, trails
from checker.sources.cloudformation.assemble import assemble, by_root
from checker.sources.cloudformation.declarations import declarations, stacks
from checker.sources.cloudformation.environment import ACCOUNT
from checker.sources.cloudformation.gather import gather, roots
from checker.sources.cloudformation.lake import CHANNEL, DASHBOARD, STORE, read_lake
from checker.sources.cloudformation.logs import TYPE as LOG_GROUP
from checker.sources.cloudformation.logs import read_log_group
from checker.sources.cloudformation.organization import declared_at, read_organizations
from checker.sources.cloudformation.recipients import TOPIC, read_role, read_topic
from checker.sources.cloudformation.rules import read_watches
from checker.sources.cloudformation.stack import Resource
from checker.sources.cloudformation.variants import Unit, twice, unit, worlds
from checker.sources.cloudformation.world import World, arn_of, name_of
from checker.sources.intake import Intake
from checker.sources.leading import alert_topics, linked, named
from checker.subjects import identify

SOURCE = "cloudformation"
_NO_PARAMETERS: Mapping[str, str] = {}


def load(paths: Sequence[Path], *, parameters: Mapping[str, str] = _NO_PARAMETERS) -> Observation:
    """Read templates, folders of them and what the CDK synthesised as one observation.

    ``parameters`` are values of template parameters by name, of pseudo parameters (``AWS::AccountId``,
    ``AWS::Region``, ``AWS::Partition``) too. Templates that say nothing of an account or a Region are taken
    to be for the same one. Raises CannotObserve with one sentence (file, line, what to do), also where
    templates declare the same thing twice: ``read`` takes those apart.
    """
    started = datetime.now(UTC)
    return observe(World(gather(paths, parameters)), started)


def read(paths: Sequence[Path], parameters: Mapping[str, str], intake: Intake) -> list[World]:
    """Read what ``load`` reads as one world, or as one a variant where templates declare the same thing.

    What cannot be read is refused to the intake, file by file, and the others are read. Raises CannotObserve
    when there is nothing to read at all.
    """
    units: list[Unit] = []
    every = assemble(roots(paths, parameters, intake), intake)
    alone = by_root(every)
    for stack, inside in alone:
        try:
            units.append(unit(stack, inside))
        except CannotObserve as refusal:
            intake.refuse(refusal)
    sets = worlds(units)
    if len(sets) == 1 and len(units) == len(alone):
        return [World(every)] if every else []
    together = (assemble([one.stack.afresh() for one in world], intake) for world in sets)
    return [World(stacks) for stacks in together if stacks]


def observe(world: World, started: datetime) -> Observation:
    """Return what a world of stacks comes to; raises CannotObserve when it declares something twice."""
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
        inventory=_inventory(world, started),
    )


def declared(world: World, inventory: Inventory) -> dict[str, Location]:
    """Return where each resource that is judged is declared, by its ARN."""
    judged = {
        trails.TYPE: inventory.trails,
        buckets.TYPE: inventory.buckets,
        keys.TYPE: inventory.keys,
        keys.REPLICA: inventory.keys,
        LOG_GROUP: inventory.log_groups,
        STORE: inventory.event_data_stores,
        CHANNEL: inventory.channels,
        DASHBOARD: inventory.dashboards,
        TOPIC: inventory.topics,
    }
    found: dict[str, Location] = {}
    for resource in world.of(*(type for type, subjects in judged.items() if subjects)):
        arn = arn_of(resource)
        if arn:
            at = resource.origin("")
            found[arn.removesuffix(":*")] = Location(
                path=at.path, line=at.line, column=at.column, construct=at.address
            )
    for one in inventory.organizations.values():
        at_first = next(declared_at(world, inventory.organizations), None)
        if at_first:
            found[identify(one, inventory).arn] = at_first
    return found


def _inventory(world: World, now: datetime) -> Inventory:
    found: dict[str, Trail] = {}
    declared: dict[str, Resource] = {}
    for resource in world.of(trails.TYPE):
        trail = trails.read_trail(resource, world)
        if trail.arn in found:
            raise twice(declared[trail.arn], resource)
        found[trail.arn], declared[trail.arn] = trail, resource
    every = list(found.values())
    partition = world.stacks[0].environment.partition
    groups = {
        arn: read_log_group(arn, world, at)
        for arn, at in named([t.log_group_arn for t in every], ":*").items()
    }
    found_buckets = _buckets(every, world, partition)
    watches = read_watches(every, world)
    alerts = alert_topics(groups.values(), watches.values())
    lake = read_lake(world)
    roles = [t.log_role_arn for t in every] + [one.federation_role for one in lake.stores.values()]
    told_inventory = Inventory(
        partition=partition,
        taken_at=now,
        accounts={},
        trails=found,
        buckets=found_buckets,
        linked_buckets={
            name: buckets.read_bucket(name, world.named(buckets.TYPE, name), world, at, partition)
            for name, at in linked(found_buckets).items()
        },
        keys={arn: keys.read_key(arn, world, at) for arn, at in named([t.kms_key_id for t in every]).items()},
        log_groups=groups,
        watches=watches,
        alert_topics={arn: read_topic(arn, world, at) for arn, at in alerts.items()},
        topics={
            arn: read_topic(arn, world, at) for arn, at in named([t.sns_topic_arn for t in every]).items()
        },
        roles={arn: read_role(arn, world, at) for arn, at in named(roles).items()},
        event_data_stores=lake.stores,
        channels=lake.channels,
        dashboards=lake.dashboards,
        organizations=read_organizations(world),
    )
    return replace(
        told_inventory,
        declarations=declarations(told_inventory, world),
        stacks=stacks(told_inventory, world),
    )


def _buckets(every: Sequence[Trail], world: World, partition: str) -> dict[str, LogBucket]:
    """Read the buckets that trails name, and those whose policy admits CloudTrail for trails elsewhere."""
    found: dict[str, LogBucket] = {}
    own = named([t.bucket_name for t in every])
    for name, origin in {**own, **_admitting(world)}.items():
        resources = world.named(buckets.TYPE, name)
        if len({resource.stack.path for resource in resources}) > 1:
            raise twice(*resources[:2])
        found[name] = buckets.read_bucket(name, resources, world, own.get(name, origin), partition)
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
