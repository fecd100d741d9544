"""A hardened account as an inventory: every baseline control passes on it, and each test breaks one thing."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from checker.evidence import Cause, Known, Origin, Unknown
from checker.inventory import (
    NOT_READ,
    Account,
    AdvancedSelector,
    Discovery,
    Encryption,
    FieldSelector,
    History,
    InsightSelector,
    Inventory,
    Key,
    LogBucket,
    LogGroup,
    LogObjects,
    ObjectLock,
    PublicAccessBlock,
    RegionWatch,
    Role,
    RolePolicy,
    Selectors,
    Sighting,
    Subscription,
    Topic,
    Trail,
    TrailStatus,
    Versioning,
)
from tests import watched

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ACCOUNT = "111122223333"
REGIONS = ("eu-west-1", "us-east-1", "us-west-2")
HOME = "us-east-1"
TRAIL_ARN = f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:trail/audit"
BUCKET = "audit-logs-111122223333"
BUCKET_ARN = f"arn:aws:s3:::{BUCKET}"
ACCESS_LOGS = "access-logs-111122223333"
KEY_ARN = f"arn:aws:kms:{HOME}:{ACCOUNT}:key/0a1b2c3d-1111-2222-3333-444455556666"
GROUP_ARN = f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:audit"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/audit-to-logs"
TOPIC_ARN = f"arn:aws:sns:{HOME}:{ACCOUNT}:audit"
QUEUE_ARN = f"arn:aws:sqs:{HOME}:{ACCOUNT}:log-files"
BREAK_GLASS = f"arn:aws:iam::{ACCOUNT}:role/break-glass"

DENIED = Unknown(
    "access was denied", Cause.DENIED, Origin(action="test:Denied", account=ACCOUNT, region=HOME)
)


def statement(**parts: Any) -> dict[str, Any]:
    """One policy statement, Allow unless told otherwise."""
    return {"Effect": "Allow", **parts}


def document(*statements: dict[str, Any]) -> str:
    """A policy document as AWS returns it."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


CLOUDTRAIL = {"Service": "cloudtrail.amazonaws.com"}
BOUND = {"StringEquals": {"aws:SourceArn": TRAIL_ARN}}
ACL_CHECK = statement(Principal=CLOUDTRAIL, Action="s3:GetBucketAcl", Resource=BUCKET_ARN, Condition=BOUND)
WRITE = statement(
    Principal=CLOUDTRAIL,
    Action="s3:PutObject",
    Resource=f"{BUCKET_ARN}/AWSLogs/{ACCOUNT}/*",
    Condition={
        "StringEquals": {"aws:SourceArn": TRAIL_ARN, "s3:x-amz-acl": "bucket-owner-full-control"},
    },
)
TLS_ONLY = statement(
    Effect="Deny",
    Principal="*",
    Action="s3:*",
    Resource=[BUCKET_ARN, f"{BUCKET_ARN}/*"],
    Condition={"Bool": {"aws:SecureTransport": "false"}},
)
NO_TAMPERING = statement(
    Effect="Deny",
    Principal="*",
    Action=[
        "s3:DeleteObject*",
        "s3:DeleteBucket",
        "s3:DeleteBucketPolicy",
        "s3:PutLifecycleConfiguration",
        "s3:PutBucketPolicy",
        "s3:PutBucketVersioning",
        "s3:PutBucketObjectLockConfiguration",
        "s3:PutEncryptionConfiguration",
        "s3:BypassGovernanceRetention",
    ],
    Resource=[BUCKET_ARN, f"{BUCKET_ARN}/*"],
    Condition={"ArnNotLike": {"aws:PrincipalArn": BREAK_GLASS}},
)
BUCKET_POLICY = document(ACL_CHECK, WRITE, TLS_ONLY, NO_TAMPERING)

