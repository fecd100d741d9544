"""Delivery to CloudWatch Logs within minutes, which metric filters and alarms work on."""

from collections.abc import Sequence

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_app.accepted import accept_wildcard
from cdk_app.key_statements import CLOUDTRAIL
from cdk_app.realtime_key import RealtimeKey
from cdk_app.trail_identity import TrailIdentity


class RealtimeDelivery(Construct):
    """A log group, and a role that may write exactly the streams of one trail into it.

    Both belong into the account and home Region of the trail. The log group is of the STANDARD class, since
    metric filters work on no other, and is protected against deletion.

    ``bind_role_to_trail`` lets CloudTrail assume the role for this trail alone. It is no default, since AWS
    documents aws:SourceArn for CloudTrail's use of buckets, keys and topics but not of roles: where it is not
    sent, the trail could not be created. Only its own account can pass the role to a trail in any case.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        trail: TrailIdentity,
        log_group_name: str,
        key: kms.IKey | None = None,
        retention_days: int = 365,
        bind_role_to_trail: bool = False,
        break_glass_arns: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, construct_id)
        arn = log_group_arn(self, log_group_name)
        encryption = key
        if encryption is None:
            own = RealtimeKey(self, "Key", trail=trail, log_group_arn=arn, break_glass_arns=break_glass_arns)
            encryption = own.key
        self.log_group = logs.CfnLogGroup(
            self,
            "LogGroup",
            log_group_name=log_group_name,
            log_group_class="STANDARD",
            kms_key_id=encryption.key_arn,
            retention_in_days=retention_days,
            deletion_protection_enabled=True,
        )
        self.log_group.apply_removal_policy(RemovalPolicy.RETAIN)
        self.log_group_arn = f"{arn}:*"
        self.role = iam.Role(
            self,
            "Role",
            description=f"Writes the events of the trail {trail.name} to its log group",
            assumed_by=iam.ServicePrincipal(
                CLOUDTRAIL,
                conditions={"StringEquals": {"aws:SourceArn": trail.arn}} if bind_role_to_trail else None,
            ),
        )
        streams = [f"{arn}:log-stream:{stream}" for stream in stream_names(trail)]
        self.policy = iam.ManagedPolicy(
            self,
            "WriteStreams",
            roles=[self.role],
            statements=[
                iam.PolicyStatement(
                    sid="WriteTheStreamsOfTheTrail",
                    actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                    resources=streams,
                )
            ],
        )
        reason = "CloudTrail numbers its streams, and members of an organization come and go"
        for stream in streams:
            accept_wildcard(self.policy, stream, reason)


def log_group_arn(scope: Construct, name: str) -> str:
    """Return the ARN of a log group in the scope's account and Region, without the ``:*`` of its streams."""
    return Stack.of(scope).format_arn(
        service="logs", resource="log-group", resource_name=name, arn_format=ArnFormat.COLON_RESOURCE_NAME
    )


def stream_names(trail: TrailIdentity) -> tuple[str, ...]:
    """Return what CloudTrail calls its streams: the owner's, and of an organization all members' beside it.

    Numbers may follow the Region (CloudTrail user guide, Log group and log stream naming).
    """
    own = f"{trail.account}_CloudTrail_{trail.home_region}*"
    return (own, f"{trail.organization_id}_*") if trail.organization_id else (own,)
