"""Controls on event selectors: whether management events are recorded, read and write."""

from collections.abc import Iterable, Sequence

from checker.evidence import Unknown, Unobserved, first
from checker.inventory import Account, AdvancedSelector, Trail
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
from checker.recording import ACCESSES, Lack, accesses, management_lacks, spell, unfold
from checker.visibility import (
    by_region,
    label,
    labels,
    logs_everywhere,
    pool,
    seen_multi_region,
    select,
    unlisted,
)

HIGH_VOLUME = frozenset({"kms.amazonaws.com", "rdsdata.amazonaws.com"})
"""The sources that CloudTrail lets a trail exclude, for their volume (PutEventSelectors)."""
SELECTORS = (
    "cloudtrail:GetEventSelectors EventSelectors",
    "cloudtrail:GetEventSelectors AdvancedEventSelectors",
)
TRAILS = (
    "cloudtrail:DescribeTrails TrailARN",
    "cloudtrail:DescribeTrails IsMultiRegionTrail",
    "cloudtrail:GetTrailStatus IsLogging",
)

_EVERYTHING = """'[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}]'"""
FIX = Remediation(
    text="Record all management events with one selector that asks for the category alone. This replaces "
    "every selector of the trail: add those for data events again in the same command.",
    cli="aws cloudtrail put-event-selectors --trail-name $trail_arn --region $home_region "
    f"--advanced-event-selectors {_EVERYTHING}",
    cdk="CfnTrail(advanced_event_selectors=[CfnTrail.AdvancedEventSelectorProperty(field_selectors=["
    'CfnTrail.AdvancedFieldSelectorProperty(field="eventCategory", equal_to=["Management"])])])',
    terraform='aws_cloudtrail: advanced_event_selector { field_selector { field = "eventCategory", '
    'equals = ["Management"] } }',
)
FIX_SOMEWHERE = Remediation(
    text=FIX.text,
    cli=FIX.cli.replace("$trail_arn", "TRAIL_ARN").replace("$home_region", "HOME_REGION"),
    cdk=FIX.cdk,
    terraform=FIX.terraform,
)


@control(
    id="TH201",
    name="ct-multi-region-read-write-mgmt",
    title="Multi-Region trails record read and write management events",
    severity=Severity.HIGH,
    applies_to=Account,
    sets=BASELINE,
    expected="read and write management events, by multi-Region trails that log",
    reads=(*TRAILS, *SELECTORS),
    remediation=FIX_SOMEWHERE,
)
def multi_region_read_write(account: Account, context: Context) -> Judgement:
    """Reads show what an intruder looked for, writes what they did; without either, half the story is lost.

    What all logging multi-Region trails of the account record is taken together, by what their selectors say
    and never by a selector's name. Leaving out KMS or RDS Data API events, as CloudTrail offers for their
    volume, is the matter of another control; leaving out anything else is a failure here.
    """
    inventory = context.inventory
    trails, unread = select(
        seen_multi_region(account, inventory), lambda t: logs_everywhere(t, account, inventory)
    )
    pooled, unread = pool(trails, unread)
    lacks = management_lacks(pooled)
    serious = _serious(lacks)
    if not serious:
        beside = f", without {spell(lacks)}" if lacks else ""
        return passed(f"{_shares(trails, account)}{beside}", observed=" and ".join(accesses(pooled)))
    if unread:
        raise Unobserved(*unread)
    if not trails:
        return failed("no multi-Region trail logs", observed="none")
    text = f"no multi-Region trail records {spell(serious)} (logging: {labels(trails, account.id)})"
    return failed(text, observed=_observed(pooled))


def _serious(lacks: Iterable[Lack]) -> list[Lack]:
    """What remains when the sources that a trail is allowed to exclude are left to their own control."""
    return [
        lack
        for lack in lacks
        if lack.gap.keys() != {"eventSource"} or not HIGH_VOLUME.issuperset(lack.gap["eventSource"])
    ]


