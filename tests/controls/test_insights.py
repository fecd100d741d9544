"""Insights counts when it is on and has events to analyse."""

from checker.controls.insights import any_insights, both_insights
from checker.evidence import Known
from checker.inventory import InsightSelector, Selectors
from checker.model import Status
from tests.controls.judging import Case, check, parametrize
from tests.controls.trails import DATA_ONLY, READ, WRITE, member
from tests.hardened import DENIED, hardened

PASS, FAIL, UNKNOWN = Status.PASS, Status.FAIL, Status.UNKNOWN
CALLS, ERRORS = InsightSelector(type="ApiCallRateInsight"), InsightSelector(type="ApiErrorRateInsight")
DATA_ERRORS = InsightSelector(type="ApiErrorRateInsight", event_categories=("Data",))
ALL_ERRORS = InsightSelector(type="ApiErrorRateInsight", event_categories=("Management", "Data"))

CASES = [
    Case(any_insights, hardened(), PASS, "ApiCallRateInsight, ApiErrorRateInsight"),
    Case(any_insights, hardened(trail={"insights": Known((ERRORS,))}), PASS),
    Case(any_insights, hardened(trail={"insights": Known(())}), FAIL, "Insights is off"),
    Case(any_insights, hardened(trail={"insights": Known(None)}), None, "no Insights"),
    Case(any_insights, hardened(trail={"insights": DENIED}), UNKNOWN),
    Case(any_insights, member(), UNKNOWN),
    Case(both_insights, hardened(), PASS),
    Case(both_insights, hardened(trail={"insights": Known((CALLS, ALL_ERRORS))}), PASS),
    Case(both_insights, hardened(trail={"insights": Known((ERRORS,))}), FAIL, "ApiCallRateInsight"),
    Case(both_insights, hardened(trail={"insights": Known((CALLS, DATA_ERRORS))}), FAIL, "ApiErrorRate"),
    Case(both_insights, hardened(trail={"insights": Known(())}), FAIL),
    Case(both_insights, hardened(trail={"insights": Known(None)}), None),
    Case(both_insights, hardened(trail={"insights": DENIED}), UNKNOWN),
    Case(both_insights, hardened(trail={"selectors": DENIED}), UNKNOWN),
    Case(both_insights, hardened(trail={"selectors": DENIED, "insights": Known(())}), FAIL),
    Case(both_insights, hardened(trail={"selectors": Known(Selectors())}), PASS),
    Case(both_insights, hardened(trail={"selectors": Known(WRITE)}), PASS),
    Case(both_insights, hardened(trail={"selectors": Known(READ)}), FAIL, "no events for ApiCallRateInsight"),
    Case(both_insights, hardened(trail={"selectors": Known(DATA_ONLY)}), FAIL, "ApiErrorRateInsight"),
]


@parametrize(CASES)
def test_insights(case: Case) -> None:
    check(case)
