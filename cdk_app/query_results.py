"""Where Athena puts its answers: parts of the log files, so as private as these, and gone after a while."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk_app.accepted import accept, accept_checkov
from cdk_app.formats import check

_NO_ACCESS_LOGS = "holds answers for some days only; what they were taken from has access logs"
_NO_REPLICATION = "an answer that is lost can be asked for again"


class QueryResults(Construct):
    """A bucket for query results, encrypted with a key of its own or a given one.

    It keeps no access logs; ``AccessLogBucket.record(results.bucket)`` adds them.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        days: int = 30,
        bucket_name: str | None = None,
        key: kms.IKey | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        check(days >= 1, f"results_days: {days} is not a number of days")
        self.key = key or kms.Key(
            self, "Key", description="Results of queries to CloudTrail's log files", enable_key_rotation=True
        )
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            bucket_name=bucket_name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.key,
            bucket_key_enabled=True,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="forget",
                    expiration=Duration.days(days),
                    noncurrent_version_expiration=Duration.days(1),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
            removal_policy=RemovalPolicy.RETAIN,
        )
        self.location = f"s3://{self.bucket.bucket_name}/results/"
        self._accept()

    def _accept(self) -> None:
        accept(
            self.bucket,
            {
                "AwsSolutions-S1": _NO_ACCESS_LOGS,
                "NIST.800.53.R5-S3BucketLoggingEnabled": _NO_ACCESS_LOGS,
                "PCI.DSS.321-S3BucketLoggingEnabled": _NO_ACCESS_LOGS,
                "NIST.800.53.R5-S3BucketReplicationEnabled": _NO_REPLICATION,
                "PCI.DSS.321-S3BucketReplicationEnabled": _NO_REPLICATION,
            },
        )
        resource = self.bucket.node.default_child
        assert isinstance(resource, s3.CfnBucket)
        accept_checkov(resource, {"CKV_AWS_18": _NO_ACCESS_LOGS})