ACCESS_LOG_POLICY = document(
    statement(
        Principal={"Service": "logging.s3.amazonaws.com"},
        Action="s3:PutObject",
        Resource=f"arn:aws:s3:::{ACCESS_LOGS}/s3/*",
        Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": {"aws:SourceArn": BUCKET_ARN}},
    )
)

KEY_ADMIN = statement(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Action="kms:*", Resource="*")
KEY_ENCRYPT = statement(
    Principal=CLOUDTRAIL,
    Action="kms:GenerateDataKey*",
    Resource="*",
    Condition={
        "StringEquals": {"aws:SourceArn": TRAIL_ARN},
        "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*"},
    },
)
KEY_DESCRIBE = statement(Principal=CLOUDTRAIL, Action="kms:DescribeKey", Resource="*", Condition=BOUND)
KEY_POLICY = document(KEY_ADMIN, KEY_ENCRYPT, KEY_DESCRIBE)


def status(**changes: Any) -> TrailStatus:
    """A trail that logs and delivers; pass settings by name to change them."""
    recent = Known(NOW - timedelta(minutes=20))
    fine = TrailStatus(
        is_logging=Known(True),
        latest_delivery_time=recent,
        latest_delivery_error=Known(None),
        latest_digest_delivery_time=recent,
        latest_digest_delivery_error=Known(None),
        latest_cloudwatch_logs_delivery_time=recent,
        latest_cloudwatch_logs_delivery_error=Known(None),
        latest_notification_error=Known(None),
        start_logging_time=Known(NOW - timedelta(days=400)),
        stop_logging_time=Known(None),
    )
    return replace(fine, **changes)


ALL_MANAGEMENT = AdvancedSelector(
    name="everything",
    field_selectors=(FieldSelector(field="eventCategory", equals=("Management",)),),
)

