"""Calls on KMS keys."""

from checker.sources.aws.calls.call import Call

KEY = Call(service="kms", operation="DescribeKey", absent={"NotFoundException": None})
KEY_POLICY = Call(service="kms", operation="GetKeyPolicy", gone=("NotFoundException",))
KEY_ROTATION = Call(
    service="kms",
    operation="GetKeyRotationStatus",
    absent={"UnsupportedOperationException": {"KeyRotationEnabled": False}},
    gone=("NotFoundException",),
)
