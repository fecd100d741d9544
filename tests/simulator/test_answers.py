"""The simulator is trusted by other tests: the real botocore has to read what its world declares."""

from dataclasses import replace
from typing import Any

import pytest

from tests import hardened as good
from tests.simulator import (
    Account,
    Endpoint,
    LogGroup,
    Role,
    serve,
)
from tests.simulator.samples import (
    ALARM,
    BARE,
    BUCKET,
    KEY,
    MANAGED,
    RICH,
    ROLE,
    TAGGED,
    TRAIL,
    Calls,
)

ANSWERS: list[tuple[str, dict[str, Any], str, Any]] = [
    ("sts:get_caller_identity", {}, "Account", good.ACCOUNT),
    ("account:list_regions", {}, "Regions.0.RegionOptStatus", "ENABLED_BY_DEFAULT"),
    ("account:list_regions", {"RegionOptStatusContains": ["DISABLED"]}, "Regions.0.RegionName", "af-south-1"),
    ("ec2:describe_regions", {}, "Regions.2.RegionName", "us-west-2"),
    ("ec2:describe_regions", {"AllRegions": True}, "Regions.3.OptInStatus", "not-opted-in"),
    (
        "ec2:describe_regions",
        {"AllRegions": True, "Filters": [{"Name": "opt-in-status", "Values": ["not-opted-in"]}]},
        "Regions.0.RegionName",
        "af-south-1",
    ),
    ("cloudtrail:describe_trails", {}, "trailList.0.TrailARN", good.TRAIL_ARN),
    ("cloudtrail:get_trail", {"Name": good.TRAIL_ARN}, "Trail.KmsKeyId", good.KEY_ARN),
    ("cloudtrail:list_trails", {}, "Trails.0.HomeRegion", good.HOME),
    ("cloudtrail:get_trail_status", {"Name": good.TRAIL_ARN}, "IsLogging", True),
    ("cloudtrail:get_event_selectors", TRAIL, "AdvancedEventSelectors.0.Name", "everything"),
    ("cloudtrail:get_insight_selectors", TRAIL, "InsightSelectors.1.InsightType", "ApiErrorRateInsight"),
    (
        "cloudtrail:list_tags",
        TAGGED,
        "ResourceTagList.0.TagsList.0.Value",
        "security",
    ),
    ("s3:head_bucket", BUCKET, "BucketRegion", good.HOME),
    ("s3:list_buckets", {}, "Buckets.0.Name", good.BUCKET),
    ("s3:get_bucket_location", BUCKET, "LocationConstraint", None),
    ("s3:get_bucket_policy", BUCKET, "Policy", good.BUCKET_POLICY),
    ("s3:get_bucket_policy_status", BUCKET, "PolicyStatus.IsPublic", False),
    ("s3:get_public_access_block", BUCKET, "PublicAccessBlockConfiguration.BlockPublicPolicy", True),
    ("s3:get_bucket_acl", BUCKET, "Grants.0.Grantee.URI", "http://acs.amazonaws.com/groups/global/AllUsers"),
    ("s3:get_bucket_acl", BUCKET, "Grants.0.Grantee.Type", "Group"),
    (
        "s3:get_bucket_ownership_controls",
        BUCKET,
        "OwnershipControls.Rules.0.ObjectOwnership",
        "BucketOwnerEnforced",
    ),
    ("s3:get_bucket_versioning", BUCKET, "Status", "Enabled"),
    ("s3:get_object_lock_configuration", BUCKET, "ObjectLockConfiguration.Rule.DefaultRetention.Days", 365),
    ("s3:get_bucket_lifecycle_configuration", BUCKET, "Rules.0.Expiration.Days", 1),
    ("s3:get_bucket_lifecycle_configuration", BUCKET, "Rules.1.Filter.And.Prefix", "b"),
    ("s3:get_bucket_encryption", BUCKET, "ServerSideEncryptionConfiguration.Rules.0.BucketKeyEnabled", True),
    ("s3:get_bucket_logging", BUCKET, "LoggingEnabled.TargetBucket", "access-logs-111122223333"),
    (
        "s3:get_bucket_replication",
        BUCKET,
        "ReplicationConfiguration.Rules.0.Destination.Bucket",
        "arn:aws:s3:::copy",
    ),
    (
        "s3control:get_public_access_block",
        {"AccountId": good.ACCOUNT},
        "PublicAccessBlockConfiguration.RestrictPublicBuckets",
        True,
    ),
    ("kms:describe_key", KEY, "KeyMetadata.KeyState", "Enabled"),
    ("kms:get_key_policy", KEY, "Policy", good.KEY_POLICY),
    ("kms:get_key_rotation_status", KEY, "KeyRotationEnabled", True),
    ("logs:describe_log_groups", {"logGroupNamePrefix": "aud"}, "logGroups.0.retentionInDays", 365),
    ("logs:describe_metric_filters", {"logGroupName": "audit"}, "metricFilters.0.filterName", "tamper"),
    ("cloudwatch:describe_alarms", {}, "MetricAlarms.0.Threshold", 1.0),
    (
        "sns:get_subscription_attributes",
        {"SubscriptionArn": f"{good.TOPIC_ARN}:6b0e71bd-7e97-4d97-80ce-4a0994e55286"},
        "Attributes.Protocol",
        "sqs",
    ),
    ("sns:get_topic_attributes", {"TopicArn": good.TOPIC_ARN}, "Attributes.SubscriptionsConfirmed", "1"),
    ("iam:get_role", ROLE, "Role.AssumeRolePolicyDocument.Statement", []),
    ("iam:list_attached_role_policies", ROLE, "AttachedPolicies.0.PolicyArn", MANAGED),
    ("iam:get_policy", {"PolicyArn": MANAGED}, "Policy.DefaultVersionId", "v1"),
    (
        "iam:get_policy_version",
        {"PolicyArn": MANAGED, "VersionId": "v1"},
        "PolicyVersion.Document.Statement",
        [],
    ),
]


