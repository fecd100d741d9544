"""The organization that is attacked: all controls pass on it, and each attack changes it through the API."""

import json
from dataclasses import replace
from typing import Any

from checker.model import Thresholds
from tests import hardened as good
from tests.governed import LEAVING, ON_KEY, ON_LOGS, STRANGERS, TRAILS
from tests.simulator import Bucket, World, organization_world
from tests.simulator.world import LakeThing, Policy, Unit
from tests.simulator.worlds import ALL_BLOCKED, LOG_ARCHIVE, MANAGEMENT, MEMBER

OUTSIDER = "999988887777"
"""The attacker's own account, of which the organization knows nothing."""
ELSEWHERE = "eu-west-1"
REGIONS = (ELSEWHERE, good.HOME)
COPY, THEIRS = "audit-copy-222233334444", "collected-999988887777"
STORE = f"arn:aws:cloudtrail:{good.HOME}:{MANAGEMENT}:eventdatastore/5d1f3c2a-1111-2222-3333-444455556666"
CHANNEL = f"arn:aws:cloudtrail:{good.HOME}:{MANAGEMENT}:channel/6d1f3c2a-1111-2222-3333-444455556666"
DASHBOARD = f"arn:aws:cloudtrail:{good.HOME}:{MANAGEMENT}:dashboard/overview"
BEDROCK = ("AgentAlias", "FlowAlias", "Guardrail", "InlineAgent", "KnowledgeBase", "Model", "Prompt")
DATA = ("AWS::S3::Object", "AWS::Lambda::Function", *(f"AWS::Bedrock::{kind}" for kind in BEDROCK))
SOURCES = Thresholds().network_activity_sources


def selector(name: str, **equal: Any) -> dict[str, Any]:
    """Return an advanced selector of fields that have to equal something."""
    return {
        "Name": name,
        "FieldSelectors": [
            {"Field": field.replace("_", "."), "Equals": [value]} for field, value in equal.items()
        ],
    }


MANAGEMENT_EVENTS = selector("everything", eventCategory="Management")
DATA_EVENTS = tuple(selector(kind, eventCategory="Data", resources_type=kind) for kind in DATA)
NETWORK_EVENTS = tuple(
    selector(source, eventCategory="NetworkActivity", eventSource=source) for source in SOURCES
)
SELECTORS = (MANAGEMENT_EVENTS, *DATA_EVENTS, *NETWORK_EVENTS)
KEY_ADMIN = good.statement(
    Principal={"AWS": f"arn:aws:iam::{MANAGEMENT}:root"},
    Action=["kms:Create*", "kms:Describe*", "kms:Get*", "kms:List*", "kms:Put*", "kms:ScheduleKeyDeletion"],
    Resource="*",
)
KEY_POLICY = good.document(KEY_ADMIN, good.KEY_ENCRYPT, good.KEY_DESCRIBE)
LIFECYCLE: dict[str, Any] = {
    "Rules": [
        {
            "ID": "keep",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "Expiration": {"Days": 3650},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 3650},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        }
    ]
}
REPLICATION: dict[str, Any] = {
    "Role": f"arn:aws:iam::{LOG_ARCHIVE}:role/replication",
    "Rules": [
        {
            "ID": "copy",
            "Priority": 1,
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "DeleteMarkerReplication": {"Status": "Disabled"},
            "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
            "Destination": {
                "Bucket": f"arn:aws:s3:::{COPY}",
                "Account": MEMBER,
                "AccessControlTranslation": {"Owner": "Destination"},
                "EncryptionConfiguration": {"ReplicaKmsKeyID": good.KEY_ARN},
            },
        }
    ],
}
STORE_SETTINGS = {
    "Status": "ENABLED",
    "MultiRegionEnabled": True,
    "OrganizationEnabled": True,
    "RetentionPeriod": 2557,
    "TerminationProtectionEnabled": True,
    "KmsKeyId": good.KEY_ARN,
    "AdvancedEventSelectors": [MANAGEMENT_EVENTS],
}
SUBSCRIBED = "6b0e71bd-7e97-4d97-80ce-4a0994e55286"
LAKE = (
    LakeThing(arn=STORE, name="audit", settings=STORE_SETTINGS),
    LakeThing(arn=CHANNEL, name="partner", settings={"Source": "Custom", "SourceConfig": {}}),
    LakeThing(arn=DASHBOARD),
)
THRESHOLDS = Thresholds(
    break_glass_arns=("arn:aws:iam::*:role/break-glass",),
    delegated_administrators=(LOG_ARCHIVE,),
    log_archive_account=LOG_ARCHIVE,
    allowed_kms_keys=(good.KEY_ARN,),
    designated_buckets=(good.BUCKET,),
    designated_topics=(good.TOPIC_ARN,),
    designated_log_groups=(good.GROUP_ARN,),
    allowed_recipients=(good.QUEUE_ARN,),
    required_tags=("owner",),
)
"""What this organization has decided, as its configuration file would say."""