TRAIL = Trail(
    arn=TRAIL_ARN,
    name="audit",
    account=ACCOUNT,
    home_region=HOME,
    multi_region=Known(True),
    organization=Known(False),
    global_service_events=Known(True),
    log_file_validation=Known(True),
    bucket_name=Known(BUCKET),
    key_prefix=Known(None),
    kms_key_id=Known(KEY_ARN),
    log_group_arn=Known(f"{GROUP_ARN}:*"),
    log_role_arn=Known(ROLE_ARN),
    sns_topic_arn=Known(TOPIC_ARN),
    status=status(),
    selectors=Known(Selectors(advanced=(ALL_MANAGEMENT,))),
    insights=Known((InsightSelector(type="ApiCallRateInsight"), InsightSelector(type="ApiErrorRateInsight"))),
    tags=Known({"owner": "security"}),
    recursive_logging=Known(None),
    aggregations=Known(()),
)
LOG_BUCKET = LogBucket(
    arn=BUCKET_ARN,
    name=BUCKET,
    exists=Known(True),
    account=Known(ACCOUNT),
    region=Known(HOME),
    policy=Known(BUCKET_POLICY),
    policy_is_public=Known(False),
    public_access_block=Known(
        PublicAccessBlock(
            block_public_acls=True,
            ignore_public_acls=True,
            block_public_policy=True,
            restrict_public_buckets=True,
        )
    ),
    acl=Known(()),
    acl_owner=Known(ACCOUNT.zfill(64)),
    object_ownership=Known("BucketOwnerEnforced"),
    versioning=Known(Versioning(status="Enabled")),
    object_lock=Known(ObjectLock(enabled=True, mode="COMPLIANCE", days=365)),
    lifecycle=Known(()),
    encryption=Known(Encryption(algorithm="aws:kms", key_id=KEY_ARN, bucket_key=True)),
    access_log_bucket=Known(ACCESS_LOGS),
    access_log_prefix=Known("s3/"),
    replication=Known(()),
    notifications=Known(()),
    website=Known(False),
    access_points=Known(()),
)
TARGET = replace(
    LOG_BUCKET,
    arn=f"arn:aws:s3:::{ACCESS_LOGS}",
    name=ACCESS_LOGS,
    policy=Known(ACCESS_LOG_POLICY),
    object_lock=Known(ObjectLock(enabled=False)),
    encryption=Known(Encryption(algorithm="AES256")),
    versioning=NOT_READ,
    lifecycle=NOT_READ,
    access_log_bucket=NOT_READ,
    access_log_prefix=NOT_READ,
    replication=NOT_READ,
    notifications=NOT_READ,
    website=NOT_READ,
    access_points=NOT_READ,
)
KEY = Key(
    arn=KEY_ARN,
    account=ACCOUNT,
    region=HOME,
    exists=Known(True),
    state=Known("Enabled"),
    deletion_date=Known(None),
    manager=Known("CUSTOMER"),
    spec=Known("SYMMETRIC_DEFAULT"),
    origin=Known("AWS_KMS"),
    multi_region=Known(False),
    rotation_enabled=Known(True),
    rotation_days=Known(365),
    policy=Known(KEY_POLICY),
    grants=Known(()),
)
ALERTS_ARN = f"arn:aws:sns:{HOME}:{ACCOUNT}:alerts"
FILTERS = watched.filters(watched.names(ACCOUNT, BUCKET, KEY_ARN, "audit", ALERTS_ARN))
ALARMS = watched.alarms(FILTERS, ACCOUNT, HOME, ALERTS_ARN)
RULE = watched.rule(ACCOUNT, HOME, ALERTS_ARN)
LOG_GROUP = LogGroup(
    arn=GROUP_ARN,
    name="audit",
    account=ACCOUNT,
    region=HOME,
    exists=Known(True),
    retention_days=Known(365),
    kms_key_id=Known(KEY_ARN),
    log_class=Known("STANDARD"),
    deletion_protection=Known(False),
    metric_filters=Known(FILTERS),
    alarms=Known(ALARMS),
    composites=Known(()),
    mutes=Known(()),
    subscription_filters=Known(()),
    region_policies=Known(()),
    own_policies=Known(()),
)
LISTENER = Subscription(
    protocol="sqs",
    endpoint=QUEUE_ARN,
    confirmed=True,
    arn=f"{TOPIC_ARN}:6b0e71bd-7e97-4d97-80ce-4a0994e55286",
)
TOPIC = Topic(
    arn=TOPIC_ARN,
    account=ACCOUNT,
    region=HOME,
    exists=Known(True),
    policy=Known(
        document(statement(Principal=CLOUDTRAIL, Action="SNS:Publish", Resource=TOPIC_ARN, Condition=BOUND))
    ),
    kms_key_id=Known(KEY_ARN),
    confirmed_subscriptions=Known(1),
    subscriptions=Known((LISTENER,)),
    feedback=Known(()),
)
ALERTS_POLICY = document(
    statement(
        Principal={"Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"]},
        Action="SNS:Publish",
        Resource=ALERTS_ARN,
        Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    )
)
HEARING = replace(LISTENER, arn=LISTENER.arn.replace(TOPIC_ARN, ALERTS_ARN), filter=Known(None))
ALERTS = replace(TOPIC, arn=ALERTS_ARN, policy=Known(ALERTS_POLICY), subscriptions=Known((HEARING,)))
ROLE = Role(
    arn=ROLE_ARN,
    account=ACCOUNT,
    exists=Known(True),
    trust_policy=Known(document(statement(Principal=CLOUDTRAIL, Action="sts:AssumeRole", Condition=BOUND))),
    policies=Known(
        (
            RolePolicy(
                name="write",
                document=document(
                    statement(Action=["logs:CreateLogStream", "logs:PutLogEvents"], Resource=f"{GROUP_ARN}:*")
                ),
            ),
        )
    ),
    permissions_boundary=Known(None),
)
OWNER = Account(
    id=ACCOUNT,
    caller_arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/auditor/session",
    regions=Known(REGIONS),
    discoveries=tuple(Discovery(region=region, trail_arns=Known((TRAIL_ARN,))) for region in REGIONS),
    public_access_block=Known(PublicAccessBlock()),
    organization=Known(None),
    management_account=Known(None),
    sharing_trust=Known(None),
)


