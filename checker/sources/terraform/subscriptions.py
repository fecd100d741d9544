"""Who a topic sends to, and what it logs of that.

Source of names: Terraform AWS provider documentation, aws_sns_topic_subscription, aws_sns_topic.
"""

from checker.evidence import Known, Observed, Unknown
from checker.inventory import Feedback, MessageFilter, Subscription
from checker.sources.cloudformation.settings import document, word
from checker.sources.message_filters import filter_of
from checker.sources.terraform.names import RECEIVERS, ROLE, TOPIC, arn_of
from checker.sources.terraform.resource import Resource
from checker.sources.terraform.settings import setting
from checker.sources.terraform.world import World

SUBSCRIPTION = "aws_sns_topic_subscription"
_PROTOCOLS = ("HTTP", "Lambda", "SQS", "Firehose", "Application")
"""As the attributes of a topic name them; the provider's arguments begin with them in lower case."""
_AT_ONCE = ("sqs", "lambda", "firehose")
"""Protocols whose subscriptions nobody has to confirm."""


def subscriptions(arn: str, topic: Resource, world: World) -> Observed[tuple[Subscription, ...]]:
    """Collect the subscriptions of a topic; one whose topic cannot be told leaves all of them open."""
    found: list[Subscription] = []
    for resource in world.of(SUBSCRIPTION):
        target = world.identified(resource, "topic_arn", (TOPIC,), arn_of)
        if isinstance(target, Unknown):
            return target
        if target.content != arn:
            continue
        protocol = setting(resource, "protocol", word, "")
        endpoint = world.identified(resource, "endpoint", RECEIVERS, arn_of)
        if isinstance(protocol, Unknown):
            return protocol
        if isinstance(endpoint, Unknown):
            return endpoint
        found.append(
            Subscription(
                protocol=protocol.content,
                endpoint=endpoint.content or "",
                confirmed=protocol.content in _AT_ONCE,
                filter=_filter(resource),
            )
        )
    return Known(tuple(found), topic.origin("subscriptions"))


def _filter(resource: Resource) -> Observed[MessageFilter | None]:
    scope = setting(resource, "filter_policy_scope", word, None)
    policy = setting(resource, "filter_policy", document, None)
    return filter_of(policy, scope)


def feedback(topic: Resource, world: World) -> Observed[tuple[Feedback, ...]]:
    """Read the roles with which the topic logs deliveries."""
    found: list[Feedback] = []
    for protocol in _PROTOCOLS:
        paths = [f"{protocol.lower()}_{outcome}_feedback_role_arn" for outcome in ("success", "failure")]
        success, failure = (world.identified(topic, path, (ROLE,), arn_of) for path in paths)
        if isinstance(success, Unknown):
            return success
        if isinstance(failure, Unknown):
            return failure
        if success.content or failure.content:
            found.append(Feedback(protocol=protocol, success=success.content, failure=failure.content))
    return Known(tuple(found), topic.origin("delivery status logging"))
