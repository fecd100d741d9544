"""The one call that tells every user, role and policy of an account."""

from checker.sources.aws.calls.call import Call

DETAILS = Call(
    service="iam",
    operation="GetAccountAuthorizationDetails",
    flags=("IsTruncated", "IsDefaultVersion"),
)
KINDS = ("User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy")
PAGE = 500
"""Entries a page: IAM takes its time for a page of a thousand."""
