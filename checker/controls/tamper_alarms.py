"""Controls on alarms for what CIS leaves out: the quieter ways to blind a trail.

All are for the strict set: GuardDuty, a SIEM or rules on the event bus may tell of the same.
"""

from checker.controls.alerting import EXPECTED, READS, alerted, fix
from checker.inventory import Trail
from checker.model import STRICT, Context, Judgement, Severity, control
from checker.monitoring import kinds
from checker.monitoring.tampering import of_alarms, of_bucket, of_key, of_rules

BUCKET_PATTERN = (
    '{ ($.eventSource = s3.amazonaws.com) && ($.requestParameters.bucketName = "LOG_BUCKET") && '
    "(($.eventName = Put*) || ($.eventName = Delete*)) }"
)
REST_PATTERN = (
    "{ (($.eventSource = kms.amazonaws.com) && (($.eventName = PutKeyPolicy) || "
    "($.eventName = CancelKeyDeletion) || ($.eventName = RevokeGrant))) || "
    "(($.eventSource = logs.amazonaws.com) && (($.eventName = DeleteLogGroup) || "
    "($.eventName = PutRetentionPolicy) || ($.eventName = DeleteMetricFilter))) || "
    "(($.eventSource = monitoring.amazonaws.com) && (($.eventName = DeleteAlarms) || "
    "($.eventName = DisableAlarmActions) || ($.eventName = PutAlarmMuteRule))) || "
    "($.eventName = DeleteTopic) || ($.eventName = DisableRule) }"
)


@control(
    id="TH619",
    name="mon-filter-extended-cloudtrail-tamper",
    title="Narrowing what CloudTrail records raises an alarm",
    severity=Severity.HIGH,
    applies_to=Trail,
    sets=STRICT,
    expected=EXPECTED,
    reads=READS,
    remediation=fix("TrailTampering", kinds.TRAIL_TAMPERING.pattern),
)
def trail_tampering(trail: Trail, context: Context) -> Judgement:
    """A trail without selectors logs, delivers and records nothing, and CIS's own filter does not notice.

    Asked for are, beside what CIS lists: PutEventSelectors, PutInsightSelectors, PutEventConfiguration, the
    calls that end or change event data stores and channels or their policies, delegated administrators, tags.
    """
    demand = kinds.TRAIL_TAMPERING
    return alerted(trail, context, "calls that narrow what is recorded", lambda _trail, _inventory: demand)


@control(
    id="TH620",
    name="mon-filter-log-bucket-tamper",
    title="Weakening the log bucket raises an alarm",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    sets=STRICT,
    expected=EXPECTED,
    reads=(
        *READS,
        "cloudtrail:DescribeTrails S3BucketName",
        "s3:ListAllMyBuckets Buckets",
        "organizations:DescribeOrganization Organization.MasterAccountId",
    ),
    remediation=fix("LogBucketTampering", BUCKET_PATTERN),
)
def bucket_tampering(trail: Trail, context: Context) -> Judgement:
    """A lifecycle rule of one day empties the bucket without a single DeleteObject.

    A filter may be about the trail's own bucket alone: other buckets are changed all day. Where CloudTrail
    and S3 name a call differently (PutBucketLifecycleConfiguration), either name will do. Of a bucket in
    another account only that account's trails and its organization's hear, so that their alarms are asked;
    no template tells of those.
    """
    return alerted(trail, context, "calls that weaken the log bucket", of_bucket)


@control(
    id="TH621",
    name="mon-filter-key-and-logs-tamper",
    title="Weakening the trail's key, log group or alarms raises an alarm",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    sets=STRICT,
    expected=EXPECTED,
    reads=(
        *READS,
        "cloudtrail:DescribeTrails KmsKeyId",
        "organizations:DescribeOrganization Organization.MasterAccountId",
        "events:ListRules Rules",
        "events:ListTargetsByRule Targets",
    ),
    remediation=fix("MonitoringTampering", REST_PATTERN),
)
def rest_tampering(trail: Trail, context: Context) -> Judgement:
    """Before the trail is touched, the alarms are silenced; each of these calls is the first step.

    A filter may be about what belongs to the trail alone: its key, its log group, the topics of the alarms
    there, the EventBridge rules that tell of tampering. What Auto Scaling does with alarms may be left out.
    Of a key in another account only trails that record that account hear.
    """
    what = "calls that weaken the trail's key, log group or alarms"
    return alerted(trail, context, what, of_key, of_alarms, of_rules)