SECURITY, WORKLOADS, OUTSIDE = "ou-root-security", "ou-root-workloads", "ou-root-outside"
GUARDED, LOCKED, KEPT, CLOSED, PRIVATE = "p-trails", "p-logs", "p-leaving", "p-strangers", "p-private"


def blocking(public: str = "all", **more: Any) -> str:
    """Return an S3 policy; ``all`` blocks what is public."""
    return json.dumps({"s3_attributes": {"public_access_block_configuration": {"@@assign": public, **more}}})


POLICIES = (
    Policy(id=GUARDED, document=good.document(TRAILS), targets=(SECURITY, WORKLOADS)),
    Policy(id=KEPT, document=good.document(LEAVING)),
    Policy(id=LOCKED, document=good.document(ON_LOGS, ON_KEY), targets=(SECURITY,)),
    Policy(
        id=CLOSED,
        document=good.document({"Principal": "*", **STRANGERS}),
        type="RESOURCE_CONTROL_POLICY",
        targets=(LOG_ARCHIVE, MANAGEMENT),
    ),
    Policy(id=PRIVATE, document=blocking(), type="S3_POLICY", targets=(SECURITY,)),
)
GOVERNANCE: dict[str, Any] = {
    "units": (
        Unit(id=SECURITY, name="Security", accounts=(LOG_ARCHIVE,)),
        Unit(id=WORKLOADS, name="Workloads", accounts=(MEMBER,)),
        Unit(id=OUTSIDE, name="Outside"),
    ),
    "policies": POLICIES,
    "policy_types": ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "S3_POLICY"),
}


def hardened() -> World:
    """Return the organization, and an account outside it with a bucket that takes what anybody sends."""
    base = organization_world()
    (trail,), (logs, access_logs) = base.trails, base.buckets
    (group,) = base.log_groups
    feedback = {"SQSFailureFeedbackRoleArn": f"arn:aws:iam::{MANAGEMENT}:role/feedback"}
    copy = replace(
        logs,
        name=COPY,
        account=MEMBER,
        region=ELSEWHERE,
        answers={"GetObjectLockConfiguration": logs.answers["GetObjectLockConfiguration"]},
        objects=(),
    )
    settings: dict[str, Any] = {
        "GetBucketLifecycleConfiguration": LIFECYCLE,
        "GetBucketReplication": {"ReplicationConfiguration": REPLICATION},
        "GetBucketNotificationConfiguration": {"EventBridgeConfiguration": {}},
    }
    accounts = tuple(replace(a, regions=REGIONS, public_access_block=ALL_BLOCKED) for a in base.accounts)
    return replace(
        base,
        accounts=(*accounts, replace(base.accounts[0], id=OUTSIDER, regions=REGIONS)),
        organizations=tuple(replace(found, **GOVERNANCE) for found in base.organizations),
        trails=(
            replace(
                trail,
                advanced_selectors=SELECTORS,
                settings={**trail.settings, "RecursiveLogging": False},
            ),
        ),
        buckets=(
            replace(logs, answers={**logs.answers, **settings}),
            access_logs,
            copy,
            Bucket(name=THEIRS, account=OUTSIDER, region=ELSEWHERE),
        ),
        keys=tuple(replace(key, policy=KEY_POLICY) for key in base.keys),
        log_groups=(replace(group, settings={**group.settings, "deletionProtectionEnabled": True}),),
        topics=tuple(
            replace(
                topic,
                attributes={**topic.attributes, **feedback},
                subscriptions=(
                    {
                        "SubscriptionArn": f"{topic.arn}:{SUBSCRIBED}",
                        "Protocol": "sqs",
                        "Endpoint": good.QUEUE_ARN,
                    },
                ),
            )
            for topic in base.topics
        ),
        lake=LAKE,
    )


TEMPLATE = json.dumps(
    {
        "Resources": {
            "Trail": {
                "Type": "AWS::CloudTrail::Trail",
                "Properties": {
                    "TrailName": "audit",
                    "S3BucketName": good.BUCKET,
                    "IsLogging": True,
                    "IsMultiRegionTrail": True,
                    "IsOrganizationTrail": True,
                    "EnableLogFileValidation": True,
                    "IncludeGlobalServiceEvents": True,
                    "KMSKeyId": good.KEY_ARN,
                    "CloudWatchLogsLogGroupArn": f"{good.GROUP_ARN}:*",
                    "CloudWatchLogsRoleArn": good.ROLE_ARN,
                    "SnsTopicName": good.TOPIC_ARN,
                    "AdvancedEventSelectors": SELECTORS,
                    "InsightSelectors": [
                        {"InsightType": "ApiCallRateInsight"},
                        {"InsightType": "ApiErrorRateInsight"},
                    ],
                    "Tags": [{"Key": "owner", "Value": "security"}],
                },
            }
        }
    }
)
"""The trail as it was deployed; what account and Region are is said beside it."""
PLACE = {"AWS::AccountId": MANAGEMENT, "AWS::Region": good.HOME}
