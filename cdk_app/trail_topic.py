"""The topic that announces each log file as it arrives."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from cdk_app.key_statements import CLOUDTRAIL
from cdk_app.realtime_key import RealtimeKey
from cdk_app.trail_identity import TrailIdentity


class TrailTopic(Construct):
    """An encrypted topic that CloudTrail publishes to for one trail and nobody publishes to without TLS.

    Give the trail its ARN and never its name: a name is looked up in the trail's own account and Region.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        trail: TrailIdentity,
        key: kms.IKey | None = None,
        topic_name: str | None = None,
        break_glass_arns: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, construct_id)
        encryption = key or RealtimeKey(self, "Key", trail=trail, break_glass_arns=break_glass_arns).key
        self.topic = sns.Topic(self, "Topic", topic_name=topic_name, master_key=encryption, enforce_ssl=True)
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="CloudTrailPublishes",
                principals=[iam.ServicePrincipal(CLOUDTRAIL)],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceArn": trail.arn}},
            )
        )
        self.policy = self.topic.node.find_child("Policy")
