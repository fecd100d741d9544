"""Calls on trails."""

from checker.sources.aws.calls.call import Call, Pages

TRAILS = Call(service="cloudtrail", operation="DescribeTrails", always=True)
TRAIL_STATUS = Call(
    service="cloudtrail", operation="GetTrailStatus", gone=("TrailNotFoundException",), shared=True
)
SELECTORS = Call(service="cloudtrail", operation="GetEventSelectors", gone=("TrailNotFoundException",))
INSIGHTS = Call(
    service="cloudtrail",
    operation="GetInsightSelectors",
    absent={"InsightNotEnabledException": {"InsightSelectors": []}, "UnsupportedOperationException": None},
    gone=("TrailNotFoundException",),
)
EVENT_CONFIGURATION = Call(
    service="cloudtrail",
    operation="GetEventConfiguration",
    absent={"UnsupportedOperationException": None},
    gone=("TrailNotFoundException",),
)
TRAIL_TAGS = Call(
    service="cloudtrail",
    operation="ListTags",
    gone=("ResourceNotFoundException", "TrailNotFoundException"),
    pages=Pages(items="ResourceTagList", answer_token="NextToken", request_token="NextToken"),
)