@pytest.fixture(scope="module")
def rich() -> Any:
    with serve(RICH) as aws:
        yield aws


@pytest.mark.parametrize(("name", "params", "path", "value"), ANSWERS)
def test_botocore_reads_the_declared_value(
    rich: Endpoint, call: Calls, name: str, params: dict[str, Any], path: str, value: Any
) -> None:
    found = call(rich, name, params)
    for step in path.split("."):
        found = found[int(step)] if step.isdigit() else found[step]
    assert found == value


def test_what_is_not_configured_is_empty_where_aws_answers_so(call: Calls) -> None:
    with serve(BARE) as aws:
        assert "Status" not in call(aws, "s3:get_bucket_versioning", BUCKET)
        assert "LoggingEnabled" not in call(aws, "s3:get_bucket_logging", BUCKET)
        selectors = call(aws, "cloudtrail:get_event_selectors", TRAIL)["EventSelectors"]
    assert selectors == [
        {
            "ReadWriteType": "All",
            "IncludeManagementEvents": True,
            "DataResources": [],
            "ExcludeManagementEventSources": [],
        }
    ]


POLICIES = {f"p{n}": "{}" for n in range(5)}
FIVE = replace(
    RICH,
    page_size=2,
    accounts=(Account(id=good.ACCOUNT, regions=("a", "b", "c", "d", "us-east-1"), disabled=()),),
    log_groups=tuple(LogGroup(name=f"g{n}", account=good.ACCOUNT, region=good.HOME) for n in range(5)),
    alarms=tuple(replace(ALARM, name=f"a{n}") for n in range(5)),
    buckets=tuple(replace(RICH.buckets[0], name=f"bucket{n}") for n in range(5)),
    roles=(Role(arn=good.ROLE_ARN, trust="{}", inline=POLICIES, managed=POLICIES),),
)


@pytest.mark.parametrize(
    ("name", "params", "member", "token"),
    [
        ("logs:describe_log_groups", {}, "logGroups", "nextToken"),
        ("cloudwatch:describe_alarms", {}, "MetricAlarms", "NextToken"),
        ("iam:list_role_policies", ROLE, "PolicyNames", "Marker"),
        ("iam:list_attached_role_policies", ROLE, "AttachedPolicies", "Marker"),
        ("account:list_regions", {}, "Regions", "NextToken"),
    ],
)
def test_lists_come_in_pages(call: Calls, name: str, params: dict[str, Any], member: str, token: str) -> None:
    with serve(FIVE) as aws:
        pages = [call(aws, name, params)]
        while token in pages[-1]:
            pages.append(call(aws, name, {**params, token: pages[-1][token]}))
    assert [len(p[member]) for p in pages] == [2, 2, 1]
    assert len({str(entry) for p in pages for entry in p[member]}) == 5
