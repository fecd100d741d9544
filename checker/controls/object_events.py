"""Controls on who touches objects: of every bucket, of the sensitive ones, and of the log bucket itself."""

from checker.controls.data_events import S3, SELECTORS, TRAILS, fix
from checker.evidence import Cause, Known, Unknown, Unobserved, first, sift
from checker.inventory import Account, Inventory, LogBucket, Trail
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
from checker.recording import data_lacks, object_lacks, records_deliveries, spell, unfold
from checker.visibility import (
    by_region,
    label,
    logs_everywhere,
    pool,
    seen_multi_region,
    select,
    unlisted,
)

ANY_ACCESS = {"read": "", "write": ""}
LOG_ACCESS = {"read": "GetObject", "write": "DeleteObject"}


@control(
    id="TH212",
    name="ct-data-events-s3-read-and-write-all",
    title="One trail records reads and writes of all S3 objects",
    severity=Severity.LOW,
    applies_to=Account,
    sets=STRICT,
    expected="S3 read and write data events of all buckets, by one multi-Region trail that logs",
    reads=(*TRAILS, *SELECTORS),
    remediation=fix(S3),
)
def one_trail_for_objects(account: Account, context: Context) -> Judgement:
    """Who reads and who writes belong together when a leak is followed; spread over trails they come late.

    Unlike the controls on reads and on writes, the trails are not taken together: one has to record both. How
    it is spelt does not matter, nor what else the trail records.
    """
    inventory = context.inventory
    trails, unread = select(
        seen_multi_region(account, inventory), lambda t: logs_everywhere(t, account, inventory)
    )
    found, unclear = sift(
        trails,
        lambda t: not data_lacks(unfold(t.selectors.value), S3, inventory.partition, ("read", "write")),
    )
    if found:
        name = label(found[0], account.id)
        return passed(f"{name} records reads and writes of all objects", observed="all buckets")
    if unread or unclear:
        raise Unobserved(*dict.fromkeys((*unread, *unclear)))
    if not trails:
        return failed("no multi-Region trail logs", observed="none")
    return failed("no multi-Region trail records reads and writes of all S3 objects", observed="not all")


@control(
    id="TH213",
    name="s3-bucket-object-logging-per-bucket",
    title="Every access to objects of sensitive buckets is recorded",
    severity=Severity.LOW,
    applies_to=Account,
    sets=STRICT,
    expected="read and write data events of the buckets that the setting sensitive-buckets lists",
    reads=(*TRAILS, *SELECTORS),
    remediation=fix(S3),
)
def sensitive_buckets(account: Account, context: Context) -> Judgement:
    """Where the data is that matters, each access has to leave a trace, even if all others are too many.

    Which buckets those are is a setting; without it the control asks nothing. All trails that record in the
    bucket's Region count together. Where the Region is not known, trails of some Regions alone leave this
    undecided; and so does an uncovered bucket of which nobody knows to which of several accounts it belongs.
    """
    named = context.thresholds.sensitive_buckets
    if not named:
        return NotApplicable("the setting sensitive-buckets lists no bucket")
    mine = [name for name in named if _owner(name, context.inventory) in (None, account.id)]
    if not mine:
        return NotApplicable("the sensitive buckets belong to other accounts")
    found, unread = sift(mine, lambda name: bool(_unrecorded(name, account, context.inventory)))
    if found:
        told = "; ".join(_unrecorded(name, account, context.inventory) for name in found)
        return failed(f"no trail records {told}", observed=f"not those of {', '.join(found)}")
    if unread:
        raise Unobserved(*unread)
    return passed(f"reads and writes are recorded of {', '.join(mine)}", observed="all sensitive buckets")


def _owner(name: str, inventory: Inventory) -> str | None:
    bucket = inventory.buckets.get(name)
    owner = bucket.account if bucket else None
    return owner.content if isinstance(owner, Known) else None


