"""The topic that alerts go to, with a key of its own: CloudWatch and EventBridge may not use aws/sns."""

import re
from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from cdk_app.formats import check


class AlertTopic(Construct):
    """A topic with a key of its own, to which alarms of this account and Region may publish.

    ``from_rules`` lets EventBridge publish too. It gives SNS and KMS no source account or ARN, so a
    condition on them would drop every alert without an error; the key stays bound to this account's topics by
    its encryption context (SNS developer guide, Key management; EventBridge user guide, SNS permissions).
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        emails: Sequence[str] = (),
        topic_name: str | None = None,
        from_rules: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Key",
            description="Encrypts alerts about the audit trail",
            enable_key_rotation=True,
            # SNS keeps no message, so that nothing is lost with the key.
            removal_policy=RemovalPolicy.DESTROY,
            pending_window=Duration.days(7),
        )
        self.topic = sns.Topic(
            self,
            "Topic",
            topic_name=topic_name,
            display_name="Audit trail alerts",
            master_key=self.key,
            enforce_ssl=True,
        )
        self._admit_alarms()
        if from_rules:
            self._admit_rules()
        for address in emails:
            check(
                bool(re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address)), f"emails: {address!r} is no address"
            )
            self.topic.add_subscription(subscriptions.EmailSubscription(address))

    def _admit_alarms(self) -> None:
        account = {"aws:SourceAccount": Stack.of(self).account}
        alarms = Stack.of(self).format_arn(service="cloudwatch", resource="alarm:*")
        publisher = iam.ServicePrincipal("cloudwatch.amazonaws.com")
        self._publish("Alarms", publisher, {"StringEquals": account, "ArnLike": {"aws:SourceArn": alarms}})
        # The call to the key is SNS's, for CloudWatch; whether it carries the account is not documented, and
        # where it did not, a plain condition would drop every alarm without an error.
        self._encrypt("Alarms", publisher, {"StringEqualsIfExists": account})

    def _admit_rules(self) -> None:
        publisher = iam.ServicePrincipal("events.amazonaws.com")
        self._publish("Rules", publisher, {})
        self._encrypt("Rules", publisher, {})

    def _publish(self, sid: str, publisher: iam.ServicePrincipal, conditions: dict[str, object]) -> None:
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid=f"Publish{sid}",
                principals=[publisher],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions=conditions,
            )
        )

    def _encrypt(self, sid: str, publisher: iam.ServicePrincipal, conditions: dict[str, object]) -> None:
        """Let the publisher use the key for topics of this account and Region.

        The topic's own ARN would make topic and key wait for each other.
        """
        topics = Stack.of(self).format_arn(service="sns", resource="*")
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid=f"Encrypt{sid}",
                principals=[publisher],
                actions=["kms:GenerateDataKey*", "kms:Decrypt"],
                resources=["*"],
                conditions={**conditions, "ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": topics}},
            )
        )
