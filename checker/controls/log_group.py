"""Controls on the log group that a trail sends its events to."""

from checker.inventory import LogGroup, Trail
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
    told_by=(LIVE, TERRAFORM),
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


@control(
    id="TH505",
    name="cwl-group-retention-set",
    title="The trail's log group has a retention",
    severity=Severity.LOW,
    applies_to=LogGroup,
    sets=STRICT,
    expected="a retention in days",
    reads=("logs:DescribeLogGroups retentionInDays",),
    remediation=Remediation(
        text="Set the retention that you need; the bucket keeps the events for longer and for less.",
        cli="aws logs put-retention-policy --log-group-name $log_group --retention-in-days 365 "
        "--region $region",
        cdk="LogGroup(retention=RetentionDays.ONE_YEAR)",
        terraform="aws_cloudwatch_log_group.retention_in_days = 365",
    ),
)
def retention_set(group: LogGroup, context: Context) -> Judgement:
    """Without a retention events are kept, and billed, for ever, which is seldom what somebody decided.

    For security this is no loss, and the control on how long events are kept passes then. So this is about
    cost, and not part of the baseline.
    """
    days = group.retention_days.value
    if days is None:
        return failed("no retention is set, so events never expire", observed="never expires")
    return passed(f"retention is {days} days", observed=f"{days} days")


@control(
    id="TH515",
    name="cwl-group-class-standard",
    title="The trail's log group is of the class that alarms work on",
    severity=Severity.MEDIUM,
    applies_to=LogGroup,
    expected="class STANDARD",
    reads=("logs:DescribeLogGroups logGroupClass",),
    remediation=Remediation(
        text="Create a log group of class STANDARD and give it to the trail: the class of a group is fixed.",
        cli="aws logs create-log-group --log-group-name NAME --log-group-class STANDARD --region $region",
        cdk="LogGroup(log_group_class=LogGroupClass.STANDARD)",
        terraform='aws_cloudwatch_log_group.log_group_class = "STANDARD"',
    ),
)
def standard_class(group: LogGroup, context: Context) -> Judgement:
    """Other classes are cheaper and take no metric filters, so no alarm can be made of what arrives there."""
    kind = group.log_class.value
    if kind == "STANDARD":
        return passed("the class is STANDARD", observed=kind)
    return failed(f"the class is {kind}, which has no metric filters", observed=kind)


@control(
    id="TH516",
    name="cwl-group-deletion-protection",
    title="The trail's log group is protected from deletion",
    severity=Severity.MEDIUM,
    applies_to=LogGroup,
    sets=STRICT,
    expected="deletion protection is on",
    reads=("logs:DescribeLogGroups deletionProtectionEnabled",),
    remediation=Remediation(
        text="Turn deletion protection on, and deny logs:PutLogGroupDeletionProtection to most.",
        cli="aws logs put-log-group-deletion-protection --log-group-identifier $log_group "
        "--deletion-protection-enabled --region $region",
        cdk="CfnLogGroup(deletion_protection_enabled=True)",
        terraform="aws_cloudwatch_log_group.deletion_protection_enabled = true",
    ),
)
def deletion_protection(group: LogGroup, context: Context) -> Judgement:
    """Deleting the group deletes its events, its filters and with them every alarm, in one call.

    Whoever may delete may mostly turn the protection off first, which at least takes two calls that an alarm
    can see. The setting is young and missing in most accounts, so it is not part of the baseline.
    """
    if group.deletion_protection.value:
        return passed("deletion protection is on", observed="on")
    return failed("deletion protection is off", observed="off")
