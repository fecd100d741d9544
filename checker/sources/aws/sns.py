"""Reads an SNS topic: one that a trail notifies, or that an alarm tells."""

import asyncio
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from checker.evidence import Known, Observed, derive
from checker.inventory import Feedback, Subscription, Topic
from checker.sources.aws.api import Answer, Api, Target, malformed
from checker.sources.aws.arns import parse
from checker.sources.aws.calls import sns as calls
from checker.sources.aws.fields import anchored, optional, present, required

PROTOCOLS = ("HTTP", "Lambda", "SQS", "Firehose", "Application")
"""Whose deliveries a topic can log, as its attributes name them (SNS API reference, SetTopicAttributes)."""


class _Subscription(Struct, frozen=True, rename="pascal"):
    protocol: str
    endpoint: str = ""
    subscription_arn: str = ""

    def subscription(self) -> Subscription:
        """Return it; one that waits for its confirmation has no ARN, but ``PendingConfirmation``."""
        confirmed = self.subscription_arn.startswith("arn:")
        return Subscription(protocol=self.protocol, endpoint=self.endpoint, confirmed=confirmed)


async def read_topic(api: Api, arn: str, region: str, account: str) -> Topic:
    """Read the topic. ``region`` and ``account`` are the trail's, for a name that is not an ARN."""
    parts = parse(arn)
    owner, home = (parts.account, parts.region) if parts else (account, region)
    target = Target(name=f"topic {arn}", region=home, owner=owner)
    answer, subscribed = await asyncio.gather(
        api.ask(calls.TOPIC, target, {"TopicArn": arn}),
        api.ask_all(calls.SUBSCRIPTIONS, target, {"TopicArn": arn}),
    )
    answer = anchored(answer, "Attributes.TopicArn")
    topic = present(answer, target)
    return Topic(
        arn=arn,
        account=owner,
        region=home,
        exists=derive(answer, lambda content: content is not None),
        policy=optional(topic, "Attributes.Policy", str),
        kms_key_id=optional(topic, "Attributes.KmsMasterKeyId", str),
        confirmed_subscriptions=_count(topic),
        subscriptions=derive(
            required(subscribed, "Subscriptions", tuple[_Subscription, ...]),
            lambda raw: tuple(one.subscription() for one in raw),
        ),
        feedback=derive(required(topic, "Attributes", dict[str, str]), _feedback),
    )


def _feedback(attributes: Mapping[str, Any]) -> tuple[Feedback, ...]:
    every = (
        Feedback(
            protocol=protocol,
            success=attributes.get(f"{protocol}SuccessFeedbackRoleArn") or None,
            failure=attributes.get(f"{protocol}FailureFeedbackRoleArn") or None,
        )
        for protocol in PROTOCOLS
    )
    return tuple(one for one in every if one.success or one.failure)


def _count(topic: Observed[Answer]) -> Observed[int]:
    """Read a number that SNS writes as text."""
    text = required(topic, "Attributes.SubscriptionsConfirmed", str)
    if isinstance(text, Known) and not text.content.isdecimal():
        return malformed(text.origin, "a SubscriptionsConfirmed that is no number")
    return derive(text, int)