def _shares(trails: Iterable[Trail], account: Account) -> str:
    """Say which trail gives what; a trail whose selectors were not read is not needed here."""
    given = {
        label(trail, account.id): " and ".join(accesses(unfold(trail.selectors.value)))
        for trail in trails
        if not isinstance(trail.selectors, Unknown)
    }
    return "; ".join(f"{name} records {what} management events" for name, what in given.items() if what)


def _observed(selectors: Sequence[AdvancedSelector]) -> str:
    return " and ".join(accesses(selectors)) or "no management events"


@control(
    id="TH202",
    name="ct-trail-logs-management-events",
    title="Every trail records management events",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    sets=BASELINE,
    expected="at least some management events",
    reads=SELECTORS,
    remediation=FIX,
)
def management_events(trail: Trail, context: Context) -> Judgement:
    """A trail that records no management events watches nothing, whatever its status says.

    One for data events alone may well be wanted beside another that records management events and logs, in
    the same account or for the organization: then nothing is asked of it. A trail without selectors records
    all management events. Before deployment this is what stands for the account, of which no template tells:
    reads and writes both have to be recorded, by this trail or by another of the templates.
    """
    selectors = unfold(trail.selectors.value)
    found = accesses(selectors)
    if found:
        alone = _recorded_by_none(trail, found, context)
        if alone:
            text = f"{' and '.join(alone)} management events are recorded by no trail of the templates"
            return failed(text, observed=_observed(selectors), at=trail.selectors)
        return passed(f"{' and '.join(found)} management events are recorded", observed=_observed(selectors))
    beside = first(context.inventory.trails.values(), lambda other: _watches(other, trail))
    if beside is not None:
        return NotApplicable(f"it stands beside {label(beside, trail.account)}, which records them")
    text = "no management events are recorded"
    return failed(text, observed=_observed(selectors), at=trail.selectors)


def _recorded_by_none(trail: Trail, found: list[str], context: Context) -> list[str]:
    """Return what neither a declared trail nor another one beside it records; nothing for a live one."""
    if context.inventory.declarations.get(trail.arn) is None:
        return []
    others = context.inventory.trails.values()

    def elsewhere(access: str) -> bool:
        return first(others, lambda other: _watches(other, trail, access)) is not None

    return [access for access in ACCESSES if access not in found and not elsewhere(access)]


def _watches(other: Trail, trail: Trail, access: str = "") -> bool:
    """Say whether another trail records management events of the same account, of one kind or of any."""
    if other.arn == trail.arn or not (other.account == trail.account or other.organization.value):
        return False
    recorded = accesses(unfold(other.selectors.value)) if other.status.is_logging.value else []
    return access in recorded if access else bool(recorded)


@control(
    id="TH210",
    name="ct-read-write-coverage-by-union",
    title="Read and write management events are recorded in every Region",
    severity=Severity.LOW,
    applies_to=Account,
    sets=STRICT,
    expected="read and write management events in every Region, by any trails that log",
    reads=("account:ListRegions RegionName", *TRAILS, *SELECTORS),
    remediation=FIX_SOMEWHERE,
)
def read_write_by_union(account: Account, context: Context) -> Judgement:
    """Reads and writes may come from different selectors or different trails: what counts is that both come.

    Unlike the control on multi-Region trails, single-Region trails count where they are at home, which says
    nothing about Regions that are enabled later.
    """
    used: dict[str, Trail] = {}
    lacking: dict[str, list[str]] = {}
    undecided: list[Unknown] = unlisted(account)
    for region, trails, unread in by_region(account, context.inventory):
        pooled, unread = pool(trails, unread)
        serious = _serious(management_lacks(pooled))
        if serious and unread:
            undecided.extend(unread)
        elif serious:
            lacking.setdefault(spell(serious), []).append(region)
        used |= {trail.arn: trail for trail in trails}
    if lacking:
        text = "; ".join(f"{what} in {', '.join(where)}" for what, where in lacking.items())
        return failed(f"no trail records {text}", observed="not everywhere")
    if undecided:
        raise Unobserved(*dict.fromkeys(undecided))
    return passed(_shares(used.values(), account), observed="read and write in every Region")
