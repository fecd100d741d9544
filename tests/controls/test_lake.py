"""CloudTrail Lake: what event data stores collect and keep, and who else reads or feeds them."""

from typing import Any

from msgspec.structs import replace

from checker.controls import lake, lake_access
from checker.evidence import Cause, Known, Unknown
from checker.inventory import (
    AdvancedSelector,
    Channel,
    Dashboard,
    EventDataStore,
    FieldSelector,
    Inventory,
    Role,
    RolePolicy,
)
from checker.model import Status, Thresholds
from tests.controls.judging import Case, check, parametrize
from tests.hardened import ACCOUNT, ALL_MANAGEMENT, HOME, KEY_ARN, ROLE, document, hardened, statement

PASS, FAIL, UNKNOWN = Status.PASS, Status.FAIL, Status.UNKNOWN
ARN = f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE"
FEDERATION_ARN = f"arn:aws:iam::{ACCOUNT}:role/lake-federation"
STRANGER = "999999999999"
FELLOW = "444455556666"
DENIED: Any = Unknown("cloudtrail:ListEventDataStores is denied", Cause.DENIED)

STORE = EventDataStore(
    arn=ARN,
    account=ACCOUNT,
    region=HOME,
    name=Known("events"),
    status=Known("ENABLED"),
    selectors=Known((ALL_MANAGEMENT,)),
    multi_region=Known(True),
    organization=Known(False),
    retention_days=Known(366),
    termination_protection=Known(True),
    kms_key_id=Known(KEY_ARN),
    federation_role=Known(None),
    policy=Known(None),
    delegated_policy=Known(None),
)
CHANNEL = Channel(
    arn=f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:channel/EXAMPLE8-0558-4f7e-a06a-43969EXAMPLE",
    account=ACCOUNT,
    region=HOME,
    name=Known("partner"),
    destinations=Known((ARN,)),
    policy=Known(None),
)
DASHBOARD = Dashboard(
    arn=f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:dashboard/overview",
    account=ACCOUNT,
    region=HOME,
    policy=Known(None),
)
SERVICE_CHANNEL = replace(CHANNEL, name=Known("aws-service-channel/inspector2/default"))


def with_store(account: dict[str, Any] | None = None, role: Role | None = None, **changes: Any) -> Inventory:
    roles = {FEDERATION_ARN: role} if role else {}
    world = hardened(account=account)
    return replace(world, event_data_stores={ARN: replace(STORE, **changes)}, roles=world.roles | roles)


def with_channel(channel: Channel = CHANNEL, **changes: Any) -> Inventory:
    return replace(hardened(), channels={channel.arn: replace(channel, **changes)})


def with_dashboard(policy: Any) -> Inventory:
    return replace(hardened(), dashboards={DASHBOARD.arn: replace(DASHBOARD, policy=policy)})


def collecting(*conditions: FieldSelector) -> Any:
    return Known((AdvancedSelector(field_selectors=conditions),))


def category(name: str) -> FieldSelector:
    return FieldSelector(field="eventCategory", equals=(name,))


def querying(principal: Any, **parts: Any) -> Any:
    return Known(
        document(statement(Principal=principal, Action="cloudtrail:StartQuery", Resource=ARN, **parts))
    )


def sending(principal: Any, **parts: Any) -> Any:
    allow = statement(Principal=principal, Action="cloudtrail-data:PutAuditEvents", Resource="*", **parts)
    return Known(document(allow))


def role_with(**parts: Any) -> Role:
    policy = RolePolicy(name="read", document=document(statement(**parts)))
    return replace(ROLE, arn=FEDERATION_ARN, policies=Known((policy,)))


def root(account: str) -> dict[str, str]:
    return {"AWS": f"arn:aws:iam::{account}:root"}


