"""CloudTrail Lake out of AWS::CloudTrail::EventDataStore, Channel, Dashboard and ResourcePolicy.

Source of names: CloudFormation template reference; of what a silent template comes to: CloudTrail API
reference, CreateEventDataStore.
"""

from typing import Any, NamedTuple

from checker.evidence import Known, Observed, Unknown, derive
from checker.inventory import AdvancedSelector, Channel, Dashboard, EventDataStore, FieldSelector
from checker.sources.cloudformation.documents import policy
from checker.sources.cloudformation.keys import key_arn
from checker.sources.cloudformation.settings import filled, flag, needed, number, objects, setting, word
from checker.sources.cloudformation.stack import Resource
from checker.sources.cloudformation.trails import advanced_selectors
from checker.sources.cloudformation.world import World, arn_of, only_live

STORE, CHANNEL = "AWS::CloudTrail::EventDataStore", "AWS::CloudTrail::Channel"
DASHBOARD, POLICY = "AWS::CloudTrail::Dashboard", "AWS::CloudTrail::ResourcePolicy"
FIXED = "FIXED_RETENTION_PRICING"
FIXED_DAYS, EXTENDABLE_DAYS = 2557, 366
ALL_MANAGEMENT = AdvancedSelector(
    name="Default management events",
    field_selectors=(FieldSelector(field="eventCategory", equals=("Management",)),),
)
"""What a store collects that was told nothing."""


class Lake(NamedTuple):
    """What templates declare of it, by ARN."""

    stores: dict[str, EventDataStore]
    channels: dict[str, Channel]
    dashboards: dict[str, Dashboard]


def read_lake(world: World) -> Lake:
    """Read all of it."""
    stores = [_store(resource, world) for resource in world.of(STORE)]
    channels = [_channel(resource, world) for resource in world.of(CHANNEL)]
    dashboards = [_dashboard(resource, world) for resource in world.of(DASHBOARD)]
    return Lake(
        {one.arn: one for one in stores},
        {one.arn: one for one in channels},
        {one.arn: one for one in dashboards},
    )


def _arn(resource: Resource) -> str:
    here, kind = resource.stack.environment, resource.type.rpartition("::")[2].lower()
    return arn_of(resource) or here.arn("cloudtrail", f"{kind}/{resource.stack.tag}-{resource.id}")


def _store(resource: Resource, world: World) -> EventDataStore:
    here = resource.stack.environment
    organization = setting(resource, "OrganizationEnabled", flag, False)
    key = setting(resource, "KmsKeyId", filled, None)
    return EventDataStore(
        arn=_arn(resource),
        account=here.account,
        region=here.region,
        name=setting(resource, "Name", word, resource.id),
        status=derive(setting(resource, "IngestionEnabled", flag, True), _status),
        selectors=setting(resource, "AdvancedEventSelectors", _selectors, (ALL_MANAGEMENT,)),
        multi_region=setting(resource, "MultiRegionEnabled", flag, True),
        organization=organization,
        retention_days=_retention(resource),
        termination_protection=setting(resource, "TerminationProtectionEnabled", flag, True),
        kms_key_id=derive(key, lambda id: key_arn(id, here, world) if id else None),
        federation_role=_federation(resource),
        policy=_policy(resource, world),
        delegated_policy=_delegated(organization, resource),
    )


def _selectors(value: Any) -> tuple[AdvancedSelector, ...]:
    return advanced_selectors(value) or (ALL_MANAGEMENT,)


def _status(ingesting: bool) -> str:
    return "ENABLED" if ingesting else "STOPPED_INGESTION"


def _retention(resource: Resource) -> Observed[int]:
    """Read the retention period; the pricing decides what a store has that was told none."""
    days = setting(resource, "RetentionPeriod", number, None)
    if isinstance(days, Unknown):
        return days
    if days.content is not None:
        return Known(days.content, days.origin)
    billing = setting(resource, "BillingMode", word, "")
    return derive(billing, lambda mode: FIXED_DAYS if mode == FIXED else EXTENDABLE_DAYS)


def _federation(resource: Resource) -> Observed[str | None]:
    enabled = setting(resource, "FederationEnabled", flag, False)
    if isinstance(enabled, Unknown) or not enabled.content:
        return derive(enabled, lambda _: None)
    return setting(resource, "FederationRoleArn", filled, None)


def _delegated(organization: Observed[bool], resource: Resource) -> Observed[str | None]:
    """Say that CloudTrail writes no policy for administrators of a store that is no organization's."""
    if isinstance(organization, Known) and not organization.content:
        return Known(None, organization.origin)
    return only_live("what CloudTrail grants to delegated administrators", resource)


def _channel(resource: Resource, world: World) -> Channel:
    here = resource.stack.environment
    return Channel(
        arn=_arn(resource),
        account=here.account,
        region=here.region,
        name=setting(resource, "Name", word, resource.id),
        destinations=setting(resource, "Destinations", _locations, ()),
        policy=_policy(resource, world),
    )


def _locations(value: Any) -> tuple[str, ...]:
    return tuple(needed(one, "Location", word) for one in objects(value))


def _dashboard(resource: Resource, world: World) -> Dashboard:
    here = resource.stack.environment
    return Dashboard(
        arn=_arn(resource), account=here.account, region=here.region, policy=_policy(resource, world)
    )


def _policy(resource: Resource, world: World) -> Observed[str | None]:
    """Find the policy of a store, channel or dashboard; one whose resource is open leaves all open."""
    found, unknowns = world.by_target(POLICY, "ResourceArn")
    own = found.get(arn_of(resource) or "", [])
    if own:
        return policy(own[0], "ResourcePolicy", world)
    return unknowns[0] if unknowns else Known(None, resource.origin("resource policy"))
