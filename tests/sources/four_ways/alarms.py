"""Alarms on metrics and on alarms, and rules of the event bus, in both languages."""

import json
from typing import Any

from tests.simulator.world import Alarm, MuteRule, Rule
from tests.sources.four_ways.words import Resources, address, block, logical, renamed

ALARM = (
    # DescribeAlarms        CloudFormation          Terraform
    ("MetricName", "MetricName", "metric_name"),
    ("Namespace", "Namespace", "namespace"),
    ("Statistic", "Statistic", "statistic"),
    ("Period", "Period", "period"),
    ("EvaluationPeriods", "EvaluationPeriods", "evaluation_periods"),
    ("DatapointsToAlarm", "DatapointsToAlarm", "datapoints_to_alarm"),
    ("Threshold", "Threshold", "threshold"),
    ("ComparisonOperator", "ComparisonOperator", "comparison_operator"),
    ("TreatMissingData", "TreatMissingData", "treat_missing_data"),
    ("ActionsEnabled", "ActionsEnabled", "actions_enabled"),
    ("AlarmActions", "AlarmActions", "alarm_actions"),
    ("Unit", "Unit", "unit"),
)
COMPOSITE = (
    ("AlarmRule", "AlarmRule", "alarm_rule"),
    ("ActionsEnabled", "ActionsEnabled", "actions_enabled"),
    ("AlarmActions", "AlarmActions", "alarm_actions"),
)


def template(alarm: Alarm) -> Resources:
    composite = "AlarmRule" in alarm.settings
    settings = renamed(alarm.settings, [(api, ours) for api, ours, _ in (COMPOSITE if composite else ALARM)])
    type = "AWS::CloudWatch::CompositeAlarm" if composite else "AWS::CloudWatch::Alarm"
    return {
        logical("Alarm", alarm.name): {
            "Type": type,
            "Properties": {"AlarmName": alarm.name, **settings},
        }
    }


def plan(alarm: Alarm) -> Resources:
    composite = "AlarmRule" in alarm.settings
    type = "aws_cloudwatch_composite_alarm" if composite else "aws_cloudwatch_metric_alarm"
    settings: dict[str, Any] = {"alarm_name": alarm.name, "actions_enabled": True}
    settings |= renamed(alarm.settings, [(api, ours) for api, _, ours in (COMPOSITE if composite else ALARM)])
    return {address(type, alarm.name): settings}


def mute_template(rule: MuteRule) -> Resources:
    settings = {name: rule.settings[name] for name in ("Rule", "MuteTargets")}
    if expires := rule.settings.get("ExpireDate"):
        settings["ExpireDate"] = expires.isoformat()
    return {
        logical("Mute", rule.name): {
            "Type": "AWS::CloudWatch::AlarmMuteRule",
            "Properties": {"Name": rule.name, **settings},
        }
    }


def mute_plan(rule: MuteRule) -> Resources:
    schedule = renamed(
        rule.settings["Rule"]["Schedule"], [("Expression", "expression"), ("Duration", "duration")]
    )
    expires = rule.settings.get("ExpireDate")
    return {
        address("aws_cloudwatch_alarm_mute_rule", rule.name): {
            "name": rule.name,
            "rule": block({"schedule": block(schedule)}),
            "mute_targets": block({"alarm_names": rule.settings["MuteTargets"]["AlarmNames"]}),
            "expire_date": expires.isoformat() if expires else None,
        }
    }


def rule_template(rule: Rule) -> Resources:
    settings = {
        "Name": rule.name,
        "State": rule.settings.get("State", "ENABLED"),
        "EventPattern": json.loads(rule.settings["EventPattern"]),
        "Targets": [{"Id": f"target{place}", "Arn": arn} for place, arn in enumerate(rule.targets)],
    }
    return {logical("Rule", rule.name): {"Type": "AWS::Events::Rule", "Properties": settings}}


def rule_plan(rule: Rule) -> Resources:
    found: Resources = {
        address("aws_cloudwatch_event_rule", rule.name): {
            "name": rule.name,
            "event_bus_name": "default",
            "state": rule.settings.get("State", "ENABLED"),
            "event_pattern": rule.settings["EventPattern"],
        }
    }
    for place, arn in enumerate(rule.targets):
        found[address("aws_cloudwatch_event_target", f"{rule.name}-{place}")] = {
            "rule": rule.name,
            "event_bus_name": "default",
            "target_id": f"target{place}",
            "arn": arn,
        }
    return found
