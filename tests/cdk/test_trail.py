"""The trail used alone, as a team would in an app of its own: what it records, and what is refused."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudtrail as cloudtrail

from cdk_app.log_bucket import LogBucket
from cdk_app.organization_trail import OrganizationTrail
from cdk_app.realtime_delivery import RealtimeDelivery
from cdk_app.refusal import Refusal
from cdk_app.settings_trail import DataEvents, NetworkActivity
from cdk_app.trail_identity import TrailIdentity
from cdk_app.trail_topic import TrailTopic
from tests.cdk.synthesis import ACCOUNT, HOME, new_stack, only, template

ORGANIZATION = "o-abcdefghij"
KEY = f"arn:aws:kms:{HOME}:{ACCOUNT}:key/0a1b2c3d-1111-2222-3333-444455556666"
S3 = "AWS::S3::Object"


def identity(stack: cdk.Stack, organization: str | None = ORGANIZATION) -> TrailIdentity:
    return TrailIdentity.within(stack, "audit", organization_id=organization)


def trail(stack: cdk.Stack, name: str = "Trail", **more: Any) -> OrganizationTrail:
    given = {"trail": identity(stack), "bucket_name": "logs", "key_arn": KEY, **more}
    return OrganizationTrail(stack, name, **given)


def properties(**more: Any) -> dict[str, Any]:
    stack = new_stack()
    trail(stack, **more)
    return only(template(stack), "AWS::CloudTrail::Trail")


def fields(selector: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        found["Field"]: {name: value for name, value in found.items() if name != "Field"}
        for found in selector["FieldSelectors"]
    }


def test_the_trail_is_whole_without_an_argument() -> None:
    found = properties()
    for name in (
        "IsLogging",
        "IsMultiRegionTrail",
        "IsOrganizationTrail",
        "IncludeGlobalServiceEvents",
        "EnableLogFileValidation",
    ):
        assert found[name] is True
    assert found["KMSKeyId"] == KEY
    assert found["InsightSelectors"] == [
        {"InsightType": kind, "EventCategories": ["Management"]}
        for kind in ("ApiCallRateInsight", "ApiErrorRateInsight")
    ]
    assert "EventSelectors" not in found


def test_a_trail_of_one_account_needs_no_organization() -> None:
    stack = new_stack()
    trail(stack, trail=identity(stack, organization=None))
    assert only(template(stack), "AWS::CloudTrail::Trail")["IsOrganizationTrail"] is False


def test_everything_the_trail_needs_is_there_before_it() -> None:
    stack = new_stack()
    who = identity(stack)
    bucket = LogBucket(stack, "Logs", trail=who, bucket_name="logs")
    realtime = RealtimeDelivery(stack, "Realtime", trail=who, log_group_name="audit")
    topic = TrailTopic(stack, "Topic", trail=who)
    trail(stack, trail=who, realtime=realtime, topic=topic, after=[bucket])
    found = template(stack)["Resources"]
    (made,) = [one for one in found.values() if one["Type"] == "AWS::CloudTrail::Trail"]
    waits_for = {found[name]["Type"] for name in made["DependsOn"]}
    assert waits_for >= {
        "AWS::S3::BucketPolicy",
        "AWS::KMS::Key",
        "AWS::SNS::TopicPolicy",
        "AWS::IAM::ManagedPolicy",
        "AWS::Logs::LogGroup",
    }
    assert not [one for one in found.values() if "CloudTrail::Trail" in str(one.get("DependsOn"))]


def test_the_topic_is_passed_by_its_arn() -> None:
    stack = new_stack()
    topic = TrailTopic(stack, "Topic", trail=identity(stack))
    trail(stack, topic=topic)
    found = template(stack)
    name = only(found, "AWS::CloudTrail::Trail")["SnsTopicName"]
    assert found["Resources"][name["Ref"]]["Type"] == "AWS::SNS::Topic"  # Ref of a topic is its ARN


@pytest.mark.parametrize(
    ("events", "wanted"),
    [
        (DataEvents(type="AWS::Lambda::Function"), {}),
        (DataEvents(type="AWS::DynamoDB::Table", record="write"), {"readOnly": {"Equals": ["false"]}}),
        (DataEvents(type=S3, record="read"), {"readOnly": {"Equals": ["true"]}}),
        (
            DataEvents(type="AWS::Lambda::Function", arn_prefixes=("arn:aws:lambda:",)),
            {"resources.ARN": {"StartsWith": ["arn:aws:lambda:"]}},
        ),
    ],
    ids=["all", "write", "read", "some"],
)
def test_data_events_are_listed(events: DataEvents, wanted: Mapping[str, Any]) -> None:
    management, data = properties(data_events=[events])["AdvancedEventSelectors"]
    assert fields(management) == {"eventCategory": {"Equals": ["Management"]}}
    found = fields(data)
    assert found["eventCategory"] == {"Equals": ["Data"]}
    assert found["resources.type"] == {"Equals": [events.type]}
    assert {name: found[name] for name in wanted} == wanted


@pytest.mark.parametrize("prefixes", [(), ("arn:aws:s3:::",)])
def test_s3_data_events_never_include_the_log_buckets(prefixes: tuple[str, ...]) -> None:
    events = DataEvents(type=S3, arn_prefixes=prefixes, exclude_arn_prefixes=("arn:aws:s3:::scratch/",))
    _, data = properties(data_events=[events], log_bucket_names=["access", "copy"])["AdvancedEventSelectors"]
    left_out = ["scratch", "logs", "access", "copy"]
    assert fields(data)["resources.ARN"]["NotStartsWith"] == [f"arn:aws:s3:::{name}/" for name in left_out]


def test_network_activity_is_listed() -> None:
    given = [
        NetworkActivity(source="s3.amazonaws.com"),
        NetworkActivity(source="kms.amazonaws.com", denied_only=False),
    ]
    _, denied, everything = properties(network_activity=given)["AdvancedEventSelectors"]
    assert fields(denied) == {
        "eventCategory": {"Equals": ["NetworkActivity"]},
        "eventSource": {"Equals": ["s3.amazonaws.com"]},
        "errorCode": {"Equals": ["VpceAccessDenied"]},
    }
    assert "errorCode" not in fields(everything)


def test_insights_may_watch_data_events_too() -> None:
    found = properties(insights_on_data_events=True, data_events=[DataEvents(type=S3)])["InsightSelectors"]
    assert [one["EventCategories"] for one in found] == [["Management", "Data"]] * 2


def selector(**more: Any) -> cloudtrail.CfnTrail.EventSelectorProperty:
    return cloudtrail.CfnTrail.EventSelectorProperty(include_management_events=True, **more)


DATA = [cloudtrail.CfnTrail.DataResourceProperty(type=S3, values=["arn:aws:s3"])]
MANY = tuple(f"arn:aws:s3:::bucket-{number}/" for number in range(496))
REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"data_events": [DataEvents(type=S3, arn_prefixes=(*MANY, "arn:aws:s3:::x/"))]},
        "501 values in event selectors",
    ),
    (
        {"data_events": [DataEvents(type=S3, arn_prefixes=("arn:aws:s3:::logs/AWSLogs",))]},
        "arn:aws:s3:::logs/AWSLogs is a bucket of logs; recording it would record each delivery",
    ),
    ({"basic_selectors": [selector()] * 6}, "6 basic event selectors, and CloudTrail takes 5 for a trail"),
    (
        {"basic_selectors": [selector(data_resources=DATA)]},
        "basic event selectors cannot leave the log buckets out",
    ),
    (
        {"basic_selectors": [selector()], "data_events": [DataEvents(type=S3)]},
        "CloudTrail takes basic or advanced event selectors for a trail, not both",
    ),
]


@pytest.mark.parametrize(("given", "sentence"), REFUSED, ids=[sentence for _, sentence in REFUSED])
def test_selectors_that_cloudtrail_would_refuse_are_refused_first(
    given: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        trail(new_stack(), **given)


def test_as_many_selectors_as_cloudtrail_takes() -> None:
    few = {"data_events": [DataEvents(type=S3, arn_prefixes=MANY)]}
    assert len(properties(**few)["AdvancedEventSelectors"]) == 2
    assert len(properties(basic_selectors=[selector()] * 5)["EventSelectors"]) == 5
    assert "AdvancedEventSelectors" not in properties(basic_selectors=[selector()])


@pytest.mark.parametrize(
    ("account", "region", "sentence"),
    [
        ("222222222222", HOME, f"its owner is {ACCOUNT}, and its stack goes to 222222222222; as a delegated"),
        (ACCOUNT, "eu-west-1", f"its home Region is {HOME}, and its stack is in eu-west-1"),
    ],
    ids=["delegated administrator", "another Region"],
)
def test_the_trail_goes_to_its_owner_and_home(account: str, region: str, sentence: str) -> None:
    elsewhere = new_stack(account=account, region=region)
    with pytest.raises(Refusal, match=sentence):
        trail(elsewhere, trail=identity(new_stack()))


def test_an_organization_trail_has_no_opt_in_home() -> None:
    stack = new_stack(region="eu-south-1")
    with pytest.raises(Refusal, match="eu-south-1 has to be opted in to"):
        trail(stack)
    trail(stack, "Chosen", allow_opt_in_home_region=True, allow_second_organization_trail=True)
    trail(stack, "OfOneAccount", trail=identity(stack, organization=None))


def test_a_second_organization_trail_is_refused() -> None:
    app = cdk.App()
    first, second = (
        cdk.Stack(app, name, env=cdk.Environment(account=ACCOUNT, region=HOME)) for name in ("One", "Two")
    )
    trail(first)
    with pytest.raises(Refusal, match="One/Trail is an organization trail already"):
        trail(second)
    trail(second, "Chosen", allow_second_organization_trail=True)


def test_a_stack_that_can_go_anywhere_can_have_a_trail() -> None:
    stack = new_stack(region=None, account=None)
    trail(stack)
    assert only(template(stack), "AWS::CloudTrail::Trail")["IsOrganizationTrail"] is True
