"""Reads an SNS topic that a trail notifies."""

from checker.evidence import Known, Observed, derive
from checker.inventory import Topic
from checker.sources.aws.api import Answer, Api, Target, malformed
from checker.sources.aws.arns import parse
from checker.sources.aws.calls import sns as calls
from checker.sources.aws.fields import anchored, optional, present, required


async def read_topic(api: Api, arn: str, region: str, account: str) -> Topic:
    """Read the topic. ``region`` and ``account`` are the trail's, for a name that is not an ARN."""
    parts = parse(arn)
    owner, home = (parts.account, parts.region) if parts else (account, region)
    target = Target(name=f"topic {arn}", region=home, owner=owner)
    answer = await api.ask(calls.TOPIC, target, {"TopicArn": arn})
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
    )


def _count(topic: Observed[Answer]) -> Observed[int]:
    """Read a number that SNS writes as text."""
    text = required(topic, "Attributes.SubscriptionsConfirmed", str)
    if isinstance(text, Known) and not text.content.isdecimal():
        return malformed(text.origin, "a SubscriptionsConfirmed that is no number")
    return derive(text, int)
