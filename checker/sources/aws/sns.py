"""Reads an SNS topic: one that a trail notifies, or that an alarm tells."""

import asyncio
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from checker.evidence import Cause, Known, Observed, Unknown, derive
from checker.inventory import Feedback, MessageFilter, Subscription, Topic
from checker.sources.aws.api import Answer, Api, Target, malformed
from checker.sources.aws.arns import parse
from checker.sources.aws.calls import sns as calls
from checker.sources.aws.fields import anchored, optional, present, required
from checker.sources.message_filters import filter_of

PROTOCOLS = ("HTTP", "Lambda", "SQS", "Firehose", "Application")
"""Whose deliveries a topic can log, as its attributes name them (SNS API reference, SetTopicAttributes)."""
MOST_FILTERS = 63
"""Subscriptions of a topic whose filter policies are read: one, two, four and so on at the same time."""
_TOO_MANY = Unknown(
    f"filter policies are read of no more than {MOST_FILTERS} subscriptions of a topic", Cause.OUT_OF_SCOPE
)


class _Subscription(Struct, frozen=True, rename="pascal"):
    protocol: str
    endpoint: str = ""
    subscription_arn: str = ""

    def subscription(self) -> Subscription:
        """Return it; one that waits for its confirmation has no ARN, but ``PendingConfirmation``."""
        confirmed = self.subscription_arn.startswith("arn:")
        return Subscription(
            protocol=self.protocol,
            endpoint=self.endpoint,
            confirmed=confirmed,
            arn=self.subscription_arn if confirmed else "",
        )


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


async def read_filters(api: Api, topic: Topic) -> Topic:
    """Read which messages its confirmed subscriptions are sent, until one is found that is sent all.

    Whoever comes after that one changes nothing of who hears of an alarm: their filters are left unread.
    """
    if isinstance(topic.subscriptions, Unknown):
        return topic
    subscriptions = list(topic.subscriptions.content)
    left = [place for place, one in enumerate(subscriptions) if one.confirmed]
    target = Target(name=f"topic {topic.arn}", region=topic.region, owner=topic.account)
    asked = 0
    while left and asked < MOST_FILTERS:
        wave, left = left[: asked + 1], left[asked + 1 :]
        asked += len(wave)
        arns = [subscriptions[place].arn for place in wave]
        found = await asyncio.gather(*(_filter(api, target, arn) for arn in arns))
        for place, filter in zip(wave, found, strict=True):
            subscriptions[place] = replace(subscriptions[place], filter=filter)
        if any(isinstance(filter, Known) and filter.content is None for filter in found):
            break
    else:
        for place in left:
            subscriptions[place] = replace(subscriptions[place], filter=_TOO_MANY)
    return replace(topic, subscriptions=Known(tuple(subscriptions), topic.subscriptions.origin))


async def _filter(api: Api, target: Target, arn: str) -> Observed[MessageFilter | None]:
    """Read the filter of a subscription; an empty policy lets everything through, as none does."""
    answer = await api.ask(calls.SUBSCRIPTION, target, {"SubscriptionArn": arn})
    answer = anchored(answer, "Attributes.SubscriptionArn")
    scope = optional(answer, "Attributes.FilterPolicyScope", str)
    policy = optional(answer, "Attributes.FilterPolicy", str)
    return filter_of(policy, scope)


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
