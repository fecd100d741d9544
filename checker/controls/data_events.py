"""Controls on data events: what is done to objects and functions, which trails record only when asked to."""

from collections.abc import Sequence

from checker.evidence import Unknown, Unobserved
from checker.inventory import Account, Trail
from checker.model import STRICT, Context, Judgement, Remediation, Severity, control, failed, passed
from checker.recording import data_lacks, data_types, spell, unfold
from checker.visibility import (
    by_region,
    labels,
    logs_everywhere,
    pool,
    seen_multi_region,
    select,
    unlisted,
)

S3, LAMBDA = "AWS::S3::Object", "AWS::Lambda::Function"
SELECTORS = (
    "cloudtrail:GetEventSelectors EventSelectors",
    "cloudtrail:GetEventSelectors AdvancedEventSelectors",
)
TRAILS = (
    "cloudtrail:DescribeTrails TrailARN",
    "cloudtrail:DescribeTrails IsMultiRegionTrail",
    "cloudtrail:GetTrailStatus IsLogging",
)


def fix(type: str, trail: str = "TRAIL_ARN", region: str = "HOME_REGION") -> Remediation:
    """Say how to record data events of a resource type; the trail is a placeholder unless it is named."""
    selectors = (
        """'[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]},"""
        """{"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},"""
        f"""{{"Field":"resources.type","Equals":["{type}"]}}]}}]'"""
    )
    return Remediation(
        text="Add a selector that asks for the resource type alone. The command replaces every selector of "
        "the trail; data events are billed, and those of busy resources are many.",
        cli=f"aws cloudtrail put-event-selectors --trail-name {trail} --region {region} "
        f"--advanced-event-selectors {selectors}",
        cdk="CfnTrail(advanced_event_selectors=[...]) with "
        f'AdvancedFieldSelectorProperty(field="resources.type", equal_to=["{type}"])',
        terraform="aws_cloudtrail: advanced_event_selector with field_selector "
        f'{{ field = "resources.type", equals = ["{type}"] }}',
    )


@control(
    id="TH205",
    name="ct-data-events-s3-write-all",
    title="Writes to all S3 objects are recorded",
    severity=Severity.MEDIUM,
    applies_to=Account,
    sets=STRICT,
    expected="S3 write data events of all buckets, by multi-Region trails that log",
    reads=(*TRAILS, *SELECTORS),
    remediation=fix(S3),
)
def s3_writes(account: Account, context: Context) -> Judgement:
    """Ransom and destruction of data are object writes and deletions, of which management events say nothing.

    All buckets, present and future, in all Regions: what the logging multi-Region trails record is taken
    together, and any condition that leaves something out fails. That holds for a log bucket excluded against
    feedback, too, because deleting log objects is then not recorded; CloudTrail can leave out its own
    deliveries instead (RecursiveLogging), or a second trail record that bucket and deliver elsewhere.
    """
    return _all_s3(account, context, "write")


@control(
    id="TH206",
    name="ct-data-events-s3-read-all",
    title="Reads of all S3 objects are recorded",
    severity=Severity.LOW,
    applies_to=Account,
    sets=STRICT,
    expected="S3 read data events of all buckets, by multi-Region trails that log",
    reads=(*TRAILS, *SELECTORS),
    remediation=fix(S3),
)
def s3_reads(account: Account, context: Context) -> Judgement:
    """After a leak the question is which objects were read, and only read data events answer it.

    All buckets, present and future, in all Regions, as for writes. A log bucket that is left out fails as
    well, since who read the log is then not recorded. Another trail that records that bucket alone, and
    delivers to a second one, closes the gap without feedback.
    """
    return _all_s3(account, context, "read")


def _all_s3(account: Account, context: Context, access: str) -> Judgement:
    inventory = context.inventory
    trails, unread = select(
        seen_multi_region(account, inventory), lambda t: logs_everywhere(t, account, inventory)
    )
    pooled, unread = pool(trails, unread)
    lacks = data_lacks(pooled, S3, inventory.partition, [access])
    if not lacks:
        text = f"S3 {access} data events are recorded (logging: {labels(trails, account.id)})"
        return passed(text, observed="all buckets")
    if unread:
        raise Unobserved(*unread)
    if not trails:
        return failed("no multi-Region trail logs", observed="none")
    return failed(f"no multi-Region trail records {spell(lacks, 'S3 data events')}", observed="not all")


@control(
    id="TH207",
    name="ct-data-events-any",
    title="Every trail records some data events",
    severity=Severity.LOW,
    applies_to=Trail,
    sets=STRICT,
    expected="data events of at least one resource type",
    reads=SELECTORS,
    remediation=fix(S3, "$trail_arn", "$home_region"),
)
def any_data_events(trail: Trail, context: Context) -> Judgement:
    """A trail without data events shows that a bucket exists, but nothing of what is done with its content.

    Which data deserve it is a choice, so this is not part of the baseline.
    """
    types = data_types(unfold(trail.selectors.value))
    if not types:
        return failed("no data events are recorded", observed="none")
    named = _named(types)
    return passed(f"data events of {named} are recorded", observed=named)


def _named(types: Sequence[str]) -> str:
    return ", ".join("other resource types" if type == "*" else type for type in types)


@control(
    id="TH208",
    name="ct-data-events-lambda",
    title="Invocations of all Lambda functions are recorded",
    severity=Severity.LOW,
    applies_to=Account,
    sets=STRICT,
    expected="data events of all Lambda functions in every Region",
    reads=("account:ListRegions RegionName", *TRAILS, *SELECTORS),
    remediation=fix(LAMBDA),
)
def lambda_invocations(account: Account, context: Context) -> Judgement:
    """Who called a function with which identity is in no management event.

    All functions, present and future: naming some is not enough, since a new one is then not recorded.
    Invocations count as reads or writes as Lambda marks them, so both are asked for. What the trails record
    is taken together Region by Region; a single-Region trail counts where it is at home.
    """
    partition = context.inventory.partition
    undecided: list[Unknown] = unlisted(account)
    lacking: dict[str, list[str]] = {}
    for region, trails, unread in by_region(account, context.inventory):
        pooled, unread = pool(trails, unread)
        lacks = data_lacks(pooled, LAMBDA, partition, ["read", "write"])
        if lacks and unread:
            undecided.extend(unread)
        elif lacks:
            lacking.setdefault(spell(lacks, "Lambda data events"), []).append(region)
    if lacking:
        text = "; ".join(f"{what} in {', '.join(where)}" for what, where in lacking.items())
        return failed(f"no trail records {text}", observed="not all")
    if undecided:
        raise Unobserved(*dict.fromkeys(undecided))
    return passed("Lambda data events are recorded in every Region", observed="all functions")
