"""What a trail's topic, log group and role are told to be is judged like what they are."""

import json
from pathlib import Path
from typing import Any

import pytest

from checker.evidence import Known, Unknown
from checker.inventory import Feedback, MessageFilter, Subscription, SubscriptionFilter
from checker.inventory import ResourcePolicy as Policy
from checker.sources.cloudformation import load
from tests import hardened as good
from tests.sources.cloudformation.judging import GONE, PLACE, failing, hardened, observed, statuses

Told = dict[str, Any]
GROUP, TOPIC_REF = {"Ref": "LogGroup"}, {"Ref": "Topic"}
OTHER = "444455556666"
THEIRS = f"arn:aws:logs:us-east-1:{OTHER}:destination:collector"
OPEN = {"Effect": "Allow", "Principal": "*", "Action": "logs:PutLogEvents", "Resource": "*"}


def told(properties: Told | None = None, /, **more: Told) -> Told:
    """The hardened template with properties and resources: ``told(Filter=resource(...))``."""
    template = hardened(**(properties or {}))
    template["Resources"] |= more
    return template


def resource(type: str, **properties: Any) -> Told:
    return {"Type": type, "Properties": properties}


def publish(**condition: Any) -> Told:
    statement = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}}
    statement |= {"Action": "SNS:Publish", "Resource": TOPIC_REF, "Condition": condition}
    return {"Version": "2012-10-17", "Statement": [statement]}


CASES: list[tuple[str, str, Told, Told]] = [
    ("TH505", "no retention", told({"LogGroup__RetentionInDays": GONE}),
     {"log_group": {"retention_days": Known(None)}}),
    ("TH515", "another class", told({"LogGroup__LogGroupClass": "INFREQUENT_ACCESS"}),
     {"log_group": {"log_class": Known("INFREQUENT_ACCESS")}}),
    ("TH510", "no key", told({"Topic__KmsMasterKeyId": GONE}), {"topic": {"kms_key_id": Known(None)}}),
    ("TH510", "the key of AWS", told({"Topic__KmsMasterKeyId": "alias/aws/sns"}),
     {"topic": {"kms_key_id": Known("alias/aws/sns")}}),
    ("TH513", "plain HTTP", told(Listener=resource(
        "AWS::SNS::Subscription", TopicArn=TOPIC_REF, Protocol="http", Endpoint="http://example.com/")),
     {"topic": {"subscriptions": Known((Subscription(protocol="http", endpoint="x", confirmed=False),))}}),
    ("TH513", "plain HTTP in the topic",
     told({"Topic__Subscription": [{"Protocol": "http", "Endpoint": "x"}]}),
     {"topic": {"subscriptions": Known((Subscription(protocol="http", endpoint="x", confirmed=False),))}}),
    ("TH518", "anybody's trail", told({"TopicPolicy__PolicyDocument": publish()}),
     {"topic": {"policy": Known(good.document(good.statement(
         Principal=good.CLOUDTRAIL, Action="SNS:Publish", Resource=good.TOPIC_ARN)))}}),
    ("TH518", "no policy", told({"TopicPolicy__Topics": ["arn:aws:sns:us-east-1:111122223333:x"]}),
     {"topic": {"policy": Known(None)}}),
    ("TH509", "no condition", told({"LogRole__AssumeRolePolicyDocument": {
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                                                "Principal": {"Service": "cloudtrail.amazonaws.com"}}]}}),
     {"role": {"trust_policy": Known(good.document(good.statement(
         Principal=good.CLOUDTRAIL, Action="sts:AssumeRole")))}}),
    ("TH517", "no rights", told({"LogRole__Policies": GONE}), {"role": {"policies": Known(())}}),
    ("TH506", "open to all", told(Opening=resource(
        "AWS::Logs::ResourcePolicy", PolicyName="x",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [OPEN]}))),
     {"log_group": {"region_policies": Known((Policy(name="x", document=good.document(OPEN)),))}}),
    ("TH506", "open to all by itself", told({"LogGroup__ResourcePolicyDocument": {
        "Version": "2012-10-17", "Statement": [OPEN]}}),
     {"log_group": {"own_policies": Known((Policy(name="", document=good.document(OPEN)),))}}),
    ("TH508", "sent on", told(Filter=resource(
        "AWS::Logs::SubscriptionFilter", LogGroupName=GROUP, FilterPattern="", DestinationArn=THEIRS)),
     {"log_group": {"subscription_filters": Known((SubscriptionFilter(name="x", destination=THEIRS),))}}),
    ("TH508", "sent on with all others", told(Filter=resource(
        "AWS::Logs::AccountPolicy", PolicyName="x", PolicyType="SUBSCRIPTION_FILTER_POLICY",
        PolicyDocument=json.dumps({"DestinationArn": THEIRS}))),
     {"log_group": {"subscription_filters": Known((SubscriptionFilter(name="x", destination=THEIRS),))}}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("control", "template", "live"), [pytest.param(c, t, s, id=f"{c} {name}") for c, name, t, s in CASES]
)
def test_what_is_wrong_fails_alike(control: str, template: Told, live: Told, tmp_path: Path) -> None:
    assert statuses(observed(tmp_path, template).inventory, [control]) == {control: "fail"}
    assert statuses(good.hardened(**live), [control]) == {control: "fail"}


