"""Controls on the copies of the log: whether there is one elsewhere, and whether it outlives the original."""

from collections.abc import Iterator
from functools import partial

from checker.controls.trust import NOT_GIVEN
from checker.evidence import Cause, Known, Unknown, Unobserved, all_that, every, first, sift
from checker.inventory import LogBucket, ReplicationRule, Trail
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

RULES = "s3:GetReplicationConfiguration Rules"
FIX = Remediation(
    text="Replicate all objects, those under SSE-KMS included, to a versioned bucket with Object Lock in "
    "another Region and account. Let the copies belong to that account, and do not replicate delete markers.",
    cli="aws s3api put-bucket-replication --bucket $bucket --replication-configuration "
    '\'{"Role":"ROLE_ARN","Rules":[{"ID":"copy","Priority":1,"Status":"Enabled","Filter":{},'
    '"DeleteMarkerReplication":{"Status":"Disabled"},'
    '"SourceSelectionCriteria":{"SseKmsEncryptedObjects":{"Status":"Enabled"}},'
    '"Destination":{"Bucket":"BUCKET_ARN","Account":"ACCOUNT","AccessControlTranslation":'
    '{"Owner":"Destination"},"EncryptionConfiguration":{"ReplicaKmsKeyID":"KEY_ARN"}}}]}\'',
    cdk="CfnBucket(replication_configuration=CfnBucket.ReplicationConfigurationProperty(...))",
    terraform="aws_s3_bucket_replication_configuration with access_control_translation and "
    "source_selection_criteria",
)


@control(
    id="TH325",
    name="log-bucket-replication",
    title="The log is replicated to another Region",
    severity=Severity.LOW,
    applies_to=LogBucket,
    sets=STRICT,
    expected="an enabled rule that replicates all log objects to a bucket in another Region",
    reads=(
        RULES,
        "s3:ListBucket x-amz-bucket-region",
        "cloudtrail:DescribeTrails S3KeyPrefix",
        "cloudtrail:DescribeTrails KmsKeyId",
    ),
    remediation=FIX,
)
def elsewhere(bucket: LogBucket, context: Context) -> Judgement:
    """A copy in another Region survives the loss of this one, and outlives what happens to the bucket.

    A rule counts only if log objects meet it: S3 leaves out objects without the tags that a rule asks for,
    and objects under SSE-KMS unless the rule selects them. Of rules to one destination S3 follows the one of
    the highest priority. Log objects are asked for, not the whole bucket.
    """
    rules, idle = _copying(bucket, context)
    if not rules:
        return failed(_none(idle), observed="not replicated")
    home = bucket.region.value
    stopped = partial(_stopped, bucket=bucket, context=context)
    found = first(
        rules,
        lambda rule: every(
            lambda: _region(rule, context) not in (home, *NOT_GIVEN), lambda: not stopped(rule)
        ),
    )
    held, _ = sift(rules, lambda rule: bool(stopped(rule)))
    if found is None and held:
        why = "; ".join(f"rule {_named(rule)} yields to {_named(stopped(rule)[0])}" for rule in held)
        text = f"log objects under SSE-KMS are not replicated: {why}, which leaves them out"
        return failed(text, observed="not replicated")
    if found is None:
        names = ", ".join(rule.destination for rule in rules)
        return failed(f"log objects are replicated to {names}, in the same Region {home}", observed=home)
    region = _region(found, context)
    return passed(f"log objects are replicated to {found.destination} in {region}", observed=region)


@control(
    id="TH336",
    name="log-bucket-replica-tamper-proof",
    title="The copy of the log cannot be destroyed from here",
    severity=Severity.LOW,
    applies_to=Trail,
    sets=STRICT,
    expected="a copy in another account, owned there, under Object Lock, without replicated delete markers",
    reads=(
        RULES,
        "cloudtrail:DescribeTrails S3BucketName",
        "s3:ListAllMyBuckets Buckets",
        "s3:GetBucketObjectLockConfiguration ObjectLockEnabled",
    ),
    remediation=FIX,
)
def tamper_proof(trail: Trail, context: Context) -> Judgement:
    """A copy that the same administrator can delete, or that follows deletions, is no second copy of the log.

    One copy that withstands is enough, by the rule that S3 follows: of those to one destination that of the
    highest priority. Object Lock counts with a default retention there or here, since a
    retention is replicated with its object. It takes a second account, so this is strict.
    """
    bucket = context.inventory.bucket_of(trail)
    if isinstance(bucket.exists, Known) and not bucket.exists.content:
        return NotApplicable(f"the bucket {bucket.name} does not exist")
    rules, _ = _copying(bucket, context)
    if not rules:
        return NotApplicable("no enabled rule replicates log objects")
    sound = first(rules, lambda rule: not _flaws(rule, bucket, context))
    if sound:
        return passed(f"the copy in {sound.destination} withstands", observed=sound.destination)
    words = "; ".join(f"{rule.destination}: {', '.join(_flaws(rule, bucket, context))}" for rule in rules)
    return failed(f"the copies do not withstand ({words})", observed=words, at=bucket.replication)


