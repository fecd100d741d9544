"""What a request carries that CloudTrail makes itself, to deliver a trail's events."""

from checker.policy.addresses import SOMEWHERE
from checker.policy.globs import Reach, is_fixed
from checker.policy.request import Chosen, Either, Mark, Value

CLOUDTRAIL = "cloudtrail.amazonaws.com"

_ONLY_OF_IDENTITIES = (
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principaltag/*",
    "aws:username",
    "aws:userid",
    "aws:tokenissuetime",
    "aws:federatedprovider",
    "aws:multifactorauthpresent",
    "aws:multifactorauthage",
    "aws:assumedroot",
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
)
_ONLY_THROUGH_A_VPC = (
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourcevpcarn",
    "aws:vpcsourceip",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
    "s3:dataaccesspointarn",
    "s3:dataaccesspointaccount",
)


def as_service(name: str) -> dict[str, Value]:
    """Return the keys that every call of a service principal has or lacks."""
    return {
        "aws:principalisawsservice": ("true",),
        "aws:principalservicename": (name,),
        "aws:principalservicenameslist": (name,),
        "aws:securetransport": ("true",),
        "aws:sourceip": SOMEWHERE,
        "aws:viaawsservice": ("false",),
        "kms:calleraccount": Chosen(lambda pattern: Reach.NONE if is_fixed(pattern) else Reach.SOME),
        "s3:tlsversion": Either((("1.2",), ("1.3",))),
        **dict.fromkeys((*_ONLY_OF_IDENTITIES, *_ONLY_THROUGH_A_VPC), Mark.ABSENT),
    }


AS_SERVICE: dict[str, Value] = {
    **as_service(CLOUDTRAIL),
    "s3:x-amz-acl": ("bucket-owner-full-control",),
}
"""The keys that every call of the service principal has or lacks.

Source: IAM user guide, AWS global condition context keys (availability of each); CloudTrail user guide,
Amazon S3 bucket policy for CloudTrail. The principal belongs to no account and no
organization of a customer, and calls from no address of theirs.
"""