FINE: list[tuple[str, Told]] = [
    ("TH516", told({"LogGroup__DeletionProtectionEnabled": True})),
    ("TH514", told({"Topic__DeliveryStatusLogging": [
        {"Protocol": "sqs", "FailureFeedbackRoleArn": "arn:aws:iam::111122223333:role/feedback"}]})),
    ("TH506", told(Elsewhere=resource("AWS::Logs::ResourcePolicy", PolicyName="x", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [OPEN | {"Principal": {"Service": "es.amazonaws.com"}}]})))),
    ("TH508", told(Filter=resource(
        "AWS::Logs::SubscriptionFilter", LogGroupName=GROUP, FilterPattern="",
        DestinationArn={"Fn::Sub": "arn:aws:lambda:us-east-1:${AWS::AccountId}:function:x"}))),
    ("TH218", told({"Trail__AggregationConfigurations": [
        {"EventCategory": "Data", "Templates": ["API_ACTIVITY"]}], "Trail__AdvancedEventSelectors": [
        {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]},
                            {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}]}]})),
]  # fmt: skip


@pytest.mark.parametrize(("control", "template"), FINE, ids=[id for id, _ in FINE])
def test_what_is_right_passes(control: str, template: Told, tmp_path: Path) -> None:
    assert statuses(observed(tmp_path, template).inventory, [control]) == {control: "pass"}


def test_a_policy_for_all_groups_may_leave_this_one_out(tmp_path: Path) -> None:
    filter = resource(
        "AWS::Logs::AccountPolicy",
        PolicyName="x",
        PolicyType="SUBSCRIPTION_FILTER_POLICY",
        PolicyDocument=json.dumps({"DestinationArn": THEIRS}),
        SelectionCriteria='LogGroupName NOT IN ["audit", "other"]',
    )
    assert statuses(observed(tmp_path, told(Filter=filter)).inventory, ["TH508"]) == {}


UNTOLD = [
    ("TH508", told(Filter=resource("AWS::Logs::SubscriptionFilter", LogGroupName={"Fn::ImportValue": "x"},
                                   DestinationArn=THEIRS))),
    ("TH508", told(Filter=resource("AWS::Logs::AccountPolicy", PolicyType="SUBSCRIPTION_FILTER_POLICY",
                                   PolicyDocument="{}"))),
    ("TH513", told(Listener=resource("AWS::SNS::Subscription", TopicArn={"Fn::ImportValue": "x"},
                                     Protocol="http", Endpoint="x"))),
    ("TH506", told(Opening=resource("AWS::Logs::ResourcePolicy", PolicyDocument={"Fn::ImportValue": "x"}))),
    ("TH510", told({"Topic__KmsMasterKeyId": {"Fn::ImportValue": "x"}})),
]  # fmt: skip


