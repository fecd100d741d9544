"""Alarms as they are synthesised: each on its own filter, and heard."""

from typing import Any

import pytest
from aws_cdk import Aws
from aws_cdk import aws_sns as sns

from cdk_app.alert_topic import AlertTopic
from cdk_app.filters import CIS
from cdk_app.refusal import Refusal
from cdk_app.tampering import TAMPERING
from cdk_app.trail_alarms import TrailAlarms
from tests.cdk.synthesis import ACCOUNT, HOME, by_sid, new_stack, only, resources, template

GROUP = "/trailhold/cloudtrail"
KEY = f"arn:aws:kms:{HOME}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
FILTER, ALARM = "AWS::Logs::MetricFilter", "AWS::CloudWatch::Alarm"
IDS = {found.id for found in CIS} | {tampering.id for tampering in TAMPERING}


def alarms(**arguments: Any) -> dict[str, Any]:
    stack = new_stack()
    TrailAlarms(stack, "Alarms", **{"log_group_name": GROUP, **arguments})
    return template(stack)


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return alarms(log_bucket_names=["logs", "archive"], key_arns=[KEY], emails=["team@example.com"])


def test_there_is_a_filter_on_the_log_group_for_everything(made: dict[str, Any]) -> None:
    filters = resources(made, FILTER)
    assert {one["FilterName"] for one in filters} == {f"trailhold-{name}" for name in IDS}
    assert {one["LogGroupName"] for one in filters} == {GROUP}


def test_each_filter_has_the_alarm_that_reads_its_metric(made: dict[str, Any]) -> None:
    counted = [one["MetricTransformations"][0] for one in resources(made, FILTER)]
    read = {(one["Namespace"], one["MetricName"]) for one in resources(made, ALARM)}
    assert read == {(one["MetricNamespace"], one["MetricName"]) for one in counted}
    assert {one["MetricValue"] for one in counted} == {"1"}


def test_each_alarm_goes_off_at_the_first_event_and_is_heard(made: dict[str, Any]) -> None:
    topics = {name for name, one in made["Resources"].items() if one["Type"] == "AWS::SNS::Topic"}
    expected = {
        "ActionsEnabled": True,
        "AlarmActions": [{"Ref": next(iter(topics))}],
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "EvaluationPeriods": 1,
        "Period": 300,
        "Statistic": "Sum",
        "Threshold": 1,
        "TreatMissingData": "notBreaching",
    }
    for alarm in resources(made, ALARM):
        assert alarm.items() >= expected.items(), alarm["AlarmName"]
    assert only(made, "AWS::SNS::Subscription")["Endpoint"] == "team@example.com"


def test_tampering_is_searched_for_on_our_own_resources(made: dict[str, Any]) -> None:
    pattern = {one["FilterName"]: one["FilterPattern"] for one in resources(made, FILTER)}
    for name in ("log-bucket-access-tampering", "log-bucket-protection-tampering"):
        assert '($.requestParameters.bucketName = "logs")' in pattern[f"trailhold-{name}"]
        assert '($.requestParameters.bucketName = "archive")' in pattern[f"trailhold-{name}"]
    assert f'keyId = "*{KEY.split("/")[1]}"' in pattern["trailhold-key-tampering"]
    assert f'logGroupName = "{GROUP}"' in pattern["trailhold-log-group-tampering"]


def test_only_alarms_of_this_account_and_region_publish(made: dict[str, Any]) -> None:
    statement = by_sid(only(made, "AWS::SNS::TopicPolicy")["PolicyDocument"], "PublishAlarms")
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{HOME}:{ACCOUNT}:alarm:*"},
    }
    allowed = [
        one
        for one in only(made, "AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
        if one["Effect"] == "Allow"
    ]
    assert len(allowed) == 1


def test_the_topic_has_a_key_that_cloudwatch_can_use(made: dict[str, Any]) -> None:
    (key,) = [name for name, one in made["Resources"].items() if one["Type"] == "AWS::KMS::Key"]
    assert only(made, "AWS::SNS::Topic")["KmsMasterKeyId"] == {"Fn::GetAtt": [key, "Arn"]}
    assert only(made, "AWS::KMS::Key")["EnableKeyRotation"] is True
    statement = by_sid(only(made, "AWS::KMS::Key")["KeyPolicy"], "EncryptAlarms")
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Action"] == ["kms:GenerateDataKey*", "kms:Decrypt"]
    assert statement["Condition"] == {
        "StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": f"arn:aws:sns:{HOME}:{ACCOUNT}:*"},
    }