def _copying(bucket: LogBucket, context: Context) -> tuple[list[ReplicationRule], list[str]]:
    """Return the enabled rules that log objects meet, and why others copy none."""
    found: list[ReplicationRule] = []
    idle: list[str] = []
    for rule in bucket.replication.value:
        why = _idle(rule, bucket, context)
        if why:
            idle.append(f"rule {_named(rule)} {why}")
        else:
            found.append(rule)
    return found, idle


def _idle(rule: ReplicationRule, bucket: LogBucket, context: Context) -> str:
    """Say why a rule copies no log objects, as the end of a sentence; empty when it does."""
    if not rule.enabled:
        return "is disabled"
    if rule.tags:
        return "asks for tags, which log objects do not have"
    place = context.inventory.linked_buckets.get(rule.destination)
    if place and isinstance(place.exists, Known) and not place.exists.content:
        return f"leads to {rule.destination}, which does not exist"
    trails = context.inventory.trails_of_bucket(bucket)
    if rule.prefix:
        missed = first(trails, lambda trail: not _home(trail).startswith(rule.prefix))
        if missed or not trails:
            return f"is for objects below {rule.prefix!r} only"
    if _leaves_out(rule, trails):
        return "leaves out objects under SSE-KMS, which log objects are"
    return ""


def _leaves_out(rule: ReplicationRule, trails: list[Trail]) -> bool:
    return not rule.kms_objects and first(trails, lambda t: t.kms_key_id.value is not None) is not None


def _stopped(rule: ReplicationRule, bucket: LogBucket, context: Context) -> list[ReplicationRule]:
    """Return the rules that S3 follows in place of this one and that leave out log objects under SSE-KMS."""
    trails = context.inventory.trails_of_bucket(bucket)
    return [
        one for one in _rivals(rule, bucket, context) if _leaves_out(one, trails) and _goes_first(one, rule)
    ]


def _rivals(rule: ReplicationRule, bucket: LogBucket, context: Context) -> Iterator[ReplicationRule]:
    """Yield the other enabled rules to the same destination that some log objects meet."""
    homes = [_home(trail) for trail in context.inventory.trails_of_bucket(bucket)]
    for other in bucket.replication.value:
        if other == rule or not other.enabled or other.tags or other.destination != rule.destination:
            continue
        met = [home for home in homes if home.startswith(other.prefix) or other.prefix.startswith(home)]
        if met or not homes:
            yield other


def _goes_first(other: ReplicationRule, rule: ReplicationRule) -> bool:
    """Say whether S3 follows the other rule; raises Unobserved where a priority is not told."""
    if isinstance(other.priority, int) and isinstance(rule.priority, int):
        return other.priority > rule.priority
    reason = f"which of the rules {_named(other)} and {_named(rule)} goes first is not told"
    raise Unobserved(Unknown(reason, Cause.UNDECIDED))


def _named(rule: ReplicationRule) -> str:
    return rule.id or rule.destination


def _home(trail: Trail) -> str:
    prefix = trail.key_prefix.value
    return f"{prefix}/AWSLogs/" if prefix else "AWSLogs/"


def _none(idle: list[str]) -> str:
    return f"log objects are not replicated: {'; '.join(idle)}" if idle else "log objects are not replicated"


def _region(rule: ReplicationRule, context: Context) -> str:
    return context.inventory.bucket_named(rule.destination).region.value


def _flaws(rule: ReplicationRule, bucket: LogBucket, context: Context) -> list[str]:
    """Return what a copy lacks; raises Unobserved when nothing is lacking, as far as it was read."""
    flaws = {
        "it follows deletions": lambda: (
            rule.delete_markers or _overruled(rule, bucket, context, "delete_markers")
        ),
        "it is in the same account": lambda: not _apart(rule, bucket, context),
        "it belongs to the owner of the original": lambda: (
            not rule.owner_override or _overruled(rule, bucket, context, "owner_override")
        ),
        "it has no Object Lock": lambda: not _locked(rule, bucket, context),
    }
    return all_that(flaws, lambda flaw: flaws[flaw]())


def _overruled(rule: ReplicationRule, bucket: LogBucket, context: Context, setting: str) -> bool:
    """Say whether S3 follows another rule, which says otherwise."""
    others = [
        one for one in _rivals(rule, bucket, context) if getattr(one, setting) != getattr(rule, setting)
    ]
    return first(others, lambda other: _goes_first(other, rule)) is not None


def _apart(rule: ReplicationRule, bucket: LogBucket, context: Context) -> bool:
    """Say whether the copy is in another account: S3 checks the account that a rule names (Destination)."""
    owner = bucket.account.value
    if rule.destination_account:
        return rule.destination_account != owner
    place = context.inventory.bucket_named(rule.destination)
    return owner in place.disowned or place.account.value != owner


def _locked(rule: ReplicationRule, bucket: LogBucket, context: Context) -> bool:
    lock = context.inventory.bucket_named(rule.destination).object_lock.value
    return lock.enabled and bool(lock.mode or bucket.object_lock.value.mode)
