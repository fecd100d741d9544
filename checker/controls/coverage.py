"""Controls on coverage: whether somebody records what happens, account by account and Region by Region."""

from collections.abc import Callable, Iterator
from itertools import combinations

from checker.evidence import Unknown, Unobserved, all_that, every, sift
from checker.inventory import Account, Coverage, Inventory, Trail
from checker.model import BASELINE, STRICT, Context, Judgement, Remediation, Severity, control, failed, passed
from checker.recording import MANAGEMENT, management_lacks, overlap, unfold
from checker.visibility import (
    Seen,
    covers,
    is_logging,
    label,
    labels,
    logs_everywhere,
    search,
    seen,
    seen_multi_region,
    sends,
    unlisted,
    visible,
)

CREATE = (
    "aws cloudtrail create-trail --name audit --s3-bucket-name LOG_BUCKET --is-multi-region-trail "
    "--include-global-service-events --enable-log-file-validation "
    "&& aws cloudtrail start-logging --name audit"
)
CDK = "CfnTrail(is_logging=True, is_multi_region_trail=True, s3_bucket_name=bucket.bucket_name)"
TERRAFORM = "aws_cloudtrail with is_multi_region_trail = true and enable_logging = true"
REGIONS = "account:ListRegions RegionName"
TRAILS = "cloudtrail:DescribeTrails TrailARN"
LOGGING = "cloudtrail:GetTrailStatus IsLogging"
MULTI_REGION = "cloudtrail:DescribeTrails IsMultiRegionTrail"
SELECTORS = (
    "cloudtrail:GetEventSelectors EventSelectors",
    "cloudtrail:GetEventSelectors AdvancedEventSelectors",
)


@control(
    id="TH101",
    name="ct-account-has-logging-trail",
    title="The account has a trail that logs",
    severity=Severity.CRITICAL,
    applies_to=Account,
    sets=BASELINE,
    expected="at least one trail that logs",
    reads=(REGIONS, TRAILS, LOGGING),
    remediation=Remediation(
        text="Create a multi-Region trail, or start the one that is there. The bucket must admit CloudTrail.",
        cli=CREATE,
        cdk=CDK,
        terraform=TERRAFORM,
    ),
)
def account_has_logging_trail(account: Account, context: Context) -> Judgement:
    """Without any trail, what happened is kept for 90 days in a history that nobody watches, and then lost.

    An organization trail that the account sees counts, unless it is at home in an opt-in Region that the
    account has not enabled: then the account sends it nothing. A Region that was not read, or was not looked
    at, may hide a trail, so without a logging trail elsewhere the answer stays open.
    """
    inventory = context.inventory
    trail = search(seen(account, inventory), lambda t: is_logging(t, account, inventory))
    if trail:
        return passed(f"trail {label(trail, account.id)} logs", observed=trail.arn)
    trails = [t for t in seen(account, inventory) if isinstance(t, Trail)]
    stopped = [t for t in trails if sends(t, account)]
    if stopped:
        return failed(f"logging is stopped: {labels(stopped, account.id)}", observed="no trail logs")
    if trails:
        home = f"a trail at home in a Region that is not enabled: {labels(trails, account.id)}"
        return failed(f"the account sends nothing to {home}", observed="no trail logs")
    return failed("the account sees no trail in any Region", observed="no trail")


@control(
    id="TH102",
    name="ct-every-region-covered",
    title="A trail logs in every Region",
    severity=Severity.CRITICAL,
    applies_to=Coverage,
    sets=BASELINE,
    expected="a logging trail that is multi-Region or at home in the Region",
    reads=(REGIONS, TRAILS, MULTI_REGION, LOGGING),
    remediation=Remediation(
        text="Turn a trail into a multi-Region trail, or create one. The bucket must admit CloudTrail.",
        cli=CREATE,
        cdk=CDK,
        terraform=TERRAFORM,
    ),
)
def region_covered(coverage: Coverage, context: Context) -> Judgement:
    """Intruders work where nobody looks: a Region without a trail is a place to mine, store and hide.

    A copy of a single-Region trail that is at home elsewhere records nothing here. When the list of enabled
    Regions cannot be read, the Regions that it may name are reported as one that is not known.
    """
    account, region, inventory = coverage.account, coverage.region, context.inventory
    if not region:
        raise Unobserved(*unlisted(account))
    trail = search(visible(account, region, inventory), lambda t: covers(t, account, region, inventory))
    if trail:
        return passed(f"trail {label(trail, account.id)} logs in {region}", observed=trail.arn)
    reasons = [
        f"{label(t, account.id)} {_shortfall(t, coverage)}"
        for t in visible(account, region, inventory)
        if isinstance(t, Trail)
    ]
    reason = "; ".join(reasons) or "no trail is visible there"
    return failed(f"no trail logs in {region}: {reason}", observed="not covered")


def _shortfall(trail: Trail, coverage: Coverage) -> str:
    if not sends(trail, coverage.account):
        return f"is at home in {trail.home_region}, which is not enabled"
    reaches, _ = sift((trail,), lambda t: coverage.region == t.home_region or t.multi_region.value)
    return "is stopped" if reaches else f"records {trail.home_region} alone"


@control(
    id="TH103",
    name="ct-multi-region-trail-exists",
    title="A multi-Region trail logs for the account",
    severity=Severity.HIGH,
    applies_to=Account,
    sets=STRICT,
    expected="at least one multi-Region trail that logs",
    reads=(TRAILS, MULTI_REGION, LOGGING),
    remediation=Remediation(
        text="Turn a trail into a multi-Region trail, or create one. The bucket must admit CloudTrail.",
        cli=CREATE,
        cdk=CDK,
        terraform=TERRAFORM,
    ),
)
def multi_region_trail(account: Account, context: Context) -> Judgement:
    """Only a multi-Region trail records in Regions that are enabled later.

    Such a trail shows itself in every enabled Region, so one Region that could be read tells of all of them.
    """
    inventory = context.inventory
    trail = search(seen_multi_region(account, inventory), lambda t: logs_everywhere(t, account, inventory))
    if trail:
        return passed(f"multi-Region trail {label(trail, account.id)} logs", observed=trail.arn)
    return failed("no multi-Region trail logs", observed="none")


