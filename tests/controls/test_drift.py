from typing import Any

import pytest
from msgspec.structs import replace

from checker.catalog import CONTROLS
from checker.evidence import Cause, Known, Unknown
from checker.inventory import (
    AdvancedSelector,
    Aggregation,
    BasicSelector,
    ExpectedTrail,
    FieldSelector,
    InsightSelector,
    Inventory,
    Selectors,
)
from checker.model import Status
from tests.controls.judging import Case, check, parametrize, worst_of
from tests.controls.trails import STOPPED, data, discovered, management, selecting
from tests.hardened import ACCOUNT, DENIED, HOME, KEY_ARN, TRAIL, TRAIL_ARN, hardened

DRIFT = CONTROLS["TH127"]
DRAWN = Unknown("only a deployment tells the name", Cause.OUT_OF_SCOPE)
UNRESOLVED = Unknown("a parameter has no value", Cause.UNDECIDED)


def declared(told: dict[str, Any] | None = None, **live: Any) -> Inventory:
    """A template of the hardened trail, with changes, and the trail, with changes of its own."""
    trail = replace(TRAIL, **{"tags": Known({"owner": "security"}), **(told or {})})
    expected = ExpectedTrail(arn=TRAIL_ARN, account=ACCOUNT, region=HOME, created=Known(True), trail=trail)
    return replace(hardened(trail=live), expected={TRAIL_ARN: expected})


def gone(region: str = HOME, account: str = ACCOUNT, created: Any = None, **seen: Any) -> Inventory:
    """The template's trail is not there."""
    arn = TRAIL_ARN.replace("audit", "other")
    expected = ExpectedTrail(
        arn=arn,
        account=account,
        region=region,
        created=created or Known(True),
        trail=replace(TRAIL, name="other"),
    )
    return replace(hardened(account=seen or None), expected={arn: expected})


def fields(*names: str) -> AdvancedSelector:
    every = {
        "eventCategory": FieldSelector(field="eventCategory", equals=("Data",)),
        "resources.type": FieldSelector(field="resources.type", equals=("AWS::S3::Object",)),
    }
    return AdvancedSelector(name=names[0], field_selectors=tuple(every[name] for name in names))


