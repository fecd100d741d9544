"""Controls on where a trail may send what it records, for those who list the places."""

from collections.abc import Iterator

from checker.controls.granting import among
from checker.evidence import Known, Observed, all_that
from checker.inventory import Trail
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


@control(
    id="TH122",
    name="ct-kms-uses-expected-key",
    title="Trails encrypt with one of the keys that are meant for it",
    severity=Severity.LOW,
    applies_to=Trail,
    sets=STRICT,
    expected="a customer managed key that the setting allowed-kms-keys lists",
    reads=("cloudtrail:DescribeTrails KmsKeyId", "kms:DescribeKey KeyMetadata.KeyManager"),
    remediation=Remediation(
        text="Set the key that is meant for trails, or list the one that is set under allowed-kms-keys.",
        cli="aws cloudtrail update-trail --name $trail_arn --kms-key-id KEY_ARN --region $home_region",
        cdk="CfnTrail(kms_key_id=key.key_arn)",
        terraform="aws_cloudtrail.kms_key_id = aws_kms_key.trail.arn",
    ),
)
def expected_key(trail: Trail, context: Context) -> Judgement:
    """Whoever swaps the key for one of theirs decides from then on who can read the log.

    Keys are listed by ARN under allowed-kms-keys; without a list the control asks nothing. CloudTrail answers
    with the ARN of the key even where a trail was given an alias.
    """
    allowed = context.thresholds.allowed_kms_keys
    if not allowed:
        return NotApplicable("the setting allowed-kms-keys lists no key")
    arn = trail.kms_key_id.value
    if not arn:
        return failed("no KMS key is set", observed="no key", expected=", ".join(allowed))
    if not among(arn, allowed):
        return failed(
            f"the key {arn} is not among those that are allowed", observed=arn, expected=", ".join(allowed)
        )
    key = context.inventory.key_of(trail)
    if key and key.manager.value != "CUSTOMER":
        return failed(f"the key {arn} is managed by {key.manager.value}", observed=key.manager.value)
    return passed(f"log files are encrypted with {arn}", observed=arn)


@control(
    id="TH123",
    name="ct-uses-designated-destinations",
    title="Trails deliver to the bucket, topic and log group that are meant for them",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    sets=STRICT,
    expected="what the settings designated-buckets, designated-topics and designated-log-groups list",
    reads=(
        "cloudtrail:DescribeTrails S3BucketName",
        "cloudtrail:DescribeTrails SnsTopicARN",
        "cloudtrail:DescribeTrails CloudWatchLogsLogGroupArn",
    ),
    remediation=Remediation(
        text="Find out who changed the trail (UpdateTrail in the event history), then point it back.",
        cli="aws cloudtrail update-trail --name $trail_arn --s3-bucket-name BUCKET --region $home_region",
        cdk="CfnTrail(s3_bucket_name=bucket.bucket_name)",
        terraform="aws_cloudtrail.s3_bucket_name = aws_s3_bucket.logs.id",
    ),
)
def designated_destinations(trail: Trail, context: Context) -> Judgement:
    """A trail that is re-pointed to a bucket of somebody else logs on, and its owner sees nothing any more.

    Only the kinds of destination are judged for which the settings list any, buckets by name, topics and log
    groups by ARN; then a trail has to have one of those, and none is a failure as well.
    """
    places = list(_places(trail, context))
    if not places:
        return NotApplicable("no setting lists designated buckets, topics or log groups")
    wrong = all_that(places, lambda place: not among(place[1].value or "", place[2]))
    if not wrong:
        seen = ", ".join(str(setting.value) for _, setting, _ in places)
        return passed(f"the trail delivers to {seen}", observed=seen)
    told = "; ".join(f"the {what} is {setting.value or 'not set'}" for what, setting, _ in wrong)
    return failed(
        f"{told}, which is not designated",
        observed=", ".join(setting.value or "none" for _, setting, _ in wrong),
        expected=", ".join(name for _, _, listed in wrong for name in listed),
    )


def _places(
    trail: Trail, context: Context
) -> Iterator[tuple[str, Observed[str] | Observed[str | None], tuple[str, ...]]]:
    """Yield each kind of destination that is designated: what it is, where it is, where it may be."""
    figures, group = context.thresholds, trail.log_group_arn
    if figures.designated_buckets:
        yield "bucket", trail.bucket_name, figures.designated_buckets
    if figures.designated_topics:
        yield "topic", trail.sns_topic_arn, figures.designated_topics
    if figures.designated_log_groups:
        if isinstance(group, Known) and group.content:
            group = Known(group.content.removesuffix(":*"), group.origin)
        yield "log group", group, tuple(arn.removesuffix(":*") for arn in figures.designated_log_groups)
