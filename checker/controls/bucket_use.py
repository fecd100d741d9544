"""Controls on how the log bucket is kept and watched: unfinished uploads, notifications, its access logs."""

from checker.controls.bucket import KMS
from checker.controls.bucket_access import public_grants, public_policy
from checker.controls.trust import NOT_GIVEN
from checker.evidence import Known, all_that, every, first
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
from checker.policy import allows_access_logs, document_of

LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
LOGGING = ("s3:GetBucketLogging TargetBucket", "s3:GetBucketLogging TargetPrefix")


@control(
    id="TH323",
    name="log-bucket-abort-multipart",
    title="Unfinished uploads to the log bucket are removed",
    severity=Severity.INFO,
    applies_to=LogBucket,
    sets=STRICT,
    expected="an enabled lifecycle rule with AbortIncompleteMultipartUpload",
    reads=("s3:GetLifecycleConfiguration Rules", "s3:GetBucketVersioning MFADelete"),
    remediation=Remediation(
        text="Add a rule that aborts incomplete uploads after a week; the command replaces all rules.",
        cli="aws s3api put-bucket-lifecycle-configuration --bucket $bucket --lifecycle-configuration "
        '\'{"Rules":[{"ID":"abort","Status":"Enabled","Filter":{},'
        '"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":7}}]}\'',
        cdk="LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(7))",
        terraform="aws_s3_bucket_lifecycle_configuration.rule with abort_incomplete_multipart_upload",
    ),
)
def abort_multipart(bucket: LogBucket, context: Context) -> Judgement:
    """Parts of an upload that was never finished are listed nowhere and paid for until somebody removes them.

    CloudTrail uploads its small files at once, so this is about whoever else writes here, and about cost. MFA
    delete rules out lifecycle rules, so a bucket that chose it is not asked for one.
    """
    aborting = [rule for rule in bucket.lifecycle.value if rule.enabled and rule.abort_multipart_days]
    if aborting:
        days = min(rule.abort_multipart_days or 0 for rule in aborting)
        return passed(f"unfinished uploads are removed after {days} days", observed=f"{days} days")
    if bucket.versioning.value.needs_mfa:
        return NotApplicable("MFA delete rules out lifecycle rules")
    return failed("no enabled lifecycle rule removes unfinished uploads", observed="never removed")


@control(
    id="TH324",
    name="log-bucket-event-notifications",
    title="The log bucket notifies of events",
    severity=Severity.INFO,
    applies_to=LogBucket,
    sets=STRICT,
    expected="a destination for notifications, or EventBridge",
    reads=("s3:GetBucketNotification NotificationConfiguration",),
    remediation=Remediation(
        text="Send events of the bucket to EventBridge, where a rule can tell deletions; the command "
        "replaces what is set.",
        cli="aws s3api put-bucket-notification-configuration --bucket $bucket --notification-configuration "
        "'{\"EventBridgeConfiguration\":{}}'",
        cdk="Bucket(event_bridge_enabled=True)",
        terraform="aws_s3_bucket_notification.eventbridge = true",
    ),
)
def notifications(bucket: LogBucket, context: Context) -> Judgement:
    """Notifications let something act on each object that arrives, or is deleted, within seconds.

    Whether anything listens, and for which events, is not judged. Trails can notify by themselves, and data
    events tell more, so this is strict.
    """
    told = bucket.notifications.value
    if told:
        return passed(f"events of the bucket go to {', '.join(told)}", observed=", ".join(told))
    return failed("events of the bucket go nowhere", observed="none")


@control(
    id="TH331",
    name="log-bucket-is-not-own-log-target",
    title="The log bucket takes no access logs",
    severity=Severity.LOW,
    applies_to=LogBucket,
    sets=STRICT,
    expected="no log bucket, itself included, sends access logs to it",
    reads=LOGGING[:1],
    remediation=Remediation(
        text="Send access logs to a bucket of their own in the same account and Region.",
        cli="aws s3api put-bucket-logging --bucket $bucket --bucket-logging-status "
        '\'{"LoggingEnabled":{"TargetBucket":"ACCESS_LOG_BUCKET","TargetPrefix":"s3/"}}\'',
        cdk="Bucket(server_access_logs_bucket=access_logs)",
        terraform="aws_s3_bucket_logging.target_bucket = aws_s3_bucket.access_logs.id",
    ),
)
def own_target(bucket: LogBucket, context: Context) -> Judgement:
    """A bucket that logs into itself logs its own logs again, and who deletes one log deletes the other.

    Of the buckets that send access logs here only log buckets are known; others are not asked.
    """
    senders = [bucket.name] if bucket.access_log_bucket.value == bucket.name else []
    for other in context.inventory.buckets.values():
        logs = other.access_log_bucket
        if other.name != bucket.name and isinstance(logs, Known) and logs.content == bucket.name:
            senders.append(other.name)
    if not senders:
        return passed(
            "neither the bucket nor another log bucket sends access logs to it", observed="no target"
        )
    words = ", ".join("itself" if name == bucket.name else name for name in senders)
    return failed(f"the bucket takes access logs of {words}", observed=f"target of {words}")


