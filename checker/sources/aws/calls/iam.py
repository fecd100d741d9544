"""Calls on IAM roles and their policies."""

from checker.sources.aws.calls.call import Call, Pages

NO_ENTITY = ("NoSuchEntity",)
ROLE = Call(service="iam", operation="GetRole", absent={"NoSuchEntity": None})
TRAIL_ROLE = "AWSServiceRoleForCloudTrail"
"""The service-linked role of CloudTrail (CloudTrail User Guide)."""
SHARING_ROLE = "CloudWatch-CrossAccountSharingRole"
"""The name that CloudWatch gives to the role of accounts that may look in (CloudWatch User Guide)."""
ROLE_INLINE = Call(
    service="iam",
    operation="ListRolePolicies",
    gone=NO_ENTITY,
    pages=Pages(items="PolicyNames", answer_token="Marker", request_token="Marker"),
)
ROLE_ATTACHED = Call(
    service="iam",
    operation="ListAttachedRolePolicies",
    gone=NO_ENTITY,
    pages=Pages(items="AttachedPolicies", answer_token="Marker", request_token="Marker"),
)
INLINE_POLICY = Call(service="iam", operation="GetRolePolicy", gone=NO_ENTITY)
MANAGED_POLICY = Call(service="iam", operation="GetPolicy", gone=NO_ENTITY)
MANAGED_POLICY_VERSION = Call(service="iam", operation="GetPolicyVersion", gone=NO_ENTITY)
