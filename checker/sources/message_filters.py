"""What a subscription's filter policy is, whichever source tells it."""

from checker.inventory import MessageFilter


def filter_of(policy: str | None, scope: str | None) -> MessageFilter | None:
    """Return the filter of a subscription; None where it has no policy, or an empty one.

    Without a scope a policy is matched against the attributes of messages (SNS API reference,
    SetSubscriptionAttributes).
    """
    if not policy or "".join(policy.split()) == "{}":
        return None
    return MessageFilter(policy=policy, scope=scope or "MessageAttributes")