def _unrecorded(name: str, account: Account, inventory: Inventory) -> str:
    """Spell out which accesses to a bucket are not recorded; Unobserved where nobody can tell."""
    bucket = inventory.buckets.get(name)
    home = bucket.region.content if bucket and isinstance(bucket.region, Known) else None
    root = f"arn:{inventory.partition}:s3:::{name}/"
    lacking: dict[str, str] = {}
    fine: list[str] = []
    undecided = [] if home else unlisted(account)
    for region, trails, unread in by_region(account, inventory):
        pooled, unread = pool(trails, unread)
        lacks = object_lacks(pooled, root, ANY_ACCESS)
        if home not in (None, region):
            continue
        if not lacks:
            fine.append(region)
        elif unread:
            undecided.extend(unread)
        else:
            lacking[region] = spell(lacks, f"events of {name}")
    if undecided:
        raise Unobserved(*dict.fromkeys(undecided))
    if not lacking and fine:
        return ""
    if not lacking or fine or (len(inventory.accounts) > 1 and _owner(name, inventory) is None):
        reason = f"in which Region of which account the bucket {name} is was not part of this observation"
        raise Unobserved(Unknown(reason, Cause.OUT_OF_SCOPE))
    return next(iter(lacking.values()))


@control(
    id="TH217",
    name="ct-log-bucket-data-events",
    title="Access to the log bucket leaves a trace, and deliveries do not record themselves",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    sets=STRICT,
    expected="server access logs, or data events of the log files without those of CloudTrail's deliveries",
    reads=(
        "cloudtrail:DescribeTrails S3BucketName",
        "cloudtrail:DescribeTrails RecursiveLogging",
        "s3:GetBucketLogging LoggingEnabled",
        *TRAILS,
        *SELECTORS,
    ),
    remediation=Remediation(
        text="Turn server access logging on, or record the bucket's objects by another trail; take the "
        "trail's own deliveries out with RecursiveLogging, or the bucket with NotStartsWith.",
        cli="aws cloudtrail update-trail --name $trail_arn --no-recursive-logging --region $home_region",
        cdk="Bucket(server_access_logs_bucket=access_logs)",
        terraform="aws_s3_bucket_logging for the log bucket",
    ),
)
def log_bucket_events(trail: Trail, context: Context) -> Judgement:
    """Who reads the log learns what is watched, and who deletes it should be seen to do so.

    Access counts as recorded by server access logs, or by data events for GetObject and DeleteObject below
    the trail's AWSLogs/ by all multi-Region trails together that log for the bucket's owner. A trail that
    records the objects of its own bucket records each of its deliveries as well, and delivers that again: it
    fails unless RecursiveLogging leaves these out, which is on where CloudTrail says nothing of it. Trails
    that record each other's buckets in a circle are not looked for.
    """
    bucket = context.inventory.bucket_of(trail)
    if isinstance(bucket.exists, Known) and not bucket.exists.value:
        return NotApplicable(f"the bucket {bucket.name} does not exist")
    root = f"{bucket.arn}/{_prefix(trail)}AWSLogs/"
    loops, unclear = sift([trail], lambda t: _records_itself(t, root))
    if loops:
        return failed(
            f"the trail records its own deliveries to {bucket.name} again and again",
            observed="recursive",
            at=trail.selectors,
        )
    watch = first(
        ("server access logs", "data events"),
        lambda way: _logged(bucket) if way == "server access logs" else _recorded(bucket, root, context),
    )
    if watch is None:
        return failed(
            f"neither server access logs nor data events record access to {bucket.name}", observed="none"
        )
    if unclear:
        raise Unobserved(*unclear)
    return passed(f"access to {bucket.name} is recorded by {watch}", observed=watch)


def _prefix(trail: Trail) -> str:
    prefix = trail.key_prefix.value
    return f"{prefix}/" if prefix else ""


def _records_itself(trail: Trail, root: str) -> bool:
    if not records_deliveries(unfold(trail.selectors.value), root):
        return False
    return trail.recursive_logging.value is not False


def _logged(bucket: LogBucket) -> bool:
    return bucket.access_log_bucket.value is not None


def _recorded(bucket: LogBucket, root: str, context: Context) -> bool:
    """Say whether the trails of the bucket's owner record who reads and deletes log files."""
    inventory = context.inventory
    owner = inventory.accounts.get(bucket.account.value)
    if owner is None:
        reason = f"the trails of account {bucket.account.value} were not part of this observation"
        raise Unobserved(Unknown(reason, Cause.OUT_OF_SCOPE))
    trails, unread = select(
        seen_multi_region(owner, inventory), lambda t: logs_everywhere(t, owner, inventory)
    )
    pooled, unread = pool(trails, unread)
    lacks = object_lacks(pooled, root, LOG_ACCESS)
    if lacks and unread:
        raise Unobserved(*unread)
    return not lacks
