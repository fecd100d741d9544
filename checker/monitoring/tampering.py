"""What has to be watched around one trail: the calls that weaken its bucket, its key and its alarms."""

from checker.evidence import Cause, Known, Observed, Unknown, Unobserved
from checker.inventory import EventRule, Inventory, LogBucket, LogGroup, Trail
from checker.inventory.arns import account_of, region_of, service_of
from checker.monitoring.kinds import Requirement, calls

_BUCKET = (
    "PutBucketLifecycle|PutBucketLifecycleConfiguration PutBucketVersioning PutBucketPublicAccessBlock "
    "DeleteBucketPublicAccessBlock|DeletePublicAccessBlock PutBucketLogging PutBucketEncryption "
    "PutObjectLockConfiguration|PutBucketObjectLockConfiguration DeleteBucket PutBucketOwnershipControls"
)
_KEY = "PutKeyPolicy CancelKeyDeletion RevokeGrant"
_GROUP = "DeleteLogGroup PutRetentionPolicy DeleteMetricFilter"
_ALARMS = "DeleteAlarms DisableAlarmActions PutAlarmMuteRule"
_SCALING = '{ $.sourceIPAddress != "*autoscaling.amazonaws.com" }'
"""Auto Scaling changes its own alarms all day, so a filter may leave it out."""


def of_bucket(trail: Trail, inventory: Inventory) -> Requirement:
    """Return the calls on the trail's own log bucket, in the account that owns it."""
    name = trail.bucket_name.value
    bucket = inventory.buckets.get(name)
    facts = {"requestParameters.bucketName": name}
    if bucket and isinstance(bucket.account, Known):
        facts["recipientAccountId"] = bucket.account.value
    return Requirement(
        kinds=calls("s3.amazonaws.com", _BUCKET, (facts,)),
        pattern="",
        sources=("s3.amazonaws.com",),
        account=_owner(bucket, name),
    )


def _owner(bucket: LogBucket | None, name: str) -> Observed[str] | None:
    """Return whose calls are meant; None for a bucket that is gone, whoever makes it anew."""
    if bucket is None:
        return Unknown(f"the account of bucket {name} was not part of this observation", Cause.OUT_OF_SCOPE)
    gone = isinstance(bucket.exists, Known) and not bucket.exists.content
    return None if gone else bucket.account


def of_key(trail: Trail, inventory: Inventory) -> Requirement:
    """Return the calls on the trail's key, in the account that owns it; none without a key."""
    key = trail.kms_key_id
    owner = account_of(key.value or "")
    return Requirement(
        kinds=calls("kms.amazonaws.com", _KEY, _key(key.value)) if key.value else (),
        pattern="",
        sources=("kms.amazonaws.com",),
        account=Known(owner, key.origin) if owner else None,
    )


def of_alarms(trail: Trail, inventory: Inventory) -> Requirement:
    """Return the calls on the trail's log group, the alarms there and those whom they tell.

    Raises Unobserved without a log group that was read.
    """
    group = inventory.log_group_of(trail)
    here = {"recipientAccountId": group.account, "awsRegion": group.region} if group else {}
    named = {"requestParameters.logGroupName": group.name, **here} if group else {}
    topics = _topics(group) if group else ()
    kinds = (
        *calls("logs.amazonaws.com", _GROUP, (named,)),
        *calls("monitoring.amazonaws.com", _ALARMS, (here,), _SCALING),
        *calls(
            "sns.amazonaws.com", "DeleteTopic", [{"requestParameters.topicArn": t, **here} for t in topics]
        ),
    )
    sources = ("logs.amazonaws.com", "monitoring.amazonaws.com", "sns.amazonaws.com")
    return Requirement(kinds=kinds, pattern="", sources=sources)


def of_rules(trail: Trail, inventory: Inventory) -> Requirement:
    """Return the calls that switch off the EventBridge rules which tell of tampering with the trail.

    Raises Unobserved where the rules were not read.
    """
    rules = inventory.watch(trail.account, trail.home_region).rules.value
    facts = [_rule(rule, trail) for rule in rules]
    return Requirement(
        kinds=calls("events.amazonaws.com", "DisableRule", facts),
        pattern="",
        sources=("events.amazonaws.com",),
    )


def _rule(rule: EventRule, trail: Trail) -> dict[str, str]:
    return {
        "requestParameters.name": rule.name,
        "recipientAccountId": trail.account,
        "awsRegion": trail.home_region,
    }


def _key(arn: str) -> tuple[dict[str, str], ...]:
    """Return both ways in which a call may name the key."""
    account = account_of(arn)
    here = {"recipientAccountId": account, "awsRegion": region_of(arn)} if account else {}
    ids = dict.fromkeys((arn, arn.rpartition("/")[2]))
    return tuple({"requestParameters.keyId": id, **here} for id in ids)


def _topics(group: LogGroup) -> tuple[str, ...]:
    if not isinstance(group.alarms, Known):
        raise Unobserved(group.alarms)
    told = (arn for alarm in group.alarms.value for arn in alarm.actions)
    return tuple(sorted({arn for arn in told if service_of(arn) == "sns"}))
