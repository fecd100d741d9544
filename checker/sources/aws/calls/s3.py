"""Calls on buckets."""

from checker.sources.aws.calls.account import BLOCK_FLAGS, NO_BLOCK
from checker.sources.aws.calls.call import Call, Pages

NO_BUCKET = ("NoSuchBucket",)

OWN_BUCKETS = Call(
    service="s3",
    operation="ListBuckets",
    permission="s3:ListAllMyBuckets",
    always=True,
    pages=Pages(items="Buckets", answer_token="ContinuationToken", request_token="ContinuationToken"),
    root="ListAllMyBucketsResult",
)
BUCKET = Call(
    service="s3",
    operation="HeadBucket",
    permission="s3:ListBucket",
    absent={"404": None, "NoSuchBucket": None},
    always=True,
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
BUCKET_NOTIFICATIONS = Call(
    service="s3",
    operation="GetBucketNotificationConfiguration",
    permission="s3:GetBucketNotification",
    gone=NO_BUCKET,
    root="NotificationConfiguration",
)
BUCKET_WEBSITE = Call(
    service="s3",
    operation="GetBucketWebsite",
    absent={"NoSuchWebsiteConfiguration": None},
    gone=NO_BUCKET,
    root="WebsiteConfiguration",
)
OBJECTS = Call(
    service="s3",
    operation="ListObjectsV2",
    permission="s3:ListBucket",
    gone=NO_BUCKET,
    pages=Pages(items="Contents", answer_token="NextContinuationToken", request_token="ContinuationToken"),
    root="ListBucketResult",
)
"""Names of objects; their content is asked for nowhere."""
