"""Do the policies of a bucket and a key let CloudTrail deliver the log files of one trail at all."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from checker.evidence import Known, Observed, Unknown, Unobserved, first
from checker.policy.decide import Decision, decide, undecided
from checker.policy.document import Document
from checker.policy.request import Either, Mark, Request, Service, Value
from checker.policy.service import AS_SERVICE, CLOUDTRAIL

_ORGANIZATION = "aws:sourceorgid"
_CONTEXT_KEY = "kms:encryptioncontext:aws:cloudtrail:arn"
_FILES = ".json.gz"
"""How the names of log and digest files end (CloudTrail User Guide, CloudTrail log file name format)."""


class Delivery(Struct, frozen=True, kw_only=True):
    """What a trail delivers, and where to."""

    trail_arn: str
    account: str
    """The owner, for an organization trail the management account: what aws:SourceAccount is."""
    organization: Observed[str | None]
    """Of the owner; None for an account outside any organization."""
    organization_trail: bool = False
    bucket_arn: str = ""
    bucket_owner: str | None = None
    key_prefix: str | None = None
    kms_key_arn: str | None = None
    digests: bool = True


def log_prefixes(delivery: Delivery) -> tuple[str, ...]:
    """Return the prefixes below which the trail writes, without a slash at the end.

    An organization trail writes below its owner and below the organization (CloudTrail user guide, Creating a
    trail for an organization with the AWS CLI); the latter is left out when the organization is not known.
    """
    root = f"{delivery.key_prefix}/AWSLogs" if delivery.key_prefix else "AWSLogs"
    owners = [delivery.account]
    if delivery.organization_trail and isinstance(delivery.organization, Known):
        owners += [delivery.organization.content] if delivery.organization.content else []
    return tuple(f"{root}/{owner}" for owner in owners)


def allows_delivery(document: Document, delivery: Delivery) -> Decision:
    """Say whether a bucket policy lets CloudTrail read the bucket's ACL and write wherever it has to.

    Raises Unobserved when the organization of an organization trail is not known.
    """
    try:
        decision = _bucket_decision(document, delivery)
    except Unobserved as missing:
        if isinstance(delivery.organization, Unknown) and _hangs_on_organization(document, delivery):
            raise Unobserved(delivery.organization) from missing
        raise
    if decision.yes and delivery.organization_trail and delivery.organization.value is None:
        raise undecided("the owner of the organization trail belongs to no organization")
    return decision


def _bucket_decision(document: Document, delivery: Delivery) -> Decision:
    return _all_allowed(document, _bucket_requests(delivery), "the bucket policy lets CloudTrail deliver")


def _hangs_on_organization(document: Document, delivery: Delivery) -> bool:
    """Say whether an undecided policy would be decided for an organization that it names."""
    named = {v for s in document.statements for c in s.conditions if c.key == _ORGANIZATION for v in c.values}

    def decided(organization: str) -> bool:
        try:
            _bucket_decision(document, replace(delivery, organization=Known(organization)))
        except Unobserved:
            return False
        return True

    return any(decided(organization) for organization in sorted(named))


def allows_encryption(document: Document, delivery: Delivery) -> Decision:
    """Say whether a key policy lets CloudTrail encrypt the trail's files and look at the key."""
    return _all_allowed(document, _key_requests(delivery), "the key policy lets CloudTrail encrypt")


def allows_publishing(document: Document, delivery: Delivery, topic_arn: str) -> Decision:
    """Say whether a topic policy lets CloudTrail announce the trail's log files.

    Source: CloudTrail user guide, Amazon SNS topic policy for CloudTrail.
    """
    request = _request("sns:Publish", topic_arn, _context(delivery))
    return _all_allowed(document, iter((request,)), "the topic policy lets CloudTrail publish")


