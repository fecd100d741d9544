"""Every API call that the auditor makes, declared once as data: what it needs and what absence looks like.

Nothing else can be called: the clients are built from these declarations (``clients``), and so is the
auditor's IAM policy (``permissions``). This module imports no AWS library.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Pages(Struct, frozen=True, kw_only=True):
    """How an operation pages: the list in the answer, and the token in answer and request."""

    items: str
    answer_token: str
    request_token: str


class Call(Struct, frozen=True, kw_only=True):
    """One read-only operation."""

    service: str
    """botocore's name of the service, which is IAM's prefix too, unless ``permission`` says otherwise."""
    operation: str
    permission: str = ""
    """IAM action, where it is not named like the operation (Service Authorization Reference)."""
    absent: Mapping[str, Any] = NOTHING
    """Error codes that mean "there is none", and what then stands for the answer."""
    gone: tuple[str, ...] = ()
    """Error codes that mean that the resource which would carry the setting does not exist."""
    shared: bool = False
    """Whether accounts are told this of a resource that is another's: a denial is then the caller's own."""
    pages: Pages | None = None
    root: str = ""
    """Root element of S3's answer, whose name follows no rule; without one the answer is a policy."""
    flags: tuple[str, ...] = ()
    """Boolean XML elements: botocore takes whatever is not ``true`` for false, also garbage."""

    @property
    def action(self) -> str:
        """The IAM action that allows the call."""
        return self.permission or f"{self.service}:{self.operation}"


IDENTITY = Call(service="sts", operation="GetCallerIdentity")
REGIONS = Call(
    service="account",
    operation="ListRegions",
    pages=Pages(items="Regions", answer_token="NextToken", request_token="NextToken"),
)
REGIONS_BY_EC2 = Call(service="ec2", operation="DescribeRegions")
ORGANIZATION = Call(
    service="organizations",
    operation="DescribeOrganization",
    absent={"AWSOrganizationsNotInUseException": None},
)

TRAILS = Call(service="cloudtrail", operation="DescribeTrails")
TRAIL_STATUS = Call(
    service="cloudtrail", operation="GetTrailStatus", gone=("TrailNotFoundException",), shared=True
)
SELECTORS = Call(service="cloudtrail", operation="GetEventSelectors", gone=("TrailNotFoundException",))
INSIGHTS = Call(
    service="cloudtrail",
    operation="GetInsightSelectors",
    absent={"InsightNotEnabledException": {"InsightSelectors": []}, "UnsupportedOperationException": None},
    gone=("TrailNotFoundException",),
)
TRAIL_TAGS = Call(
    service="cloudtrail",
    operation="ListTags",
    gone=("ResourceNotFoundException", "TrailNotFoundException"),
    pages=Pages(items="ResourceTagList", answer_token="NextToken", request_token="NextToken"),
)

BLOCK_FLAGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
NO_BLOCK = {"PublicAccessBlockConfiguration": dict.fromkeys(BLOCK_FLAGS, False)}
NO_BUCKET = ("NoSuchBucket",)

OWN_BUCKETS = Call(
    service="s3",
    operation="ListBuckets",
    permission="s3:ListAllMyBuckets",
    pages=Pages(items="Buckets", answer_token="ContinuationToken", request_token="ContinuationToken"),
    root="ListAllMyBucketsResult",
)
BUCKET = Call(
    service="s3",
    operation="HeadBucket",
    permission="s3:ListBucket",
    absent={"404": None, "NoSuchBucket": None},
)
BUCKET_POLICY = Call(
    service="s3", operation="GetBucketPolicy", absent={"NoSuchBucketPolicy": None}, gone=NO_BUCKET
)
BUCKET_POLICY_STATUS = Call(
    service="s3",
    operation="GetBucketPolicyStatus",
    absent={"NoSuchBucketPolicy": {"PolicyStatus": {"IsPublic": False}}},
    gone=NO_BUCKET,
    root="PolicyStatus",
    flags=("IsPublic",),
)
BUCKET_PUBLIC_ACCESS_BLOCK = Call(
    service="s3",
    operation="GetPublicAccessBlock",
    permission="s3:GetBucketPublicAccessBlock",
    absent={"NoSuchPublicAccessBlockConfiguration": NO_BLOCK},
    gone=NO_BUCKET,
    root="PublicAccessBlockConfiguration",
    flags=BLOCK_FLAGS,
)
BUCKET_ACL = Call(service="s3", operation="GetBucketAcl", gone=NO_BUCKET, root="AccessControlPolicy")
BUCKET_OWNERSHIP = Call(
    service="s3",
    operation="GetBucketOwnershipControls",
    absent={"OwnershipControlsNotFoundError": None},
    gone=NO_BUCKET,
    root="OwnershipControls",
)
BUCKET_VERSIONING = Call(
    service="s3", operation="GetBucketVersioning", gone=NO_BUCKET, root="VersioningConfiguration"
)
BUCKET_OBJECT_LOCK = Call(
    service="s3",
    operation="GetObjectLockConfiguration",
    permission="s3:GetBucketObjectLockConfiguration",
    absent={"ObjectLockConfigurationNotFoundError": None},
    gone=NO_BUCKET,
    root="ObjectLockConfiguration",
)
BUCKET_LIFECYCLE = Call(
    service="s3",
    operation="GetBucketLifecycleConfiguration",
    permission="s3:GetLifecycleConfiguration",
    absent={"NoSuchLifecycleConfiguration": {"Rules": []}},
    gone=NO_BUCKET,
    root="LifecycleConfiguration",
)
BUCKET_ENCRYPTION = Call(
    service="s3",
    operation="GetBucketEncryption",
    permission="s3:GetEncryptionConfiguration",
    absent={"ServerSideEncryptionConfigurationNotFoundError": None},
    gone=NO_BUCKET,
    root="ServerSideEncryptionConfiguration",
    flags=("BucketKeyEnabled",),
)
BUCKET_LOGGING = Call(service="s3", operation="GetBucketLogging", gone=NO_BUCKET, root="BucketLoggingStatus")
BUCKET_REPLICATION = Call(
    service="s3",
    operation="GetBucketReplication",
    permission="s3:GetReplicationConfiguration",
    absent={"ReplicationConfigurationNotFoundError": None},
    gone=NO_BUCKET,
    root="ReplicationConfiguration",
)
ACCOUNT_PUBLIC_ACCESS_BLOCK = Call(
    service="s3control",
    operation="GetPublicAccessBlock",
    permission="s3:GetAccountPublicAccessBlock",
    absent={"NoSuchPublicAccessBlockConfiguration": NO_BLOCK},
    root="PublicAccessBlockConfiguration",
    flags=BLOCK_FLAGS,
)

