"""Controls on CloudTrail's fixed quotas: of trails in a Region, of selectors and their values in a trail."""

from checker.evidence import Unobserved
from checker.inventory import AdvancedSelector, Coverage, FieldSelector, Selectors, Trail
from checker.model import STRICT, Context, Judgement, Remediation, Severity, control, failed, passed
from checker.recording import BOTH
from checker.visibility import arns_in, unlisted

TRAILS = 5
BASIC_SELECTORS = 5
DATA_RESOURCES = 250
CONDITION_VALUES = 500
"""None of them can be raised (CloudTrail User Guide, Quotas)."""


@control(
    id="TH126",
    name="ct-trail-quota",
    title="Every Region has room for one more trail",
    severity=Severity.LOW,
    applies_to=Coverage,
    sets=STRICT,
    expected="fewer than 5 trails, copies of trails from other Regions included",
    reads=("account:ListRegions RegionName", "cloudtrail:DescribeTrails TrailARN"),
    remediation=Remediation(
        text="Delete trails that another one makes superfluous: the quota of 5 is fixed.",
        cli="aws cloudtrail describe-trails --include-shadow-trails --region $region",
        cdk="one CfnTrail(is_multi_region_trail=True) in place of several",
        terraform="one aws_cloudtrail with is_multi_region_trail = true in place of several",
    ),
)
def trail_quota(place: Coverage, context: Context) -> Judgement:
    """At five trails no other can be created, such as the one that an incident would need.

    A multi-Region trail counts in every Region, and so does the copy of an organization's trail.
    """
    if not place.region:
        raise Unobserved(*unlisted(place.account))
    count = len(set(arns_in(place.account, place.region).value))
    if count < TRAILS:
        return passed(f"{place.region} has {count} of {TRAILS} trails", observed=str(count))
    return failed(f"{place.region} has {count} trails, and {TRAILS} is the quota", observed=str(count))


@control(
    id="TH219",
    name="ct-selector-limits",
    title="Event selectors stay within CloudTrail's limits",
    severity=Severity.LOW,
    applies_to=Trail,
    sets=STRICT,
    expected="one kind of selectors; at most 5 basic ones with 250 data resources, or 500 condition values",
    reads=(
        "cloudtrail:GetEventSelectors EventSelectors",
        "cloudtrail:GetEventSelectors AdvancedEventSelectors",
    ),
    remediation=Remediation(
        text="Replace lists of resources by a selector for their type, or by StartsWith on what their ARNs "
        "have in common; give a trail either basic or advanced selectors.",
        cli="aws cloudtrail get-event-selectors --trail-name $trail_arn --region $home_region",
        cdk="CfnTrail(advanced_event_selectors=[...]) without event_selectors",
        terraform="aws_cloudtrail: advanced_event_selector blocks without event_selector",
    ),
)
def selector_limits(trail: Trail, context: Context) -> Judgement:
    """A template beyond the limits is refused when it is deployed, perhaps half-way.

    What is live has passed the same test, so a failure there would be CloudTrail's own.
    """
    selectors = trail.selectors.value
    used = _used(selectors)
    if selectors.basic and selectors.advanced:
        return failed(BOTH, observed="both kinds")
    over = [f"{count} {what}, above {most}" for what, (count, most) in used.items() if count > most]
    if over:
        return failed(f"the trail has {'; '.join(over)}", observed="; ".join(over))
    seen = ", ".join(f"{count} {what}" for what, (count, _) in used.items() if count) or "no selectors"
    return passed(f"the trail has {seen}", observed=seen)


def _used(selectors: Selectors) -> dict[str, tuple[int, int]]:
    """Count what is limited, beside each limit."""
    resources = sum(len(data.values) for one in selectors.basic for data in one.data_resources)
    values = sum(map(_values, selectors.advanced))
    return {
        "basic selectors": (len(selectors.basic), BASIC_SELECTORS),
        "data resources": (resources, DATA_RESOURCES),
        "condition values": (values, CONDITION_VALUES),
    }


def _values(selector: AdvancedSelector) -> int:
    operators = [name for name in FieldSelector.__struct_fields__ if name != "field"]
    return sum(len(getattr(field, name)) for field in selector.field_selectors for name in operators)