@control(
    id="TH335",
    name="log-bucket-access-log-target-valid",
    title="Access logs of the log bucket arrive in a safe place",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    expected="another bucket of the same account and Region that S3 may write to, without default retention "
    "or SSE-KMS, and not public",
    reads=(
        "cloudtrail:DescribeTrails S3BucketName",
        *LOGGING,
        "s3:ListBucket HeadBucket",
        "s3:ListAllMyBuckets Buckets",
        "s3:GetBucketPolicy Policy",
        "s3:GetBucketPolicyStatus PolicyStatus.IsPublic",
        "s3:GetBucketAcl Grants",
        "s3:GetBucketOwnershipControls OwnershipControls",
        "s3:GetBucketObjectLockConfiguration DefaultRetention",
        "s3:GetEncryptionConfiguration SSEAlgorithm",
        "s3:GetBucketPublicAccessBlock PublicAccessBlockConfiguration",
    ),
    remediation=Remediation(
        text="Create a bucket for access logs in the same account and Region, with SSE-S3 and without a "
        "default retention; allow logging.s3.amazonaws.com s3:PutObject there, with this bucket as source.",
        cli="aws s3api put-bucket-logging --bucket $bucket --bucket-logging-status "
        '\'{"LoggingEnabled":{"TargetBucket":"ACCESS_LOG_BUCKET","TargetPrefix":"s3/"}}\'',
        cdk="Bucket(server_access_logs_bucket=access_logs)",
        terraform="aws_s3_bucket_logging, and aws_s3_bucket_policy of the target",
    ),
)
def target(trail: Trail, context: Context) -> Judgement:
    """S3 drops access logs in silence when it cannot deliver them: the setting looks right and nothing comes.

    Asked is what delivery needs (the target exists, is in the same account and Region, lets S3 write, has
    neither a default retention nor SSE-KMS by default) and what the logs need there: another bucket than the
    one they watch, closed to the public. S3 is let in by the policy, or by an ACL while ACLs are in force.
    """
    bucket = context.inventory.bucket_of(trail)
    if isinstance(bucket.exists, Known) and not bucket.exists.content:
        return NotApplicable(f"the bucket {bucket.name} does not exist")
    name = bucket.access_log_bucket.value
    if name is None:
        return NotApplicable("server access logging is off")
    if name == bucket.name:
        return failed("access logs go to the bucket that they watch", observed="itself")
    place = context.inventory.bucket_named(name)
    wrong = _wrong(bucket, place, context)
    if wrong:
        return failed(f"access logs go to {name}, {'; '.join(wrong)}", observed=name)
    return passed(f"access logs arrive in {name}", observed=name)


def _wrong(bucket: LogBucket, place: LogBucket, context: Context) -> list[str]:
    """Return what is wrong with a target; raises Unobserved when nothing is, as far as it was read."""
    if isinstance(place.exists, Known) and not place.exists.value:
        return ["which does not exist"]
    flaws = {
        "which is in another Region": lambda: _differs(place.region.value, bucket.region.value),
        "which belongs to another account": lambda: _foreign(bucket, place),
        "which has a default retention": lambda: bool(place.object_lock.value.mode),
        "which has SSE-KMS as default encryption": lambda: _kms(place),
        "which is public": lambda: _public(place, context),
        "where S3 may not write them": lambda: not _let_in(bucket, place),
    }
    return all_that(flaws, lambda flaw: flaws[flaw]())


def _differs(one: str, other: str) -> bool:
    return one != other and not {one, other} & NOT_GIVEN


def _foreign(bucket: LogBucket, place: LogBucket) -> bool:
    owner = bucket.account.value
    return owner in place.disowned or _differs(place.account.value, owner)


def _kms(place: LogBucket) -> bool:
    encryption = place.encryption.value
    return encryption is not None and encryption.algorithm in KMS


def _public(place: LogBucket, context: Context) -> bool:
    by_acl = (
        lambda: bool(public_grants(place)),
        lambda: place.object_ownership.value != "BucketOwnerEnforced",
        lambda: not context.inventory.blocks_public(place, "ignore_public_acls"),
    )
    by_policy = (
        lambda: public_policy(place).yes,
        lambda: not context.inventory.blocks_public(place, "restrict_public_buckets"),
    )
    return first((by_acl, by_policy), lambda way: every(*way)) is not None


def _let_in(bucket: LogBucket, place: LogBucket) -> bool:
    return first((_by_policy, _by_acl), lambda way: way(bucket, place)) is not None


def _by_policy(bucket: LogBucket, place: LogBucket) -> bool:
    prefix = bucket.access_log_prefix.value or ""
    document = document_of(place.policy)
    return allows_access_logs(document, place.arn, prefix, bucket.arn, bucket.account.value).yes


def _by_acl(bucket: LogBucket, place: LogBucket) -> bool:
    granted = {grant.permission for grant in place.acl.value if grant.grantee == LOG_DELIVERY}
    return bool(granted & {"WRITE", "FULL_CONTROL"}) and place.object_ownership.value != "BucketOwnerEnforced"
