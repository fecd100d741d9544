"""From plans to an observation: every trail, and whatever it leads to inside the set."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from checker.evidence import Cause, Known, Origin, Unknown
from checker.inventory import Account, Inventory, Key, LogBucket, LogGroup, Organization, Topic, Trail
from checker.model import Location
from checker.observation import CannotObserve, Observation, Scan
from checker.sources.cloudformation.environment import ACCOUNT
from checker.sources.leading import alert_topics, linked, named
from checker.sources.terraform import buckets, document, keys, plan, trails
from checker.sources.terraform.aspects import flags_of
from checker.sources.terraform.declarations import declarations
from checker.sources.terraform.lake import read_stores
from checker.sources.terraform.logs import read_log_group
from checker.sources.terraform.names import name_of
from checker.sources.terraform.organization import read_organizations
from checker.sources.terraform.recipients import read_role, read_topic
from checker.sources.terraform.resource import Resource
from checker.sources.terraform.rules import read_watches
from checker.sources.terraform.world import World
from checker.subjects import identify

SOURCE = "terraform"
ACCOUNT_BLOCK = "aws_s3_account_public_access_block"
_SERVICE = "cloudtrail.amazonaws.com"
_NO_PARAMETERS: Mapping[str, str] = {}


def load(paths: Sequence[Path], *, parameters: Mapping[str, str] = _NO_PARAMETERS) -> Observation:
    """Read plans, written by ``terraform show -json``, as one observation; a state that was shown so as well.

    ``parameters`` may say the account and the Region where a plan does not (``AWS::AccountId``,
    ``AWS::Region``, ``AWS::Partition``); others have no meaning here. Raises CannotObserve with one sentence
    (file, what to do).
    """
    if not paths:
        raise CannotObserve("there is no Terraform plan in no path at all")
    return load_shown([document.read(path) for path in dict.fromkeys(paths)], parameters)


def load_shown(shown: Sequence[document.Shown], parameters: Mapping[str, str]) -> Observation:
    """Make one observation of plans that were read already; raises CannotObserve."""
    plans = [plan.resources(one, parameters) for one in shown]
    return observe(
        [one for each in plans for one in each.resources], [one for each in plans for one in each.gone]
    )


def observe(resources: Sequence[Resource], gone: Sequence[Resource] = ()) -> Observation:
    """Make an observation of resources from any reader; ``gone`` are those that an apply destroys."""
    started = datetime.now(UTC)
    world = World(resources, gone)
    inventory = _inventory(world, started)
    accounts = {one.environment.account for one in world.resources} - {ACCOUNT}
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
    for trail in _destroyed_trails(world):
        found.setdefault(trail.arn, trail)
    every = list(found.values())
    partition = next((one.environment.partition for one in world.resources), "aws")
    found_buckets = _buckets(every, world, partition)
    groups = {
        arn: read_log_group(arn, world, at)
        for arn, at in named([t.log_group_arn for t in every], ":*").items()
    }
    watches = read_watches(every, world)
    alerts = alert_topics(groups.values(), watches.values())
    told = Inventory(
        partition=partition,
        taken_at=now,
        accounts=_accounts(world),
        trails=found,
        buckets=found_buckets,
        linked_buckets={
            name: buckets.read_bucket(name, world.named(buckets.TYPE, name), world, at, partition)
            for name, at in linked(found_buckets).items()
        },
        keys={arn: keys.read_key(arn, world, at) for arn, at in named([t.kms_key_id for t in every]).items()},
        event_data_stores=read_stores(world),
        log_groups=groups,
        watches=watches,
        alert_topics={arn: read_topic(arn, world, at) for arn, at in alerts.items()},
        topics={
            arn: read_topic(arn, world, at) for arn, at in named([t.sns_topic_arn for t in every]).items()
        },
        roles={arn: read_role(arn, world, at) for arn, at in named([t.log_role_arn for t in every]).items()},
        organizations=read_organizations(world),
    )
    return replace(told, declarations=declarations(told, world))


def _destroyed_trails(world: World) -> Iterator[Trail]:
    """Yield the trails that an apply destroys, as they were but for the logging, which ends."""
    for resource in world.gone:
        if resource.type == trails.TYPE:
            trail = trails.read_trail(resource, world)
            yield replace(trail, status=replace(trail.status, is_logging=Known(False, resource.origin())))


def _accounts(world: World) -> dict[str, Account]:
    """Return the accounts whose Block Public Access is set here: of them nothing else is known."""
    found: dict[str, Account] = {}
    for resource in world.of(ACCOUNT_BLOCK):
        id = resource.values.get("account_id")
        account = id if isinstance(id, str) and id else resource.environment.account
        why = Unknown(f"no plan tells more of account {account}", Cause.OUT_OF_SCOPE, resource.origin())
        found[account] = Account(
            id=account,
            caller_arn="",
            regions=why,
            discoveries=(),
            public_access_block=flags_of(resource),
            organization=why,
            management_account=why,
        )
    return found


def _buckets(every: Sequence[Trail], world: World, partition: str) -> dict[str, LogBucket]:
    """Read the buckets that trails name, and those whose policy admits CloudTrail for trails elsewhere."""
    found: dict[str, LogBucket] = {}
    own = named([t.bucket_name for t in every])
    for name, origin in {**own, **_admitting(world)}.items():
        resources = world.named(buckets.TYPE, name)
        found[name] = buckets.read_bucket(name, resources, world, own.get(name, origin), partition)
    return found


def _admitting(world: World) -> dict[str, Origin]:
    found: dict[str, Origin] = {}
    for resource in world.of(buckets.TYPE):
        name = name_of(resource)
        document = buckets.policy_of(name, resource, world)
        text = document.content if isinstance(document, Known) else None
        if text and _SERVICE in text:
            found[name] = resource.origin()
    policies = (one for one in world.gone if _SERVICE in str(one.values.get("policy")))
    admitted = {one.values.get("bucket") for one in policies}  # a bucket's own, or one of a policy beside it
    gone = (one for one in world.gone if one.type == buckets.TYPE and one.values.get("bucket") in admitted)
    return {name_of(one): one.origin() for one in gone} | found


def _twice(what: str, one: Resource, other: Resource) -> CannotObserve:
    places = [f"{found.address} of {found.path}" if found.path else found.address for found in (one, other)]
    return CannotObserve(
        f"{what} is defined twice, by {places[0]} and {places[1]}: check the two one after the other",
        one.path,
        one.line,
        one.column,
    )


def declared(inventory: Inventory) -> dict[str, Location]:
    """Return where each resource that is judged, and described here, is declared: by its ARN."""
    told = {arn: trail.status.is_logging.origin for arn, trail in inventory.trails.items()}
    told |= {one.arn: one.selectors.origin for one in inventory.event_data_stores.values()}
    every: list[LogBucket | Key | LogGroup | Topic] = [*inventory.buckets.values(), *inventory.keys.values()]
    every += [*inventory.log_groups.values(), *inventory.topics.values()]
    told |= {one.arn: one.exists.origin for one in every if isinstance(one.exists, Known)}
    told |= {identify(one, inventory).arn: _first(one) for one in inventory.organizations.values()}
    return {
        arn: Location(path=at.path, line=at.line, column=at.column, construct=at.address)
        for arn, at in told.items()
        if at.address
    }


def _first(organization: Organization) -> Origin:
    """Return where an organization is declared: itself, or the first of its policies."""
    policies = organization.policies.content if isinstance(organization.policies, Known) else ()
    places = (organization.policy_types.origin, *(policy.document.origin for policy in policies))
    return next((place for place in places if place.address), Origin())
