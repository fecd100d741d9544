"""Calls on the event bus, and on what CloudTrail's own history keeps."""

from checker.sources.aws.calls.call import Call, Pages

RULES = Call(
    service="events",
    operation="ListRules",
    pages=Pages(items="Rules", answer_token="NextToken", request_token="NextToken"),
)
TARGETS = Call(
    service="events",
    operation="ListTargetsByRule",
    gone=("ResourceNotFoundException",),
    pages=Pages(items="Targets", answer_token="NextToken", request_token="NextToken"),
)
HISTORY = Call(
    service="cloudtrail",
    operation="LookupEvents",
    pages=Pages(items="Events", answer_token="NextToken", request_token="NextToken"),
)
