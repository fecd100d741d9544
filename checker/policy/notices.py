"""Does the policy of a topic let an alarm of CloudWatch or a rule of EventBridge publish."""

from checker.inventory.arns import account_of, service_of
from checker.policy.decide import Decision, decide, denied
from checker.policy.document import Document
from checker.policy.request import Mark, Request, Service, Value
from checker.policy.service import as_service

_SENDERS = {"cloudwatch": "cloudwatch.amazonaws.com", "events": "events.amazonaws.com"}


def allows_notices(document: Document, topic_arn: str, source_arn: str) -> Decision:
    """Say whether the alarm or rule with this ARN may publish on the topic."""
    return decide(document, _request(topic_arn, source_arn))


def refuses_notices(document: Document, topic_arn: str, source_arn: str) -> Decision:
    """Say whether a Deny statement keeps the alarm or rule from the topic, whatever else allows it."""
    return denied(document, _request(topic_arn, source_arn))


def _request(topic_arn: str, source_arn: str) -> Request:
    """Return what the service sends for the alarm or rule.

    An alarm meets the condition on AWS:SourceOwner of the policy that SNS itself gives to topics, a rule does
    not (SNS Developer Guide, "Example cases"; EventBridge User Guide, "Troubleshooting").
    """
    kind, account = service_of(source_arn), account_of(source_arn)
    sender = _SENDERS.get(kind, _SENDERS["cloudwatch"])
    owner: Value = (account,) if account else Mark.UNKNOWN
    context: dict[str, Value] = {
        **as_service(sender),
        "aws:sourcearn": (source_arn,) if account else Mark.UNKNOWN,
        "aws:sourceaccount": owner,
        "aws:sourceowner": Mark.ABSENT if kind == "events" else owner,
        "aws:sourceorgid": Mark.UNKNOWN,
        "aws:resourceaccount": (account_of(topic_arn),),
    }
    return Request(
        principal=Service(sender), action="sns:Publish", resource=topic_arn, context=context, every=True
    )
