"""Event data stores out of aws_cloudtrail_event_data_store; the provider has nothing else of Lake.

Source of names and defaults: Terraform AWS provider documentation, aws_cloudtrail_event_data_store.
"""

from typing import Any

from checker.evidence import Known, Observed, derive
from checker.inventory import AdvancedSelector, EventDataStore
from checker.sources.cloudformation.lake import ALL_MANAGEMENT
from checker.sources.cloudformation.settings import flag, number, word
from checker.sources.terraform.keys import named_key
from checker.sources.terraform.names import STORE, arn_of
from checker.sources.terraform.resource import Resource
from checker.sources.terraform.settings import setting
from checker.sources.terraform.trails import advanced_selectors
from checker.sources.terraform.world import World, only_live

_DAYS = 2555


def read_stores(world: World) -> dict[str, EventDataStore]:
    """Read all event data stores, by ARN."""
    found = (_store(resource, world) for resource in world.of(STORE))
    return {one.arn: one for one in found}


def _store(resource: Resource, world: World) -> EventDataStore:
    here = resource.environment
    return EventDataStore(
        arn=arn_of(resource),
        account=here.account,
        region=here.region,
        name=setting(resource, "name", word, resource.address),
        status=derive(setting(resource, "suspend", flag, False), _status),
        selectors=setting(resource, "advanced_event_selector", _selectors, (ALL_MANAGEMENT,)),
        multi_region=setting(resource, "multi_region_enabled", flag, True),
        organization=setting(resource, "organization_enabled", flag, False),
        retention_days=setting(resource, "retention_period", number, _DAYS),
        termination_protection=setting(resource, "termination_protection_enabled", flag, True),
        kms_key_id=named_key(resource, "kms_key_id", world),
        federation_role=_beside(resource, "which role reads a federated store"),
        policy=_beside(resource, "the resource policy of a store"),
        delegated_policy=_delegated(resource),
    )


def _status(suspended: bool) -> str:
    return "STOPPED_INGESTION" if suspended else "ENABLED"


def _selectors(value: Any) -> tuple[AdvancedSelector, ...]:
    return advanced_selectors(value) or (ALL_MANAGEMENT,)


def _beside(resource: Resource, what: str) -> Observed[str | None]:
    """Say that a new store lacks what the provider cannot set; an existing one may have it."""
    return Known(None, resource.origin()) if resource.new else only_live(what, resource)


def _delegated(resource: Resource) -> Observed[str | None]:
    """Say that CloudTrail writes no policy for administrators of a store that is no organization's."""
    organization = setting(resource, "organization_enabled", flag, False)
    if isinstance(organization, Known) and not organization.content:
        return Known(None, organization.origin)
    return only_live("what CloudTrail grants to delegated administrators", resource)