KEY = Call(service="kms", operation="DescribeKey", absent={"NotFoundException": None})
KEY_POLICY = Call(service="kms", operation="GetKeyPolicy", gone=("NotFoundException",))
KEY_ROTATION = Call(
    service="kms",
    operation="GetKeyRotationStatus",
    absent={"UnsupportedOperationException": {"KeyRotationEnabled": False}},
    gone=("NotFoundException",),
)

LOG_GROUPS = Call(
    service="logs",
    operation="DescribeLogGroups",
    pages=Pages(items="logGroups", answer_token="nextToken", request_token="nextToken"),
)
METRIC_FILTERS = Call(
    service="logs",
    operation="DescribeMetricFilters",
    gone=("ResourceNotFoundException",),
    pages=Pages(items="metricFilters", answer_token="nextToken", request_token="nextToken"),
)
ALARMS = Call(
    service="cloudwatch",
    operation="DescribeAlarms",
    pages=Pages(items="MetricAlarms", answer_token="NextToken", request_token="NextToken"),
)
TOPIC = Call(
    service="sns", operation="GetTopicAttributes", absent={"NotFound": None, "NotFoundException": None}
)

NO_ENTITY = ("NoSuchEntity",)
ROLE = Call(service="iam", operation="GetRole", absent={"NoSuchEntity": None})
ROLE_INLINE = Call(
    service="iam",
    operation="ListRolePolicies",
    gone=NO_ENTITY,
    pages=Pages(items="PolicyNames", answer_token="Marker", request_token="Marker"),
)
ROLE_ATTACHED = Call(
    service="iam",
    operation="ListAttachedRolePolicies",
    gone=NO_ENTITY,
    pages=Pages(items="AttachedPolicies", answer_token="Marker", request_token="Marker"),
)
INLINE_POLICY = Call(service="iam", operation="GetRolePolicy", gone=NO_ENTITY)
MANAGED_POLICY = Call(service="iam", operation="GetPolicy", gone=NO_ENTITY)
MANAGED_POLICY_VERSION = Call(service="iam", operation="GetPolicyVersion", gone=NO_ENTITY)

READERS: Mapping[str, tuple[Call, ...]] = {
    "account": (IDENTITY, REGIONS, REGIONS_BY_EC2, ORGANIZATION, ACCOUNT_PUBLIC_ACCESS_BLOCK),
    "cloudtrail": (TRAILS, TRAIL_STATUS, SELECTORS, INSIGHTS, TRAIL_TAGS),
    "s3": (
        OWN_BUCKETS,
        BUCKET,
        BUCKET_POLICY,
        BUCKET_POLICY_STATUS,
        BUCKET_PUBLIC_ACCESS_BLOCK,
        BUCKET_ACL,
        BUCKET_OWNERSHIP,
        BUCKET_VERSIONING,
        BUCKET_OBJECT_LOCK,
        BUCKET_LIFECYCLE,
        BUCKET_ENCRYPTION,
        BUCKET_LOGGING,
        BUCKET_REPLICATION,
    ),
    "kms": (KEY, KEY_POLICY, KEY_ROTATION),
    "logs": (LOG_GROUPS, METRIC_FILTERS, ALARMS),
    "sns": (TOPIC,),
    "iam": (ROLE, ROLE_INLINE, ROLE_ATTACHED, INLINE_POLICY, MANAGED_POLICY, MANAGED_POLICY_VERSION),
}
"""The calls of each reader module."""

CALLS: Mapping[tuple[str, str], Call] = {
    (call.service, call.operation): call for calls in READERS.values() for call in calls
}
PERMISSIONS: Mapping[str, tuple[str, ...]] = {
    reader: tuple(sorted({call.action for call in calls})) for reader, calls in READERS.items()
}
"""The IAM actions that each reader needs."""
