"""All resources of one observation, each once, with the links between them followed in one place."""

from collections.abc import Iterator
from functools import cached_property
from typing import TypeVar

from msgspec import Struct

from checker.evidence import Cause, Known, Moment, Observed, Unknown, Unobserved, first
from checker.inventory.account import Account
from checker.inventory.bucket import LogBucket, PublicAccessBlock
from checker.inventory.declaration import DESTROYED, Declaration, DeployedStack
from checker.inventory.delivery import LogGroup, Role, Topic
from checker.inventory.expected import ExpectedTrail
from checker.inventory.key import Key
from checker.inventory.lake import Channel, Dashboard, EventDataStore
from checker.inventory.objects import LogObjects
from checker.inventory.organization import Organization
from checker.inventory.principals import Principals
from checker.inventory.status import Sighting
from checker.inventory.trail import Trail
from checker.inventory.watch import RegionWatch

R = TypeVar("R")


class Coverage(Struct, frozen=True, kw_only=True):
    """One enabled Region of an account: the unit in which recording is judged."""

    account: Account
    region: str
    """Empty for the Regions that nobody knows of, because the list of enabled ones could not be read."""


class Inventory(Struct, frozen=True, kw_only=True, dict=True):
    """What one observation found.

    Trails are keyed by ARN, buckets by name, everything else by the ARN that a trail names it with (log
    groups without the ``:*``). What a trail names has an entry even when nothing of it could be read.
    """

    partition: str
    taken_at: Moment
    """UTC; ages are measured against it, so that a snapshot judged later gives the same verdicts."""
    accounts: dict[str, Account]
    trails: dict[str, Trail] = {}
    sightings: tuple[Sighting, ...] = ()
    buckets: dict[str, LogBucket] = {}
    linked_buckets: dict[str, LogBucket] = {}
    """Buckets that log buckets send copies or access logs to: looked at, and not judged themselves."""
    objects: dict[str, LogObjects] = {}
    """By ``LogObjects.id``."""
    keys: dict[str, Key] = {}
    log_groups: dict[str, LogGroup] = {}
    topics: dict[str, Topic] = {}
    alert_topics: dict[str, Topic] = {}
    """Topics that alarms and rules tell, by ARN. They are looked at, and not judged themselves."""
    watches: dict[str, RegionWatch] = {}
    """By ``ACCOUNT/REGION``."""
    principals: dict[str, Principals] = {}
    """By account."""
    roles: dict[str, Role] = {}
    event_data_stores: dict[str, EventDataStore] = {}
    channels: dict[str, Channel] = {}
    dashboards: dict[str, Dashboard] = {}
    organizations: dict[str, Organization] = {}
    declarations: dict[str, Declaration] = {}
    """What templates say beside settings, by ARN; empty where a live account was asked."""
    stacks: dict[str, DeployedStack] = {}
    """Stacks that hold a trail, its bucket or its key, by ARN."""
    expected: dict[str, ExpectedTrail] = {}
    """Trails as templates declare them, to compare with those that are there; empty when none were given."""

    def removal_of(self, arn: str) -> Known[str] | None:
        """Say how a plan takes away what is there: ``DESTROYED``, ``REPLACED``, or None where it stays."""
        declared = self.declarations.get(arn)
        return declared.removal if declared else None

    def is_destroyed(self, arn: str) -> bool:
        """Say whether a plan destroys a resource for good."""
        removal = self.removal_of(arn)
        return removal is not None and removal.content == DESTROYED

    def bucket_of(self, trail: Trail) -> LogBucket:
        """Follow a trail to its bucket; Unobserved when the name or the bucket was not read."""
        name = trail.bucket_name.value
        return _followed(self.buckets, name, f"bucket {name}")

    def key_of(self, trail: Trail) -> Key | None:
        """Follow a trail to its KMS key; None without one."""
        arn = trail.kms_key_id.value
        return _followed(self.keys, arn, f"key {arn}") if arn else None

    def log_group_of(self, trail: Trail) -> LogGroup | None:
        """Follow a trail to its log group; None without one."""
        arn = trail.log_group_arn.value
        return _followed(self.log_groups, arn.removesuffix(":*"), f"log group {arn}") if arn else None

    def role_of(self, trail: Trail) -> Role | None:
        """Follow a trail to the role that writes to its log group; None without one."""
        arn = trail.log_role_arn.value
        return _followed(self.roles, arn, f"role {arn}") if arn else None

    def topic_of(self, trail: Trail) -> Topic | None:
        """Follow a trail to its SNS topic; None without one."""
        arn = trail.sns_topic_arn.value
        return _followed(self.topics, arn, f"topic {arn}") if arn else None

    def bucket_named(self, name: str) -> LogBucket:
        """Return a log bucket, or one that a log bucket names; Unobserved when it was not read."""
        return _followed({**self.linked_buckets, **self.buckets}, name, f"bucket {name}")

    def objects_of(self, trail: Trail) -> list[LogObjects]:
        """Return what was listed of the trail's deliveries, by account and Region."""
        return [found for found in self.objects.values() if found.trail_arn == trail.arn]

    def alert_topic(self, arn: str) -> Topic:
        """Follow an alarm or a rule to the topic that it tells."""
        return _followed(self.alert_topics, arn, f"topic {arn}")

    def watch(self, account: str, region: str) -> RegionWatch:
        """Return what watches over a Region of an account; nothing of it is known when it was not read."""
        unread = RegionWatch(account=account, region=region)
        return self.watches.get(f"{account}/{region}", unread)

    def organization_of(self, account: str) -> Organization | None:
        """Return the organization of an account as its administrators see it; None where it was not read."""
        belongs = self.accounts.get(account)
        id = getattr(belongs.organization, "content", None) if belongs else None
        return self.organizations.get(id) if id else None

    def principals_of(self, account: str) -> Principals:
        """Return who may act in an account; nothing of it is known when it was not read."""
        return self.principals.get(account, Principals(account=account))

    def blocks_public(self, bucket: LogBucket, flag: str) -> bool:
        """Say whether a flag of Block Public Access is on, for the bucket or for the account that owns it."""
        return first(self._public_access_blocks(bucket), lambda level: getattr(level.value, flag)) is not None

    def _public_access_blocks(self, bucket: LogBucket) -> Iterator[Observed[PublicAccessBlock]]:
        yield bucket.public_access_block
        if isinstance(bucket.account, Unknown):
            yield bucket.account
            return
        owner = self.accounts.get(bucket.account.value)
        if owner:
            yield owner.public_access_block
        elif self.accounts:
            reason = f"Block Public Access of account {bucket.account.value} was not part of this observation"
            yield Unknown(reason, Cause.OUT_OF_SCOPE)
        else:
            # Of templates nobody reads an account: what they switch off must not count as told elsewhere.
            reason = "whether the account blocks public access is not told: switch it on for the bucket"
            yield Unknown(reason, Cause.UNDECIDED)

    def trails_of_bucket(self, bucket: LogBucket) -> list[Trail]:
        """Return the trails that are known to deliver to the bucket, by ARN."""
        return [t for t in self.trails.values() if getattr(t.bucket_name, "content", None) == bucket.name]

    def sightings_of(self, trail: Trail, account: str | None = None) -> list[Sighting]:
        """Return where the trail was seen, by any account or by one."""
        return [s for s in self._by_trail.get(trail.arn, ()) if account in (None, s.account)]

    def sighting(self, trail: Trail, account: str, region: str) -> Sighting | None:
        """Return how one account sees the trail in one Region; None when it was not seen there."""
        return self._sightings.get((trail.arn, account, region))

    @cached_property
    def _by_trail(self) -> dict[str, list[Sighting]]:
        found: dict[str, list[Sighting]] = {}
        for sighting in self.sightings:
            found.setdefault(sighting.trail_arn, []).append(sighting)
        return found

    @cached_property
    def _sightings(self) -> dict[tuple[str, str, str], Sighting]:
        return {(s.trail_arn, s.account, s.region): s for s in self.sightings}


def _followed(resources: dict[str, R], name: str, what: str) -> R:
    found = resources.get(name)
    if found is None:
        raise Unobserved(Unknown(f"{what} was not part of this observation", Cause.OUT_OF_SCOPE))
    return found
