"""Controls on CloudTrail Insights, which reports unusual rates of calls and errors."""

from checker.evidence import all_that
from checker.inventory import Trail
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
from checker.recording import accesses, unfold

NOT_OFFERED = NotApplicable("CloudTrail offers no Insights for this trail")
INSIGHTS = (
    "cloudtrail:GetInsightSelectors InsightType",
    "cloudtrail:GetInsightSelectors EventCategories",
)
SELECTORS = (
    "cloudtrail:GetEventSelectors EventSelectors",
    "cloudtrail:GetEventSelectors AdvancedEventSelectors",
)
CALL_RATE, ERROR_RATE = "ApiCallRateInsight", "ApiErrorRateInsight"
NEEDS = {CALL_RATE: {"write"}, ERROR_RATE: {"read", "write"}}
"""Any of these management events must be recorded for the type to work (PutInsightSelectors)."""

_FIX = Remediation(
    text="Turn both types on for management events; Insights are billed by the events analysed.",
    cli="aws cloudtrail put-insight-selectors --trail-name $trail_arn --region $home_region "
    f"""--insight-selectors '[{{"InsightType":"{CALL_RATE}"}},{{"InsightType":"{ERROR_RATE}"}}]'""",
    cdk=f'CfnTrail(insight_selectors=[CfnTrail.InsightSelectorProperty(insight_type="{CALL_RATE}"), '
    f'CfnTrail.InsightSelectorProperty(insight_type="{ERROR_RATE}")])',
    terraform=f'aws_cloudtrail: insight_selector {{ insight_type = "{CALL_RATE}" }} '
    f'and insight_selector {{ insight_type = "{ERROR_RATE}" }}',
)


@control(
    id="TH204",
    name="ct-insights-any-enabled",
    title="Trails have Insights turned on",
    severity=Severity.LOW,
    applies_to=Trail,
    sets=STRICT,
    expected="at least one Insights type",
    reads=INSIGHTS,
    remediation=_FIX,
)
def any_insights(trail: Trail, context: Context) -> Judgement:
    """A burst of calls or errors is often the first sign of a stolen key, and Insights sees it without rules.

    It is billed by event, so turning it on is a choice; where CloudTrail does not offer it nothing is asked.
    """
    insights = trail.insights.value
    if insights is None:
        return NOT_OFFERED
    types = sorted({insight.type for insight in insights})
    if not types:
        return failed("Insights is off", observed="none")
    return passed(f"Insights is on: {', '.join(types)}", observed=", ".join(types))


@control(
    id="TH211",
    name="ct-insights-both-types",
    title="Trails have both types of Insights for management events",
    severity=Severity.LOW,
    applies_to=Trail,
    sets=STRICT,
    expected=f"{CALL_RATE} and {ERROR_RATE} on management events that the trail records",
    reads=(*INSIGHTS, *SELECTORS),
    remediation=_FIX,
)
def both_insights(trail: Trail, context: Context) -> Judgement:
    """Call rates show what an intruder does, error rates what they try: each misses half without the other.

    A type counts when it analyses management events and the trail records some that it can analyse: writes
    for the call rate, reads or writes for the error rate.
    """
    insights = trail.insights.value
    if insights is None:
        return NOT_OFFERED
    on = {insight.type for insight in all_that(insights, lambda insight: insight.of_management)}
    observed = ", ".join(sorted(on)) or "none"
    lacking = [type for type in NEEDS if type not in on]
    if lacking:
        return failed(f"off for management events: {', '.join(lacking)}", observed=observed)
    recorded = set(accesses(unfold(trail.selectors.value)))
    idle = [type for type, needs in NEEDS.items() if not needs & recorded]
    if idle:
        return failed(f"the trail records no events for {', '.join(idle)} to analyse", observed=observed)
    return passed("both types analyse management events", observed=observed)
