"""Event data stores, channels and dashboards; the provider has the stores alone."""

from typing import Any

from tests.simulator.world import LakeThing
from tests.sources.four_ways.trails import advanced
from tests.sources.four_ways.words import Resources, address, logical, parsed, renamed

STORE = (
    # GetEventDataStore                CloudFormation                  Terraform
    ("MultiRegionEnabled", "MultiRegionEnabled", "multi_region_enabled"),
    ("OrganizationEnabled", "OrganizationEnabled", "organization_enabled"),
    ("RetentionPeriod", "RetentionPeriod", "retention_period"),
    ("TerminationProtectionEnabled", "TerminationProtectionEnabled", "termination_protection_enabled"),
    ("KmsKeyId", "KmsKeyId", "kms_key_id"),
)
KINDS = {"eventdatastore": "EventDataStore", "channel": "Channel", "dashboard": "Dashboard"}


def template(thing: LakeThing) -> Resources:
    type = KINDS[thing.kind]
    id, told = id_of(thing), thing.settings
    settings: dict[str, Any] = {"Name": thing.name}
    if thing.kind == "eventdatastore":
        settings |= renamed(told, [(api, ours) for api, ours, _ in STORE])
        settings["AdvancedEventSelectors"] = told["AdvancedEventSelectors"]
        settings["IngestionEnabled"] = told["Status"] == "ENABLED"
    if thing.kind == "channel":
        settings |= {"Source": told["Source"], "Destinations": told["Destinations"]}
    found: Resources = {id: {"Type": f"AWS::CloudTrail::{type}", "Properties": settings}}
    if thing.policy is not None:
        found[f"{id}Policy"] = {
            "Type": "AWS::CloudTrail::ResourcePolicy",
            "Properties": {"ResourceArn": {"Ref": id}, "ResourcePolicy": parsed(thing.policy)},
        }
    return found


def plan(thing: LakeThing) -> Resources:
    if thing.kind != "eventdatastore":
        return {}
    settings: dict[str, Any] = {ours: thing.settings.get(api) for api, _, ours in STORE}
    settings |= {
        "name": thing.name,
        "advanced_event_selector": [advanced(one) for one in thing.settings["AdvancedEventSelectors"]],
        "suspend": thing.settings["Status"] != "ENABLED",
    }
    return {address_of(thing): settings}


def id_of(thing: LakeThing) -> str:
    return logical(KINDS[thing.kind], thing.arn[-4:])


def address_of(thing: LakeThing) -> str:
    return address("aws_cloudtrail_event_data_store", f"s{thing.arn[-4:]}")
