"""Controls on the lifecycle rules of the log bucket: when S3 itself takes log objects away."""

from collections.abc import Callable, Iterable

from checker.evidence import Unknown, all_that, first, sift
from checker.inventory import LifecycleRule, LogBucket, Trail
from checker.lifecycle import archives, early_archives, losses, reaches, reaches_digests
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

RULES = "s3:GetLifecycleConfiguration Rules"


@control(
    id="TH314",
    name="log-bucket-lifecycle-exists",
    title="The log bucket has a lifecycle rule",
    severity=Severity.LOW,
    applies_to=LogBucket,
    expected="at least one enabled lifecycle rule",
    reads=(RULES, "s3:GetBucketVersioning MFADelete"),
    sets=STRICT,
    remediation=Remediation(
        text="Add a rule that expires objects after the time you must keep them; it replaces all rules.",
        cli="aws s3api put-bucket-lifecycle-configuration --bucket $bucket --lifecycle-configuration "
        '\'{"Rules":[{"ID":"keep","Status":"Enabled","Filter":{},"Expiration":{"Days":730},'
        '"NoncurrentVersionExpiration":{"NoncurrentDays":730}}]}\'',
        cdk="Bucket(lifecycle_rules=[LifecycleRule(expiration=Duration.days(730))])",
        terraform="aws_s3_bucket_lifecycle_configuration.rule with expiration { days = 730 }",
    ),
)
def lifecycle_exists(bucket: LogBucket, context: Context) -> Judgement:
    """Logs without an end cost more each year, and personal data in them may not be kept for ever.

    It says nothing about how long logs last: a rule that deletes after a day satisfies it. MFA delete rules
    out any lifecycle configuration, so a bucket that chose it is not asked for one.
    """
    rules = [rule for rule in bucket.lifecycle.value if rule.enabled]
    if rules:
        return passed(f"enabled lifecycle rules: {len(rules)}", observed=f"{len(rules)} enabled")
    if bucket.versioning.value.needs_mfa:
        return NotApplicable("MFA delete rules out lifecycle rules")
    return failed("no lifecycle rule is enabled", observed="none enabled")


@control(
    id="TH315",
    name="log-bucket-lifecycle-min-retention",
    title="Lifecycle rules keep log objects long enough",
    severity=Severity.CRITICAL,
    applies_to=LogBucket,
    expected="no rule removes log objects before 365 days or archives them before 1 day (defaults)",
    reads=(RULES, "cloudtrail:DescribeTrails S3KeyPrefix"),
    remediation=Remediation(
        text="Delete the lifecycle configuration at once, which stops further losses, and put it back with "
        "longer times. Find out who changed it: expiry after a day is a way to destroy logs unseen.",
        cli="aws s3api delete-bucket-lifecycle --bucket $bucket",
        cdk="LifecycleRule(expiration=Duration.days(730), noncurrent_version_expiration=Duration.days(730))",
        terraform="aws_s3_bucket_lifecycle_configuration.rule with expiration and "
        "noncurrent_version_expiration of at least 365 days",
    ),
)
def lifecycle_retention(bucket: LogBucket, context: Context) -> Judgement:
    """A rule that expires objects after a day destroys the log without one delete call; no policy stops it.

    Every enabled rule that can meet log or digest objects of a trail counts, also one that a tag or size
    filter narrows: whoever tags objects decides what it meets. Superseded versions count by themselves, since
    a deleted object becomes one at that moment, and Object Lock excuses no rule, since it does not hold what
    was delivered before it was on. A dated expiry fails when its date is past or nearer than the time to
    keep: from then on it takes objects of any age.

    Archiving counts only for current objects and for classes that must be restored first. Digests in such a
    class cannot be validated until restored; that is said, not failed.
    """
    trails = _senders(bucket, context)
    enabled = [rule for rule in bucket.lifecycle.value if rule.enabled]
    harmful = [rule for rule in enabled if any(_harm(rule, context))]
    found = all_that(harmful, lambda rule: _reaches_any(rule, trails, reaches))
    if not found:
        return passed(_kept(enabled, trails), observed=f"{len(enabled)} enabled rules")
    harm = "; ".join(f"{_named(rule)} {' and '.join(_harm(rule, context))}" for rule in found)
    wanted = context.thresholds
    return failed(
        harm,
        observed=harm,
        expected=f"no rule removes log objects before {wanted.log_retention_days} days or archives them "
        f"before {wanted.archive_after_days}",
    )


def _harm(rule: LifecycleRule, context: Context) -> Iterable[str]:
    yield from losses(rule, context.now, context.thresholds.log_retention_days)
    yield from early_archives(rule, context.now, context.thresholds.archive_after_days)


def _reaches_any(
    rule: LifecycleRule, trails: list[Trail], meets: Callable[[LifecycleRule, str | None], bool]
) -> bool:
    """Tell whether a rule meets objects of any trail; of a bucket whose trails are not known, it does."""
    if not rule.filter.prefix or not trails:
        return True

    def met(trail: Trail) -> bool:
        return bool(trail.bucket_name.value) and meets(rule, trail.key_prefix.value)

    return first(trails, met) is not None


def _senders(bucket: LogBucket, context: Context) -> list[Trail]:
    """Return the trails that deliver to the bucket, and those that may: their bucket could not be read."""
    unread = [t for t in context.inventory.trails.values() if isinstance(t.bucket_name, Unknown)]
    return [*context.inventory.trails_of_bucket(bucket), *unread]


def _named(rule: LifecycleRule) -> str:
    where = f" under {rule.filter.prefix!r}" if rule.filter.prefix else ""
    return (f"rule {rule.id!r}" if rule.id else "a rule without id") + where


def _kept(enabled: list[LifecycleRule], trails: list[Trail]) -> str:
    """Say that no rule does harm, and which of them makes digests wait for a restore."""
    moving = [rule for rule in enabled if archives(rule)]
    archived, _ = sift(moving, lambda rule: _reaches_any(rule, trails, reaches_digests))
    kept = (
        "no lifecycle rule is enabled" if not enabled else "no enabled lifecycle rule takes log objects early"
    )
    if not archived:
        return kept
    classes = ", ".join(sorted({move.storage_class for rule in archived for move in archives(rule)}))
    return f"{kept}; digests that move to {classes} cannot be validated until restored"
