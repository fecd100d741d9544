"""What a subscription's filter policy is, whichever source tells it."""

from checker.evidence import Observed, Unknown, derive
from checker.inventory import MessageFilter


def filter_of(policy: Observed[str | None], scope: Observed[str | None]) -> Observed[MessageFilter | None]:
    """Return the filter of a subscription; None where it has no policy, or an empty one.

    Without a scope a policy is matched against the attributes of messages (SNS API reference,
    SetSubscriptionAttributes).
    """
    if isinstance(scope, Unknown):
        return scope
    return derive(policy, lambda text: _filter(text, scope.content))


def _filter(policy: str | None, scope: str | None) -> MessageFilter | None:
    if not policy or "".join(policy.split()) == "{}":
        return None
    return MessageFilter(policy=policy, scope=scope or "MessageAttributes")
