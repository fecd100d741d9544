"""The management account: a trail for the whole organization, in a shape that passes the baseline."""

from typing import Any

from boto3 import Session

from checker.demo.accounts import bucket_of, trail_arn
from checker.demo.alerts import build_alerts
from checker.demo.environment import REGION
from checker.demo.members import MANAGEMENT
from checker.demo.organization import session_of
from checker.demo.policies import (
    CLOUDTRAIL,
    allow,
    delivery,
    document,
    encrypted_only,
    key_policy,
    log_key_use,
    tamper_proof,
    trust,
)

NAME = "organization-trail"
BUCKET = f"organization-trail-logs-{MANAGEMENT.id}"
ACCESS_LOGS = f"organization-access-logs-{MANAGEMENT.id}"
GROUP = "organization-trail"
TRAIL = trail_arn(MANAGEMENT, NAME)
BREAK_GLASS = f"arn:aws:iam::{MANAGEMENT.id}:role/break-glass"
BOUND = {"StringEquals": {"aws:SourceArn": TRAIL}}
SEVEN_YEARS = 2557


def build_management(organization: str) -> None:
    """Make key, buckets, log group, role, topic and trail; ``organization`` is its id (o-...)."""
    session = session_of(MANAGEMENT)
    kms: Any = session.client("kms")
    policy = key_policy(MANAGEMENT.id, TRAIL, log_key_use(MANAGEMENT.id, REGION, GROUP))
    key = kms.create_key(Policy=policy, Description="CloudTrail")["KeyMetadata"]["Arn"]
    kms.enable_key_rotation(KeyId=key)
    _log_bucket(session, key, organization)
    group, role = _log_group(session, key)
    build_alerts(session, GROUP, BUCKET)
    cloudtrail: Any = session.client("cloudtrail")
    cloudtrail.create_trail(
        Name=NAME,
        S3BucketName=BUCKET,
        IsOrganizationTrail=True,
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
        KmsKeyId=key,
        CloudWatchLogsLogGroupArn=group,
        CloudWatchLogsRoleArn=role,
        SnsTopicName=_topic(session, key),
        TagsList=[{"Key": "owner", "Value": "security"}],
    )
    _selectors(cloudtrail)
    cloudtrail.start_logging(Name=NAME)


def _log_bucket(session: Session, key: str, organization: str) -> None:
    """Write once, keep seven years, log each access, and refuse whoever would change that."""
    s3 = bucket_of(session, ACCESS_LOGS)
    logging = {"Service": "logging.s3.amazonaws.com"}
    s3.put_bucket_policy(
        Bucket=ACCESS_LOGS,
        Policy=document(
            allow(
                logging,
                "s3:PutObject",
                f"arn:aws:s3:::{ACCESS_LOGS}/*",
                {"StringEquals": {"aws:SourceAccount": MANAGEMENT.id}},
            )
        ),
    )
    bucket_of(session, BUCKET, ObjectLockEnabledForBucket=True)
    retention = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 365}}
    s3.put_object_lock_configuration(
        Bucket=BUCKET, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": retention}
    )
    encryption = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    s3.put_bucket_encryption(
        Bucket=BUCKET,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": encryption, "BucketKeyEnabled": True}]
        },
    )
    s3.put_bucket_logging(
        Bucket=BUCKET,
        BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": ACCESS_LOGS, "TargetPrefix": "s3/"}},
    )
    s3.put_bucket_lifecycle_configuration(
        Bucket=BUCKET,
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "archive",
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "Transitions": [{"Days": 90, "StorageClass": "GLACIER"}],
                    "Expiration": {"Days": SEVEN_YEARS},
                    "NoncurrentVersionExpiration": {"NoncurrentDays": SEVEN_YEARS},
                }
            ]
        },
    )
    statements = (*delivery(BUCKET, TRAIL, MANAGEMENT.id, organization), encrypted_only(BUCKET))
    s3.put_bucket_policy(Bucket=BUCKET, Policy=document(*statements, tamper_proof(BUCKET, BREAK_GLASS)))


def _log_group(session: Session, key: str) -> tuple[str, str]:
    """Make the log group and the role that may write to it and nowhere else; return both ARNs."""
    logs: Any = session.client("logs")
    logs.create_log_group(logGroupName=GROUP, kmsKeyId=key)
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=365)
    group = f"arn:aws:logs:{REGION}:{MANAGEMENT.id}:log-group:{GROUP}:*"
    iam: Any = session.client("iam")
    role = iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=trust(CLOUDTRAIL, BOUND))["Role"]["Arn"]
    write = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": group}
    iam.put_role_policy(RoleName=NAME, PolicyName="write", PolicyDocument=document(write))
    return group, role


def _topic(session: Session, key: str) -> str:
    """Make the topic that is told of each log file, and return its name: moto takes no ARN here."""
    sns: Any = session.client("sns")
    topic = sns.create_topic(Name=NAME, Attributes={"KmsMasterKeyId": key})["TopicArn"]
    policy = document(allow(CLOUDTRAIL, "SNS:Publish", topic, BOUND))
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    return NAME


def _selectors(cloudtrail: Any) -> None:
    """Record all management events, and let Insights watch them."""
    management = {"Field": "eventCategory", "Equals": ["Management"]}
    cloudtrail.put_event_selectors(
        TrailName=NAME,
        AdvancedEventSelectors=[{"Name": "All management events", "FieldSelectors": [management]}],
    )
    kinds = ("ApiCallRateInsight", "ApiErrorRateInsight")
    cloudtrail.put_insight_selectors(
        TrailName=NAME, InsightSelectors=[{"InsightType": kind} for kind in kinds]
    )