def objects(trail: Trail, account: str, region: str, **changes: Any) -> LogObjects:
    """What a healthy trail left in its bucket during the last day: a digest each hour, and log files."""
    latest = NOW - timedelta(minutes=20)
    fine = LogObjects(
        trail_arn=trail.arn,
        account=account,
        region=region,
        bucket=trail.bucket_name,
        digests_from=Known(latest - timedelta(days=1)),
        digests=Known(tuple(latest - timedelta(hours=24 - hour) for hour in range(25))),
        logs_from=Known(latest - timedelta(hours=3)),
        logs=Known(True),
    )
    return replace(fine, **changes)


def watch_of(region: str, **changes: Any) -> RegionWatch:
    """What watches over a Region of the hardened account: a rule at the trail's home, and no tampering."""
    watch = RegionWatch(
        account=ACCOUNT,
        region=region,
        rules=Known((RULE,) if region == HOME else ()),
        history=Known(History(since=NOW - timedelta(days=90))),
    )
    return replace(watch, **changes) if region == HOME else watch


def hardened(
    *,
    account: dict[str, Any] | None = None,
    trail: dict[str, Any] | None = None,
    bucket: dict[str, Any] | None = None,
    key: dict[str, Any] | None = None,
    log_group: dict[str, Any] | None = None,
    topic: dict[str, Any] | None = None,
    role: dict[str, Any] | None = None,
    more_trails: tuple[Trail, ...] = (),
    sightings: tuple[Sighting, ...] | None = None,
    target: dict[str, Any] | None = None,
    linked: tuple[LogBucket, ...] = (),
    left: dict[str, Any] | None = None,
    alerts: dict[str, Any] | None = None,
    watch: dict[str, Any] | None = None,
) -> Inventory:
    """The hardened account with settings replaced by name, so that a test row shows its cause alone."""
    owner = replace(OWNER, **(account or {}))
    audit = replace(TRAIL, **(trail or {}))
    trails = {t.arn: t for t in (audit, *more_trails)}
    seen = tuple(
        Sighting(
            account=owner.id,
            region=region,
            trail_arn=t.arn,
            status=t.status,
        )
        for t in trails.values()
        for region in (REGIONS if getattr(t.multi_region, "content", False) else (t.home_region,))
    )
    if more_trails and "discoveries" not in (account or {}):
        owner = replace(
            owner,
            discoveries=tuple(
                Discovery(region=r, trail_arns=Known(tuple(s.trail_arn for s in seen if s.region == r)))
                for r in REGIONS
            ),
        )
    delivering = [(trails[s.trail_arn], s.region) for s in seen if s.trail_arn == audit.arn]
    return Inventory(
        partition="aws",
        taken_at=NOW,
        accounts={owner.id: owner},
        trails=trails,
        sightings=seen if sightings is None else sightings,
        buckets={BUCKET: replace(LOG_BUCKET, **(bucket or {}))},
        linked_buckets={b.name: b for b in (replace(TARGET, **(target or {})), *linked)},
        objects={
            found.id: found
            for found in (
                objects(by_arn, owner.id, seen_in, **(left or {})) for by_arn, seen_in in delivering
            )
        },
        keys={KEY_ARN: replace(KEY, **(key or {}))},
        log_groups={GROUP_ARN: replace(LOG_GROUP, **(log_group or {}))},
        topics={TOPIC_ARN: replace(TOPIC, **(topic or {}))},
        roles={ROLE_ARN: replace(ROLE, **(role or {}))},
        alert_topics={ALERTS_ARN: replace(ALERTS, **(alerts or {}))},
        watches={f"{ACCOUNT}/{region}": watch_of(region, **(watch or {})) for region in REGIONS},
    )
