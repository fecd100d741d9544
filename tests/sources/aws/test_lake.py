"""CloudTrail Lake is read where there is some, and what a Region will not list is not left out."""

from dataclasses import replace

from checker.evidence import Cause, Known
from tests import hardened as good
from tests.controls.test_lake import ARN, CHANNEL, DASHBOARD, FEDERATION_ARN
from tests.simulator import DENIED, AwsError, Fault, Refuse, Role, hardened_world
from tests.simulator.world import LakeThing
from tests.sources.aws.conftest import Observe

SELECTOR = {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}
STORE = LakeThing(
    arn=ARN,
    name="events",
    settings={
        "Status": "ENABLED",
        "AdvancedEventSelectors": [SELECTOR],
        "MultiRegionEnabled": True,
        "OrganizationEnabled": False,
        "RetentionPeriod": 366,
        "TerminationProtectionEnabled": True,
        "KmsKeyId": good.KEY_ARN,
        "FederationStatus": "ENABLED",
        "FederationRoleArn": FEDERATION_ARN,
    },
    policy=good.KEY_POLICY,
)
PARTNER = LakeThing(
    arn=CHANNEL.arn,
    name="partner",
    settings={"Source": "Custom", "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": ARN}]},
)
OF_SERVICE = LakeThing(
    arn=CHANNEL.arn.replace("EXAMPLE8", "EXAMPLE9"),
    name="aws-service-channel/inspector2/default",
    settings={"Destinations": [{"Type": "AWS_SERVICE", "Location": "inspector2"}]},
)
SHOWN = LakeThing(arn=DASHBOARD.arn, policy=good.KEY_POLICY)
HARDENED = hardened_world()
FEDERATION = Role(arn=FEDERATION_ARN, trust=good.KEY_POLICY)


def test_what_there_is_is_read_as_declared(observe: Observe) -> None:
    world = replace(HARDENED, lake=(STORE, PARTNER, OF_SERVICE, SHOWN), roles=(*HARDENED.roles, FEDERATION))
    found = observe(world).inventory
    store = found.event_data_stores[ARN]
    read = {name: getattr(getattr(store, name), "content", None) for name in store.__struct_fields__}
    assert read | {"selectors": None, "arn": None} == {
        "arn": None,
        "account": None,
        "region": None,
        "name": "events",
        "status": "ENABLED",
        "selectors": None,
        "multi_region": True,
        "organization": False,
        "retention_days": 366,
        "termination_protection": True,
        "kms_key_id": good.KEY_ARN,
        "federation_role": FEDERATION_ARN,
        "policy": good.KEY_POLICY,
        "delegated_policy": None,
    }
    assert [s.field_selectors[0].equals for s in store.selectors.value] == [("Management",)]
    assert found.roles[FEDERATION_ARN].exists.value
    assert found.channels[PARTNER.arn].destinations.value == (ARN,)
    assert found.channels[OF_SERVICE.arn].policy.value is None
    assert found.dashboards[SHOWN.arn].policy.value == good.KEY_POLICY


def test_an_account_without_lake_has_none(observe: Observe) -> None:
    found = observe(HARDENED).inventory
    assert (found.event_data_stores, found.channels, found.dashboards) == ({}, {}, {})


def test_a_partition_without_lake_has_none(observe: Observe) -> None:
    absent = Refuse(AwsError("UnsupportedOperationException"))
    faults = [Fault(absent, operation="ListEventDataStores")]
    assert observe(HARDENED, faults).inventory.event_data_stores == {}


def test_what_no_region_lists_is_one_unknown(observe: Observe) -> None:
    faults = [Fault(DENIED, operation="ListEventDataStores")]
    (store,) = observe(HARDENED, faults).inventory.event_data_stores.values()
    assert store.arn == f"arn:aws:cloudtrail:*:{good.ACCOUNT}:eventdatastore/*"
    protection = store.termination_protection
    assert not isinstance(protection, Known)
    assert protection.cause is Cause.DENIED
    assert "cloudtrail:ListEventDataStores" in protection.reason
    assert "2 other Regions did not answer either" in protection.reason
