"""Calls on SNS topics."""

from checker.sources.aws.calls.call import Call, Pages

TOPIC = Call(
    service="sns",
    operation="GetTopicAttributes",
    absent={"NotFound": None, "NotFoundException": None},
    always=True,
)
SUBSCRIPTION = Call(
    service="sns",
    operation="GetSubscriptionAttributes",
    gone=("NotFound", "NotFoundException"),
)
SUBSCRIPTIONS = Call(
    service="sns",
    operation="ListSubscriptionsByTopic",
    gone=("NotFound", "NotFoundException"),
    pages=Pages(items="Subscriptions", answer_token="NextToken", request_token="NextToken"),
)