def allows_assuming(document: Document, delivery: Delivery) -> Decision:
    """Say whether a trust policy lets CloudTrail take on the role for the trail.

    Source: CloudTrail user guide, Role policy document for CloudTrail to use CloudWatch Logs.
    """
    request = _request("sts:AssumeRole", "*", _context(delivery))
    return _all_allowed(document, iter((request,)), "the trust policy lets CloudTrail take on the role")


def _all_allowed(document: Document, requests: Iterator[Request], why: str) -> Decision:
    tried = list(requests)
    refused = first(tried, lambda request: not decide(document, request).yes)
    if refused is not None:
        reason = decide(document, refused).why
        return Decision(
            False, (), f"CloudTrail may not perform {refused.action} on {refused.resource}: {reason}"
        )
    statements = [s for request in tried for s in decide(document, request).statements]
    return Decision(True, tuple(dict.fromkeys(statements)), why)


def _bucket_requests(delivery: Delivery) -> Iterator[Request]:
    context = _context(delivery)
    yield _request("s3:GetBucketAcl", delivery.bucket_arn, context | {"s3:x-amz-acl": Mark.ABSENT})
    for prefix in log_prefixes(delivery):
        below = f"{delivery.bucket_arn}/{prefix}"
        members = "/*" if delivery.organization_trail and not prefix.endswith(delivery.account) else ""
        yield _request(
            "s3:PutObject", f"{below}{members}/CloudTrail/*{_FILES}", context | _encrypted(delivery)
        )
        if delivery.digests:
            yield _request(
                "s3:PutObject", f"{below}{members}/CloudTrail-Digest/*{_FILES}", context | _digest(delivery)
            )


def _key_requests(delivery: Delivery) -> Iterator[Request]:
    context = _context(delivery)
    key = delivery.kms_key_arn or "*"
    yield _request("kms:GenerateDataKey", key, context | {_CONTEXT_KEY: (delivery.trail_arn,)})
    yield _request("kms:DescribeKey", key, context | {_CONTEXT_KEY: Mark.ABSENT})


def _request(action: str, resource: str, context: dict[str, Value]) -> Request:
    return Request(
        principal=Service(CLOUDTRAIL), action=action, resource=resource, context=context, every=True
    )


def _context(delivery: Delivery) -> dict[str, Value]:
    owner: Value = (delivery.bucket_owner,) if delivery.bucket_owner else Mark.UNKNOWN
    return AS_SERVICE | {
        "aws:sourcearn": (delivery.trail_arn,),
        "aws:sourceaccount": (delivery.account,),
        _ORGANIZATION: _organization(delivery.organization),
        "aws:resourceaccount": owner,
        "s3:resourceaccount": owner,
    }


def _organization(observed: Observed[str | None]) -> Value:
    if isinstance(observed, Unknown):
        return Mark.UNKNOWN
    return (observed.content,) if observed.content else Mark.ABSENT


def _encrypted(delivery: Delivery) -> dict[str, Value]:
    """Return the encryption headers of log files.

    Without a key CloudTrail may or may not ask for SSE-S3 by a header (CloudTrail user guide, security best
    practices, knows policies that have to accept AES256).
    """
    if delivery.kms_key_arn is None:
        return _headers(Either((("AES256",), Mark.ABSENT)), Mark.ABSENT)
    return _headers(("aws:kms",), (delivery.kms_key_arn,))


def _digest(delivery: Delivery) -> dict[str, Value]:
    """Return the encryption headers of digest files, always SSE-S3 until late 2025."""
    if delivery.kms_key_arn is None:
        return _encrypted(delivery)
    algorithm = Either((("aws:kms",), ("AES256",), Mark.ABSENT))
    return _headers(algorithm, Either(((delivery.kms_key_arn,), Mark.ABSENT)))


def _headers(algorithm: Value, key: Value) -> dict[str, Value]:
    return {
        "s3:x-amz-server-side-encryption": algorithm,
        "s3:x-amz-server-side-encryption-aws-kms-key-id": key,
    }
