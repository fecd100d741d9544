from typing import Any

from checker.catalog import CONTROLS
from checker.evidence import Known
from checker.inventory import (
    AdvancedSelector,
    Aggregation,
    BasicSelector,
    DataResource,
    FieldSelector,
    Selectors,
)
from checker.model import Status, Thresholds
from checker.recording import BEDROCK
from tests.controls.judging import Case, check, parametrize
from tests.controls.trails import STOPPED, another, data, discovered, selecting, single_region
from tests.hardened import ALL_MANAGEMENT, DENIED, REGIONS, hardened

MODELS, TYPES, NETWORK, SUMMARIES = (CONTROLS[id] for id in ("TH214", "TH216", "TH215", "TH218"))
EVERY_MODEL = selecting(ALL_MANAGEMENT, *(data(type) for type in BEDROCK))
TABLES = Thresholds(required_data_types=("AWS::DynamoDB::Table", "AWS::SQS::Queue"))
TABLES_TOLD = selecting(data("AWS::DynamoDB::Table"), data("AWS::SQS::Queue"))
TABLES_OF_OLD = Known(
    Selectors(
        basic=(
            BasicSelector(
                data_resources=(DataResource(type="AWS::DynamoDB::Table", values=("arn:aws:dynamodb",)),)
            ),
        )
    )
)
SOURCES = Thresholds().network_activity_sources
ONE_SOURCE = Thresholds(network_activity_sources=("s3.amazonaws.com",))
SUMMARY = Aggregation(event_category="Data", templates=("API_ACTIVITY",))


def network(*sources: str, **conditions: Any) -> AdvancedSelector:
    fields = {"eventCategory": {"equals": ("NetworkActivity",)}, **conditions}
    if sources:
        fields["eventSource"] = {"equals": sources}
    return AdvancedSelector(
        field_selectors=tuple(FieldSelector(field=name, **operators) for name, operators in fields.items())
    )


def networks(**conditions: Any) -> dict[str, Any]:
    return selecting(*(network(source, **conditions) for source in SOURCES))


DENIED_CALLS = {"errorCode": {"equals": ("VpceAccessDenied",)}}
LOCALS = tuple(single_region(f"in-{region}", region, **EVERY_MODEL) for region in REGIONS)
CASES = [
    Case(MODELS, hardened(), Status.FAIL, "AWS::Bedrock::Model"),
    Case(MODELS, hardened(trail=EVERY_MODEL), Status.PASS),
    Case(MODELS, hardened(trail=selecting(*(data(type) for type in BEDROCK[:-1]))), Status.FAIL,
         "no trail records read and write data events of AWS::Bedrock::Prompt"),
    Case(MODELS, hardened(trail=selecting(*(
        data(type, resources_ARN={"starts_with": ("arn:aws:bedrock:",)}) for type in BEDROCK))), Status.PASS),
    Case(MODELS, hardened(trail=selecting(*(
        data(type, readOnly={"equals": ("false",)}) for type in BEDROCK))), Status.FAIL, "read data events"),
    Case(MODELS, hardened(trail={**EVERY_MODEL, "status": STOPPED}), Status.FAIL),
    Case(MODELS, hardened(more_trails=LOCALS), Status.PASS),
    Case(MODELS, hardened(more_trails=LOCALS[:2]), Status.FAIL, "in us-west-2"),
    Case(MODELS, hardened(trail={"selectors": DENIED}), Status.UNKNOWN),
    Case(MODELS, hardened(trail=EVERY_MODEL, account=discovered(denied=("us-west-2",))), Status.UNKNOWN),
    Case(MODELS, hardened(trail=EVERY_MODEL, account={"regions": DENIED}), Status.UNKNOWN),

    Case(TYPES, hardened(), None, "lists no resource type"),
    Case(TYPES, hardened(), Status.FAIL, "AWS::DynamoDB::Table", TABLES),
    Case(TYPES, hardened(trail=TABLES_TOLD), Status.PASS, "", TABLES),
    Case(TYPES, hardened(trail={"selectors": TABLES_OF_OLD}), Status.FAIL, "AWS::SQS::Queue", TABLES),
    Case(TYPES, hardened(trail={"selectors": TABLES_OF_OLD}), Status.PASS, "",
         Thresholds(required_data_types=("AWS::DynamoDB::Table",))),
    Case(TYPES, hardened(trail=selecting(
        data("AWS::DynamoDB::Table", eventName={"not_equals": ("GetItem",)}))), Status.FAIL,
         "GetItem", Thresholds(required_data_types=("AWS::DynamoDB::Table",))),
    Case(TYPES, hardened(trail={"selectors": DENIED}), Status.UNKNOWN, "", TABLES),

    Case(NETWORK, hardened(), Status.FAIL, "denied network activity events of s3.amazonaws.com"),
    Case(NETWORK, hardened(trail=networks()), Status.PASS),
    Case(NETWORK, hardened(trail=networks(**DENIED_CALLS)), Status.PASS),
    Case(NETWORK, hardened(trail=networks(errorCode={"equals": ("AccessDenied",)})), Status.FAIL),
    Case(NETWORK, hardened(trail=networks(vpcEndpointId={"equals": ("vpce-1",)})), Status.FAIL,
         "vpcEndpointId"),
    Case(NETWORK, hardened(trail=selecting(network("s3.amazonaws.com"))), Status.FAIL, "kms.amazonaws.com"),
    Case(NETWORK, hardened(trail=selecting(network("s3.amazonaws.com"))), Status.PASS, "", ONE_SOURCE),
    Case(NETWORK, hardened(trail=selecting(network())), Status.FAIL, "", ONE_SOURCE),
    Case(NETWORK, hardened(), None, "lists no service", Thresholds(network_activity_sources=())),
    Case(NETWORK, hardened(trail={"selectors": DENIED}), Status.UNKNOWN),
    Case(NETWORK, hardened(trail={"selectors": DENIED}, more_trails=(another(**networks()),)), Status.PASS),

    Case(SUMMARIES, hardened(), Status.PASS, "no events are aggregated"),
    Case(SUMMARIES, hardened(trail={"aggregations": Known((SUMMARY,))}), Status.FAIL, "API_ACTIVITY"),
    Case(SUMMARIES, hardened(trail={"aggregations": Known((SUMMARY,)), **TABLES_TOLD}), Status.PASS,
         "beside"),
    Case(SUMMARIES, hardened(trail={"aggregations": DENIED}), Status.UNKNOWN),
    Case(SUMMARIES, hardened(trail={"aggregations": Known((SUMMARY,)), "selectors": DENIED}), Status.UNKNOWN),
]  # fmt: skip


@parametrize(CASES)
def test_cases(case: Case) -> None:
    check(case)
