"""Whether a subscription is sent what an alarm or a rule tells its topic.

Source: SNS Developer Guide, "Amazon SNS subscription filter policies" and "Key matching"; CloudWatch User
Guide, "Using Amazon CloudWatch alarms", on the message of an alarm.
"""

from checker.evidence import Cause, Known, Unknown, Unobserved
from checker.inventory import Subscription, Topic
from checker.inventory.arns import account_of, resource_of, service_of
from checker.patterns import Malformed, holds, parse_rule

_BODY, _ATTRIBUTES = "MessageBody", "MessageAttributes"


def deafness(one: Subscription, topic: Topic, source: str) -> str:
    """Say why a subscription is never sent what an alarm or a rule tells; empty when it is.

    Their messages have no attributes, and a message without any meets no policy on attributes, not even one
    that asks for a missing attribute. Of the body of an alarm's message it is certain what state it tells,
    and of which alarm; a rule may send any text. Raises Unobserved where the rest decides, or the filter was
    not read.
    """
    filter = one.filter.value
    if filter is None:
        return ""
    who = f"the subscription of {one.endpoint or one.protocol} to {topic.arn}"
    if filter.scope == _ATTRIBUTES:
        return f"{who} has a filter policy on attributes, and what alarms and rules send has none"
    named = isinstance(topic.confirmed_subscriptions, Known)
    met = _met(filter.policy, source, named) if filter.scope == _BODY else None
    if met is None:
        reason = f"whether the filter policy of {who} lets through what {source} sends cannot be told"
        raise Unobserved(Unknown(reason, Cause.UNDECIDED))
    return "" if met else f"{who} has a filter policy that lets nothing through of what {source} sends"


def _met(policy: str, source: str, named: bool) -> bool | None:
    """Say whether the body of what is sent meets a policy; None where that depends on the rest of it.

    ``named`` says that the alarm is live: before it is made, its ARN may have a stand-in for the name.
    """
    if service_of(source) != "cloudwatch":
        return None
    known = {"NewStateValue": "ALARM"}
    if named:
        name = resource_of(source).partition(":")[2]
        known |= {"AlarmName": name, "AlarmArn": source, "AWSAccountId": account_of(source)}
    try:
        return holds(parse_rule(policy), known)
    except Malformed:
        return None