@control(
    id="TH105",
    name="ct-security-trail-composite",
    title="One trail has every security setting",
    severity=Severity.HIGH,
    applies_to=Account,
    sets=STRICT,
    expected="one logging multi-Region trail with global events, validation, a KMS key and all management "
    "events",
    reads=(
        TRAILS,
        MULTI_REGION,
        LOGGING,
        "cloudtrail:DescribeTrails IncludeGlobalServiceEvents",
        "cloudtrail:DescribeTrails LogFileValidationEnabled",
        "cloudtrail:DescribeTrails KmsKeyId",
        *SELECTORS,
    ),
    remediation=Remediation(
        text="Give the account's main trail every setting; then make it record all management events.",
        cli="aws cloudtrail update-trail --name TRAIL_ARN --is-multi-region-trail "
        "--include-global-service-events --enable-log-file-validation --kms-key-id KEY_ARN "
        "--region HOME_REGION",
        cdk="CfnTrail(is_logging=True, is_multi_region_trail=True, include_global_service_events=True, "
        "enable_log_file_validation=True, kms_key_id=key.key_arn)",
        terraform="aws_cloudtrail with is_multi_region_trail, include_global_service_events, "
        "enable_log_file_validation and kms_key_id",
    ),
)
def security_trail(account: Account, context: Context) -> Judgement:
    """Half-secured trails do not add up to one whose every event is complete, signed and encrypted.

    One such trail is enough; what is beside it is not asked for the same.
    """
    inventory = context.inventory

    def demands(trail: Trail) -> dict[str, Callable[[], bool]]:
        return {
            "multi-Region": lambda: trail.multi_region.value,
            "logging": lambda: is_logging(trail, account, inventory),
            "global service events": lambda: trail.global_service_events.value,
            "log file validation": lambda: trail.log_file_validation.value,
            "a KMS key": lambda: bool(trail.kms_key_id.value),
            "all management events": lambda: not management_lacks(unfold(trail.selectors.value)),
        }

    trail = search(seen_multi_region(account, inventory), lambda t: every(*demands(t).values()))
    if trail:
        return passed(f"trail {label(trail, account.id)} has every setting", observed=trail.arn)
    shortfalls = [
        f"{label(t, account.id)} lacks {', '.join(_known_to_lack(demands(t)))}"
        for t in seen_multi_region(account, inventory)
        if isinstance(t, Trail)
    ]
    return failed("; ".join(shortfalls) or "the account sees no trail", observed="none")


def _known_to_lack(demands: dict[str, Callable[[], bool]]) -> list[str]:
    lacking, _ = sift(demands, lambda name: not demands[name]())
    return lacking


Place = tuple[str, Trail, Trail] | Unknown
"""A Region and two trails that may record the same events there, or what may hide such a pair."""


@control(
    id="TH109",
    name="ct-no-redundant-trails",
    title="No management event is recorded and paid for twice",
    severity=Severity.LOW,
    applies_to=Account,
    sets=BASELINE,
    expected="at most one trail that records a management event, in each Region",
    reads=(REGIONS, TRAILS, MULTI_REGION, LOGGING, *SELECTORS),
    remediation=Remediation(
        text="Keep one trail for management events, delete the others or limit them to data events. The "
        "first copy of management events is free, every further copy is billed.",
        cli="aws cloudtrail stop-logging --name TRAIL_ARN --region HOME_REGION",
        cdk="one CfnTrail that records management events",
        terraform="one aws_cloudtrail that records management events",
    ),
)
def no_redundant_trails(account: Account, context: Context) -> Judgement:
    """A second copy costs money, and nobody knows which of the two is watched and protected.

    Trails are compared by what their selectors record, so that trails which share the work (one reads, one
    writes; a trail for data events alone) are no copies of each other. An organization trail counts like any
    other that the account sees. A Region that was not read may hide a copy.
    """
    inventory = context.inventory

    def copies(place: Place) -> bool:
        if isinstance(place, Unknown):
            raise Unobserved(place)
        region, one, other = place
        return every(
            lambda: covers(one, account, region, inventory),
            lambda: covers(other, account, region, inventory),
            lambda: _same_events(one, other),
        )

    found = all_that(_places(account, inventory), copies)
    regions: dict[str, list[str]] = {}
    for place in found:
        if not isinstance(place, Unknown):
            regions.setdefault(labels(place[1:], account.id), []).append(place[0])
    if regions:
        text = "; ".join(f"{pair} in {', '.join(where)}" for pair, where in sorted(regions.items()))
        return failed(f"management events are recorded twice: {text}", observed="more than one copy")
    return passed("no management event is recorded twice", observed="at most one copy")


def _places(account: Account, inventory: Inventory) -> Iterator[Place]:
    for region in account.judged_regions:
        items: list[Seen] = list(visible(account, region, inventory))
        yield from (item for item in items if isinstance(item, Unknown))
        trails = (item for item in items if isinstance(item, Trail))
        yield from ((region, one, other) for one, other in combinations(trails, 2))
    yield from unlisted(account)


def _same_events(one: Trail, other: Trail) -> bool:
    return overlap(unfold(one.selectors.value), unfold(other.selectors.value), MANAGEMENT)
