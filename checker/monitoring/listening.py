"""Whether what an alarm or a rule tells something to comes to anybody.

Source: CloudWatch User Guide, "Using Amazon CloudWatch alarms"; EventBridge User Guide, "Using resource-based
policies"; SNS Developer Guide, "Key management", on topics that AWS services publish to.
"""

from checker.evidence import Cause, Known, Unknown, Unobserved, every, first, sift
from checker.inventory import Inventory, Subscription, Topic
from checker.inventory.arns import account_of, service_of
from checker.monitoring.filtering import deafness
from checker.policy import document_of
from checker.policy.notices import allows_notices, refuses_notices

_RECEIVERS = ("lambda", "ssm", "ssm-incidents")
"""Services that an alarm calls without a topic in between: a function, an OpsItem, an incident."""
_AWS_KEY = "alias/aws/sns"
"""The key of AWS for topics: its policy lets no service encrypt, so that none can publish."""


def listens(arn: str, source: str, inventory: Inventory) -> bool:
    """Say whether the action of an alarm comes to somebody; ``source`` is the ARN of the alarm.

    A topic needs a subscription that was confirmed, and has to take what the alarm sends.
    """
    if service_of(arn) == "sns":
        return hears(arn, source, inventory)
    return service_of(arn) in _RECEIVERS and at_home(arn, source, inventory)


def hears(arn: str, source: str, inventory: Inventory) -> bool:
    """Say whether a topic comes to somebody when an alarm or a rule tells it something."""
    topic = inventory.alert_topic(arn)
    return every(
        lambda: topic.exists.value, lambda: _subscribed(topic, source), lambda: not refusal(topic, source)
    )


def at_home(arn: str, source: str, inventory: Inventory) -> bool:
    """Say that a function, an incident or a bus is one of ours; raises Unobserved where nobody knows.

    What another account does with it cannot be seen, unless that account is audited as well.
    """
    owner, own = account_of(arn), account_of(source)
    if owner in (own, "") or not own.isdecimal() or owner in inventory.accounts:
        return True
    reason = f"{arn} is in account {owner}, of which nothing was read"
    raise Unobserved(Unknown(reason, Cause.FOREIGN_ACCOUNT))


def refusal(topic: Topic, source: str) -> str:
    """Say why a topic does not take what an alarm or a rule sends; empty when it does.

    Without a policy it has SNS's own, which lets the alarms of its account in. The target of a rule may have
    a role of its own, of which nothing is known here, so that only what is denied keeps a rule out. Raises
    Unobserved where a condition leaves it open, or key or policy were not read.
    """
    key, policy = topic.kms_key_id, topic.policy
    if (key.value or "").endswith(_AWS_KEY):
        return f"topic {topic.arn} is encrypted with {_AWS_KEY}, with which no service can publish"
    if not policy.value:
        return ""
    document = document_of(policy)
    if service_of(source) == "events":
        denied = refuses_notices(document, topic.arn, source)
        return f"the policy of topic {topic.arn} refuses the rule: {denied.why}" if denied.yes else ""
    allowed = allows_notices(document, topic.arn, source)
    return "" if allowed.yes else f"the policy of topic {topic.arn} refuses the alarm: {allowed.why}"


def unheard(topic: Topic, source: str) -> str:
    """Say why a confirmed subscription is not sent what is told; empty where none is known to be left out."""
    if isinstance(topic.subscriptions, Unknown):
        return ""
    deaf, _ = sift(_confirmed(topic), lambda one: deafness(one, topic, source) != "")
    return deafness(deaf[0], topic, source) if deaf else ""


def _subscribed(topic: Topic, source: str) -> bool:
    """Say whether somebody hears of a topic: whoever has confirmed a subscription, and is sent the message.

    Raises Unobserved where SNS counts a subscription that it does not list, and where only the live topic
    tells which are confirmed.
    """
    listed, counted = topic.subscriptions, topic.confirmed_subscriptions
    if isinstance(counted, Known) and not counted.value:
        return False
    if isinstance(listed, Unknown):
        raise Unobserved(listed, *([counted] if isinstance(counted, Unknown) else []))
    confirmed = _confirmed(topic)
    if first(confirmed, lambda one: not deafness(one, topic, source)):
        return True
    if isinstance(counted, Unknown):
        deaf = unheard(topic, source)
        raise Unobserved(counted, *([Unknown(deaf, Cause.UNDECIDED)] if deaf else []))
    if counted.value > len(confirmed):
        reason = (
            f"topic {topic.arn} counts {counted.value} confirmed subscriptions, and lists {len(confirmed)}"
        )
        raise Unobserved(Unknown(reason, Cause.UNDECIDED, listed.origin))
    return False


def _confirmed(topic: Topic) -> list[Subscription]:
    return [one for one in topic.subscriptions.value if one.confirmed]
