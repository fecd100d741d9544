"""Controls on other ways to the log bucket: the account's own block, access points, a website."""

from checker.controls.bucket import FLAGS
from checker.evidence import Unknown, all_that
from checker.inventory import AccessPoint, Account, LogBucket, PublicAccessBlock
from checker.model import (
    LIVE,
    STRICT,
    TERRAFORM,
    Context,
    Judgement,
    NotApplicable,
    Remediation,
    Severity,
    control,
    failed,
    passed,
)


@control(
    id="TH322",
    name="account-s3-block-public-access",
    title="The account blocks public access to S3",
    severity=Severity.HIGH,
    applies_to=Account,
    told_by=(LIVE, TERRAFORM),
    sets=STRICT,
    expected="all four flags on for the account",
    reads=("s3:GetAccountPublicAccessBlock PublicAccessBlockConfiguration",),
    remediation=Remediation(
        text="Set all four flags for the account, unless it serves public buckets on purpose.",
        cli="aws s3control put-public-access-block --account-id $account --public-access-block-configuration "
        "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
        cdk="AwsCustomResource that calls s3control PutPublicAccessBlock for the account",
        terraform="aws_s3_account_public_access_block with all four arguments true",
    ),
)
def account_block(account: Account, context: Context) -> Judgement:
    """The account's block holds for every bucket, also for one that is created tomorrow in a hurry.

    It is asked of every account and not of log buckets, which have a control of their own that accepts these
    flags. An account that serves public buckets cannot have them, so this is strict.
    """
    off = _off(account.public_access_block.value)
    if not off:
        return passed("all four flags are on for the account", observed="all four on")
    return failed(f"off for the account: {off}", observed=f"off: {off}")


def _off(block: PublicAccessBlock) -> str:
    return ", ".join(word for flag, word in FLAGS.items() if not getattr(block, flag))


@control(
    id="TH329",
    name="log-bucket-no-website",
    title="The log bucket serves no website",
    severity=Severity.LOW,
    applies_to=LogBucket,
    expected="no website configuration",
    reads=("s3:GetBucketWebsite WebsiteConfiguration",),
    remediation=Remediation(
        text="Remove the website configuration, and find out who set it.",
        cli="aws s3api delete-bucket-website --bucket $bucket",
        cdk="Bucket without website_index_document and website_redirect",
        terraform="no aws_s3_bucket_website_configuration for the bucket",
    ),
)
def website(bucket: LogBucket, context: Context) -> Judgement:
    """A website endpoint answers over plain HTTP; on a log bucket somebody prepared a way out.

    By itself it opens nothing: what it shows still has to be public.
    """
    if bucket.website.value:
        return failed("the bucket has a website configuration", observed="website")
    return passed("the bucket has no website configuration", observed="no website")


@control(
    id="TH330",
    name="log-bucket-access-points-bpa",
    title="Access points of the log bucket block public access",
    severity=Severity.HIGH,
    applies_to=LogBucket,
    expected="all four flags on for every access point",
    reads=(
        "s3:ListAccessPoints AccessPointList",
        "s3:GetAccessPoint PublicAccessBlockConfiguration",
        "s3:ListMultiRegionAccessPoints PublicAccessBlock",
    ),
    remediation=Remediation(
        text="Delete the access point and create it again with all four flags: they cannot be changed later.",
        cli="aws s3control delete-access-point --account-id $account --name ACCESS_POINT --region $region",
        cdk="CfnAccessPoint(public_access_block_configuration=...) with all four flags true",
        terraform="aws_s3_access_point.public_access_block_configuration with all four arguments true",
    ),
)
def access_points(bucket: LogBucket, context: Context) -> Judgement:
    """An access point has a policy of its own, past which nobody looks who reviews the policy of the bucket.

    Access points are born with all four flags on; one without them was made so on purpose. Those for one
    Region and those for many are looked at, as far as they belong to the owner of the bucket. Another
    account's access point works only if the bucket's policy lets that account in, which is another control.
    """
    points = bucket.access_points.value
    if not points:
        return NotApplicable("no access point leads to the bucket")
    open_ = all_that(points, lambda point: bool(_off(point.public_access_block.value)))
    if not open_:
        return passed(f"all four flags are on for each access point ({len(points)})", observed="all four on")
    words = "; ".join(f"{_named(point)}: off {_off(point.public_access_block.value)}" for point in open_)
    return failed(words, observed=words)


def _named(point: AccessPoint) -> str:
    assert not isinstance(point.public_access_block, Unknown)
    return f"{'Multi-Region Access Point' if point.multi_region else 'access point'} {point.arn}"
