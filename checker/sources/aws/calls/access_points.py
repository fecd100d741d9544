"""Calls on the access points of an account."""

from checker.sources.aws.calls.account import BLOCK_FLAGS
from checker.sources.aws.calls.call import Call, Pages

ACCESS_POINTS = Call(
    service="s3control",
    operation="ListAccessPoints",
    permission="s3:ListAccessPoints",
    pages=Pages(items="AccessPointList", answer_token="NextToken", request_token="NextToken"),
    root="ListAccessPointsResult",
)
ACCESS_POINT = Call(
    service="s3control",
    operation="GetAccessPoint",
    permission="s3:GetAccessPoint",
    gone=("NoSuchAccessPoint",),
    root="GetAccessPointResult",
    flags=BLOCK_FLAGS,
)
MULTI_REGION_ACCESS_POINTS = Call(
    service="s3control",
    operation="ListMultiRegionAccessPoints",
    permission="s3:ListMultiRegionAccessPoints",
    pages=Pages(items="AccessPoints", answer_token="NextToken", request_token="NextToken"),
    root="ListMultiRegionAccessPointsResult",
    flags=BLOCK_FLAGS,
)
