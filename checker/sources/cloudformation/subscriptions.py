"""Who a topic sends to, and what it logs of that.

Source of names: CloudFormation template reference, AWS::SNS::Subscription, AWS::SNS::Topic.
"""

from typing import Any

from checker.evidence import Known, Observed, Unknown
from checker.inventory import Feedback, MessageFilter, Subscription
from checker.sources.cloudformation.settings import document, doubt, needed, objects, part, setting, word
from checker.sources.cloudformation.stack import Resource
from checker.sources.cloudformation.world import World
from checker.sources.message_filters import filter_of

SUBSCRIPTION = "AWS::SNS::Subscription"
_PROTOCOLS = {
    "http/s": "HTTP",
    "lambda": "Lambda",
    "sqs": "SQS",
    "firehose": "Firehose",
    "application": "Application",
}
"""CloudFormation's names of protocols in DeliveryStatusLogging, and those in the attributes of a topic."""


def subscriptions(arn: str, topic: Resource, world: World) -> Observed[tuple[Subscription, ...]]:
    """Collect the subscriptions of a topic; one whose topic cannot be told leaves all of them open."""
    own = setting(topic, "Subscription", _inline, ())
    if isinstance(own, Unknown):
        return own
    found = list(own.content)
    for resource in world.of(SUBSCRIPTION):
        target = setting(resource, "TopicArn", word, "")
        if isinstance(target, Unknown):
            return target
        if target.content != arn:
            continue
        open_ = doubt(resource)
        if open_:
            return open_
        protocol = setting(resource, "Protocol", word, "")
        endpoint = setting(resource, "Endpoint", word, "")
        if isinstance(protocol, Unknown):
            return protocol
        if isinstance(endpoint, Unknown):
            return endpoint
        found.append(_subscription(protocol.content, endpoint.content, _filter(resource)))
    return Known(tuple(found), topic.origin("subscriptions"))


def _inline(value: Any) -> tuple[Subscription, ...]:
    return tuple(
        _subscription(needed(one, "Protocol", word), part(one, "Endpoint", word, ""), Known(None))
        for one in objects(value)
    )


def _subscription(protocol: str, endpoint: str, filter: Observed[MessageFilter | None]) -> Subscription:
    """Return a subscription; whether people have confirmed theirs, no template tells."""
    return Subscription(
        protocol=protocol,
        endpoint=endpoint,
        confirmed=protocol in ("sqs", "lambda", "firehose"),
        filter=filter,
    )


def _filter(resource: Resource) -> Observed[MessageFilter | None]:
    scope = setting(resource, "FilterPolicyScope", word, None)
    policy = setting(resource, "FilterPolicy", document, None)
    return filter_of(policy, scope)


def feedback(topic: Resource) -> Observed[tuple[Feedback, ...]]:
    """Read the roles with which the topic logs deliveries."""
    return setting(topic, "DeliveryStatusLogging", _feedback, ())


def _feedback(value: Any) -> tuple[Feedback, ...]:
    every = (
        Feedback(
            protocol=_PROTOCOLS.get(name := needed(one, "Protocol", word).lower(), name),
            success=part(one, "SuccessFeedbackRoleArn", word, None),
            failure=part(one, "FailureFeedbackRoleArn", word, None),
        )
        for one in objects(value)
    )
    return tuple(one for one in every if one.success or one.failure)
