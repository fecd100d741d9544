"""Calls on SNS topics."""

from checker.sources.aws.calls.call import Call

TOPIC = Call(
    service="sns", operation="GetTopicAttributes", absent={"NotFound": None, "NotFoundException": None}
)
