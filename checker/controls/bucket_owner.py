"""Controls on whose the log bucket is: somebody known, and not those whose actions it records."""

from checker.evidence import Known
from checker.inventory import LogBucket, Trail
from checker.model import (
    STRICT,
    Context,
    Judgement,
    NotApplicable,
    Remediation,
    Severity,
    control,
    failed,
    passed,
)

READS = (
    "cloudtrail:DescribeTrails S3BucketName",
    "s3:ListAllMyBuckets Buckets",
    "s3:ListBucket HeadBucket",
)


@control(
    id="TH333",
    name="log-bucket-owner-expected",
    title="The trail's bucket belongs to whom it should",
    severity=Severity.HIGH,
    applies_to=Trail,
    expected="the log archive account owns it, or without a setting an account that was audited",
    reads=READS,
    remediation=Remediation(
        text="Point the trail at a bucket of your own at once, and find out who owns this one: a bucket that "
        "was deleted can be created again under its name by anybody.",
        cli="aws cloudtrail update-trail --name $trail_arn --s3-bucket-name BUCKET --region $home_region",
        cdk="CfnTrail(s3_bucket_name=bucket.bucket_name)",
        terraform="aws_cloudtrail.s3_bucket_name = aws_s3_bucket.logs.id",
    ),
)
def owner_expected(trail: Trail, context: Context) -> Judgement:
    """Whoever owns the bucket receives the log and decides what becomes of it.

    With log-archive-account in the configuration that account has to own it. Without it, a bucket that an
    audited account owns passes. One that is none of their own stays undecided, since S3 does not tell
    strangers whose it is: it fails where every account of the organization was asked and none owns it,
    unless trusted-accounts names strangers who may.
    """
    bucket = context.inventory.bucket_of(trail)
    if _absent(bucket):
        return NotApplicable(f"the bucket {bucket.name} does not exist")
    expected = context.thresholds.log_archive_account
    if expected and expected in bucket.disowned:
        return failed(f"{bucket.name} is not a bucket of account {expected}", observed=f"not {expected}")
    strangers = expected or context.thresholds.trusted_accounts
    if not strangers and isinstance(bucket.outside, Known) and bucket.outside.value:
        return failed(f"{bucket.name} belongs to no account of the organization", observed="a stranger's")
    owner = bucket.account.value
    if expected and owner != expected:
        return failed(
            f"{bucket.name} belongs to account {owner}, not to {expected}", observed=owner, expected=expected
        )
    return passed(f"{bucket.name} belongs to account {owner}", observed=owner)


@control(
    id="TH334",
    name="log-bucket-in-separate-account",
    title="The trail's bucket is in an account of its own",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    sets=STRICT,
    expected="an account other than the trail's owns the bucket",
    reads=READS,
    remediation=Remediation(
        text="Create the bucket in an account that does nothing but keep logs, and point the trail at it.",
        cli="aws cloudtrail update-trail --name $trail_arn --s3-bucket-name BUCKET --region $home_region",
        cdk="the stacks of the log archive and of the trail, each in its own account",
        terraform="aws_s3_bucket with the provider of the log archive account",
    ),
)
def separate(trail: Trail, context: Context) -> Judgement:
    """Whoever takes over the account whose actions are recorded must not take over the record with it.

    Of an organization's trail that account is the one that owns the trail, which can do the most harm. With
    log-archive-account in the configuration the bucket has to be there. It takes a second account, so this is
    strict.
    """
    bucket = context.inventory.bucket_of(trail)
    if _absent(bucket):
        return NotApplicable(f"the bucket {bucket.name} does not exist")
    expected = context.thresholds.log_archive_account
    if expected and expected in bucket.disowned:
        return failed(f"{bucket.name} is not in account {expected}", observed=f"not {expected}")
    if not expected and trail.account in bucket.disowned:
        return passed(f"{bucket.name} is in another account than {trail.account}", observed="another account")
    owner = bucket.account.value
    if owner == trail.account:
        return failed(f"{bucket.name} is in the trail's own account {owner}", observed=owner)
    if expected and owner != expected:
        return failed(f"{bucket.name} is in account {owner}, not in {expected}", observed=owner)
    return passed(f"{bucket.name} is in account {owner}", observed=owner)


def _absent(bucket: LogBucket) -> bool:
    return isinstance(bucket.exists, Known) and not bucket.exists.content
