"""Calls on KMS keys."""

from checker.sources.aws.calls.call import Call, Pages

KEY = Call(service="kms", operation="DescribeKey", absent={"NotFoundException": None}, always=True)
KEY_POLICY = Call(service="kms", operation="GetKeyPolicy", gone=("NotFoundException",))
KEY_ROTATION = Call(
    service="kms",
    operation="GetKeyRotationStatus",
    absent={"UnsupportedOperationException": {"KeyRotationEnabled": False}},
    gone=("NotFoundException",),
)
KEY_ALIASES = Call(
    service="kms",
    operation="ListAliases",
    gone=("NotFoundException",),
    pages=Pages(items="Aliases", answer_token="NextMarker", request_token="Marker"),
)
KEY_GRANTS = Call(
    service="kms",
    operation="ListGrants",
    gone=("NotFoundException",),
    pages=Pages(items="Grants", answer_token="NextMarker", request_token="Marker"),
)
