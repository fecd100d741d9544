"""Controls on what the log bucket's policy lets CloudTrail do, and on the transport that it demands."""

import re
from collections.abc import Iterator

from checker.controls.granting import delivery_of, known_owners, unlisted
from checker.evidence import Known, Unobserved
from checker.inventory import LogBucket, Trail
from checker.model import Context, Judgement, NotApplicable, Remediation, Severity, control, failed, passed
from checker.policy import (
    SOURCE_KEYS,
    Document,
    Mark,
    Statement,
    allows_delivery,
    applies,
    as_cloudtrail,
    decide,
    document_of,
    grants_to_cloudtrail,
    open_grant,
    tls_only,
    undecided,
)
from checker.policy.globs import Reach, glob, reach

EDIT = (
    "aws s3api get-bucket-policy --bucket $bucket --query Policy --output text > policy.json && "
    "$${EDITOR:-vi} policy.json && aws s3api put-bucket-policy --bucket $bucket --policy file://policy.json"
)
"""A policy is replaced as a whole, so that a fix has to start from the present one."""
READS = ("cloudtrail:DescribeTrails S3BucketName", "s3:GetBucketPolicy Policy")


@control(
    id="TH312",
    name="log-bucket-tls-only",
    title="The log bucket refuses plain HTTP",
    severity=Severity.MEDIUM,
    applies_to=LogBucket,
    expected="Deny to everyone, for every action on the bucket and its objects, without TLS",
    reads=("s3:GetBucketPolicy Policy",),
    remediation=Remediation(
        text="Add a Deny statement for Principal *, Action s3:* on the bucket and its objects (two ARNs), "
        'with the single condition {"Bool": {"aws:SecureTransport": "false"}}.',
        cli=EDIT,
        cdk="Bucket(enforce_ssl=True)",
        terraform='aws_s3_bucket_policy with a Deny on "s3:*" where aws:SecureTransport is "false"',
    ),
)
def transport(bucket: LogBucket, context: Context) -> Judgement:
    """Log files sent in clear can be read and altered on the way, and so can the credentials' signatures.

    The Deny has to cover the bucket and its objects, every S3 action and everyone; one that a further
    condition narrows leaves plain HTTP to whoever meets it. A minimum of s3:TlsVersion alone refuses old TLS,
    and not plain HTTP, which has no version.
    """
    decision = tls_only(document_of(bucket.policy), bucket.arn)
    if decision.yes:
        return passed(decision.why, observed="plain HTTP denied")
    return failed(decision.why, observed="plain HTTP possible")


@control(
    id="TH317",
    name="log-bucket-policy-allows-delivery",
    title="The bucket policy lets CloudTrail deliver",
    severity=Severity.HIGH,
    applies_to=Trail,
    expected="s3:GetBucketAcl on the bucket and s3:PutObject below AWSLogs are allowed and not denied",
    reads=(
        *READS,
        "cloudtrail:DescribeTrails S3KeyPrefix",
        "cloudtrail:DescribeTrails KmsKeyId",
        "cloudtrail:DescribeTrails IsOrganizationTrail",
        "cloudtrail:DescribeTrails LogFileValidationEnabled",
        "organizations:DescribeOrganization Id",
    ),
    remediation=Remediation(
        text="Allow cloudtrail.amazonaws.com s3:GetBucketAcl on the bucket and s3:PutObject on "
        "[prefix/]AWSLogs/ACCOUNT/*, for an organization trail also on [prefix/]AWSLogs/ORGANIZATION/*; "
        "exempt the service from each Deny by aws:PrincipalIsAWSService.",
        cli=EDIT,
        cdk="bucket.add_to_resource_policy(...) for each statement; trail.node.add_dependency(bucket.policy)",
        terraform="aws_s3_bucket_policy with these statements; aws_cloudtrail depends_on it",
    ),
)
def allows(trail: Trail, context: Context) -> Judgement:
    """A policy that refuses CloudTrail silences the trail while its status still says that it is logging.

    Judged is what CloudTrail does: it reads the bucket's ACL, and writes logs and digests below the owner's
    prefix, of an organization trail below the organization's as well. Headers that CloudTrail may or may not
    send (SSE-S3, and SSE-KMS on digests) leave a Deny that depends on them undecided.
    """
    bucket = context.inventory.bucket_of(trail)
    if _is_absent(bucket):
        return NotApplicable(f"the bucket {bucket.name} does not exist")
    decision = allows_delivery(document_of(bucket.policy), delivery_of(trail, context, bucket))
    if decision.yes:
        return passed(decision.why, observed="delivery allowed")
    return failed(decision.why, observed="delivery refused", at=bucket.policy)


