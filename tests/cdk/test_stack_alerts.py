"""What watches over the other stacks, as the app puts it together."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from cdk_app.refusal import Refusal
from cdk_app.settings import load
from cdk_app.tampering import OF_ORGANIZATION, OF_STORAGE, TAMPERING
from tests.cdk.synthesis import resources
from tests.cdk.whole_app import (
    ARCHIVE,
    CONTROL_TOWER,
    LOGS,
    MANAGEMENT,
    ORGANIZATION,
    SPLIT,
    build_app,
    context,
    synthesise,
)

HOME = "eu-central-1"
RULE, ALARM = "AWS::Events::Rule", "AWS::CloudWatch::Alarm"
MEMBER = {"organization": {"id": ORGANIZATION}}
ADOPTED = {"archive": {"region": None}, "organization": CONTROL_TOWER}
GUARDED = {"guardrails": {"target-ids": ["r-ab12"]}}
RESTARTED = {"alerts": {"auto-restart": True}}
RECORDING = {
    "trail": {
        "data-events": [
            {"type": "AWS::S3::Object", "exclude-arn-prefixes": ["arn:aws:s3:::website/"]},
            {"type": "AWS::Lambda::Function", "arn-prefixes": ["arn:aws:lambda:"], "record": "write"},
        ],
        "network-activity": [{"source": "s3.amazonaws.com"}],
        "insights": ["ApiErrorRateInsight"],
        "insights-on-data-events": True,
    }
}


def rules(template: Mapping[str, Any], prefix: str = "trailhold-") -> dict[str, dict[str, Any]]:
    """Return the rules on tampering by its id."""
    found = {one["Name"].removeprefix(prefix): one for one in resources(dict(template), RULE)}
    return {name: one for name, one in found.items() if not name.startswith("auto-restart")}


def test_each_kind_of_tampering_is_reported_where_it_shows_up() -> None:
    split = synthesise(SPLIT)
    every = {known.id for known in TAMPERING}
    assert set(rules(split["alerts"])) == every - {*OF_STORAGE, *OF_ORGANIZATION}
    assert set(rules(split["alerts-us-east-1"])) == every - {*OF_STORAGE}
    own = {"rule-tampering", "alert-topic-tampering"}
    assert set(rules(split["log-archive"], "trailhold-logs-")) == {*OF_STORAGE, *own}
    assert set(rules(split["archive"], "trailhold-archive-")) == {*OF_STORAGE, *own}


def test_without_an_organization_its_region_has_no_stack() -> None:
    assert not [name for name in synthesise() if name.startswith("alerts-")]


def test_a_home_region_that_is_the_organizations_needs_no_second_stack() -> None:
    found = synthesise(SPLIT, {"home-region": "us-east-1"})
    assert "alerts-us-east-1" not in found
    assert {*OF_ORGANIZATION} <= set(rules(found["alerts"]))


@pytest.mark.parametrize(
    ("stack", "prefix", "bucket"),
    [
        ("log-archive", "trailhold-logs-", f"trailhold-logs-{LOGS}-{HOME}"),
        ("archive", "trailhold-archive-", f"trailhold-archive-{ARCHIVE}-eu-west-1"),
    ],
)
def test_rules_beside_the_storage_know_bucket_and_key(stack: str, prefix: str, bucket: str) -> None:
    template = dict(synthesise(SPLIT)[stack])
    found = rules(template, prefix)
    detail = found["log-bucket-access-tampering"]["EventPattern"]["detail"]
    assert detail["requestParameters"] == {"bucketName": [bucket]}
    (wanted,) = found["key-tampering"]["EventPattern"]["detail"]["requestParameters"]["keyId"]
    key = wanted["suffix"]["Fn::Select"][1]["Fn::Split"][1]["Fn::GetAtt"][0]
    assert template["Resources"][key]["Type"] == "AWS::KMS::Key"
    assert "log files" in template["Resources"][key]["Properties"]["Description"].lower()


@pytest.mark.parametrize("changes", [{}, SPLIT, {**RESTARTED, **GUARDED, **SPLIT}])
def test_no_two_rules_or_alarms_of_one_account_and_region_share_a_name(changes: Mapping[str, Any]) -> None:
    names: Counter[tuple[str, str, str]] = Counter()
    for stack in build_app(changes).synth().stacks:
        place = stack.environment.account, stack.environment.region
        for kind, name in ((RULE, "Name"), (ALARM, "AlarmName"), ("AWS::SNS::Topic", "TopicName")):
            found = [one[name] for one in resources(stack.template, kind) if name in one]
            names.update((*place, f"{kind} {one}") for one in found)
    assert not [name for name, count in names.items() if count > 1]


def test_alarms_reach_the_topic_of_the_alerts() -> None:
    split = synthesise(SPLIT)
    (topic,) = resources(dict(split["alerts"]), "AWS::SNS::Topic")
    arn = f"arn:aws:sns:{HOME}:{MANAGEMENT}:{topic['TopicName']}"
    assert {tuple(one["AlarmActions"]) for one in resources(dict(split["monitoring"]), ALARM)} == {(arn,)}


def test_every_address_is_subscribed_to_every_topic_of_alerts() -> None:
    for name, template in synthesise(SPLIT, {"alarm-emails": ["team@example.com"]}).items():
        topics = [one for one in resources(dict(template), "AWS::SNS::Topic") if name != "organization"]
        found = [one["Endpoint"] for one in resources(dict(template), "AWS::SNS::Subscription")]
        assert found == ["team@example.com"] * len(topics)


def test_alarms_look_at_our_buckets_and_at_the_keys_of_the_log_accounts() -> None:
    monitoring = dict(synthesise(SPLIT)["monitoring"])
    pattern = {
        one["FilterName"]: one["FilterPattern"] for one in resources(monitoring, "AWS::Logs::MetricFilter")
    }
    for bucket in (f"trailhold-logs-{LOGS}-{HOME}", f"trailhold-archive-{ARCHIVE}-eu-west-1"):
        assert bucket in pattern["trailhold-log-bucket-protection-tampering"]
    for account in (LOGS, ARCHIVE):
        assert f'($.recipientAccountId = "{account}")' in pattern["trailhold-key-tampering"]
    assert f'($.recipientAccountId = "{MANAGEMENT}")' in pattern["trailhold-alarm-tampering"]


@pytest.mark.parametrize("changes", [{}, RECORDING, {**SPLIT, **RECORDING}])
def test_auto_restart_restores_exactly_what_the_trail_declares(changes: Mapping[str, Any]) -> None:
    found = synthesise(RESTARTED, changes)
    (function,) = resources(dict(found["alerts"]), "AWS::Lambda::Function")
    (trail,) = resources(dict(found["organization"]), "AWS::CloudTrail::Trail")
    environment = function["Environment"]["Variables"]
    assert json.loads(environment["SELECTORS"]) == trail["AdvancedEventSelectors"]
    assert json.loads(environment["INSIGHTS"]) == trail["InsightSelectors"]
    assert environment["TRAIL_ARN"].endswith(f"{MANAGEMENT}:trail/{trail['TrailName']}")


def test_stacks_come_in_the_order_of_what_they_need() -> None:
    stacks = {one.stack_name: one for one in build_app(SPLIT, RESTARTED, GUARDED).synth().stacks}
    for earlier, later in (
        ("alerts", "organization"),
        ("organization", "monitoring"),
        ("monitoring", "guardrails"),
    ):
        before = [one.id for one in stacks[f"trailhold-{later}"].dependencies]
        assert f"trailhold-{earlier}" in before


def test_the_trail_waits_for_the_organizations_consent() -> None:
    template = synthesise(SPLIT)["organization"]["Resources"]
    (access,) = [
        name for name, one in template.items() if one["Type"] == "Custom::TrailholdOrganizationAccess"
    ]
    (trail,) = [one for one in template.values() if one["Type"] == "AWS::CloudTrail::Trail"]
    assert access in trail["DependsOn"]


@pytest.mark.parametrize(
    "changes", [{}, {"organization": {"id": ORGANIZATION, "enable-access": False}}, ADOPTED]
)
def test_access_is_nobodys_business_without_an_organization_of_our_own(changes: Mapping[str, Any]) -> None:
    assert "TrailholdOrganizationAccess" not in json.dumps(synthesise(changes))


def test_control_towers_log_group_gets_the_alarms() -> None:
    found = synthesise(ADOPTED)
    filters = resources(dict(found["monitoring"]), "AWS::Logs::MetricFilter")
    assert {one["LogGroupName"] for one in filters} == {"aws-controltower/CloudTrailLogs"}


def test_guardrails_cover_our_buckets_and_keys_and_leave_the_deployment_its_way() -> None:
    found = synthesise(SPLIT, GUARDED)
    policies = {
        one["Type"]: one for one in resources(dict(found["guardrails"]), "AWS::Organizations::Policy")
    }
    assert {tuple(one["TargetIds"]) for one in policies.values()} == {("r-ab12",)}
    text = json.dumps(policies["RESOURCE_CONTROL_POLICY"])
    for what in (
        f"trailhold-logs-{LOGS}-{HOME}",
        f"trailhold-access-logs-{LOGS}-{HOME}",
        f"trailhold-archive-{ARCHIVE}-eu-west-1",
        "alias/trailhold-logs",
        "alias/trailhold-archive",
        f"arn:aws:iam::{LOGS}:role/cdk-hnb659fds-cfn-exec-role-{LOGS}-{HOME}",
        f"arn:aws:iam::{ARCHIVE}:role/cdk-hnb659fds-cfn-exec-role-{ARCHIVE}-eu-west-1",
    ):
        assert what in text
    access = json.dumps(found["organization"])
    assert "SERVICE_CONTROL_POLICY" in access
    assert "RESOURCE_CONTROL_POLICY" in access


@pytest.mark.parametrize(("member_trails", "resource"), [(True, "*"), (False, "trail/organization-trail")])
def test_members_may_be_left_their_own_trails(member_trails: bool, resource: str) -> None:
    guarded = {"guardrails": {"target-ids": ["r-ab12"], "member-trails": member_trails}}
    policies = resources(dict(synthesise(SPLIT, guarded)["guardrails"]), "AWS::Organizations::Policy")
    (policy,) = [one for one in policies if one["Type"] == "SERVICE_CONTROL_POLICY"]
    (statement,) = [one for one in policy["Content"]["Statement"] if one["Sid"] == "Trails"]
    (found,) = statement["Resource"]
    assert found.endswith(resource)


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({"alerts": {"alarms": False}}, {"alerts"}),
        ({"alerts": {"tampering": False}}, {"alerts", "monitoring"}),
        ({"alerts": {"alarms": False, "tampering": False}}, set()),
    ],
)
def test_what_is_not_wanted_is_not_there(changes: Mapping[str, Any], left: set[str]) -> None:
    found = synthesise(SPLIT, changes)
    assert {name for name in found if name.startswith(("alerts", "monitoring"))} - {
        "alerts-us-east-1"
    } == left
    wanted = changes["alerts"].get("tampering", True)
    assert bool(rules(found["log-archive"])) is wanted


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"realtime": {"log-group": False}}, "alerts.alarms needs realtime.log-group"),
        ({**ADOPTED, **RESTARTED}, "alerts.auto-restart cannot be set while organization.control-tower"),
        ({"alerts": {"regions": ["cn-north-1"]}}, "cn-north-1 is in another partition"),
        ({"alerts": {"regions": ["Frankfurt"]}}, "'Frankfurt' is not a Region code"),
        (GUARDED, "guardrails.target-ids needs organization.id"),
        ({**MEMBER, "guardrails": {"target-ids": ["root"]}}, "'root' is not the id of a root"),
        (
            {**MEMBER, "guardrails": {"target-ids": [MANAGEMENT]}},
            f"guardrails.target-ids: {MANAGEMENT} is the management account",
        ),
        (
            {"organization": {"id": ORGANIZATION, "delegated-administrator": MANAGEMENT}},
            "organization.delegated-administrator: 111122223333 is the management account",
        ),
        ({"organization": {"delegated-administrator": LOGS}}, "there is no organization: give its id"),
        (
            {"organization": {"id": ORGANIZATION, "delegated-administrator": LOGS, "enable-access": False}},
            "delegated-administrator needs enable-access",
        ),
    ],
)
def test_settings_that_cannot_work(changes: Mapping[str, Any], says: str) -> None:
    with pytest.raises(Refusal, match=says):
        load(context(changes)["trailhold"])


@pytest.mark.parametrize(
    ("home", "archive", "partition"),
    [("us-gov-west-1", "us-gov-east-1", "aws-us-gov"), ("cn-north-1", "cn-northwest-1", "aws-cn")],
)
def test_other_partitions(home: str, archive: str, partition: str) -> None:
    place = {"home-region": home, "archive": {"region": archive}}
    found = synthesise(SPLIT, RESTARTED, GUARDED, place)
    for name in ("alerts", "monitoring", "guardrails", "organization"):
        assert "arn:aws:" not in json.dumps(found[name]), name
        assert f"arn:{partition}:" in json.dumps(found[name]), name
    assert "alerts-cn-northwest-1" in found or partition != "aws-cn"
