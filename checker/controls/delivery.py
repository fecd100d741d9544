"""Controls on delivery: whether what is recorded arrives, from wherever the trail is seen."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from checker.delivery import (
    cloudwatch_overdue,
    counted,
    digest_overdue,
    labels,
    lasting,
    named,
    places,
    s3_overdue,
)
from checker.evidence import Known, Observed, all_that, first
from checker.inventory import Sighting, Trail, TrailStatus
from checker.model import (
    LIVE_ONLY,
    Context,
    Judgement,
    NotApplicable,
    Remediation,
    Severity,
    Status,
    Verdict,
    control,
    failed,
    passed,
)

Setting = Callable[[TrailStatus], Observed[str | None]]
Moment = Callable[[TrailStatus], Observed[datetime | None]]
Overdue = Callable[[Trail, Sighting, Context], bool]

STOPPED = NotApplicable("the trail does not log")
NO_LOG_GROUP = NotApplicable("the trail sends nothing to CloudWatch Logs")
NO_DIGESTS = NotApplicable("log file validation is off")
TRAIL = ("cloudtrail:GetTrailStatus IsLogging", "cloudtrail:GetTrailStatus StartLoggingTime")
DIGESTS = (
    "cloudtrail:DescribeTrails LogFileValidationEnabled",
    "cloudtrail:GetTrailStatus LatestDigestDeliveryTime",
    "cloudtrail:GetTrailStatus LatestDigestDeliveryError",
)
S3 = ("cloudtrail:GetTrailStatus LatestDeliveryTime", "cloudtrail:GetTrailStatus LatestDeliveryError")
LOGS_ERROR = (
    "cloudtrail:DescribeTrails CloudWatchLogsLogGroupArn",
    "cloudtrail:GetTrailStatus LatestCloudWatchLogsDeliveryError",
)
STATUS = "aws cloudtrail get-trail-status --name $trail_arn --region $home_region"
REVALIDATE = "aws cloudtrail update-trail --name $trail_arn --s3-bucket-name $bucket --region $home_region"


@control(
    id="TH115",
    name="ct-s3-delivery-no-error",
    title="Log files reach the bucket without an error",
    severity=Severity.HIGH,
    applies_to=Trail,
    told_by=LIVE_ONLY,
    expected="no S3 delivery error in any Region",
    reads=("cloudtrail:GetTrailStatus LatestDeliveryError",),
    remediation=Remediation(
        text="Repair what the error names: the bucket, its policy or the key policy. CloudTrail tries again "
        "for 30 days; updating the trail makes it check the bucket at once.",
        cli=REVALIDATE,
        cdk="CfnTrail(s3_bucket_name=bucket.bucket_name) with a bucket policy that it depends on",
        terraform="aws_cloudtrail with depends_on = [aws_s3_bucket_policy.logs]",
    ),
)
def s3_error(trail: Trail, context: Context) -> Judgement:
    """While delivery fails the trail still says that it is logging, and nobody has the events.

    The status speaks of one Region, so an error counts wherever the trail is seen, and a Region that could
    not be read leaves the control undecided. A stopped trail is judged too: its error outlives the stop.
    """
    return errors_everywhere(trail, context, "S3 delivery", lambda status: status.latest_delivery_error)


@control(
    id="TH117",
    name="ct-s3-delivery-fresh",
    title="Log files reach the bucket in time",
    severity=Severity.HIGH,
    applies_to=Trail,
    told_by=LIVE_ONLY,
    expected="a log file within 24 hours at home and 72 elsewhere (defaults), unless digests show quiet",
    reads=(*S3, *DIGESTS, *TRAIL),
    remediation=Remediation(
        text="Look for a disabled key, a deleted bucket or a policy that refuses CloudTrail: requests that "
        "time out leave no error, only silence.",
        cli=STATUS,
        cdk="CfnTrail(is_logging=True, s3_bucket_name=bucket.bucket_name)",
        terraform="aws_cloudtrail.enable_logging = true",
    ),
)
def s3_freshness(trail: Trail, context: Context) -> Judgement:
    """A deleted bucket, a disabled key or a time-out shows here first: the log files simply stop.

    In the owner's home Region a log file is due within a day if the trail records both read and write
    management events. Elsewhere, and for member accounts, nothing may happen for a while: silence beyond the
    longer window is a failure unless hourly digests still arrive from there without an S3 error, because they
    take the same way even when there is nothing to log. A Region that never delivered anything, without an
    error and without digests, may be quiet or broken: that stays undecided.

    Logging that began within the window is not late. A stopped trail is the matter of another control.
    """
    return _late(trail, context, "log file", s3_overdue, lambda status: status.latest_delivery_time)


@control(
    id="TH118",
    name="ct-digest-delivery-healthy",
    title="Digest files are delivered every hour",
    severity=Severity.HIGH,
    applies_to=Trail,
    told_by=LIVE_ONLY,
    expected="no digest delivery error, and a digest within 3 hours (default) in every Region",
    reads=(*DIGESTS, *TRAIL),
    remediation=Remediation(
        text="Let CloudTrail write to the CloudTrail-Digest/ prefix of the bucket: look for a policy "
        "statement that demands an encryption header or limits the prefix, and for the key policy.",
        cli=REVALIDATE,
        cdk="CfnTrail(enable_log_file_validation=True)",
        terraform="aws_cloudtrail.enable_log_file_validation = true",
    ),
)
def digests(trail: Trail, context: Context) -> Judgement:
    """Without its digests an hour of logs can be edited or deleted and nobody can prove it.

    A digest is due every hour in every Region, also when nothing happened, so its absence is never quiet. An
    error fails even a trail that was stopped. For the first hours after validation was switched on this can
    fail although all is well, since no status tells when that was; a member account that never shows a digest
    is undecided.
    """
    if not trail.log_file_validation.value:
        return NO_DIGESTS
    return _healthy(
        lambda: errors_everywhere(
            trail, context, "digest delivery", lambda s: s.latest_digest_delivery_error
        ),
        lambda: _late(trail, context, "digest", digest_overdue, lambda s: s.latest_digest_delivery_time),
    )


@control(
    id="TH113",
    name="ct-cloudwatch-logs-delivery-fresh",
    title="CloudWatch Logs receives the trail's events in time",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    told_by=LIVE_ONLY,
    expected="no delivery error, and events within 24 hours in the home Region, 72 elsewhere (defaults)",
    reads=(*LOGS_ERROR, "cloudtrail:GetTrailStatus LatestCloudWatchLogsDeliveryTime", *S3, *DIGESTS, *TRAIL),
    remediation=Remediation(
        text="Check that the log group exists and that the role may create its streams and put events; then "
        "set both on the trail again.",
        cli=STATUS,
        cdk="CfnTrail(cloud_watch_logs_log_group_arn=group.log_group_arn, cloud_watch_logs_role_arn=...)",
        terraform='aws_cloudtrail.cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.trail.arn}:*"',
    ),
)
def cloudwatch_freshness(trail: Trail, context: Context) -> Judgement:
    """Alarms read the log group: when events stop arriving there, every alarm is silent and looks content.

    Windows are those of S3 delivery. Outside the home Region silence is no failure while digests arrive and
    S3 received nothing newer either: then there was nothing to send.
    """
    if not trail.log_group_arn.value:
        return NO_LOG_GROUP
    return _healthy(
        lambda: errors_everywhere(
            trail, context, "CloudWatch Logs delivery", lambda s: s.latest_cloudwatch_logs_delivery_error
        ),
        lambda: _late(
            trail,
            context,
            "event for CloudWatch Logs",
            cloudwatch_overdue,
            lambda s: s.latest_cloudwatch_logs_delivery_time,
        ),
    )


@control(
    id="TH119",
    name="ct-cloudwatch-logs-delivery-no-error",
    title="Events reach CloudWatch Logs without an error",
    severity=Severity.HIGH,
    applies_to=Trail,
    told_by=LIVE_ONLY,
    expected="no CloudWatch Logs delivery error in any Region",
    reads=LOGS_ERROR,
    remediation=Remediation(
        text="Restore the log group, or the role's trust in cloudtrail.amazonaws.com and its right to "
        "logs:CreateLogStream and logs:PutLogEvents on the group.",
        cli="aws logs describe-log-groups --log-group-name-prefix $log_group --region $home_region",
        cdk="role.add_to_policy(PolicyStatement(actions=['logs:CreateLogStream', 'logs:PutLogEvents'], ...))",
        terraform="aws_iam_role_policy for aws_cloudtrail.cloud_watch_logs_role_arn",
    ),
)
def cloudwatch_error(trail: Trail, context: Context) -> Judgement:
    """A detached role or a deleted log group blinds every alarm, while the trail itself keeps logging."""
    if not trail.log_group_arn.value:
        return NO_LOG_GROUP
    return errors_everywhere(
        trail, context, "CloudWatch Logs delivery", lambda s: s.latest_cloudwatch_logs_delivery_error
    )


@control(
    id="TH120",
    name="ct-recent-logging-gap",
    title="Logging was not interrupted recently",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    told_by=LIVE_ONLY,
    expected="no interruption within the last 90 days (default)",
    reads=(
        "cloudtrail:GetTrailStatus StopLoggingTime",
        "cloudtrail:GetTrailStatus StartLoggingTime",
        "cloudtrail:GetTrailStatus IsLogging",
    ),
    remediation=Remediation(
        text="Find out who called StopLogging and what happened until logging started again. An explained "
        "gap stays in sight for the whole window.",
        cli="aws cloudtrail lookup-events --region $home_region --lookup-attributes "
        "AttributeKey=EventName,AttributeValue=StopLogging",
        cdk="a service control policy that denies cloudtrail:StopLogging",
        terraform="aws_organizations_policy that denies cloudtrail:StopLogging",
    ),
)
def logging_gap(trail: Trail, context: Context) -> Judgement:
    """A trail that was stopped and started again looks healthy, and what happened in between is lost.

    A gap counts while any part of it lies in the window, so a stop long ago counts if logging began again
    only lately. That a trail is still stopped is another control's failure; here it is a gap without an end.
    """
    stop = trail.status.stop_logging_time.value
    if stop is None:
        logging = trail.status.is_logging
        off = isinstance(logging, Known) and not logging.value
        return STOPPED if off else passed("logging was never stopped", observed="never stopped")
    start = trail.status.start_logging_time.value
    ended = start if start and start > stop else None
    days = context.thresholds.logging_gap_days
    if ended is None and not trail.status.is_logging.value:
        return failed(
            f"logging has been off for {lasting(context.now - stop)}, since {stop:%Y-%m-%d %H:%M} UTC"
        )
    if context.now - (ended or stop) > timedelta(days=days):
        gone = lasting(context.now - (ended or stop))
        return passed(f"the latest interruption was {gone} ago", observed=f"{gone} ago")
    gap = f"was off for {lasting(ended - stop)}" if ended else "was stopped"
    return failed(
        f"logging {gap}, from {stop:%Y-%m-%d %H:%M} UTC"
        + (f" to {ended:%Y-%m-%d %H:%M} UTC" if ended else ""),
        observed=lasting(ended - stop) if ended else "an end that is not known",
        expected=f"no interruption within the last {counted(days, 'day')}",
    )


def errors_everywhere(trail: Trail, context: Context, what: str, error: Setting) -> Verdict:
    """Judge an error of the status everywhere; an empty text is no error."""
    everywhere = places(trail, context.inventory)
    broken: dict[str, list[Sighting]] = defaultdict(list)
    for place in all_that(everywhere, lambda place: bool(error(place.status).value)):
        broken[error(place.status).value or ""].append(place)
    if not broken:
        return passed(f"no {what} error in {extent(everywhere)}", observed="no error")
    where = [f"{code} in {named(broken[code], labels(everywhere))}" for code in sorted(broken)]
    return failed(f"{what} fails with {'; '.join(where)}", observed=", ".join(sorted(broken)))


def _healthy(errors: Callable[[], Judgement], late: Callable[[], Judgement]) -> Judgement:
    """Fail for either; one failure is enough even if the other could not be decided."""

    def fails(judge: Callable[[], Judgement]) -> bool:
        judgement = judge()
        return isinstance(judgement, Verdict) and judgement.status is Status.FAIL

    return (first((errors, late), fails) or late)()


def _late(trail: Trail, context: Context, what: str, overdue: Overdue, moment: Moment) -> Judgement:
    """Judge everywhere whether something is overdue, and say how old the latest delivery is."""
    if not trail.status.is_logging.value:
        return STOPPED
    everywhere = places(trail, context.inventory)
    name = labels(everywhere)

    def age(place: Sighting) -> str:
        latest = moment(place.status).value
        return f"{lasting(context.now - latest)} ago" if latest else "never"

    late = all_that(everywhere, lambda place: overdue(trail, place, context))
    if not late:
        return passed(f"no {what} is overdue in {extent(everywhere)}", observed="nothing overdue")
    where = named(late, lambda place: f"{name(place)} (latest: {age(place)})")
    return failed(
        f"no {what} arrived in time in {where}", observed=f"overdue in {counted(len(late), 'place')}"
    )


def extent(everywhere: list[Sighting]) -> str:
    """Say how far a judgement looked: ``3 Regions``, ``3 Regions of 2 accounts``."""
    regions = counted(len({place.region for place in everywhere}), "Region")
    accounts = len({place.account for place in everywhere})
    return regions if accounts == 1 else f"{regions} of {accounts} accounts"
