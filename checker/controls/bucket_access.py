"""Controls on whether the world can reach the log bucket, by ACL or policy, and what neutralises that."""

from collections.abc import Callable
from typing import TypeAlias

from checker.evidence import Known, Unknown, Unobserved, every, sift
from checker.inventory import LogBucket
from checker.model import (
    LIVE,
    STRICT,
    TERRAFORM,
    Context,
    Judgement,
    Remediation,
    Severity,
    control,
    failed,
    passed,
)
from checker.policy import Decision, document_of, is_public

PUBLIC_GROUPS = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "everybody",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "every AWS user",
}
ACL = "s3:GetBucketAcl Grants"
POLICY = ("s3:GetBucketPolicy Policy", "s3:GetBucketPolicyStatus IsPublic")


@control(
    id="TH302",
    name="log-bucket-not-public",
    title="The log bucket is not public",
    severity=Severity.CRITICAL,
    applies_to=LogBucket,
    told_by=(LIVE, TERRAFORM),
    expected="no public grant by ACL or policy that takes effect",
    reads=(
        ACL,
        *POLICY,
        "s3:GetBucketOwnershipControls ObjectOwnership",
        "s3:GetBucketPublicAccessBlock PublicAccessBlockConfiguration",
        "s3:GetAccountPublicAccessBlock PublicAccessBlockConfiguration",
    ),
    remediation=Remediation(
        text="Block public access at once, then remove the public grant itself.",
        cli="aws s3api put-public-access-block --bucket $bucket --public-access-block-configuration "
        "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
        cdk="Bucket(block_public_access=BlockPublicAccess.BLOCK_ALL, "
        "object_ownership=ObjectOwnership.BUCKET_OWNER_ENFORCED)",
        terraform="aws_s3_bucket_public_access_block with all four arguments true",
    ),
)
def not_public(bucket: LogBucket, context: Context) -> Judgement:
    """The log tells an attacker every role, address and habit of the account; a public bucket hands it out.

    Only what takes effect counts. IgnorePublicAcls and BucketOwnerEnforced neutralise an ACL,
    RestrictPublicBuckets a policy, whether set on the bucket or on the audited account that owns it.

    A policy is public when S3 says so or when its text proves it: two answers that disagree never pass. Where
    the text leaves it open, S3's answer decides.
    """
    ways: tuple[Way, ...] = ((_open_by_acl, _acl_reason), (_open_by_policy, _policy_reason))
    found, unknowns = sift(ways, lambda way: way[0](bucket, context))
    if found:
        return failed("; ".join(reason(bucket) for _, reason in found), observed="public")
    if unknowns:
        raise Unobserved(*unknowns)
    return passed("neither ACL nor policy opens the bucket to the public", observed="not public")


Way: TypeAlias = tuple[Callable[[LogBucket, Context], bool], Callable[[LogBucket], str]]


def _open_by_acl(bucket: LogBucket, context: Context) -> bool:
    return every(
        lambda: bool(public_grants(bucket)),
        lambda: bucket.object_ownership.value != "BucketOwnerEnforced",
        lambda: not context.inventory.blocks_public(bucket, "ignore_public_acls"),
    )


def _open_by_policy(bucket: LogBucket, context: Context) -> bool:
    return every(
        lambda: public_policy(bucket).yes,
        lambda: not context.inventory.blocks_public(bucket, "restrict_public_buckets"),
    )


@control(
    id="TH303",
    name="log-bucket-acl-not-public",
    title="The log bucket's ACL grants nothing to the public",
    severity=Severity.CRITICAL,
    applies_to=LogBucket,
    sets=STRICT,
    expected="no grant to AllUsers or AuthenticatedUsers",
    reads=(ACL,),
    remediation=Remediation(
        text="Disable ACLs on the bucket, which removes all grants but the owner's.",
        cli="aws s3api put-bucket-acl --bucket $bucket --acl private",
        cdk="Bucket(object_ownership=ObjectOwnership.BUCKET_OWNER_ENFORCED)",
        terraform='aws_s3_bucket_ownership_controls with object_ownership = "BucketOwnerEnforced"',
    ),
)
def acl_not_public(bucket: LogBucket, context: Context) -> Judgement:
    """A public grant that Block Public Access neutralises today is open again the day the block is lifted."""
    if public_grants(bucket):
        return failed(_acl_reason(bucket), observed="public grant")
    return passed("the ACL grants nothing to the public", observed="no public grant")


@control(
    id="TH304",
    name="log-bucket-policy-not-public",
    title="The log bucket's policy is not public",
    severity=Severity.CRITICAL,
    applies_to=LogBucket,
    sets=STRICT,
    expected="every grant names a principal, or binds everybody by a fixed account, organization or network",
    reads=POLICY,
    remediation=Remediation(
        text="Name the principals of every Allow statement, or bind it by a fixed value of a key such as "
        "aws:PrincipalOrgID.",
        cli="aws s3api get-bucket-policy --bucket $bucket --query Policy --output text > policy.json && "
        "$${EDITOR:-vi} policy.json && aws s3api put-bucket-policy --bucket $bucket --policy file://policy.json",
        cdk="bucket.add_to_resource_policy(PolicyStatement(principals=[ArnPrincipal(reader_role_arn)], ...))",
        terraform="aws_iam_policy_document with principals other than *",
    ),
)
def policy_not_public(bucket: LogBucket, context: Context) -> Judgement:
    """A public policy that Block Public Access neutralises today is open again the day the block is lifted.

    Public means what S3 means by it: a grant to everybody that no fixed account, organization, network or
    source binds.
    """
    decision = public_policy(bucket)
    if decision.yes:
        return failed(decision.why, observed="public")
    return passed("the policy is not public", observed="not public")


def public_grants(bucket: LogBucket) -> list[str]:
    """Return the grants of the ACL to AllUsers or AuthenticatedUsers, as ``permission to whom``."""
    return [
        f"{grant.permission} to {PUBLIC_GROUPS[grant.grantee]}"
        for grant in bucket.acl.value
        if grant.grantee in PUBLIC_GROUPS
    ]


def _acl_reason(bucket: LogBucket) -> str:
    return f"the ACL grants {', '.join(public_grants(bucket))}"


def _policy_reason(bucket: LogBucket) -> str:
    return public_policy(bucket).why


def public_policy(bucket: LogBucket) -> Decision:
    """Say whether the policy is public, by its text and by S3's own answer, whichever says so."""
    said = bucket.policy_is_public
    try:
        decision = is_public(document_of(bucket.policy), resources=(bucket.arn, f"{bucket.arn}/*"))
    except Unobserved:
        if isinstance(said, Unknown):
            raise
        decision = Decision(False, (), "S3 calls the policy not public")
    if isinstance(said, Known) and said.value and not decision.yes:
        return Decision(True, (), "S3 calls the policy public")
    return decision