@control(
    id="TH318",
    name="log-bucket-policy-source-arn",
    title="The bucket policy binds CloudTrail to known trails",
    severity=Severity.HIGH,
    applies_to=Trail,
    expected="every grant to CloudTrail is bound by aws:SourceArn, aws:SourceAccount or aws:SourceOrgID",
    reads=READS,
    remediation=Remediation(
        text='Add {"StringEquals": {"aws:SourceArn": "TRAIL_ARN"}} to every statement that allows '
        "cloudtrail.amazonaws.com anything; for a bucket of an organization aws:SourceOrgID will do.",
        cli=EDIT,
        cdk='PolicyStatement(conditions={"StringEquals": {"aws:SourceArn": trail_arn}}), with the ARN '
        "formatted from the trail's name so that bucket and trail do not depend on each other",
        terraform='condition { test = "StringEquals" variable = "aws:SourceArn" values = [local.trail_arn] }',
    ),
)
def source(trail: Trail, context: Context) -> Judgement:
    """Without it, any AWS account can point a trail of its own at the bucket and have CloudTrail write there.

    A value binds when its account or organization is fixed: a wildcard for the trail's name or Region does no
    harm, one for the account does. IfExists and ForAllValues bind nothing, since they hold without the key. A
    Deny that refuses everybody else's trails binds as well. A grant that names an account or organization
    outside this observation is left undecided: the policy cannot tell whether it is yours.
    """
    bucket = context.inventory.bucket_of(trail)
    if _is_absent(bucket):
        return NotApplicable(f"the bucket {bucket.name} does not exist")
    document = document_of(bucket.policy)
    if not grants_to_cloudtrail(document):
        return NotApplicable("the bucket policy grants CloudTrail nothing")
    resources = (bucket.arn, f"{bucket.arn}/*")
    anybody = open_grant(document, ("s3:*",), resources)
    if anybody.yes:
        return failed(
            f"{anybody.why} for a trail of any account, by the policy of {bucket.name}", observed="not bound"
        )
    known = known_owners(trail, context)
    outside = open_grant(document, ("s3:*",), resources, named=known)
    if outside.yes:
        raise Unobserved(unlisted(outside, known, SOURCE_KEYS))
    return passed("every grant to CloudTrail is bound to known accounts", observed="bound")


@control(
    id="TH319",
    name="log-bucket-policy-write-scope",
    title="CloudTrail may write below AWSLogs of named accounts only",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    expected="s3:PutObject on AWSLogs/ACCOUNT/* or AWSLogs/ORGANIZATION/* only, owned by the bucket's owner",
    reads=(*READS, "s3:GetBucketOwnershipControls ObjectOwnership"),
    remediation=Remediation(
        text="Limit the Resource of CloudTrail's s3:PutObject to [prefix/]AWSLogs/ACCOUNT/* and, for an "
        "organization trail, [prefix/]AWSLogs/ORGANIZATION/*. Set BucketOwnerEnforced, or keep the condition "
        "s3:x-amz-acl = bucket-owner-full-control.",
        cli=EDIT,
        cdk='PolicyStatement(resources=[bucket.arn_for_objects(f"AWSLogs/{account}/*")], ...)',
        terraform='resources = ["${aws_s3_bucket.logs.arn}/AWSLogs/${local.account_id}/*"]',
    ),
)
def scope(trail: Trail, context: Context) -> Judgement:
    """A grant on the whole bucket lets a trail write where another account's evidence is kept.

    The prefix before AWSLogs is free, the account or organization behind it has to be spelled out. Without
    BucketOwnerEnforced each grant must demand bucket-owner-full-control, or the bucket's owner could not read
    what is written; with it the condition makes no difference. A Deny that narrows a broad grant is not
    counted in its favour.
    """
    bucket = context.inventory.bucket_of(trail)
    if _is_absent(bucket):
        return NotApplicable(f"the bucket {bucket.name} does not exist")
    writing = as_cloudtrail("s3:PutObject", f"{bucket.arn}/*")
    document = document_of(bucket.policy)
    grants = [s for s in document.allows if applies(s, writing) is not False]
    if not grants:
        return NotApplicable("the bucket policy lets CloudTrail write nothing")
    wide = [(s, resource) for s in grants for resource in _beyond_scope(s, bucket.arn)]
    if wide:
        statement, resource = wide[0]
        return failed(f"{statement.label} lets CloudTrail write to {resource}", observed=resource)
    careless = [s for s in grants if not _demands_acl(s, document, bucket)]
    if careless and bucket.object_ownership.value != "BucketOwnerEnforced":
        return failed(
            f"{careless[0].label} does not demand bucket-owner-full-control, and ACLs are not disabled",
            observed=f"object ownership {bucket.object_ownership.value or 'ObjectWriter'}",
        )
    return passed("CloudTrail may write below AWSLogs of named accounts only", observed="limited")


def _is_absent(bucket: LogBucket) -> bool:
    return isinstance(bucket.exists, Known) and not bucket.exists.value


def _beyond_scope(statement: Statement, bucket_arn: str) -> Iterator[str]:
    """Yield the resources of a grant that are not below AWSLogs of one account or organization."""
    if statement.not_resource:
        yield f"everything but {', '.join(statement.resources)}"
        return
    in_bucket = rf"arn:[^:]+:s3:::{re.escape(bucket_arn.rsplit(':', 1)[-1])}/"
    for resource in _of_objects(statement, bucket_arn):
        below = re.fullmatch(rf"{in_bucket}(?:[^*?$]*/)?AWSLogs/(.+)", resource)
        if not below:
            yield resource
        elif "${" in below[1].split("/", 1)[0] and statement.variables:
            raise undecided(f"in {statement.label} a policy variable decides below what CloudTrail may write")
        elif not re.fullmatch(r"\d{12}(/.*|\*)?|o-[a-z0-9]+(/.*)?", below[1]):
            yield resource


def _of_objects(statement: Statement, bucket_arn: str) -> Iterator[str]:
    """Yield the resources that objects can be: beside them a grant may name the bucket, to read its ACL."""
    objects = glob(f"{bucket_arn}/*")
    for resource in statement.resources:
        if reach(glob(resource, variables=statement.variables), objects) is not Reach.NONE:
            yield resource


def _demands_acl(statement: Statement, document: Document, bucket: LogBucket) -> bool:
    """Say whether the grant, or a Deny, refuses objects that the bucket's owner would not own."""
    alone = Document((statement, *document.denies))
    return not any(
        decide(alone, as_cloudtrail("s3:PutObject", resource, {"s3:x-amz-acl": acl})).yes
        for resource in _of_objects(statement, bucket.arn)
        for acl in (Mark.ABSENT, ("private",))
    )
