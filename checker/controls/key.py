"""Controls on the key that encrypts log files: whether it is there, usable and renewed."""

from checker.evidence import Known
from checker.inventory import Key, Trail
from checker.model import (
    LIVE,
    LIVE_ONLY,
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

PENDING = frozenset({"PendingDeletion", "PendingReplicaDeletion"})
USABLE = frozenset({"Enabled", "Updating"})


@control(
    id="TH401",
    name="trail-key-rotation",
    title="The trail's key is rotated automatically",
    severity=Severity.MEDIUM,
    applies_to=Key,
    expected="automatic rotation is on",
    reads=(
        "kms:DescribeKey KeyManager",
        "kms:DescribeKey KeySpec",
        "kms:DescribeKey Origin",
        "kms:DescribeKey KeyState",
        "kms:GetKeyRotationStatus KeyRotationEnabled",
        "kms:GetKeyRotationStatus RotationPeriodInDays",
    ),
    remediation=Remediation(
        text="Switch automatic rotation on; older material stays available, so old log files stay readable.",
        cli="aws kms enable-key-rotation --key-id $key_id --region $region",
        cdk="Key(enable_key_rotation=True)",
        terraform="aws_kms_key.enable_key_rotation = true",
    ),
)
def rotation(key: Key, context: Context) -> Judgement:
    """Rotation bounds how much of the log one stolen piece of key material opens.

    AWS rotates only symmetric keys whose material it made itself, and AWS managed keys it rotates unasked:
    all others are left out. So is a key that waits for deletion, of which KMS says that rotation is off. How
    often (90 to 2560 days, a year unless chosen) is told, not judged.
    """
    if key.manager.value == "AWS":
        return NotApplicable("AWS rotates the keys that it manages")
    if key.spec.value != "SYMMETRIC_DEFAULT" or key.origin.value != "AWS_KMS":
        return NotApplicable(
            f"KMS does not rotate a {key.spec.value} key of origin {key.origin.value} by itself"
        )
    if key.rotation_enabled.value:
        days = key.rotation_days.value if isinstance(key.rotation_days, Known) else None
        often = f", every {days} days" if days else ""
        return passed(f"automatic rotation is on{often}", observed="rotation on")
    if key.state.value in PENDING:
        return NotApplicable("the key waits for deletion")
    return failed("automatic rotation is off", observed="rotation off", at=key.rotation_enabled)


@control(
    id="TH402",
    name="trail-key-not-pending-deletion",
    title="The trail's key is not scheduled for deletion",
    severity=Severity.CRITICAL,
    applies_to=Key,
    told_by=(LIVE, TERRAFORM),
    expected="the key does not wait for deletion",
    reads=("kms:DescribeKey KeyState", "kms:DescribeKey DeletionDate"),
    remediation=Remediation(
        text="Cancel the deletion before its date and enable the key again; find out who scheduled it.",
        cli="aws kms cancel-key-deletion --key-id $key_id --region $region && "
        "aws kms enable-key --key-id $key_id --region $region",
        cdk="Key(removal_policy=RemovalPolicy.RETAIN, pending_window=Duration.days(30))",
        terraform="aws_kms_key with lifecycle { prevent_destroy = true } and deletion_window_in_days = 30",
    ),
)
def pending_deletion(key: Key, context: Context) -> Judgement:
    """Once the key is gone, no log file that it encrypted can be read again: deletion without deleting."""
    state = key.state.value
    if state not in PENDING:
        return passed(f"the key is in the state {state}", observed=state)
    when = key.deletion_date.value if isinstance(key.deletion_date, Known) else None
    date = f" on {when:%Y-%m-%d}" if when else ""
    return failed(f"the key will be deleted{date} (state {state})", observed=state)


@control(
    id="TH403",
    name="trail-key-enabled",
    title="The trail's key is enabled",
    severity=Severity.CRITICAL,
    applies_to=Key,
    expected="state Enabled",
    reads=("kms:DescribeKey KeyState",),
    remediation=Remediation(
        text="Enable the key (after cancelling its deletion, importing its material or connecting its "
        "store), then see whether delivery resumes.",
        cli="aws kms enable-key --key-id $key_id --region $region",
        cdk="Key(enabled=True)",
        terraform="aws_kms_key.is_enabled = true",
    ),
)
def enabled(key: Key, context: Context) -> Judgement:
    """A key that cannot be used stops delivery without touching the trail, and hides what is already there.

    A multi-Region key that is being updated stays usable, so the passing state Updating is accepted.
    """
    state = key.state.value
    if state in USABLE:
        return passed(f"the key is in the state {state}", observed=state)
    return failed(f"the key is in the state {state} and cannot encrypt log files", observed=state)


@control(
    id="TH406",
    name="trail-key-resolvable",
    title="The trail's key exists",
    severity=Severity.HIGH,
    applies_to=Trail,
    told_by=LIVE_ONLY,
    expected="the key exists",
    reads=("cloudtrail:DescribeTrails KmsKeyId", "kms:DescribeKey KeyId"),
    remediation=Remediation(
        text="Give the trail another key in the bucket's Region, one whose policy lets CloudTrail use it.",
        cli="aws cloudtrail update-trail --name $trail_arn --kms-key-id KEY_ARN --region $home_region",
        cdk="CfnTrail(kms_key_id=key.key_arn)",
        terraform="aws_cloudtrail.kms_key_id = aws_kms_key.trail.arn",
    ),
)
def exists(trail: Trail, context: Context) -> Judgement:
    """A trail that names a deleted key delivers nothing more, and still shows an encryption setting.

    A key of an account that was not entered is undecided, never failed.
    """
    key = context.inventory.key_of(trail)
    if key is None:
        return NotApplicable("the trail names no key")
    if key.exists.value:
        return passed(f"the key {key.arn} exists", observed="exists")
    return failed(f"the key {key.arn} does not exist", observed="does not exist")
