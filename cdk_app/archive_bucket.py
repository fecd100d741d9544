"""The second copy: locked, ageing into Glacier, out of reach of whoever takes over the log archive."""

from collections.abc import Mapping, Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_app.access_log_bucket import AccessLogBucket
from cdk_app.bucket_statements import (
    bootstrap_role_arn,
    deny_outsiders,
    deny_tampering,
    deny_wrong_key,
    require_tls,
)
from cdk_app.key_statements import new_key, read_through_s3, through_s3
from cdk_app.locked_bucket import accept_no_copy, keep_policy, new_log_bucket
from cdk_app.settings_storage import Retention
from cdk_app.trail_identity import TrailIdentity


class ArchiveBucket(Construct):
    """A bucket with Object Lock and a key of its own, which one replication role may write copies to.

    The role is named by its ARN in conditions and not as a principal, since a principal would have to exist:
    the archive comes first, as replication demands.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        trail: TrailIdentity,
        source_account: str,
        replication_role_arn: str,
        key_alias: str,
        retention: Retention | None = None,
        bucket_name: str | None = None,
        access_log_bucket_name: str | None = None,
        access_log_days: int = 400,
        break_glass_arns: Sequence[str] = (),
        deployer_arns: Sequence[str] | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        role = {"ArnEquals": {"aws:PrincipalArn": replication_role_arn}}
        name_arn = f"arn:{stack.partition}:s3:::{bucket_name or '*'}"
        self.key = new_key(
            self,
            f"Copies of the log files of the trail {trail.name}",
            [
                read_through_s3(stack.account, stack.region, name_arn),
                _encrypt_copies(source_account, stack.region, role),
            ],
            key_alias,
            break_glass_arns,
        )
        self.bucket = new_log_bucket(self, trail, self.key, bucket_name, retention or Retention())
        self.access_logs = AccessLogBucket(
            self, "AccessLogs", bucket_name=access_log_bucket_name, keep_days=access_log_days
        )
        self.access_logs.record(self.bucket)
        arn = self.bucket.bucket_arn
        deployers = [bootstrap_role_arn(self)] if deployer_arns is None else deployer_arns
        for statement in (
            *_receive_copies(source_account, arn, role),
            deny_wrong_key(arn, [self.key.key_arn]),
            *require_tls(arn),
            *deny_tampering(arn, break_glass_arns, deployers),
            deny_outsiders(arn, stack.account, trail.organization_id),
        ):
            self.bucket.add_to_resource_policy(statement)
        keep_policy(self.bucket)
        accept_no_copy(self.bucket, "It is the copy itself, and locked")


def _encrypt_copies(account: str, region: str, role: Mapping[str, object]) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid="ReplicationEncrypts",
        principals=[iam.AccountPrincipal(account)],
        actions=["kms:Encrypt", "kms:GenerateDataKey"],
        resources=["*"],
        conditions={**role, "StringEquals": {"kms:ViaService": through_s3(region)}},
    )


def _receive_copies(account: str, arn: str, role: dict[str, dict[str, str]]) -> list[iam.PolicyStatement]:
    """Let the role add copies. It cannot delete, and cannot touch the versioning."""
    adding = ["s3:ObjectOwnerOverrideToBucketOwner", "s3:ReplicateObject", "s3:ReplicateTags"]
    return [
        iam.PolicyStatement(
            sid="ReplicationAddsCopies",
            principals=[iam.AccountPrincipal(account)],
            actions=adding,
            resources=[f"{arn}/*"],
            conditions=role,
        ),
        iam.PolicyStatement(
            sid="ReplicationSeesVersioning",
            principals=[iam.AccountPrincipal(account)],
            actions=["s3:GetBucketVersioning"],
            resources=[arn],
            conditions=role,
        ),
    ]
