"""Does the policy of a bucket let S3 deliver the access logs of another one."""

from checker.policy.decide import Decision, decide
from checker.policy.document import Document
from checker.policy.request import Mark, Request, Service, Value
from checker.policy.service import as_service

LOGGING = "logging.s3.amazonaws.com"


def allows_access_logs(
    document: Document, target_arn: str, prefix: str, source_arn: str, owner: str
) -> Decision:
    """Say whether S3 may write every object below ``prefix`` for the source bucket of that owner.

    Source: S3 User Guide, Enabling Amazon S3 server access logging, permissions for log delivery.
    """
    context: dict[str, Value] = {
        **as_service(LOGGING),
        "aws:sourcearn": (source_arn,),
        "aws:sourceaccount": (owner,),
        "aws:resourceaccount": (owner,),
        "s3:resourceaccount": (owner,),
        "s3:x-amz-acl": Mark.UNKNOWN,
    }
    request = Request(
        principal=Service(LOGGING),
        action="s3:PutObject",
        resource=f"{target_arn}/{prefix}*",
        context=context,
        every=True,
    )
    return decide(document, request)
