"""Worlds with event data stores, and what is beside them."""

from typing import Any

from checker.model import CLOUDFORMATION, LIVE
from tests import hardened as good
from tests.simulator.world import LakeThing
from tests.sources.four_ways.case import Case
from tests.sources.four_ways.worlds import base

ARN = f"arn:aws:cloudtrail:{good.HOME}:{good.ACCOUNT}:"
MANAGEMENT = {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}
WRITES = {
    "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Management"]},
        {"Field": "readOnly", "Equals": ["false"]},
    ]
}
SETTINGS = {
    "Status": "ENABLED",
    "AdvancedEventSelectors": [MANAGEMENT],
    "MultiRegionEnabled": True,
    "OrganizationEnabled": False,
    "RetentionPeriod": 2557,
    "TerminationProtectionEnabled": True,
    "KmsKeyId": good.KEY_ARN,
}


def granting(principal: Any) -> str:
    return good.document(good.statement(Principal=principal, Action="cloudtrail:StartQuery", Resource="*"))


def stored(policy: str | None = None, **settings: Any) -> Any:
    told = {name: one for name, one in {**SETTINGS, **settings}.items() if one is not None}
    store = LakeThing(
        arn=f"{ARN}eventdatastore/11111111-2222-3333-4444-555555557777",
        name="events",
        settings=told,
        policy=policy,
    )
    return base(lake=(store,))


def beside(kind: str, id: str, policy: str | None, **settings: Any) -> Any:
    world = stored()
    thing = LakeThing(arn=f"{ARN}{kind}/{id}", name=id, settings=settings, policy=policy)
    return base(lake=(*world.lake, thing))


def channel(policy: str | None) -> Any:
    store = f"{ARN}eventdatastore/11111111-2222-3333-4444-555555557777"
    places = [{"Type": "EVENT_DATA_STORE", "Location": store}]
    return beside(
        "channel", "99999999-2222-3333-4444-555555558888", policy, Source="Custom", Destinations=places
    )


BOTH = (LIVE, CLOUDFORMATION)
CASES = [
    Case("a sound store", stored(), passes=("TH901", "TH902", "TH903", "TH904", "TH905", "TH907", "TH908")),
    Case("a store without a key", stored(KmsKeyId=None), fails=("TH901",)),
    Case("a store of one Region", stored(MultiRegionEnabled=False), fails=("TH902",)),
    Case("a store that anybody may delete", stored(TerminationProtectionEnabled=False), fails=("TH903",)),
    Case("a store that is stopped", stored(Status="STOPPED_INGESTION"), fails=("TH904",)),
    Case("a store that forgets", stored(RetentionPeriod=90), fails=("TH905",)),
    Case("a store of writes alone", stored(AdvancedEventSelectors=[WRITES]), fails=("TH907",)),
    Case("a store that anybody may query", stored(granting("*")), ways=BOTH, fails=("TH908",)),
    Case("a channel of a partner", channel(None), ways=BOTH, passes=("TH909",)),
    Case(
        "a channel that anybody may write to",
        channel(
            good.document(
                good.statement(Principal="*", Action="cloudtrail-data:PutAuditEvents", Resource="*")
            )
        ),
        ways=BOTH,
        fails=("TH909",),
    ),
    Case("a dashboard", beside("dashboard", "overview", None), ways=BOTH, passes=("TH911",)),
    Case(
        "a dashboard that a stranger may see",
        beside("dashboard", "overview", granting({"AWS": "arn:aws:iam::999999999999:root"})),
        ways=BOTH,
        fails=("TH911",),
    ),
]
