"""From cdk.json to the stacks that answer questions: where they are, what they ask, what is refused."""

from typing import Any

import pytest

from cdk_app.refusal import Refusal
from cdk_app.settings import load
from tests.cdk.synthesis import messages
from tests.cdk.whole_app import (
    CONTROL_TOWER,
    CONTROL_TOWER_BUCKET,
    LOCKED,
    LOGS,
    MANAGEMENT,
    ORGANIZATION,
    SPLIT,
    build_app,
    context,
    synthesise,
)

LAKE = {"event-data-store": {"enabled": True}}
CHINA = {
    "home-region": "cn-north-1",
    "archive": {"region": "cn-northwest-1"},
}


def one(kind: str, stack: str, *changes: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of the only resource of a type in a stack."""
    resources = synthesise(*changes)[stack]["Resources"].values()
    (found,) = (resource for resource in resources if resource["Type"] == kind)
    properties: dict[str, Any] = found["Properties"]
    return properties


def table(*changes: dict[str, Any]) -> dict[str, str]:
    parameters: dict[str, str] = one("AWS::Glue::Table", "analytics", *changes)["TableInput"]["Parameters"]
    return parameters


def test_one_account_is_asked_without_naming_it() -> None:
    parameters = table()
    assert parameters["projection.account.values"] == MANAGEMENT
    bucket = f"s3://trailhold-logs-{MANAGEMENT}-eu-central-1"
    template = f"{bucket}/AWSLogs/${{account}}/CloudTrail/${{region}}/${{day}}/"
    assert parameters["storage.location.template"] == template


def test_an_organization_is_asked_where_its_logs_are() -> None:
    app = build_app(SPLIT)
    stack = app.synth().get_stack_by_name("trailhold-analytics")
    assert stack.environment.account == LOGS
    parameters = table(SPLIT)
    assert parameters["projection.account.type"] == "injected"
    assert f"/AWSLogs/{ORGANIZATION}/" in parameters["storage.location.template"]


def test_settings_reach_the_table() -> None:
    wanted = {"account-ids": [MANAGEMENT, LOGS], "regions": ["eu-west-1"], "first-day": "2026/01/31"}
    parameters = table(SPLIT, {"analytics": wanted, "logs": {"key-prefix": "audit"}})
    assert parameters["projection.account.values"] == f"{MANAGEMENT},{LOGS}"
    assert parameters["projection.region.values"] == "eu-west-1"
    assert parameters["projection.day.range"] == "2026/01/31,NOW"
    assert f"/audit/AWSLogs/{ORGANIZATION}/" in parameters["storage.location.template"]


def test_control_towers_logs_can_be_asked_too() -> None:
    adopted = {
        "archive": {"region": None},
        "organization": CONTROL_TOWER,
    }
    root = f"s3://{CONTROL_TOWER_BUCKET}/{ORGANIZATION}/AWSLogs/{ORGANIZATION}/"
    assert table(adopted)["storage.location.template"].startswith(root)


def test_there_is_nothing_to_ask_with_unless_it_is_wanted() -> None:
    assert "analytics" not in synthesise({"analytics": {"enabled": False}})


def test_lake_is_only_for_who_asks_for_it() -> None:
    assert "lake" not in synthesise()
    assert one("AWS::CloudTrail::EventDataStore", "lake", LAKE)["OrganizationEnabled"] is False
    assert one("AWS::CloudTrail::EventDataStore", "lake", LAKE, SPLIT)["OrganizationEnabled"] is True


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (LOCKED, True),
        ({**LOCKED, "retention": {"glacier-class": "GLACIER_IR"}}, False),
        ({}, False),
    ],
    ids=["frozen", "instant", "never aging"],
)
def test_what_athena_passes_over_is_said(changes: dict[str, Any], told: bool) -> None:
    found = messages(build_app(changes).synth(), "trailhold-analytics", "info")
    assert any("passes over" in message for message in found) is told


BAD = [
    ({"analytics": {"account-ids": ["1"]}}, "analytics.account-ids: '1' is not a 12-digit account id"),
    ({"analytics": {"regions": ["eu"]}}, "analytics.regions: 'eu' is not a Region code"),
    ({"analytics": {"first-day": "2026-01-31"}}, "analytics.first-day: '2026-01-31' is neither"),
    (
        {"analytics": {"known-networks": ["10.0.0.1/8"]}},
        "analytics.known-networks: '10.0.0.1/8' is not a CIDR",
    ),
    ({"analytics": {"scan-limit-gib": 0}}, "analytics.scan-limit-gib: 0 is not at least 1"),
    ({"analytics": {"results-days": 0}}, "analytics.results-days: 0 is not a number of days"),
    (
        {"event-data-store": {"retention-days": 6}},
        "event-data-store.retention-days: 6 is not between 7 and 3653",
    ),
    (
        {"event-data-store": {"retention-days": 3000, "billing-mode": "FIXED_RETENTION_PRICING"}},
        "event-data-store.retention-days: 3000 is not between 7 and 2557",
    ),
    (
        {"event-data-store": {"billing-mode": "free"}},
        "event-data-store.billing-mode: invalid enum value 'free'",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), BAD)
def test_bad_input_is_one_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        load(context(changes)["trailhold"])
    assert str(refused.value).startswith(f"cdk.json: {sentence}")
    assert "\n" not in str(refused.value)


def test_a_partition_without_lake_refuses_it() -> None:
    assert "cn-north-1" in str(synthesise(CHINA)["analytics"])
    with pytest.raises(Refusal, match="no event data stores in the partition of cn-north-1"):
        build_app(CHINA, LAKE)
