"""Log groups with their filters and policies, in both languages."""

import json
from typing import Any

from tests.simulator.world import LogGroup, LogsPolicy
from tests.sources.four_ways.words import Resources, address, logical, parsed, renamed

GROUP = (
    # DescribeLogGroups             CloudFormation                Terraform
    ("retentionInDays", "RetentionInDays", "retention_in_days"),
    ("kmsKeyId", "KmsKeyId", "kms_key_id"),
    ("logGroupClass", "LogGroupClass", "log_group_class"),
    ("deletionProtectionEnabled", "DeletionProtectionEnabled", "deletion_protection_enabled"),
)


def template(group: LogGroup) -> Resources:
    id = logical("Group", group.name)
    settings: dict[str, Any] = {"LogGroupName": group.name}
    settings |= renamed(group.settings, [(api, ours) for api, ours, _ in GROUP])
    if group.policy:
        settings["ResourcePolicyDocument"] = parsed(group.policy)
    found: Resources = {id: {"Type": "AWS::Logs::LogGroup", "Properties": settings}}
    for one in group.metric_filters:
        found[logical("Filter", one["filterName"])] = {
            "Type": "AWS::Logs::MetricFilter",
            "Properties": {
                "FilterName": one["filterName"],
                "LogGroupName": group.name,
                "FilterPattern": one["filterPattern"],
                "MetricTransformations": [
                    {
                        "MetricName": fed["metricName"],
                        "MetricNamespace": fed["metricNamespace"],
                        "MetricValue": fed["metricValue"],
                        **renamed(fed, [("defaultValue", "DefaultValue")]),
                    }
                    for fed in one["metricTransformations"]
                ],
            },
        }
    for one in group.subscription_filters:
        found[logical("Subscription", one["filterName"])] = {
            "Type": "AWS::Logs::SubscriptionFilter",
            "Properties": {
                "FilterName": one["filterName"],
                "LogGroupName": group.name,
                "FilterPattern": one.get("filterPattern", ""),
                "DestinationArn": one["destinationArn"],
            },
        }
    return found


def plan(group: LogGroup) -> Resources:
    settings: dict[str, Any] = {"name": group.name, "retention_in_days": 0}
    settings |= renamed(group.settings, [(api, ours) for api, _, ours in GROUP])
    found: Resources = {address("aws_cloudwatch_log_group", group.name): settings}
    for one in group.metric_filters:
        found[address("aws_cloudwatch_log_metric_filter", one["filterName"])] = {
            "name": one["filterName"],
            "log_group_name": group.name,
            "pattern": one["filterPattern"],
            "metric_transformation": [
                {
                    "name": fed["metricName"],
                    "namespace": fed["metricNamespace"],
                    "value": fed["metricValue"],
                    "unit": "None",
                    "default_value": str(fed["defaultValue"]) if "defaultValue" in fed else "",
                    "dimensions": None,
                }
                for fed in one["metricTransformations"]
            ],
        }
    for one in group.subscription_filters:
        found[address("aws_cloudwatch_log_subscription_filter", one["filterName"])] = {
            "name": one["filterName"],
            "log_group_name": group.name,
            "filter_pattern": one.get("filterPattern", ""),
            "destination_arn": one["destinationArn"],
        }
    if group.policy:
        found[address("aws_cloudwatch_log_resource_policy", group.name)] = {
            "resource_arn": f"arn:aws:logs:{group.region}:{group.account}:log-group:{group.name}",
            "policy_document": group.policy,
        }
    return found


def policy_template(policy: LogsPolicy) -> Resources:
    if policy.type:
        settings: dict[str, Any] = {"PolicyType": policy.type, "Scope": "ALL"}
        if policy.selection:
            settings["SelectionCriteria"] = policy.selection
        type = "AWS::Logs::AccountPolicy"
    else:
        settings, type = {}, "AWS::Logs::ResourcePolicy"
    settings |= {"PolicyName": policy.name, "PolicyDocument": json.dumps(parsed(policy.document))}
    return {logical("LogsPolicy", policy.name): {"Type": type, "Properties": settings}}


def policy_plan(policy: LogsPolicy) -> Resources:
    settings: dict[str, Any] = {"policy_name": policy.name, "policy_document": policy.document}
    if not policy.type:
        return {address("aws_cloudwatch_log_resource_policy", policy.name): settings}
    settings |= {
        "policy_type": policy.type,
        "scope": "ALL",
        "selection_criteria": policy.selection or None,
    }
    return {address("aws_cloudwatch_log_account_policy", policy.name): settings}
