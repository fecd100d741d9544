"""Controls on what keeps log objects from being destroyed: Object Lock and MFA delete."""

from collections.abc import Callable

from checker.evidence import first
from checker.inventory import LogBucket, ObjectLock, Versioning
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
from checker.policy.deny import denied_except, exceptions
from checker.policy.document import document_of

BYPASS = "s3:BypassGovernanceRetention"
Protection = Callable[[LogBucket, Context], bool]

VERSIONING = ("s3:GetBucketVersioning MFADelete", "s3:GetBucketVersioning Status")
LOCK = ("s3:GetBucketObjectLockConfiguration ObjectLockEnabled",)
RETENTION = ("s3:GetBucketObjectLockConfiguration DefaultRetention",)
LOCK_BUCKET = Remediation(
    text="Set a default retention in COMPLIANCE mode, which nobody can shorten or lift: be sure of the "
    "number of days first. The bucket needs versioning; objects already there stay unlocked.",
    cli="aws s3api put-object-lock-configuration --bucket $bucket --object-lock-configuration "
    '\'{"ObjectLockEnabled":"Enabled","Rule":{"DefaultRetention":{"Mode":"COMPLIANCE","Days":365}}}\'',
    cdk="Bucket(object_lock_default_retention=ObjectLockRetention.compliance(Duration.days(365)))",
    terraform="aws_s3_bucket_object_lock_configuration.rule.default_retention with mode and days",
)


@control(
    id="TH307",
    name="log-bucket-mfa-delete",
    title="Log objects are deleted only with MFA, or not at all",
    severity=Severity.LOW,
    applies_to=LogBucket,
    expected="MFA delete, or Object Lock retention in COMPLIANCE mode for at least 365 days (default)",
    reads=(*VERSIONING, *RETENTION),
    sets=STRICT,
    remediation=Remediation(
        text="As root user, switch MFA delete on, which S3 allows only while the bucket has no lifecycle "
        "configuration (trailhold mfa-delete enable guides through it); or give the bucket a COMPLIANCE "
        "retention instead.",
        cli="aws s3api put-bucket-versioning --bucket $bucket --versioning-configuration "
        'Status=Enabled,MFADelete=Enabled --mfa "SERIAL CODE"',
        cdk=LOCK_BUCKET.cdk,
        terraform=LOCK_BUCKET.terraform,
    ),
)
def mfa_delete(bucket: LogBucket, context: Context) -> Judgement:
    """With MFA delete, stolen keys are not enough to delete a log object for good or to switch versions off.

    Only root can set it, no template can, and lifecycle rules exclude it. So a COMPLIANCE retention counts as
    well, if it lasts as long as logs must be kept: that is the stronger promise for as long as it lasts.
    """
    chosen = first((_mfa_delete, _compliance), lambda protection: protection(bucket, context))
    if chosen is _mfa_delete:
        return passed("MFA delete is on", observed="MFA delete")
    lock = bucket.object_lock.value
    if chosen:
        return passed(f"instead of MFA delete, {_retention(lock)}", observed=_retention(lock))
    return failed(
        f"{_mfa_state(bucket.versioning.value)}, and {_retention(lock)}{_shortcoming(lock, context)}",
        observed=_retention(lock),
    )


@control(
    id="TH309",
    name="log-bucket-object-lock",
    title="Object Lock is enabled on the log bucket",
    severity=Severity.MEDIUM,
    applies_to=LogBucket,
    expected="Object Lock enabled",
    reads=LOCK,
    sets=STRICT,
    remediation=LOCK_BUCKET,
)
def object_lock(bucket: LogBucket, context: Context) -> Judgement:
    """Object Lock makes versions undeletable; by itself, without a default retention, it locks nothing."""
    if bucket.object_lock.value.enabled:
        return passed("Object Lock is enabled", observed="enabled")
    return failed("Object Lock is not enabled", observed="not enabled")


