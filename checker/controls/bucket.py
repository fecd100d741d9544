"""Controls on the settings of the log bucket: existence, exposure, versions, encryption, access logs."""

from checker.controls.trust import NO_ACCOUNT, NOT_GIVEN, trusted
from checker.evidence import Cause, Unknown, Unobserved, all_that
from checker.inventory import LogBucket, Trail
from checker.inventory.arns import account_of
from checker.model import (
    LIVE,
    LIVE_ONLY,
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

FLAGS = {
    "block_public_acls": "BlockPublicAcls",
    "ignore_public_acls": "IgnorePublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "restrict_public_buckets": "RestrictPublicBuckets",
}
KMS = frozenset({"aws:kms", "aws:kms:dsse"})


@control(
    id="TH301",
    name="log-bucket-exists",
    title="The trail's bucket exists",
    severity=Severity.HIGH,
    applies_to=Trail,
    told_by=(LIVE, TERRAFORM),
    expected="the bucket exists",
    reads=("cloudtrail:DescribeTrails S3BucketName", "s3:ListBucket HeadBucket"),
    remediation=Remediation(
        text="Create the bucket again in your log account before somebody else claims its name, or point the "
        "trail to another bucket; then restore its policy.",
        cli="aws s3 mb s3://$bucket --region $home_region",
        cdk="Bucket(removal_policy=RemovalPolicy.RETAIN)",
        terraform="aws_s3_bucket with lifecycle { prevent_destroy = true }",
    ),
)
def exists(trail: Trail, context: Context) -> Judgement:
    """A deleted bucket ends the log, and whoever registers its name next receives what the trail still sends.

    Only an answer that there is no such bucket is a failure: a refusal may come from a bucket of another
    account and leaves the control undecided.
    """
    bucket = context.inventory.bucket_of(trail)
    if bucket.exists.value:
        return passed(f"the bucket {bucket.name} exists", observed="exists")
    return failed(
        f"the bucket {bucket.name} does not exist, and anybody can claim its name", observed="does not exist"
    )


@control(
    id="TH305",
    name="log-bucket-block-public-access",
    title="The log bucket blocks public access",
    severity=Severity.HIGH,
    applies_to=LogBucket,
    told_by=(LIVE, TERRAFORM),
    expected="all four flags on, at the bucket or at its account",
    reads=(
        "s3:GetBucketPublicAccessBlock PublicAccessBlockConfiguration",
        "s3:GetAccountPublicAccessBlock PublicAccessBlockConfiguration",
    ),
    remediation=Remediation(
        text="Set all four flags on the bucket.",
        cli="aws s3api put-public-access-block --bucket $bucket --public-access-block-configuration "
        "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
        cdk="Bucket(block_public_access=BlockPublicAccess.BLOCK_ALL)",
        terraform="aws_s3_bucket_public_access_block with all four arguments true",
    ),
)
def public_access_block(bucket: LogBucket, context: Context) -> Judgement:
    """One careless policy or ACL would show the whole history of the account to everybody.

    S3 applies a flag that is set on the bucket or on the account that owns it. The account counts only if it
    was audited; while it was not, it might still block what the bucket does not.
    """
    off = all_that(FLAGS, lambda flag: not context.inventory.blocks_public(bucket, flag))
    if not off:
        return passed("all four flags are on", observed="all four on")
    words = ", ".join(FLAGS[flag] for flag in off)
    return failed(f"off for the bucket and for its account: {words}", observed=f"off: {words}")


@control(
    id="TH306",
    name="log-bucket-access-logging",
    title="Access to the log bucket is logged",
    severity=Severity.MEDIUM,
    applies_to=LogBucket,
    expected="server access logging with a target bucket that can take it",
    reads=(
        "s3:GetBucketLogging TargetBucket",
        "s3:GetBucketObjectLockConfiguration DefaultRetention",
        "s3:GetEncryptionConfiguration SSEAlgorithm",
    ),
    remediation=Remediation(
        text="Log accesses to a bucket of the same account and Region that has neither a default retention "
        "nor SSE-KMS as its default encryption.",
        cli="aws s3api put-bucket-logging --bucket $bucket --bucket-logging-status "
        '\'{"LoggingEnabled":{"TargetBucket":"ACCESS_LOG_BUCKET","TargetPrefix":"s3/"}}\'',
        cdk="Bucket(server_access_logs_bucket=access_logs)",
        terraform="aws_s3_bucket_logging.target_bucket = aws_s3_bucket.access_logs.id",
    ),
)
def access_logging(bucket: LogBucket, context: Context) -> Judgement:
    """The trail itself rarely records who read or deleted log objects; access logs do.

    S3 silently delivers no access logs to a bucket with a default retention or with SSE-KMS as default
    encryption (S3 User Guide, server access logging). That is judged where the target is a log bucket itself;
    of other buckets it is not read. A bucket that logs into itself passes: it repeats itself, but it records.
    """
    name = bucket.access_log_bucket.value
    if name is None:
        return failed("server access logging is off", observed="off")
    target = context.inventory.buckets.get(name)
    obstacle = _obstacle(target) if target else None
    if obstacle:
        return failed(f"access logs cannot be delivered to {name}, which has {obstacle}", observed=name)
    return passed(f"accesses are logged to {'itself' if name == bucket.name else name}", observed=name)


def _obstacle(target: LogBucket) -> str | None:
    lock = target.object_lock.value
    if lock.mode:
        return "a default retention"
    encryption = target.encryption.value
    return (
        f"{encryption.algorithm} as default encryption"
        if encryption and encryption.algorithm in KMS
        else None
    )


@control(
    id="TH308",
    name="log-bucket-versioning",
    title="The log bucket keeps versions",
    severity=Severity.MEDIUM,
    applies_to=LogBucket,
    expected="versioning Enabled",
    reads=("s3:GetBucketVersioning Status",),
    remediation=Remediation(
        text="Enable versioning.",
        cli="aws s3api put-bucket-versioning --bucket $bucket --versioning-configuration Status=Enabled",
        cdk="Bucket(versioned=True)",
        terraform='aws_s3_bucket_versioning.versioning_configuration.status = "Enabled"',
    ),
)
def versioning(bucket: LogBucket, context: Context) -> Judgement:
    """Without versions an overwritten or deleted log object is gone at once. Suspended keeps no new ones."""
    status = bucket.versioning.value.status
    if status == "Enabled":
        return passed("versioning is Enabled", observed="Enabled")
    return failed(f"versioning is {status or 'off'}", observed=status or "off")


@control(
    id="TH310",
    name="log-bucket-default-encryption",
    title="The log bucket encrypts by default",
    severity=Severity.LOW,
    applies_to=LogBucket,
    told_by=LIVE_ONLY,
    expected="default encryption",
    reads=("s3:GetEncryptionConfiguration SSEAlgorithm",),
    sets=STRICT,
    remediation=Remediation(
        text="Set a default encryption.",
        cli="aws s3api put-bucket-encryption --bucket $bucket --server-side-encryption-configuration "
        '\'{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}\'',
        cdk="Bucket(encryption=BucketEncryption.S3_MANAGED)",
        terraform="aws_s3_bucket_server_side_encryption_configuration",
    ),
)
def default_encryption(bucket: LogBucket, context: Context) -> Judgement:
    """S3 has encrypted every new object since 2023, so this fails only where the answer is not S3's own."""
    encryption = bucket.encryption.value
    if encryption:
        return passed(f"default encryption is {encryption.algorithm}", observed=encryption.algorithm)
    return failed("there is no default encryption", observed="none")


@control(
    id="TH311",
    name="log-bucket-kms-encryption",
    title="The log bucket encrypts by default with a customer managed key",
    severity=Severity.LOW,
    applies_to=LogBucket,
    expected="aws:kms or aws:kms:dsse with a customer managed key",
    reads=(
        "s3:GetEncryptionConfiguration SSEAlgorithm",
        "s3:GetEncryptionConfiguration KMSMasterKeyID",
        "kms:DescribeKey KeyManager",
    ),
    sets=STRICT,
    remediation=Remediation(
        text="Set SSE-KMS with a key of your own that CloudTrail may use as default encryption.",
        cli="aws s3api put-bucket-encryption --bucket $bucket --server-side-encryption-configuration "
        '\'{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms",'
        '"KMSMasterKeyID":"KEY_ARN"},"BucketKeyEnabled":true}]}\'',
        cdk="Bucket(encryption=BucketEncryption.KMS, encryption_key=key, bucket_key_enabled=True)",
        terraform="aws_s3_bucket_server_side_encryption_configuration.rule with kms_master_key_id",
    ),
)
def kms_encryption(bucket: LogBucket, context: Context) -> Judgement:
    """The policy of a customer managed key is a second lock: reading the bucket alone shows nothing.

    It covers what the trail does not encrypt itself; log files follow the trail's own key. Without a key id
    S3 uses the AWS managed key, whose policy nobody can change. A key that is named and was not read counts
    as customer managed, as the S3 API demands of it. The key of an account that is neither the bucket's nor
    trusted turns what it encrypts into a hostage.
    """
    encryption = bucket.encryption.value
    if not encryption or encryption.algorithm not in KMS:
        seen = encryption.algorithm if encryption else "none"
        return failed(f"default encryption is {seen}, not KMS", observed=seen)
    key = encryption.key_id
    if not key or key.endswith("alias/aws/s3") or _managed_by_aws(key, context):
        return failed(
            f"default encryption is {encryption.algorithm} with the AWS managed key", observed="aws/s3"
        )
    if stranger := _foreign(key, bucket, context):
        return failed(
            f"the default key belongs to account {stranger}, neither the bucket's nor trusted",
            observed=key,
        )
    return passed(f"default encryption is {encryption.algorithm} with {key}", observed=key)


def _foreign(key_id: str, bucket: LogBucket, context: Context) -> str:
    """Return the account of a key that is neither the bucket's nor trusted; empty for any other key.

    Raise Unobserved where a template leaves open which account is its own.
    """
    account = account_of(key_id)
    if not account.isdecimal():
        return ""
    owner = bucket.account.value
    if not owner.isdecimal() or account in trusted(owner, context).accounts:
        return ""
    if {owner, account} & NOT_GIVEN:
        raise Unobserved(Unknown(NO_ACCOUNT, Cause.UNDECIDED))
    return account


def _managed_by_aws(key_id: str, context: Context) -> bool:
    key = context.inventory.keys.get(key_id)
    return key is not None and not isinstance(key.manager, Unknown) and key.manager.value == "AWS"


@control(
    id="TH313",
    name="log-bucket-acls-disabled",
    title="The log bucket ignores ACLs",
    severity=Severity.MEDIUM,
    applies_to=LogBucket,
    expected="object ownership BucketOwnerEnforced",
    reads=("s3:GetBucketOwnershipControls ObjectOwnership",),
    remediation=Remediation(
        text="Set object ownership to BucketOwnerEnforced; deliveries of CloudTrail stay accepted.",
        cli="aws s3api put-bucket-ownership-controls --bucket $bucket "
        "--ownership-controls 'Rules=[{ObjectOwnership=BucketOwnerEnforced}]'",
        cdk="Bucket(object_ownership=ObjectOwnership.BUCKET_OWNER_ENFORCED)",
        terraform='aws_s3_bucket_ownership_controls.rule.object_ownership = "BucketOwnerEnforced"',
    ),
)
def acls_disabled(bucket: LogBucket, context: Context) -> Judgement:
    """While ACLs count, a grant on a single object opens it past the bucket policy, unseen by reviewers."""
    ownership = bucket.object_ownership.value
    if ownership == "BucketOwnerEnforced":
        return passed("ACLs are disabled", observed=ownership)
    seen = ownership or "not set"
    return failed(f"ACLs are in force, since object ownership is {seen}", observed=seen)