EVERYTHING = Known(Selectors(basic=(BasicSelector(),)))
NOTHING = Known(Selectors())
CASES = [
    Case(DRIFT, hardened(), None),
    Case(DRIFT, declared(), Status.PASS, "as declared"),
    Case(DRIFT, declared(status=STOPPED), Status.FAIL, "IsLogging is false, declared true"),
    Case(DRIFT, declared(multi_region=Known(False)), Status.FAIL, "IsMultiRegionTrail"),
    Case(DRIFT, declared(organization=Known(True)), Status.FAIL, "IsOrganizationTrail"),
    Case(DRIFT, declared(global_service_events=Known(False)), Status.FAIL, "IncludeGlobalServiceEvents"),
    Case(DRIFT, declared(log_file_validation=Known(False)), Status.FAIL, "EnableLogFileValidation"),
    Case(DRIFT, declared(bucket_name=Known("theirs")), Status.FAIL,
         "S3BucketName is theirs, declared audit-logs-111122223333"),
    Case(DRIFT, declared(key_prefix=Known("elsewhere")), Status.FAIL,
         "S3KeyPrefix is elsewhere, declared not"),
    Case(DRIFT, declared(kms_key_id=Known(None)), Status.FAIL, f"KMSKeyId is not set, declared {KEY_ARN}"),
    Case(DRIFT, declared(log_group_arn=Known(None)), Status.FAIL, "CloudWatchLogsLogGroupArn"),
    Case(DRIFT, declared(log_role_arn=Known("arn:aws:iam::1:role/x")), Status.FAIL, "CloudWatchLogsRoleArn"),
    Case(DRIFT, declared(sns_topic_arn=Known(None)), Status.FAIL, "SnsTopicName"),
    Case(DRIFT, declared(insights=Known((InsightSelector(type="ApiCallRateInsight"),))), Status.FAIL,
         "Insights types are ApiCallRateInsight Management, declared"),
    Case(DRIFT, declared(insights=Known((InsightSelector(type="", event_categories=DRAWN),))),
         Status.UNKNOWN, "only a deployment tells"),
    Case(DRIFT, declared(insights=Known(tuple(reversed(TRAIL.insights.value or ())))), Status.PASS),
    Case(DRIFT, declared(aggregations=Known((Aggregation(event_category="Data"),))), Status.FAIL,
         "aggregations"),
    Case(DRIFT, declared(tags=Known({"owner": "security", "aws:cloudformation:stack-name": "x"})),
         Status.PASS),
    Case(DRIFT, declared(tags=Known({})), Status.FAIL, "tag owner is not set, declared security"),
    Case(DRIFT, declared({"tags": Known({})}, tags=DENIED), Status.PASS),

    Case(DRIFT, declared(**selecting(management(readOnly={"equals": ("false",)}))), Status.FAIL,
         "event selectors lack [eventCategory Equals Management] and have besides ["),
    Case(DRIFT, declared({"selectors": NOTHING}, selectors=EVERYTHING), Status.PASS),
    Case(DRIFT, declared(selectors=EVERYTHING), Status.PASS),
    Case(DRIFT, declared(selecting(fields("eventCategory", "resources.type")),
                         **selecting(fields("resources.type", "eventCategory"))), Status.PASS),
    Case(DRIFT, declared(selecting(data("AWS::S3::Object", resources_ARN={"starts_with": ("a", "b")})),
                         **selecting(data("AWS::S3::Object", resources_ARN={"starts_with": ("b", "a")}))),
         Status.PASS),
    Case(DRIFT, declared(selecting(data("AWS::S3::Object", resources_ARN={"starts_with": ("a",)})),
                         **selecting(data("AWS::S3::Object", resources_ARN={"not_starts_with": ("a",)}))),
         Status.FAIL, "NotStartsWith"),

    Case(DRIFT, declared({"kms_key_id": DRAWN}), Status.PASS, "KMSKeyId not compared"),
    Case(DRIFT, declared({"kms_key_id": DRAWN}, kms_key_id=Known(None)), Status.FAIL, "KMSKeyId is not set"),
    Case(DRIFT, declared({"kms_key_id": UNRESOLVED}), Status.UNKNOWN, "has no value"),
    Case(DRIFT, declared({"kms_key_id": UNRESOLVED}, bucket_name=Known("theirs")), Status.FAIL, "theirs"),
    Case(DRIFT, declared(selectors=DENIED), Status.UNKNOWN),
    Case(DRIFT, declared(selectors=DENIED, status=STOPPED), Status.FAIL, "IsLogging"),
    Case(DRIFT, declared(tags=DENIED), Status.UNKNOWN),

    Case(DRIFT, gone(), Status.FAIL, "other is declared and does not exist in us-east-1"),
    Case(DRIFT, gone(region=""), Status.FAIL, "does not exist"),
    Case(DRIFT, gone(created=Known(False)), None, "conditions"),
    Case(DRIFT, gone(created=UNRESOLVED), Status.UNKNOWN),
    Case(DRIFT, gone(**discovered(denied=("us-west-2",))), Status.FAIL),
    Case(DRIFT, gone(**discovered(denied=(HOME,))), Status.UNKNOWN),
    Case(DRIFT, gone(region="", **discovered(denied=("us-west-2",))), Status.UNKNOWN),
    Case(DRIFT, gone(account="444455556666"), Status.UNKNOWN, "444455556666"),
]  # fmt: skip


@parametrize(CASES)
def test_cases(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("name", ["IsLogging", "S3BucketName"])
def test_every_difference_is_named(name: str) -> None:
    judgement = worst_of(DRIFT, declared(status=STOPPED, bucket_name=Known("theirs")))
    assert name in getattr(judgement, "detail", "")
    assert getattr(judgement, "observed", "") == "2 settings differ"
