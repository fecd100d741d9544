"""The delivery bucket: CloudTrail writes for one trail, and nobody rewrites what is there."""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_kms as kms
from constructs import Construct

from cdk_app.access_log_bucket import AccessLogBucket
from cdk_app.bucket_statements import (
    bootstrap_role_arn,
    deliver,
    deny_outsiders,
    deny_tampering,
    deny_wrong_key,
    require_tls,
)
from cdk_app.locked_bucket import accept_no_copy, keep_policy, new_log_bucket
from cdk_app.settings_storage import Retention
from cdk_app.trail_identity import TrailIdentity
from cdk_app.trail_key import TrailKey


class LogBucket(Construct):
    """A bucket that one trail delivers to, with a bucket for its access logs and a policy of its own.

    Without ``retention`` it has no lifecycle and no lock, and so is ready for MFA delete, which only the root
    user of its account can turn on; with one it is locked and ages into Glacier. S3 refuses MFA delete and a
    lifecycle on one bucket.

    ``key_alias_arns`` are other names of the key, by which the trail may call it.
    ``deployer_arns`` may change its configuration but never delete logs; without them it is the role of
    ``cdk bootstrap``. ``break_glass_arns`` may do both; nobody may without them.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        trail: TrailIdentity,
        key: kms.IKey | None = None,
        key_alias_arns: Sequence[str] = (),
        retention: Retention | None = None,
        bucket_name: str | None = None,
        access_log_bucket_name: str | None = None,
        access_log_days: int = 400,
        break_glass_arns: Sequence[str] = (),
        deployer_arns: Sequence[str] | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        self.trail = trail
        self.key = key or TrailKey(self, "Key", trail=trail, break_glass_arns=break_glass_arns).key
        self.bucket = new_log_bucket(self, trail, self.key, bucket_name, retention)
        self.access_logs = AccessLogBucket(
            self, "AccessLogs", bucket_name=access_log_bucket_name, keep_days=access_log_days
        )
        self.access_logs.record(self.bucket)
        arn = self.bucket.bucket_arn
        deployers = [bootstrap_role_arn(self)] if deployer_arns is None else deployer_arns
        root = None if retention else f"arn:{stack.partition}:iam::{stack.account}:root"
        for statement in (
            *deliver(trail, arn),
            deny_wrong_key(arn, [self.key.key_arn, *key_alias_arns]),
            *require_tls(arn),
            *deny_tampering(arn, break_glass_arns, deployers, root),
            deny_outsiders(arn, stack.account, trail.organization_id),
        ):
            self.bucket.add_to_resource_policy(statement)
        keep_policy(self.bucket)
        if retention:
            accept_no_copy(self.bucket, "It is locked itself; a copy in another Region is a choice")
