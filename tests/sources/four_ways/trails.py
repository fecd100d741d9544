"""Trails, in both languages."""

from typing import Any

from tests.simulator.cloudtrail import description
from tests.simulator.world import Trail
from tests.sources.four_ways.words import Resources, logical, renamed, snaked, tagged
from tests.sources.four_ways.words import address as addressed

NAMES = (
    # DescribeTrails              CloudFormation                  Terraform
    ("Name", "TrailName", "name"),
    ("S3BucketName", "S3BucketName", "s3_bucket_name"),
    ("S3KeyPrefix", "S3KeyPrefix", "s3_key_prefix"),
    ("IsMultiRegionTrail", "IsMultiRegionTrail", "is_multi_region_trail"),
    ("IsOrganizationTrail", "IsOrganizationTrail", "is_organization_trail"),
    ("IncludeGlobalServiceEvents", "IncludeGlobalServiceEvents", "include_global_service_events"),
    ("LogFileValidationEnabled", "EnableLogFileValidation", "enable_log_file_validation"),
    ("KmsKeyId", "KMSKeyId", "kms_key_id"),
    ("CloudWatchLogsLogGroupArn", "CloudWatchLogsLogGroupArn", "cloud_watch_logs_group_arn"),
    ("CloudWatchLogsRoleArn", "CloudWatchLogsRoleArn", "cloud_watch_logs_role_arn"),
    ("SnsTopicARN", "SnsTopicName", "sns_topic_name"),
)
BASIC = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}
COMPARED = ("Equals", "NotEquals", "StartsWith", "NotStartsWith", "EndsWith", "NotEndsWith")


def _insights(trail: Trail) -> list[dict[str, Any]]:
    return [{"InsightType": one} if isinstance(one, str) else dict(one) for one in trail.insights]


def template(trail: Trail) -> Resources:
    settings = renamed(description(trail), [(api, ours) for api, ours, _ in NAMES])
    lists = {
        "EventSelectors": [dict(one) for one in trail.selectors],
        "AdvancedEventSelectors": [dict(one) for one in trail.advanced_selectors],
        "InsightSelectors": _insights(trail),
        "AggregationConfigurations": [dict(one) for one in trail.aggregations],
        "Tags": tagged(trail.tags),
    }
    settings |= {name: one for name, one in lists.items() if one}
    settings["IsLogging"] = trail.status["IsLogging"]
    return {logical("Trail", trail.name): {"Type": "AWS::CloudTrail::Trail", "Properties": settings}}


def plan(trail: Trail) -> Resources:
    told = description(trail)
    settings: dict[str, Any] = {ours: told.get(api) for api, _, ours in NAMES}
    settings |= {
        "enable_logging": trail.status["IsLogging"],
        "event_selector": snaked([BASIC | dict(one) for one in trail.selectors]),
        "advanced_event_selector": [advanced(one) for one in trail.advanced_selectors],
        "insight_selector": snaked(_insights(trail)),
        "tags": dict(trail.tags) or None,
        "tags_all": dict(trail.tags),
    }
    return {addressed("aws_cloudtrail", trail.name): settings}


def advanced(selector: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(COMPARED)
    fields = snaked([nothing | one for one in selector["FieldSelectors"]])
    return {"name": selector.get("Name"), "field_selector": fields}