NARROWED = collecting(category("Management"), FieldSelector(field="readOnly", equals=("false",)))
DATA = collecting(category("Data"), FieldSelector(field="resources.type", equals=("AWS::S3::Object",)))
CONFIG = collecting(category("ConfigurationItem"))
BY_EXTERNAL_ID = {"StringEquals": {"cloudtrail:ExternalId": "4711"}}
OF_NOBODYS_ID = {"StringEqualsIfExists": {"cloudtrail:ExternalId": "4711"}}
IN_ORGANIZATION = {"organization": Known("o-trail"), "management_account": Known(ACCOUNT)}
AS_MEMBER = {"organization": Known("o-trail"), "management_account": Known(FELLOW)}
READING = {
    "Action": ["cloudtrail:GetEventDataStoreData", "kms:Decrypt", "kms:GenerateDataKey"],
    "Resource": "*",
}

CASES = [
    Case(lake.encrypted, hardened(), None),
    Case(lake.encrypted, with_store(), PASS),
    Case(lake.encrypted, with_store(kms_key_id=Known(None)), FAIL, "key that AWS owns"),
    Case(lake.encrypted, with_store(kms_key_id=DENIED), UNKNOWN),
    Case(lake.multi_region, with_store(), PASS),
    Case(lake.multi_region, with_store(multi_region=Known(False)), FAIL, f"{HOME} alone"),
    Case(
        lake.multi_region, with_store(multi_region=Known(False), selectors=CONFIG), None, "ConfigurationItem"
    ),
    Case(lake.multi_region, with_store(selectors=DENIED), UNKNOWN),
    Case(lake.protected, with_store(), PASS),
    Case(lake.protected, with_store(termination_protection=Known(False)), FAIL),
    Case(lake.protected, with_store(termination_protection=DENIED), UNKNOWN),
    Case(lake.ingesting, with_store(), PASS),
    Case(lake.ingesting, with_store(status=Known("STARTING_INGESTION")), PASS),
    Case(lake.ingesting, with_store(status=Known("STOPPED_INGESTION")), FAIL),
    Case(lake.ingesting, with_store(status=Known("STOPPING_INGESTION")), FAIL),
    Case(lake.ingesting, with_store(status=Known("PENDING_DELETION")), FAIL),
    Case(lake.ingesting, with_store(status=DENIED), UNKNOWN),
    Case(lake.retained, with_store(), PASS, "366 days"),
    Case(lake.retained, with_store(retention_days=Known(364)), FAIL, "after 364 days"),
    Case(lake.retained, with_store(), FAIL, thresholds=Thresholds(log_retention_days=2557)),
    Case(lake.retained, with_store(retention_days=DENIED), UNKNOWN),
    Case(lake.of_organization, with_store(), None, "no organization"),
    Case(lake.of_organization, with_store(account=IN_ORGANIZATION, organization=Known(True)), PASS),
    Case(lake.of_organization, with_store(account=IN_ORGANIZATION), FAIL),
    Case(lake.of_organization, with_store(account=AS_MEMBER), UNKNOWN, "delegated administrator"),
    Case(lake.of_organization, with_store(organization=DENIED), UNKNOWN),
    Case(lake.collects_management, with_store(), PASS),
    Case(lake.collects_management, with_store(selectors=NARROWED), FAIL, "read management events"),
    Case(lake.collects_management, with_store(selectors=DATA), FAIL),
    Case(lake.collects_management, with_store(selectors=CONFIG), None),
    Case(lake.collects_management, with_store(selectors=DENIED), UNKNOWN),
    Case(lake_access.store_restricted, with_store(), PASS),
    Case(lake_access.store_restricted, with_store(policy=querying(root(ACCOUNT))), PASS),
    Case(
        lake_access.store_restricted,
        with_store(policy=querying(root(STRANGER))),
        FAIL,
        "cloudtrail:StartQuery",
    ),
    Case(lake_access.store_restricted, with_store(policy=querying("*")), FAIL),
    Case(lake_access.store_restricted, with_store(delegated_policy=querying(root(STRANGER))), FAIL),
    Case(
        lake_access.store_restricted,
        with_store(policy=querying(root(STRANGER))),
        PASS,
        thresholds=Thresholds(trusted_accounts=(STRANGER,)),
    ),
    Case(lake_access.store_restricted, with_store(policy=DENIED), UNKNOWN),
    Case(
        lake_access.store_restricted,
        with_store(federation_role=Known(FEDERATION_ARN)),
        UNKNOWN,
        FEDERATION_ARN,
    ),
    Case(
        lake_access.store_restricted,
        with_store(federation_role=Known(FEDERATION_ARN), role=role_with(**READING)),
        PASS,
        "federation role",
    ),
    Case(
        lake_access.store_restricted,
        with_store(
            federation_role=Known(FEDERATION_ARN), role=role_with(Action="cloudtrail:*", Resource="*")
        ),
        FAIL,
        "may do more: cloudtrail:*",
    ),
    Case(
        lake_access.store_restricted,
        with_store(federation_role=Known(FEDERATION_ARN), role=role_with(NotAction="iam:*", Resource="*")),
        FAIL,
        "all but iam:*",
    ),
    Case(lake_access.channel_restricted, hardened(), None),
    Case(lake_access.channel_restricted, with_channel(SERVICE_CHANNEL), None, "belongs to an AWS service"),
    Case(lake_access.channel_restricted, with_channel(), PASS, "nobody else"),
    Case(lake_access.channel_restricted, with_channel(policy=sending(root(ACCOUNT))), PASS),
    Case(lake_access.channel_restricted, with_channel(policy=sending(root(STRANGER))), FAIL),
    Case(lake_access.channel_restricted, with_channel(policy=sending("*")), FAIL),
    Case(
        lake_access.channel_restricted,
        with_channel(policy=sending(root(STRANGER), Condition=BY_EXTERNAL_ID)),
        PASS,
        "trusted or bound",
    ),
    Case(
        lake_access.channel_restricted,
        with_channel(policy=sending(root(STRANGER), Condition=OF_NOBODYS_ID)),
        FAIL,
    ),
    Case(
        lake_access.channel_restricted,
        with_channel(policy=sending(root(STRANGER), Condition=BY_EXTERNAL_ID)),
        FAIL,
        thresholds=Thresholds(trusted_accounts=(FELLOW,)),
    ),
    Case(
        lake_access.channel_restricted,
        with_channel(policy=sending(root(STRANGER))),
        PASS,
        thresholds=Thresholds(trusted_accounts=(STRANGER,)),
    ),
    Case(
        lake_access.channel_restricted,
        with_channel(destinations=Known((ARN.replace(ACCOUNT, STRANGER),))),
        FAIL,
        "delivers to",
    ),
    Case(lake_access.channel_restricted, with_channel(name=DENIED), UNKNOWN),
    Case(lake_access.channel_restricted, with_channel(policy=DENIED), UNKNOWN),
    Case(lake_access.service_channel, with_channel(), None, "an integration"),
    Case(lake_access.service_channel, with_channel(SERVICE_CHANNEL), None, "lists no service"),
    Case(
        lake_access.service_channel,
        with_channel(SERVICE_CHANNEL),
        PASS,
        thresholds=Thresholds(expected_channel_services=("inspector*",)),
    ),
    Case(
        lake_access.service_channel,
        with_channel(SERVICE_CHANNEL),
        FAIL,
        "inspector2",
        thresholds=Thresholds(expected_channel_services=("securitylake",)),
    ),
    Case(lake_access.service_channel, with_channel(name=DENIED), UNKNOWN),
    Case(lake_access.dashboard_restricted, with_dashboard(Known(None)), PASS),
    Case(
        lake_access.dashboard_restricted,
        with_dashboard(querying({"Service": "cloudtrail.amazonaws.com"})),
        PASS,
    ),
    Case(lake_access.dashboard_restricted, with_dashboard(querying("*")), FAIL, "everybody"),
    Case(lake_access.dashboard_restricted, with_dashboard(querying(root(FELLOW))), FAIL, FELLOW),
    Case(lake_access.dashboard_restricted, with_dashboard(DENIED), UNKNOWN),
]


@parametrize(CASES)
def test_case(case: Case) -> None:
    check(case)
