"""The key that encrypts log files: CloudTrail may encrypt for one trail, readers may decrypt through S3."""

from collections.abc import Sequence

from aws_cdk import Stack
from constructs import Construct

from cdk_app.key_statements import encrypt_log_files, encrypt_log_group, new_key, read_through_s3
from cdk_app.trail_identity import TrailIdentity


class TrailKey(Construct):
    """A customer managed key for one trail; it belongs into the Region of the bucket.

    Nobody decrypts by administering the account alone: a reader needs an IAM policy for the key and for the
    object. ``log_group_arn`` adds CloudWatch Logs, for a log group in the same account and Region.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        trail: TrailIdentity,
        bucket_name: str = "*",
        log_group_arn: str | None = None,
        alias: str | None = None,
        break_glass_arns: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        bucket_arn = f"arn:{stack.partition}:s3:::{bucket_name}"
        statements = [
            *encrypt_log_files(trail),
            read_through_s3(stack.account, stack.region, bucket_arn),
            *([encrypt_log_group(stack.region, log_group_arn)] if log_group_arn else []),
        ]
        self.key = new_key(self, f"Log files of the trail {trail.name}", statements, alias, break_glass_arns)