@pytest.mark.parametrize(("control", "template"), UNTOLD)
def test_what_is_not_told_is_no_verdict(control: str, template: Told, tmp_path: Path) -> None:
    found = statuses(observed(tmp_path, template).inventory, [control])
    assert found[control] in ("unknown", "apart")


@pytest.mark.parametrize(("parameters", "status"), [({}, "unknown"), (PLACE, "fail")])
def test_an_account_is_foreign_only_to_one_that_is_given(
    parameters: dict[str, str], status: str, tmp_path: Path
) -> None:
    document = publish()
    document["Statement"][0]["Principal"] = {"AWS": OTHER}
    path = tmp_path / "template.json"
    path.write_text(json.dumps(told({"TopicPolicy__PolicyDocument": document})))
    assert statuses(load([path], parameters=parameters).inventory, ["TH512"]) == {"TH512": status}


def test_limits_fail_before_they_are_met(tmp_path: Path) -> None:
    six = told({"Trail__AdvancedEventSelectors": GONE, "Trail__EventSelectors": [{}] * 6})
    assert "TH219" in failing(observed(tmp_path, six).inventory)


def test_both_kinds_of_selectors_fail_and_are_judged_by_no_other_control(tmp_path: Path) -> None:
    both = observed(tmp_path, told({"Trail__EventSelectors": [{}]})).inventory
    assert statuses(both, ["TH219", "TH202", "TH207"]) == {
        "TH219": "fail",
        "TH202": "unknown",
        "TH207": "unknown",
    }


def test_feedback_is_named_as_a_topic_names_it(tmp_path: Path) -> None:
    logging = [{"Protocol": "http/s", "SuccessFeedbackRoleArn": "role"}, {"Protocol": "sqs"}]
    inventory = observed(tmp_path, told({"Topic__DeliveryStatusLogging": logging})).inventory
    assert inventory.topics[good.TOPIC_ARN].feedback.value == (Feedback(protocol="HTTP", success="role"),)


HIGH = {"severity": ["high"]}
FILTERS: list[tuple[Told, MessageFilter | str | None]] = [
    ({}, None),
    ({"FilterPolicy": {}}, None),
    ({"FilterPolicy": HIGH}, MessageFilter(policy=json.dumps(HIGH))),
    ({"FilterPolicy": json.dumps(HIGH)}, MessageFilter(policy=json.dumps(HIGH))),
    ({"FilterPolicy": HIGH, "FilterPolicyScope": "MessageBody"},
     MessageFilter(policy=json.dumps(HIGH), scope="MessageBody")),
    ({"FilterPolicy": {"Fn::ImportValue": "x"}}, "FilterPolicy of template/Listener"),
    ({"FilterPolicyScope": {"Fn::ImportValue": "x"}}, "FilterPolicyScope of template/Listener"),
]  # fmt: skip


@pytest.mark.parametrize(("properties", "filter"), FILTERS)
def test_filters_of_subscriptions(
    properties: Told, filter: MessageFilter | str | None, tmp_path: Path
) -> None:
    listener = resource(
        "AWS::SNS::Subscription", TopicArn=TOPIC_REF, Protocol="sqs", Endpoint=good.QUEUE_ARN, **properties
    )
    found = observed(tmp_path, told(Listener=listener)).inventory.topics[good.TOPIC_ARN].subscriptions
    (read,) = [one.filter for one in found.value if one.endpoint == good.QUEUE_ARN]
    if isinstance(filter, str):
        assert isinstance(read, Unknown)
        assert filter in read.reason
    else:
        assert read.value == filter


def test_a_subscription_in_a_topic_has_no_filter(tmp_path: Path) -> None:
    template = told({"Topic__Subscription": [{"Protocol": "sqs", "Endpoint": good.QUEUE_ARN}]})
    (one,) = observed(tmp_path, template).inventory.topics[good.TOPIC_ARN].subscriptions.value
    assert one.filter.value is None
