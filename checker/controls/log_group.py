"""Controls on the log group that a trail sends its events to."""

from checker.inventory import LogGroup, Trail
from checker.model import Context, Judgement, NotApplicable, Remediation, Severity, control, failed, passed


@control(
    id="TH501",
    name="cwl-group-kms-encrypted",
    title="The trail's log group is encrypted with a KMS key",
    severity=Severity.MEDIUM,
    applies_to=LogGroup,
    expected="a KMS key is associated",
    reads=("logs:DescribeLogGroups kmsKeyId",),
    remediation=Remediation(
        text="Associate a key whose policy lets logs.<region>.amazonaws.com use it for this log group.",
        cli="aws logs associate-kms-key --log-group-name $log_group --kms-key-id KEY_ARN --region $region",
        cdk="LogGroup(encryption_key=key)",
        terraform="aws_cloudwatch_log_group.kms_key_id = aws_kms_key.logs.arn",
    ),
)
def encrypted(group: LogGroup, context: Context) -> Judgement:
    """The log group holds the same events as the bucket: with a key, reading it needs one right more."""
    key = group.kms_key_id.value
    if key:
        return passed(f"events are encrypted with {key}", observed=key)
    return failed("no KMS key is associated", observed="no key")


@control(
    id="TH502",
    name="cwl-group-retention-min",
    title="The trail's log group keeps events long enough",
    severity=Severity.MEDIUM,
    applies_to=LogGroup,
    expected="retention of at least 365 days (default), or for ever",
    reads=("logs:DescribeLogGroups retentionInDays",),
    remediation=Remediation(
        text="Raise the retention of the log group, or remove it so that events never expire.",
        cli="aws logs put-retention-policy --log-group-name $log_group --retention-in-days 365 "
        "--region $region",
        cdk="LogGroup(retention=RetentionDays.ONE_YEAR)",
        terraform="aws_cloudwatch_log_group.retention_in_days = 365",
    ),
)
def retention(group: LogGroup, context: Context) -> Judgement:
    """Intrusions are found months later; what the log group has dropped by then cannot be searched.

    Without a retention setting events never expire, which satisfies any minimum.
    """
    days, wanted = group.retention_days.value, context.thresholds.log_group_retention_days
    if days is None:
        return passed("events never expire", observed="never expires")
    if days >= wanted:
        return passed(f"retention is {days} days", observed=f"{days} days")
    return failed(
        f"retention is {days} days, below {wanted}",
        observed=f"{days} days",
        expected=f"at least {wanted} days, or for ever",
    )


@control(
    id="TH503",
    name="cwl-group-exists",
    title="The trail's log group exists",
    severity=Severity.HIGH,
    applies_to=Trail,
    expected="the log group exists",
    reads=("cloudtrail:DescribeTrails CloudWatchLogsLogGroupArn", "logs:DescribeLogGroups logGroups"),
    remediation=Remediation(
        text="Create the log group again with its retention and key, and restore its metric filters.",
        cli="aws logs create-log-group --log-group-name $log_group --region $home_region",
        cdk="LogGroup(removal_policy=RemovalPolicy.RETAIN)",
        terraform="aws_cloudwatch_log_group with skip_destroy = true",
    ),
)
def exists(trail: Trail, context: Context) -> Judgement:
    """Deleting the log group silences every alarm on it, while the trail keeps its setting.

    A log group of an account that was not entered is undecided, never failed.
    """
    group = context.inventory.log_group_of(trail)
    if group is None:
        return NotApplicable("the trail sends nothing to CloudWatch Logs")
    if group.exists.value:
        return passed(f"the log group {group.name} exists", observed="exists")
    return failed(f"the log group {group.name} does not exist", observed="does not exist")
