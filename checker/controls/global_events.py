"""Controls on the events of global services (IAM, STS, CloudFront), which one Region has for all."""

from itertools import combinations
from typing import TypeAlias

from checker.evidence import Cause, Unknown, Unobserved, all_that, every
from checker.inventory import Account, Inventory, Trail
from checker.inventory.arns import LEADERS
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
from checker.recording import MANAGEMENT, records, unfold
from checker.visibility import Seen, is_logging, label, labels, search, seen, stand_ins

SOURCES = ("iam.amazonaws.com", "sts.amazonaws.com", "cloudfront.amazonaws.com")

Pair: TypeAlias = tuple[Trail, Trail] | Unknown
"""Two trails that may deliver the same events, or what may hide such a pair."""

FLAG = "cloudtrail:DescribeTrails IncludeGlobalServiceEvents"
READS = (
    "cloudtrail:DescribeTrails TrailARN",
    "cloudtrail:DescribeTrails HomeRegion",
    "cloudtrail:DescribeTrails IsMultiRegionTrail",
    FLAG,
    "cloudtrail:GetTrailStatus IsLogging",
    "cloudtrail:GetEventSelectors EventSelectors",
    "cloudtrail:GetEventSelectors AdvancedEventSelectors",
)


def _reaches_leader(trail: Trail, inventory: Inventory) -> bool:
    """Say whether the trail receives what happens in the leader Region, for which its flag has an effect.

    Source: CloudTrail API reference, CreateTrail, IncludeGlobalServiceEvents.
    """
    leader = LEADERS.get(inventory.partition)
    if trail.home_region == leader or trail.multi_region.value:
        return True
    if leader is None:
        reason = f"where global services record their events in partition {inventory.partition} is not known"
        raise Unobserved(Unknown(reason, Cause.UNDECIDED))
    return False


def _delivers(trail: Trail, account: Account, inventory: Inventory) -> bool:
    """Say whether global service events really come through the trail."""
    return every(
        lambda: trail.global_service_events.value,
        lambda: _reaches_leader(trail, inventory),
        lambda: is_logging(trail, account, inventory),
        lambda: _records_sources(trail),
    )


def _records_sources(trail: Trail) -> bool:
    selectors = unfold(trail.selectors.value)
    return all(records(selectors, {**MANAGEMENT, "eventSource": source}) for source in SOURCES)


def _seen(account: Account, inventory: Inventory) -> list[Seen]:
    """Trails that can deliver them show themselves in the leader Region, so no other Region hides one."""
    leader = LEADERS.get(inventory.partition)
    return list(seen(account, inventory, shown_in=(leader,) if leader else ()))


@control(
    id="TH107",
    name="ct-global-service-events-enabled",
    title="Trails include global service events",
    severity=Severity.HIGH,
    applies_to=Trail,
    sets=STRICT,
    expected="global service events are included",
    reads=READS,
    remediation=Remediation(
        text="Include global service events, or leave them to a multi-Region trail.",
        cli="aws cloudtrail update-trail --name $trail_arn --include-global-service-events "
        "--region $home_region",
        cdk="CfnTrail(include_global_service_events=True)",
        terraform="aws_cloudtrail.include_global_service_events = true",
    ),
)
def included(trail: Trail, context: Context) -> Judgement:
    """Users, roles and sessions are made in global services: without their events no intrusion is explained.

    The flag has no effect on a stopped trail, nor on a single-Region trail outside the Region where those
    events are recorded, so nothing is asked there. A trail may leave them to another one of the owner that
    logs in all Regions and delivers them.
    """
    inventory = context.inventory
    if not trail.status.is_logging.value:
        return NotApplicable("the trail does not log")
    if not _reaches_leader(trail, inventory):
        return NotApplicable(
            f"a single-Region trail in {trail.home_region} receives no global service events"
        )
    if trail.global_service_events.value:
        return passed("global service events are included", observed="included")
    others, unread = stand_ins(trail, inventory)
    items: list[Seen] = [*others, *unread]
    other = search(items, lambda t: every(lambda: t.global_service_events.value, lambda: _records_sources(t)))
    if other:
        text = f"global service events are left to trail {label(other, trail.account)}"
        return passed(text, observed="left to another trail")
    return failed("global service events are not included", observed="not included")


@control(
    id="TH108",
    name="ct-global-service-events-not-duplicated",
    title="Global service events are recorded once",
    severity=Severity.LOW,
    applies_to=Account,
    sets=STRICT,
    expected="at most one trail that delivers global service events",
    reads=READS,
    remediation=Remediation(
        text="Let one trail deliver them: exclude them from single-Region trails and delete what is left. A "
        "multi-Region trail always includes them.",
        cli="aws cloudtrail update-trail --name TRAIL_ARN --no-include-global-service-events "
        "--region HOME_REGION",
        cdk="CfnTrail(is_multi_region_trail=False, include_global_service_events=False)",
        terraform="aws_cloudtrail.include_global_service_events = false",
    ),
)
def not_duplicated(account: Account, context: Context) -> Judgement:
    """Two copies of one sign-in make every count of sign-ins wrong, and the second copy is billed.

    A trail counts when it really delivers: it logs, records management events of those services, and receives
    what happens in the Region where they are recorded. Copies of one trail count once.
    """
    inventory = context.inventory
    items = _seen(account, inventory)
    trails = [item for item in items if isinstance(item, Trail)]
    hidden = [item for item in items if isinstance(item, Unknown)]

    def both(pair: Pair) -> bool:
        if isinstance(pair, Unknown):
            raise Unobserved(pair)
        one, other = pair
        return every(lambda: _delivers(one, account, inventory), lambda: _delivers(other, account, inventory))

    candidates: list[Pair] = [*combinations(trails, 2), *hidden]
    pairs = all_that(candidates, both)
    several = {t.arn: t for pair in pairs if not isinstance(pair, Unknown) for t in pair}
    if several:
        text = f"{len(several)} trails deliver global service events: {labels(several.values(), account.id)}"
        return failed(text, observed=f"{len(several)} trails")
    return passed("no global service event is delivered twice", observed="at most one trail")


@control(
    id="TH121",
    name="ct-global-service-events-effective",
    title="Global service events are really recorded",
    severity=Severity.HIGH,
    applies_to=Account,
    sets=BASELINE,
    expected="a logging trail that includes global service events and receives them",
    reads=READS,
    remediation=Remediation(
        text="Turn the trail into a multi-Region trail. Outside the Region of the global services a "
        "single-Region trail receives none of their events, whatever its flag says.",
        cli="aws cloudtrail update-trail --name TRAIL_ARN --is-multi-region-trail "
        "--include-global-service-events --region HOME_REGION",
        cdk="CfnTrail(is_multi_region_trail=True, include_global_service_events=True)",
        terraform="aws_cloudtrail.is_multi_region_trail = true",
    ),
)
def effective(account: Account, context: Context) -> Judgement:
    """A new user or access key is the commonest way to stay, and IAM records it in one Region only.

    Since November 2021 a single-Region trail elsewhere gets nothing of it although its flag is on. A trail
    whose selectors record no management events of IAM, STS and CloudFront does not count either.
    """
    inventory = context.inventory
    trail = search(_seen(account, inventory), lambda t: _delivers(t, account, inventory))
    if trail:
        text = f"trail {label(trail, account.id)} delivers global service events"
        return passed(text, observed=trail.arn)
    return failed("no trail delivers global service events", observed="none")
