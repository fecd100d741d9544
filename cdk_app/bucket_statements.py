"""What the policies of our buckets say, one purpose a statement."""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_app.key_statements import CLOUDTRAIL
from cdk_app.trail_identity import TrailIdentity

DESTROYING = [
    "s3:BypassGovernanceRetention",
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:DeleteObject*",
    "s3:ReplicateDelete",
    "s3:UpdateObjectEncryption",
]
"""UpdateObjectEncryption gives files that are there another key, without a copy and even in Glacier: whoever
disables that key afterwards has destroyed them (S3 API reference, since January 2026)."""
RECONFIGURING = [
    "s3:PutBucketAcl",
    "s3:PutBucketLogging",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketRequestPayment",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
    "s3:PutReplicationConfiguration",
]
"""PutBucketRequestPayment: CloudTrail does not deliver to a bucket whose requester pays (user guide)."""
VERSIONING = ["s3:PutBucketVersioning"]
OWNED = "bucket-owner-full-control"


def bootstrap_role_arn(scope: Construct, qualifier: str = "hnb659fds") -> str:
    """Return the role that CloudFormation deploys with after ``cdk bootstrap``, in the scope's account.

    Only CloudFormation can assume it. It has to stay able to change the bucket, or no later deployment could.
    """
    stack = Stack.of(scope)
    name = f"cdk-{qualifier}-cfn-exec-role-{stack.account}-{stack.region}"
    return f"arn:{stack.partition}:iam::{stack.account}:role/{name}"


def deliver(trail: TrailIdentity, bucket_arn: str) -> list[iam.PolicyStatement]:
    """Let CloudTrail read the bucket's ACL and write below the prefixes of one trail, and nowhere else.

    Each statement names the trail, also the one for the ACL. The organization is named too where there is
    one: an account that left it cannot bring the trail's name along.
    """
    bound = {"aws:SourceArn": trail.arn}
    if trail.organization_id:
        bound["aws:SourceOrgID"] = trail.organization_id
    check = _allow("CloudTrailChecksTheAcl", "s3:GetBucketAcl", bucket_arn, bound)
    owned = {**bound, "s3:x-amz-acl": OWNED}
    names = ("CloudTrailWritesForTheOwner", "CloudTrailWritesForTheOrganization")
    writes = [
        _allow(name, "s3:PutObject", f"{bucket_arn}/{prefix}/*", owned)
        for name, prefix in zip(names, trail.log_prefixes, strict=False)
    ]
    return [check, *writes]


def _allow(sid: str, action: str, resource: str, equal: dict[str, str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid,
        principals=[iam.ServicePrincipal(CLOUDTRAIL)],
        actions=[action],
        resources=[resource],
        conditions={"StringEquals": equal},
    )


def deny_wrong_key(bucket_arn: str, key_arns: Sequence[str]) -> iam.PolicyStatement:
    """Refuse uploads that name another key than ours, which may be named by its ARN or by its alias.

    Uploads that name none stay possible: they get the bucket's default, which is our key. CreateTrail probes
    the bucket that way, and digest files were written so until late 2025 (CloudTrail user guide, Security
    best practices); a Deny that demands a header would refuse both.
    """
    header = "s3:x-amz-server-side-encryption-aws-kms-key-id"
    return _deny(
        "DenyWrongKey",
        ["s3:PutObject"],
        [f"{bucket_arn}/*"],
        {"Null": {header: "false"}, "StringNotEquals": {header: list(key_arns)}},
    )


def require_tls(bucket_arn: str) -> list[iam.PolicyStatement]:
    """Refuse plain HTTP, and TLS below 1.2, to everybody."""
    both = [bucket_arn, f"{bucket_arn}/*"]
    return [
        _deny("DenyPlainHttp", ["s3:*"], both, {"Bool": {"aws:SecureTransport": "false"}}),
        _deny("DenyOldTls", ["s3:*"], both, {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
    ]


def deny_outsiders(bucket_arn: str, account: str, organization_id: str | None) -> iam.PolicyStatement:
    """Refuse every principal outside the organization, or the account if there is none, but AWS services.

    IfExists: an anonymous request says nothing about its principal, and is an outsider's.
    """
    outside = (
        {"aws:PrincipalOrgID": organization_id} if organization_id else {"aws:PrincipalAccount": account}
    )
    conditions: dict[str, object] = {
        "StringNotEquals": outside,
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }
    return _deny("DenyOutsiders", ["s3:*"], [bucket_arn, f"{bucket_arn}/*"], conditions)


def deny_tampering(
    bucket_arn: str,
    break_glass_arns: Sequence[str],
    deployer_arns: Sequence[str],
    root_arn: str | None = None,
) -> list[iam.PolicyStatement]:
    """Refuse what destroys logs to all but break-glass, and what weakens the bucket to all but deployers too.

    ``root_arn`` is the root user, who alone can turn MFA delete on and so needs s3:PutBucketVersioning. Root
    may always change the policy of a bucket of its account (S3 user guide, Bucket policies), so that nobody
    is locked out for good.
    """
    both = [bucket_arn, f"{bucket_arn}/*"]
    deployers = [*break_glass_arns, *deployer_arns]
    versioning = [*deployers, root_arn] if root_arn else deployers
    return [
        _deny("DenyDestruction", DESTROYING, both, _but(break_glass_arns)),
        _deny("DenyReconfiguration", RECONFIGURING, [bucket_arn], _but(deployers)),
        _deny("DenyVersioningChanges", VERSIONING, [bucket_arn], _but(versioning)),
    ]


def _but(arns: Sequence[str]) -> dict[str, object]:
    return {"ArnNotLike": {"aws:PrincipalArn": list(arns)}} if arns else {}


def _deny(
    sid: str, actions: list[str], resources: list[str], conditions: dict[str, object]
) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid,
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=actions,
        resources=resources,
        conditions=conditions,
    )
