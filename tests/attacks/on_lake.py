"""Attacks on CloudTrail Lake: on the store, and on who may read it or write into it."""

from typing import Any

from tests import hardened as good
from tests.attacks.attack import Attack, Step, call
from tests.attacks.world import CHANNEL, DASHBOARD, MANAGEMENT_EVENTS, OUTSIDER, STORE, selector
from tests.simulator.worlds import MANAGEMENT


def update(**settings: Any) -> Step:
    return call("cloudtrail.update_event_data_store", EventDataStore=STORE, **settings)


def opened(arn: str, action: str, principal: Any) -> tuple[Step, ...]:
    document = good.document(good.statement(Principal=principal, Action=action, Resource=arn))
    return (call("cloudtrail.put_resource_policy", ResourceArn=arn, ResourcePolicy=document),)


def selecting(chosen: dict[str, Any]) -> tuple[Step, ...]:
    return (update(AdvancedEventSelectors=[chosen]),)


STRANGER = {"AWS": f"arn:aws:iam::{OUTSIDER}:root"}
UNPROTECTED = update(TerminationProtectionEnabled=False)
ATTACKS = (
    Attack("no protection", STORE, (UNPROTECTED,), fails="TH903"),
    Attack(
        "delete",
        STORE,
        (UNPROTECTED, call("cloudtrail.delete_event_data_store", EventDataStore=STORE)),
        fails="TH903 TH904",
    ),
    Attack(
        "stop",
        STORE,
        (call("cloudtrail.stop_event_data_store_ingestion", EventDataStore=STORE),),
        fails="TH904",
    ),
    Attack("a week", STORE, (update(RetentionPeriod=7),), fails="TH905"),
    Attack("one Region", STORE, (update(MultiRegionEnabled=False),), fails="TH902"),
    Attack("one account", STORE, (update(OrganizationEnabled=False),), fails="TH906"),
    Attack(
        "narrow",
        STORE,
        (update(AdvancedEventSelectors=[selector("reads", eventCategory="Management", readOnly="true")]),),
        fails="TH907",
    ),
    Attack(
        "data events only",
        STORE,
        selecting(selector("objects", eventCategory="Data", resources_type="AWS::S3::Object")),
        fails="TH907",
    ),
    Attack(
        "all but the attacker",
        STORE,
        selecting(
            {
                "Name": "everything",
                "FieldSelectors": [
                    *MANAGEMENT_EVENTS["FieldSelectors"],
                    {"Field": "userIdentity.arn", "NotEquals": ["arn:aws:iam::111122223333:user/intruder"]},
                ],
            }
        ),
        fails="TH907",
    ),
    Attack(
        "another price, a week",
        STORE,
        (update(BillingMode="FIXED_RETENTION_PRICING", RetentionPeriod=7),),
        fails="TH905",
    ),
    Attack("everybody does everything", STORE, opened(STORE, "cloudtrail:*", "*"), fails="TH908"),
    Attack(
        "a channel into a stranger's store",
        CHANNEL,
        (
            call(
                "cloudtrail.update_channel",
                Channel=CHANNEL,
                Destinations=[{"Type": "EVENT_DATA_STORE", "Location": STORE.replace(MANAGEMENT, OUTSIDER)}],
            ),
        ),
        fails="TH909",
    ),
    Attack("a stranger reads", STORE, opened(STORE, "cloudtrail:GetQueryResults", STRANGER), fails="TH908"),
    Attack(
        "a stranger sends",
        CHANNEL,
        opened(CHANNEL, "cloudtrail-data:PutAuditEvents", STRANGER),
        fails="TH909",
    ),
    Attack(
        "a stranger sees", DASHBOARD, opened(DASHBOARD, "cloudtrail:GetDashboard", STRANGER), fails="TH911"
    ),
)
