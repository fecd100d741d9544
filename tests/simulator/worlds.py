"""Ready worlds: the hardened account of ``tests.hardened`` on the wire, alone and as an organization."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests import hardened as good
from tests.simulator.world import (
    Account,
    Alarm,
    Bucket,
    Key,
    LogGroup,
    Organization,
    Role,
    Rule,
    Topic,
    Trail,
    World,
)

ALL_BLOCKED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
TRAIL = Trail(
    name="audit",
    account=good.ACCOUNT,
    home=good.HOME,
    bucket=good.BUCKET,
    settings={
        "KmsKeyId": good.KEY_ARN,
        "CloudWatchLogsLogGroupArn": f"{good.GROUP_ARN}:*",
        "CloudWatchLogsRoleArn": good.ROLE_ARN,
        "SnsTopicARN": good.TOPIC_ARN,
        "SnsTopicName": good.TOPIC_ARN,
    },
    advanced_selectors=(
        {"Name": "everything", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]},
    ),
    insights=("ApiCallRateInsight", "ApiErrorRateInsight"),
    tags={"owner": "security"},
)
BUCKET = Bucket(
    name=good.BUCKET,
    account=good.ACCOUNT,
    region=good.HOME,
    answers={
        "GetBucketPolicy": {"Policy": good.BUCKET_POLICY},
        "GetBucketPolicyStatus": {"PolicyStatus": {"IsPublic": False}},
        "GetPublicAccessBlock": {"PublicAccessBlockConfiguration": ALL_BLOCKED},
        "GetBucketOwnershipControls": {
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        },
        "GetBucketVersioning": {"Status": "Enabled"},
        "GetObjectLockConfiguration": {
            "ObjectLockConfiguration": {
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 365}},
            }
        },
        "GetBucketEncryption": {
            "ServerSideEncryptionConfiguration": {
                "Rules": [
                    {
                        "ApplyServerSideEncryptionByDefault": {
                            "SSEAlgorithm": "aws:kms",
                            "KMSMasterKeyID": good.KEY_ARN,
                        },
                        "BucketKeyEnabled": True,
                    }
                ]
            }
        },
        "GetBucketLogging": {"LoggingEnabled": {"TargetBucket": good.ACCESS_LOGS, "TargetPrefix": "s3/"}},
    },
)
ACCESS_LOGS = Bucket(
    name=good.ACCESS_LOGS,
    account=good.ACCOUNT,
    region=good.HOME,
    answers={
        "GetBucketPolicy": {"Policy": good.ACCESS_LOG_POLICY},
        "GetBucketPolicyStatus": {"PolicyStatus": {"IsPublic": False}},
        "GetPublicAccessBlock": {"PublicAccessBlockConfiguration": ALL_BLOCKED},
        "GetBucketOwnershipControls": BUCKET.answers["GetBucketOwnershipControls"],
        "GetBucketEncryption": {
            "ServerSideEncryptionConfiguration": {
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            }
        },
    },
    objects=(),
)
KEY = Key(
    arn=good.KEY_ARN,
    policy=good.KEY_POLICY,
    rotation={"KeyRotationEnabled": True, "RotationPeriodInDays": 365},
)
LOG_GROUP = LogGroup(
    name="audit",
    account=good.ACCOUNT,
    region=good.HOME,
    settings={"retentionInDays": 365, "kmsKeyId": good.KEY_ARN},
    metric_filters=tuple(
        {
            "filterName": found.name,
            "filterPattern": found.pattern,
            "metricTransformations": [
                {"metricName": fed.name, "metricNamespace": fed.namespace, "metricValue": fed.value}
                for fed in found.transformations
            ],
        }
        for found in good.FILTERS
    ),
)
ALARMS = tuple(
    Alarm(
        name=found.name,
        account=good.ACCOUNT,
        region=good.HOME,
        settings={
            "MetricName": found.metric,
            "Namespace": found.namespace,
            "Statistic": found.statistic,
            "Period": found.period,
            "EvaluationPeriods": found.evaluation_periods,
            "Threshold": found.threshold,
            "ComparisonOperator": found.comparison,
            "TreatMissingData": found.missing_data,
            "AlarmActions": list(found.actions),
        },
    )
    for found in good.ALARMS
)
RULE = Rule(
    name=good.RULE.name,
    account=good.ACCOUNT,
    region=good.HOME,
    targets=good.RULE.targets,
    settings={"EventPattern": good.RULE.pattern},
)
TOPIC = Topic(
    arn=good.TOPIC_ARN,
    attributes={
        "Policy": str(good.TOPIC.policy.value),
        "KmsMasterKeyId": good.KEY_ARN,
        "SubscriptionsConfirmed": "1",
        "SubscriptionsPending": "0",
    },
    subscriptions=(
        {
            "SubscriptionArn": f"{good.TOPIC_ARN}:6b0e71bd-7e97-4d97-80ce-4a0994e55286",
            "Protocol": "sqs",
            "Endpoint": good.QUEUE_ARN,
        },
    ),
)
ALERTS = Topic(
    arn=good.ALERTS_ARN,
    attributes={**TOPIC.attributes, "Policy": good.ALERTS_POLICY},
    subscriptions=tuple(
        {**one, "SubscriptionArn": one["SubscriptionArn"].replace(good.TOPIC_ARN, good.ALERTS_ARN)}
        for one in TOPIC.subscriptions
    ),
)
ROLE = Role(
    arn=good.ROLE_ARN,
    trust=str(good.ROLE.trust_policy.value),
    inline={policy.name: policy.document for policy in good.ROLE.policies.value},
)


def hardened_world(
    *,
    regions: tuple[str, ...] = good.REGIONS,
    account: Mapping[str, Any] | None = None,
    trail: Mapping[str, Any] | None = None,
    bucket: Mapping[str, Any] | None = None,
    key: Mapping[str, Any] | None = None,
    log_group: Mapping[str, Any] | None = None,
    more_trails: tuple[Trail, ...] = (),
) -> World:
    """The hardened account with settings replaced by name; ``bucket`` replaces answers by operation."""
    answers = {**BUCKET.answers, **(bucket or {})}
    return World(
        accounts=(replace(Account(id=good.ACCOUNT, regions=regions), **(account or {})),),
        trails=(replace(TRAIL, **(trail or {})), *more_trails),
        buckets=(replace(BUCKET, answers=answers), ACCESS_LOGS),
        keys=(replace(KEY, **(key or {})),),
        log_groups=(replace(LOG_GROUP, **(log_group or {})),),
        alarms=ALARMS,
        rules=(RULE,),
        topics=(TOPIC, ALERTS),
        roles=(ROLE,),
    )


MANAGEMENT, LOG_ARCHIVE, MEMBER = good.ACCOUNT, "222233334444", "333344445555"


TRAIL_ROLE = "AWSServiceRoleForCloudTrail"
BELOW = f"{good.BUCKET_ARN}/AWSLogs"
ORGANIZATION_BUCKET_POLICY = good.BUCKET_POLICY.replace(
    f'"{BELOW}/{MANAGEMENT}/*"', f'["{BELOW}/{MANAGEMENT}/*", "{BELOW}/o-exampleorg/*"]'
)
"""CloudTrail may also write below the id of the organization (CloudTrail User Guide, policy for one)."""


def organization_world() -> World:
    """An organization: its trail lives in the management account and delivers to a log archive account."""
    alone = hardened_world(
        trail={"organization": True}, bucket={"GetBucketPolicy": {"Policy": ORGANIZATION_BUCKET_POLICY}}
    )
    moved = good.ACCESS_LOG_POLICY.replace(
        f'"aws:SourceAccount": "{MANAGEMENT}"', f'"aws:SourceAccount": "{LOG_ARCHIVE}"'
    )
    linked = Role(
        arn=f"arn:aws:iam::{MANAGEMENT}:role/aws-service-role/cloudtrail.amazonaws.com/{TRAIL_ROLE}",
        trust=json.dumps({"Version": "2012-10-17", "Statement": []}),
    )
    others = tuple(Account(id=name, regions=good.REGIONS) for name in (LOG_ARCHIVE, MEMBER))
    auditors = tuple(
        Role(
            arn=f"arn:aws:iam::{name}:role/auditor",
            trust=json.dumps({"Version": "2012-10-17", "Statement": []}),
            assumable_from=(MANAGEMENT,),
        )
        for name in (LOG_ARCHIVE, MEMBER)
    )
    return replace(
        alone,
        accounts=(*alone.accounts, *others),
        organizations=(Organization(management=MANAGEMENT, members=(LOG_ARCHIVE, MEMBER)),),
        buckets=(
            replace(alone.buckets[0], account=LOG_ARCHIVE),
            replace(
                ACCESS_LOGS,
                account=LOG_ARCHIVE,
                answers={**ACCESS_LOGS.answers, "GetBucketPolicy": {"Policy": moved}},
            ),
        ),
        roles=(*alone.roles, linked, *auditors),
    )
