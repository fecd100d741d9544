"""Where S3 notes each access to a bucket of logs."""

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk_app.accepted import accept, accept_checkov
from cdk_app.bucket_statements import require_tls
from cdk_app.locked_bucket import keep_policy

PREFIX = "s3/"
_ENDS_HERE = "It receives access logs itself; logging into itself would never end"
_NO_KMS = "S3 delivers access logs only to buckets with SSE-S3"
_NO_COPY = "Access logs are kept for a year beside the trail's own record, which is copied"


class AccessLogBucket(Construct):
    """A bucket for server access logs, with SSE-S3 and without a lock: S3 delivers into no other.

    (S3 user guide, Enabling server access logging.) Who may write is said by policy, since ACLs are off.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, bucket_name: str | None = None, keep_days: int = 400
    ) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            bucket_name=bucket_name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            versioned=True,
            removal_policy=RemovalPolicy.RETAIN,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="end",
                    expiration=Duration.days(keep_days),
                    noncurrent_version_expiration=Duration.days(30),
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                )
            ],
        )
        for statement in require_tls(self.bucket.bucket_arn):
            self.bucket.add_to_resource_policy(statement)
        keep_policy(self.bucket)
        self._accept()

    def record(self, bucket: s3.Bucket) -> None:
        """Record accesses to a bucket of the same account and Region."""
        source = bucket.node.default_child
        assert isinstance(source, s3.CfnBucket)
        source.logging_configuration = s3.CfnBucket.LoggingConfigurationProperty(
            destination_bucket_name=self.bucket.bucket_name, log_file_prefix=PREFIX
        )
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="S3WritesAccessLogs",
                principals=[iam.ServicePrincipal("logging.s3.amazonaws.com")],
                actions=["s3:PutObject"],
                resources=[self.bucket.arn_for_objects(f"{PREFIX}*")],
                conditions={
                    "ArnLike": {"aws:SourceArn": bucket.bucket_arn},
                    "StringEquals": {"aws:SourceAccount": Stack.of(self).account},
                },
            )
        )

    def _accept(self) -> None:
        packs = ("NIST.800.53.R5", "PCI.DSS.321")
        rules = {"S3DefaultEncryptionKMS": _NO_KMS, "S3BucketReplicationEnabled": _NO_COPY}
        accept(self, {f"{pack}-{rule}": reason for pack in packs for rule, reason in rules.items()})
        bucket = self.bucket.node.default_child
        assert isinstance(bucket, s3.CfnBucket)
        accept_checkov(bucket, {"CKV_AWS_18": _ENDS_HERE})
