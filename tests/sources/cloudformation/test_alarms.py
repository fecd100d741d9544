"""Filters, alarms and rules of templates are judged by the controls that judge those of accounts."""

import json
from pathlib import Path
from typing import Any

import pytest

from checker.evidence import Known
from checker.inventory import Inventory, LogGroup
from checker.sources.cloudformation import load
from tests.hardened import RULE
from tests.sources.cloudformation.judging import PLACE, hardened, statuses

TOLD = {"Ref": "Alerts"}


def watched(**changes: dict[str, Any]) -> dict[str, Any]:
    """The hardened template, with properties of what watches over its trail changed by id."""
    found = hardened()
    for id, change in changes.items():
        found["Resources"][id]["Properties"] |= change
    return found


def read(tmp_path: Path, template: dict[str, Any]) -> Inventory:
    path = tmp_path / "template.json"
    path.write_text(json.dumps(template))
    return load([path], parameters=PLACE).inventory


def group(inventory: Inventory) -> LogGroup:
    (found,) = inventory.log_groups.values()
    return found


def failed(inventory: Inventory) -> set[str]:
    return {id for id, status in statuses(inventory).items() if id.startswith("TH6") and status == "fail"}


def test_a_watched_template_passes(tmp_path: Path) -> None:
    found = statuses(read(tmp_path, watched()))
    judged = {id: found[id] for id in ("TH601", "TH605", "TH615", "TH616", "TH617", "TH619", "TH622")}
    assert set(judged.values()) == {"pass"}, judged


@pytest.mark.parametrize(
    ("changes", "failing"),
    [
        ({"CloudtrailChangesFilter": {"FilterPattern": "{ $.eventName = StopLogging }"}}, {"TH605"}),
        ({"RootUseAlarm": {"ActionsEnabled": False}}, {"TH603", "TH617", "TH622"}),
        ({"RootUseAlarm": {"Threshold": 5}}, {"TH603", "TH622"}),
        ({"RootUseAlarm": {"Unit": "Count"}}, {"TH603", "TH622"}),
    ],
    ids=["narrow filter", "disabled alarm", "deaf alarm", "other unit"],
)
def test_what_is_weakened_is_what_fails(tmp_path: Path, changes: dict[str, Any], failing: set[str]) -> None:
    before, after = (failed(read(tmp_path, watched(**given))) for given in ({}, changes))
    assert before == set()
    assert after == failing


def test_an_address_has_to_confirm_which_no_template_tells(tmp_path: Path) -> None:
    address = {"AlertsToQueue": {"Protocol": "email", "Endpoint": "security@example.com"}}
    found = statuses(read(tmp_path, watched(**address)))
    assert found["TH605"] in ("apart", "unknown")


@pytest.mark.parametrize(
    ("id", "control"),
    [
        ("RootUseFilter", "TH603"),
        ("RootUseAlarm", "TH603"),
        ("AlertsToQueue", "TH603"),
        ("TrailTamperingRule", "TH621"),
        ("TopicPolicy", "TH511"),
    ],
)
@pytest.mark.parametrize(("value", "status"), [(None, "unknown"), ("yes", "pass")])
def test_what_may_not_be_created_is_no_alarm(
    tmp_path: Path, id: str, control: str, value: str | None, status: str
) -> None:
    template = watched()
    template["Parameters"]["Alert"] = {"Type": "String"} | ({"Default": value} if value else {})
    template["Conditions"]["Alerting"] = {"Fn::Equals": [{"Ref": "Alert"}, "yes"]}
    template["Resources"][id]["Condition"] = "Alerting"
    assert statuses(read(tmp_path, template), [control]) == {control: status}


def test_of_two_policies_of_a_topic_nobody_knows_which_remains(tmp_path: Path) -> None:
    template = watched()
    template["Resources"]["Other"] = template["Resources"]["TopicPolicy"]
    assert statuses(read(tmp_path, template), ["TH511"]) == {"TH511": "unknown"}


def test_expressions_and_composite_alarms_are_read(tmp_path: Path) -> None:
    template = watched()
    metric = {"Metric": {"Namespace": "trailhold", "MetricName": "RootUse"}, "Period": 300, "Stat": "Sum"}
    template["Resources"]["Math"] = {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "EvaluationPeriods": 1,
            "Metrics": [
                {"Id": "m", "MetricStat": metric, "ReturnData": False},
                {"Id": "e", "Expression": "FILL(m, 0)"},
            ],
        },
    }
    template["Resources"]["Above"] = {
        "Type": "AWS::CloudWatch::CompositeAlarm",
        "Properties": {"AlarmRule": "ALARM(x)", "AlarmName": "above", "AlarmActions": [TOLD]},
    }
    found = group(read(tmp_path, template))
    assert isinstance(found.alarms, Known)
    assert isinstance(found.composites, Known)
    assert [q.expression for alarm in found.alarms.content for q in alarm.metrics] == ["", "FILL(m, 0)"]
    assert [(one.name, one.rule) for one in found.composites.content] == [("above", "ALARM(x)")]


MUTING = {
    "Name": "night",
    "Rule": {"Schedule": {"Expression": "cron(0 2 * * *)", "Duration": "PT1H"}},
    "MuteTargets": {"AlarmNames": [{"Ref": "RootUseAlarm"}, "another"]},
}


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({}, "fail"),
        ({"Name": {"Fn::ImportValue": "name"}}, "fail"),
        ({"ExpireDate": "2025-01-01T00:00:00Z"}, "pass"),
        ({"ExpireDate": {"Fn::ImportValue": "end"}}, "fail"),
        ({"MuteTargets": {"AlarmNames": ["another"]}}, "pass"),
        ({"MuteTargets": {"AlarmNames": [{"Fn::ImportValue": "alarm"}]}}, "apart"),
    ],
)
def test_rules_that_mute_alarms_are_read(tmp_path: Path, settings: Any, status: str) -> None:
    template = watched()
    assert statuses(read(tmp_path, template), ["TH617"]) == {"TH617": "pass"}
    template["Resources"]["Mute"] = {
        "Type": "AWS::CloudWatch::AlarmMuteRule",
        "Properties": {**MUTING, **settings},
    }
    assert statuses(read(tmp_path, template), ["TH617"]) == {"TH617": status}


def test_rules_are_read_where_the_trail_is_at_home(tmp_path: Path) -> None:
    (watch,) = read(tmp_path, watched()).watches.values()
    assert isinstance(watch.rules, Known)
    (rule,) = watch.rules.content
    assert json.loads(rule.pattern) == json.loads(RULE.pattern)
    assert len(rule.targets) == 1
