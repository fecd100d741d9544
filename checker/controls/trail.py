"""Controls on the trail itself: whether it logs, what it covers, and whether tampering would show."""

from checker.evidence import Known, all_that, first
from checker.inventory import DESTROYED, Trail
from checker.model import (
    BASELINE,
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
from checker.recording import accesses, unfold
from checker.visibility import label


@control(
    id="TH104",
    name="ct-trail-is-multi-region",
    title="Every trail records all Regions",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    sets=BASELINE,
    expected="a multi-Region trail",
    reads=(
        "cloudtrail:DescribeTrails IsMultiRegionTrail",
        "cloudtrail:DescribeTrails IsOrganizationTrail",
        "cloudtrail:GetTrailStatus IsLogging",
    ),
    remediation=Remediation(
        text="Turn the trail into a multi-Region trail, unless another one already covers every Region.",
        cli="aws cloudtrail update-trail --name $trail_arn --is-multi-region-trail --region $home_region",
        cdk="CfnTrail(is_multi_region_trail=True)",
        terraform="aws_cloudtrail.is_multi_region_trail = true",
    ),
)
def multi_region(trail: Trail, context: Context) -> Judgement:
    """A single-Region trail sees nothing of what an intruder does in a Region that nobody uses.

    A deliberate second trail for one Region may stand beside a multi-Region trail that logs, in the same
    account or for the organization: then nothing is asked of it. Before deployment it is this that stands for
    the coverage of the account, of which no template tells.
    """
    if trail.multi_region.value:
        return passed("the trail records all Regions", observed="multi-Region")
    beside = first(context.inventory.trails.values(), lambda other: _covers(other, trail))
    if beside is not None:
        return NotApplicable(f"it stands beside {label(beside, trail.account)}, which records all Regions")
    text = f"the trail records {trail.home_region} alone"
    return failed(text, observed="single-Region", at=trail.multi_region)


def _covers(other: Trail, trail: Trail) -> bool:
    """Say whether another trail that logs records all Regions of the same account."""
    if other.arn == trail.arn or not (other.account == trail.account or other.organization.value):
        return False
    return bool(other.multi_region.value and other.status.is_logging.value)


@control(
    id="TH106",
    name="ct-trail-is-logging",
    title="Every trail is logging",
    severity=Severity.CRITICAL,
    applies_to=Trail,
    sets=BASELINE,
    of_destroyed=True,
    expected="logging is on",
    reads=("cloudtrail:GetTrailStatus IsLogging", "template:resource_changes actions"),
    remediation=Remediation(
        text="Start logging, and find out who stopped it: look for StopLogging in the event history.",
        cli="aws cloudtrail start-logging --name $trail_arn --region $home_region",
        cdk="CfnTrail(is_logging=True)",
        terraform="aws_cloudtrail.enable_logging = true",
    ),
)
def logging(trail: Trail, context: Context) -> Judgement:
    """Stopping the trail is the shortest way to act unseen, and everything else about it looks unchanged.

    A plan that destroys a trail, or destroys it before it makes it anew, stops it as well, unless another
    trail that the plan leaves alone records all Regions of the same accounts meanwhile, reads and writes as
    far as it did. What happens between the two is recorded nowhere, however short it is, and a gap that is
    announced is one to be used: so a replacement is no remark beside a pass. It is avoided by a new name with
    create_before_destroy; under the old name CreateTrail refuses (TrailAlreadyExistsException), and a change
    in place, or a second trail until the new one logs, is what is left.
    """
    removal = context.inventory.removal_of(trail.arn)
    if removal is not None:
        return _removed(trail, removal, context)
    if trail.status.is_logging.value:
        return passed("the trail is logging", observed="logging")
    return failed("logging is stopped", observed="stopped")


_REPLACED = (
    "the plan replaces the trail and destroys the old one first: nothing is recorded in between; with a new "
    "name, lifecycle create_before_destroy leaves no gap; with the same one, which no two trails can have, "
    "it takes a change in place, or a second trail for the time being"
)


def _stays(other: Trail, trail: Trail, context: Context) -> bool:
    """Say whether another trail, which the plan leaves alone, records meanwhile what a trail recorded."""
    if context.inventory.removal_of(other.arn) is not None or not _covers(other, trail):
        return False
    wider = other.organization.value or not trail.organization.value
    return wider and set(_recorded(trail)) <= set(_recorded(other))


def _recorded(trail: Trail) -> list[str]:
    """Return which management events a trail records: reads, writes, or both."""
    return accesses(unfold(trail.selectors.value))


def _removed(trail: Trail, removal: Known[str], context: Context) -> Judgement:
    """Judge a trail that a plan takes away, for good or for a while."""
    destroyed = removal.value == DESTROYED
    if not destroyed and not trail.status.is_logging.value:
        return failed("logging is stopped", observed="stopped")
    beside = first(context.inventory.trails.values(), lambda other: _stays(other, trail, context))
    if beside is not None:
        text = f"the plan destroys it beside {label(beside, trail.account)}, which records all Regions"
        return NotApplicable(text) if destroyed else passed(text, observed="logging")
    told = "the plan destroys the trail: nothing is recorded from then on" if destroyed else _REPLACED
    return failed(told, observed=removal.content, at=removal)


@control(
    id="TH110",
    name="ct-log-file-validation-enabled",
    title="Trails sign their log files",
    severity=Severity.HIGH,
    applies_to=Trail,
    sets=BASELINE,
    expected="log file validation is on",
    reads=("cloudtrail:DescribeTrails LogFileValidationEnabled",),
    remediation=Remediation(
        text="Turn log file validation on; it protects the files that are delivered from then on.",
        cli="aws cloudtrail update-trail --name $trail_arn --enable-log-file-validation "
        "--region $home_region",
        cdk="CfnTrail(enable_log_file_validation=True)",
        terraform="aws_cloudtrail.enable_log_file_validation = true",
    ),
)
def log_file_validation(trail: Trail, context: Context) -> Judgement:
    """Without digest files, nobody can prove that a log was not edited or deleted after delivery."""
    if trail.log_file_validation.value:
        return passed("log file validation is on", observed="on")
    return failed("log file validation is off", observed="off")


@control(
    id="TH111",
    name="ct-kms-encrypted",
    title="Trails encrypt their log files with a KMS key",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    sets=BASELINE,
    expected="a KMS key is set",
    reads=("cloudtrail:DescribeTrails KmsKeyId",),
    remediation=Remediation(
        text="Give the trail a symmetric key in the bucket's Region whose policy lets CloudTrail encrypt.",
        cli="aws cloudtrail update-trail --name $trail_arn --kms-key-id KEY_ARN --region $home_region",
        cdk="CfnTrail(kms_key_id=key.key_arn)",
        terraform="aws_cloudtrail.kms_key_id = aws_kms_key.trail.arn",
    ),
)
def encrypted(trail: Trail, context: Context) -> Judgement:
    """With a key, reading the bucket is not enough to read the log, which is a map for an intruder.

    That a key is named is all that is asked here; its state and its policy are controls of their own.
    """
    key = trail.kms_key_id.value
    if key:
        return passed(f"log files are encrypted with {key}", observed=key)
    return failed("no KMS key is set", observed="no key")


@control(
    id="TH112",
    name="ct-cloudwatch-logs-configured",
    title="Trails send their events to CloudWatch Logs",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    sets=BASELINE,
    expected="a log group and a role are set",
    reads=(
        "cloudtrail:DescribeTrails CloudWatchLogsLogGroupArn",
        "cloudtrail:DescribeTrails CloudWatchLogsRoleArn",
    ),
    remediation=Remediation(
        text="Give the trail a log group and a role that may create streams and put events there.",
        cli="aws cloudtrail update-trail --name $trail_arn --cloud-watch-logs-log-group-arn LOG_GROUP_ARN "
        "--cloud-watch-logs-role-arn ROLE_ARN --region $home_region",
        cdk="CfnTrail(cloud_watch_logs_log_group_arn=group.log_group_arn, "
        "cloud_watch_logs_role_arn=role.role_arn)",
        terraform='aws_cloudtrail.cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.trail.arn}:*" '
        "and cloud_watch_logs_role_arn",
    ),
)
def cloudwatch_logs(trail: Trail, context: Context) -> Judgement:
    """Alarms and live searches work on the log group; files in a bucket are read when it is too late.

    CloudTrail takes the ARN of a log group with :* at its end and refuses it without: a template that
    lacks it makes no such trail.
    """
    settings = {"log group": trail.log_group_arn, "role": trail.log_role_arn}
    lacking = all_that(settings, lambda name: not settings[name].value)
    if lacking:
        what = f"no {' and no '.join(lacking)}"
        return failed(f"{what} is set", observed=what, at=settings[lacking[0]])
    group = trail.log_group_arn.value or ""
    if not group.endswith(":*") and trail.arn in context.inventory.declarations:
        return failed(
            f"CloudTrail refuses the log group {group}, which lacks the :* at its end",
            observed=group,
            at=trail.log_group_arn,
        )
    return passed(f"events go to {group}", observed=group)


@control(
    id="TH114",
    name="ct-sns-topic-configured",
    title="Trails announce their log files on a topic",
    severity=Severity.LOW,
    applies_to=Trail,
    sets=STRICT,
    expected="an SNS topic is set",
    reads=("cloudtrail:DescribeTrails SnsTopicARN",),
    remediation=Remediation(
        text="Give the trail a topic whose policy lets CloudTrail publish for this trail.",
        cli="aws cloudtrail update-trail --name $trail_arn --sns-topic-name TOPIC_ARN --region $home_region",
        cdk="CfnTrail(sns_topic_name=topic.topic_arn)",
        terraform="aws_cloudtrail.sns_topic_name = aws_sns_topic.trail.arn",
    ),
)
def topic(trail: Trail, context: Context) -> Judgement:
    """Systems that process log files as they arrive learn of them from the topic; others do not need one."""
    arn = trail.sns_topic_arn.value
    if arn:
        return passed(f"log files are announced on {arn}", observed=arn)
    return failed("no SNS topic is set", observed="no topic")


@control(
    id="TH116",
    name="ct-trail-tagged",
    title="Trails carry the required tags",
    severity=Severity.LOW,
    applies_to=Trail,
    sets=STRICT,
    expected="every required tag, or any tag where none is required",
    reads=("cloudtrail:ListTags TagsList",),
    remediation=Remediation(
        text="Tag the trail, so that everybody knows whose it is before they change it.",
        cli="aws cloudtrail add-tags --resource-id $trail_arn --tags-list Key=owner,Value=TEAM "
        "--region $home_region",
        cdk='CfnTrail(tags=[CfnTag(key="owner", value="security")])',
        terraform='aws_cloudtrail.tags = { owner = "security" }',
    ),
)
def tagged(trail: Trail, context: Context) -> Judgement:
    """A trail that says who owns it is less likely to be deleted by somebody who tidies up.

    Tags that AWS sets itself (``aws:``) tell nothing about an owner and do not count. A tag counts by key.
    """
    keys = sorted(key for key in trail.tags.value if not key.startswith("aws:"))
    required = context.thresholds.required_tags
    expected = f"tags {', '.join(required)}" if required else "any tag"
    observed = ", ".join(keys) or "no tags"
    lacking = [key for key in required if key not in keys]
    if lacking:
        return failed(f"tags are missing: {', '.join(lacking)}", observed=observed, expected=expected)
    if not keys:
        return failed("the trail has no tags", observed=observed, expected=expected)
    return passed(f"tags are set: {observed}", observed=observed, expected=expected)
