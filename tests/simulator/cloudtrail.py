"""What CloudTrail answers: own trails and shadow copies, Region by Region."""

from collections.abc import Iterator
from typing import Any

from tests.simulator.call import Answer, AwsError, Call
from tests.simulator.world import Trail, World

DEFAULT_SELECTOR = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}


def _owns_or_shares(world: World, trail: Trail, account: str) -> bool:
    organization = world.organization_of(account)
    shared = (
        trail.organization
        and organization is not None
        and organization.holds(trail.account)
        and account not in organization.apart
    )
    return trail.account == account or shared


def _visible(world: World, call: Call) -> Iterator[Trail]:
    """Yield the trails of the caller's account in its Region, shadow copies included."""
    for trail in world.trails:
        here = trail.multi_region or trail.home == call.region
        if here and _owns_or_shares(world, trail, call.account):
            yield trail


def description(trail: Trail) -> dict[str, Any]:
    """Return a trail as DescribeTrails shows it."""
    return {
        "Name": trail.name,
        "S3BucketName": trail.bucket,
        "IncludeGlobalServiceEvents": True,
        "IsMultiRegionTrail": trail.multi_region,
        "HomeRegion": trail.home,
        "TrailARN": trail.arn,
        "LogFileValidationEnabled": True,
        "HasCustomEventSelectors": bool(trail.selectors or trail.advanced_selectors),
        "HasInsightSelectors": bool(trail.insights),
        "IsOrganizationTrail": trail.organization,
        **trail.settings,
    }


def _named(world: World, call: Call, name: str) -> Trail:
    """Find a visible trail by ARN, or by name in its home Region: shadow copies want the ARN."""
    for trail in _visible(world, call):
        by_name = (trail.name, trail.home, trail.account) == (name, call.region, call.account)
        if trail.arn == name or by_name:
            return trail
    raise AwsError("TrailNotFoundException", f"Unknown trail: {name} for the user: {call.account}")


def configurable(world: World, call: Call, name: str) -> Trail:
    """Find a trail as its owner, who alone can read its configuration, from any Region that shows it."""
    trail = _named(world, call, name)
    if trail.account != call.account:
        raise AwsError("TrailNotFoundException", f"Unknown trail: {name} for the user: {call.account}")
    return trail


def describe_trails(world: World, call: Call) -> dict[str, Any]:
    trails = list(_visible(world, call))
    if call.params.get("includeShadowTrails") is False:
        trails = [t for t in trails if (t.home, t.account) == (call.region, call.account)]
    names = call.params.get("trailNameList")
    if names:
        trails = [t for t in trails if t.arn in names or (t.name in names and t.home == call.region)]
    return {"trailList": [description(t) for t in trails]}


def get_trail(world: World, call: Call) -> dict[str, Any]:
    return {"Trail": description(_named(world, call, call.params["Name"]))}


def list_trails(world: World, call: Call) -> dict[str, Any]:
    trails = [t for t in world.trails if t.account == call.account]
    return {"Trails": [{"TrailARN": t.arn, "Name": t.name, "HomeRegion": t.home} for t in trails]}


def get_trail_status(world: World, call: Call) -> dict[str, Any]:
    trail = _named(world, call, call.params["Name"])
    return {**trail.status, **trail.status_in.get((call.account, call.region), {})}


def get_event_selectors(world: World, call: Call) -> dict[str, Any]:
    trail = configurable(world, call, call.params["TrailName"])
    if trail.advanced_selectors:
        return {"TrailARN": trail.arn, "AdvancedEventSelectors": list(trail.advanced_selectors)}
    return {"TrailARN": trail.arn, "EventSelectors": list(trail.selectors) or [DEFAULT_SELECTOR]}


def get_insight_selectors(world: World, call: Call) -> dict[str, Any]:
    trail = configurable(world, call, call.params["TrailName"])
    if not trail.insights:
        raise AwsError("InsightNotEnabledException", f"Trail {trail.name} does not have Insights enabled.")
    selectors = [{"InsightType": one} if isinstance(one, str) else one for one in trail.insights]
    return {"TrailARN": trail.arn, "InsightSelectors": selectors}


def get_event_configuration(world: World, call: Call) -> dict[str, Any]:
    trail = configurable(world, call, call.params["TrailName"])
    return {"TrailARN": trail.arn, "AggregationConfigurations": list(trail.aggregations)}


def list_tags(world: World, call: Call) -> dict[str, Any]:
    owned = {t.arn: t for t in world.trails if (t.account, t.home) == (call.account, call.region)}
    tags = []
    for arn in call.params["ResourceIdList"]:
        if arn not in owned:
            raise AwsError("ResourceNotFoundException", f"Unknown resource: {arn}")
        pairs = [{"Key": k, "Value": v} for k, v in owned[arn].tags.items()]
        tags.append({"ResourceId": arn, "TagsList": pairs})
    return {"ResourceTagList": tags}


ANSWERS: dict[tuple[str, str], Answer] = {
    ("cloudtrail", "DescribeTrails"): describe_trails,
    ("cloudtrail", "GetTrail"): get_trail,
    ("cloudtrail", "ListTrails"): list_trails,
    ("cloudtrail", "GetTrailStatus"): get_trail_status,
    ("cloudtrail", "GetEventSelectors"): get_event_selectors,
    ("cloudtrail", "GetInsightSelectors"): get_insight_selectors,
    ("cloudtrail", "GetEventConfiguration"): get_event_configuration,
    ("cloudtrail", "ListTags"): list_tags,
}