def test_what_is_left_out_and_raised_is_named() -> None:
    found = alarms(leave_out=["vpc-changes"], thresholds={"unauthorized-api-calls": 50})
    by_name = {one["AlarmName"]: one["Threshold"] for one in resources(found, ALARM)}
    assert "trailhold-vpc-changes" not in by_name
    assert by_name.pop("trailhold-unauthorized-api-calls") == 50
    assert set(by_name.values()) == {1}
    assert len(resources(found, FILTER)) == len(IDS) - 1


def test_a_topic_that_is_there_is_used_as_it_is() -> None:
    stack = new_stack()
    topic = sns.Topic.from_topic_arn(stack, "Topic", f"arn:aws:sns:{HOME}:{ACCOUNT}:ours")
    TrailAlarms(stack, "Alarms", log_group_name=GROUP, topic=topic)
    found = template(stack)
    assert {tuple(one["AlarmActions"]) for one in resources(found, ALARM)} == {(topic.topic_arn,)}
    assert not resources(found, "AWS::SNS::Topic")


def test_a_key_that_is_not_there_yet_is_searched_for_by_its_id() -> None:
    stack = new_stack()
    key = AlertTopic(stack, "Other").key
    TrailAlarms(stack, "Alarms", log_group_name=GROUP, key_arns=[key.key_arn])
    (pattern,) = [
        one["FilterPattern"]
        for one in resources(template(stack), FILTER)
        if one["FilterName"] == "trailhold-key-tampering"
    ]
    parts = pattern["Fn::Join"][1]
    assert parts[0].endswith('keyId = "*')
    assert {"Fn::Select": [1, {"Fn::Split": ["/", stack.resolve(key.key_arn)]}]} in parts


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"leave_out": ["vpc"]}, r"there is no 'vpc'; there are .*vpc-changes"),
        ({"thresholds": {"vpc": 2}}, "there is no 'vpc'"),
        ({"thresholds": {"vpc-changes": 0}}, "threshold of 0 would always alarm"),
        ({"emails": ["nobody"]}, "'nobody' is no address"),
        (
            {"log_bucket_names": [f"{number:063}" for number in range(9)]},
            r"takes up to \d+ characters and CloudWatch Logs takes 1024: name fewer",
        ),
    ],
)
def test_refusals(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(Refusal, match=says):
        alarms(**arguments)


def test_emails_beside_a_topic_are_refused() -> None:
    stack = new_stack()
    topic = sns.Topic.from_topic_arn(stack, "Topic", f"arn:aws:sns:{HOME}:{ACCOUNT}:ours")
    with pytest.raises(Refusal, match="subscribe them to the topic"):
        TrailAlarms(stack, "Alarms", log_group_name=GROUP, topic=topic, emails=["team@example.com"])


@pytest.mark.parametrize(("region", "partition"), [("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn")])
def test_other_partitions(region: str, partition: str) -> None:
    stack = new_stack(region)
    TrailAlarms(stack, "Alarms", log_group_name=GROUP)
    found = template(stack)
    assert "arn:aws:" not in str(found)
    statement = by_sid(only(found, "AWS::SNS::TopicPolicy")["PolicyDocument"], "PublishAlarms")
    source = statement["Condition"]["ArnLike"]["aws:SourceArn"]
    assert source == f"arn:{partition}:cloudwatch:{region}:{ACCOUNT}:alarm:*"


def test_a_stack_without_a_region_keeps_the_partition_open() -> None:
    stack = new_stack(region=None, account=None)
    TrailAlarms(stack, "Alarms", log_group_name=GROUP)
    assert "arn:aws:" not in str(template(stack))
    assert stack.resolve(Aws.PARTITION) == {"Ref": "AWS::Partition"}