@control(
    id="TH316",
    name="log-bucket-object-lock-retention",
    title="Log objects cannot be destroyed",
    severity=Severity.HIGH,
    applies_to=LogBucket,
    expected="Object Lock retention for at least 365 days (default), or MFA delete",
    reads=(*RETENTION, *VERSIONING, "s3:GetBucketPolicy Policy"),
    remediation=LOCK_BUCKET,
)
def undeletable(bucket: LogBucket, context: Context) -> Judgement:
    """Whoever takes over the log account must still be unable to erase what was recorded.

    Three protections are accepted: a default retention in COMPLIANCE mode; one in GOVERNANCE mode if the
    bucket policy denies s3:BypassGovernanceRetention to everybody but the break-glass principals (the
    configured ones, or else a few that the policy names); MFA delete on a versioned bucket. A retention must
    last as long as logs must be kept.
    """
    protections: tuple[Protection, ...] = (_compliance, _mfa_delete, _governance)
    chosen = first(protections, lambda protection: protection(bucket, context))
    if chosen is _mfa_delete:
        return passed("MFA delete is on", observed="MFA delete")
    lock = bucket.object_lock.value
    if chosen:
        return passed(_retention(lock), observed=_retention(lock))
    days = context.thresholds.log_retention_days
    return failed(
        f"{_retention(lock)}{_shortcoming(lock, context)}, and {_mfa_state(bucket.versioning.value)}",
        observed=_retention(lock),
        expected=f"Object Lock retention for at least {days} days, or MFA delete",
    )


@control(
    id="TH321",
    name="log-bucket-mfa-lifecycle-conflict",
    title="The log bucket uses MFA delete or lifecycle rules, not both",
    severity=Severity.INFO,
    applies_to=LogBucket,
    told_by=(LIVE, TERRAFORM),
    expected="one of the two",
    reads=(*VERSIONING, "s3:GetLifecycleConfiguration Rules"),
    remediation=Remediation(
        text="Choose: MFA delete without any lifecycle configuration, or lifecycle rules with an Object Lock "
        "retention. S3 does not support both on one bucket; replication to a second bucket gives both.",
        cli="aws s3api delete-bucket-lifecycle --bucket $bucket",
        cdk=LOCK_BUCKET.cdk,
        terraform=LOCK_BUCKET.terraform,
    ),
)
def mfa_lifecycle_conflict(bucket: LogBucket, context: Context) -> Judgement:
    """MFA delete and a lifecycle configuration exclude each other, so nobody may demand both of one bucket.

    This control says which one was chosen, so that the lack of the other reads as what it is. It fails only
    if both are seen, which S3 does not support: then neither can be relied on. Disabled rules count, as they
    do for S3.
    """
    rules, mfa = len(bucket.lifecycle.value), bucket.versioning.value.needs_mfa
    if rules and mfa:
        return failed(f"MFA delete is on beside lifecycle rules ({rules})", observed="both")
    if mfa:
        return passed("MFA delete is chosen, which rules out lifecycle rules", observed="MFA delete")
    if rules:
        return passed("lifecycle rules are chosen, which rule out MFA delete", observed="lifecycle rules")
    return NotApplicable("neither MFA delete nor a lifecycle rule is in use")


def _mfa_delete(bucket: LogBucket, context: Context) -> bool:
    """MFA delete guards versions, so it protects nothing on a bucket that stopped making them."""
    versioning = bucket.versioning.value
    return versioning.status == "Enabled" and versioning.needs_mfa


def _compliance(bucket: LogBucket, context: Context) -> bool:
    lock = bucket.object_lock.value
    return lock.mode == "COMPLIANCE" and _lasts(lock, context)


def _governance(bucket: LogBucket, context: Context) -> bool:
    lock = bucket.object_lock.value
    return lock.mode == "GOVERNANCE" and _lasts(lock, context) and _bypass_denied(bucket, context)


def _lasts(lock: ObjectLock, context: Context) -> bool:
    return lock.enabled and (lock.days or 0) >= context.thresholds.log_retention_days


def _bypass_denied(bucket: LogBucket, context: Context) -> bool:
    """Without a list of break-glass principals, those that the policy spares must be few and named."""
    policy, objects = document_of(bucket.policy), f"{bucket.arn}/*"
    spared = context.thresholds.break_glass_arns or exceptions(policy, BYPASS, objects).narrow
    return denied_except(policy, BYPASS, objects, spared).yes


def _retention(lock: ObjectLock) -> str:
    if not lock.enabled:
        return "Object Lock is not enabled"
    if not lock.mode:
        return "Object Lock has no default retention"
    return f"Object Lock retains objects for {lock.days or 0} days in {lock.mode} mode"


def _shortcoming(lock: ObjectLock, context: Context) -> str:
    if not lock.enabled or not lock.mode:
        return ""
    if not _lasts(lock, context):
        return f", below {context.thresholds.log_retention_days}"
    return ", which s3:BypassGovernanceRetention lifts"


def _mfa_state(versioning: Versioning) -> str:
    """Say why MFA delete protects nothing; without versions it does not matter whether it is known."""
    if versioning.mfa_delete is not False and versioning.status != "Enabled":
        return f"MFA delete guards nothing while versioning is {versioning.status or 'off'}"
    return "MFA delete is off"
