"""Where else events go: log groups with their alarms, topics with their subscribers."""

from pathlib import Path
from typing import Any

import pytest

from checker.evidence import Unknown
from checker.inventory import MessageFilter, PublicAccessBlock
from tests import hardened as good
from tests.hardened import ACCOUNT, BUCKET, HOME
from tests.sources.terraform.hardened import resources
from tests.sources.terraform.planning import after
from tests.sources.terraform.reading import content, observed, only


def test_subscribers_filters_and_policies_of_the_destinations_are_read(tmp_path: Path) -> None:
    found = resources(aws_sns_topic__sqs_failure_feedback_role_arn=after("aws_iam_role.to_logs.arn"))
    found |= {
        "aws_sqs_queue.q": {"name": "q"},
        "aws_sns_topic_subscription.q": {
            "topic_arn": after("aws_sns_topic.audit.arn"),
            "protocol": "sqs",
            "endpoint": after("aws_sqs_queue.q.arn"),
        },
        "aws_cloudwatch_log_subscription_filter.s": {
            "name": "s",
            "log_group_name": after("aws_cloudwatch_log_group.audit.name"),
            "destination_arn": "arn:aws:kinesis:us-east-1:222233334444:stream/x",
        },
        "aws_cloudwatch_log_account_policy.a": {
            "policy_name": "a",
            "policy_type": "SUBSCRIPTION_FILTER_POLICY",
            "policy_document": '{"DestinationArn": "arn:aws:lambda:::x"}',
            "selection_criteria": 'LogGroupName NOT IN ["audit"]',
        },
        "aws_cloudwatch_log_resource_policy.r": {"policy_name": "r", "policy_document": good.BUCKET_POLICY},
        "aws_s3_bucket_notification.n": {
            "bucket": after("aws_s3_bucket.logs.id"),
            "eventbridge": True,
            "queue": [{"queue_arn": after("aws_sqs_queue.q.arn"), "events": ["s3:ObjectRemoved:*"]}],
        },
        "aws_s3_bucket_website_configuration.w": {"bucket": BUCKET},
        "aws_s3_access_point.p": {
            "bucket": after("aws_s3_bucket.logs.id"),
            "name": "p",
            "public_access_block_configuration": [{"block_public_policy": False}],
        },
    }
    inventory = observed(tmp_path, found)
    topic, group, bucket = only(inventory.topics), only(inventory.log_groups), inventory.buckets[BUCKET]
    queue = f"arn:aws:sqs:{HOME}:{ACCOUNT}:q"
    (subscription,) = content(topic.subscriptions)
    assert (subscription.protocol, subscription.endpoint, subscription.confirmed) == ("sqs", queue, True)
    (feedback,) = content(topic.feedback)
    assert (feedback.protocol, feedback.success, feedback.failure) == ("SQS", None, good.ROLE_ARN)
    (sent,) = content(group.subscription_filters)
    assert (sent.name, sent.account_wide) == ("s", False)
    assert [policy.name for policy in content(group.region_policies)] == ["r"]
    assert content(group.own_policies) == ()
    assert content(bucket.notifications) == (queue, "EventBridge")
    assert content(bucket.website) is True
    assert content(bucket.access_log_prefix) == "s3/"
    (point,) = content(bucket.access_points)
    assert content(point.public_access_block) == PublicAccessBlock(
        block_public_acls=True, ignore_public_acls=True, restrict_public_buckets=True
    )


ALARM = {
    "alarm_name": "a",
    "metric_name": "m",
    "namespace": "n",
    "comparison_operator": "GreaterThanOrEqualToThreshold",
    "threshold": 1,
    "period": 300,
    "evaluation_periods": 1,
    "treat_missing_data": "missing",
    "alarm_actions": [after("aws_sns_topic.audit.arn")],
}

QUERIES = [
    {"id": "e", "expression": "m1 * 2", "return_data": True, "metric": []},
    {"id": "m1", "metric": [{"metric_name": "m", "namespace": "n", "stat": "Sum", "period": 60}]},
]


def test_alarms_are_read_with_what_narrows_them(tmp_path: Path) -> None:
    found = resources()
    found |= {
        "aws_cloudwatch_log_metric_filter.f": {
            "name": "f",
            "pattern": "{ $.x = 1 }",
            "log_group_name": "audit",
            "metric_transformation": [
                {
                    "name": "m",
                    "namespace": "n",
                    "value": "1",
                    "unit": "Count",
                    "dimensions": {"who": "$.user"},
                }
            ],
        },
        "aws_cloudwatch_metric_alarm.a": {
            **ALARM,
            "dimensions": {"who": "x"},
            "datapoints_to_alarm": 2,
            "unit": "Bytes",
        },
        "aws_cloudwatch_metric_alarm.q": {
            **ALARM,
            "alarm_name": "q",
            "metric_name": None,
            "namespace": None,
            "metric_query": QUERIES,
        },
        "aws_cloudwatch_metric_alarm.other": {**ALARM, "alarm_name": "other", "metric_name": "z"},
        "aws_cloudwatch_composite_alarm.c": {
            "alarm_name": "c",
            "alarm_rule": 'ALARM("a")',
            "alarm_actions": [after("aws_sns_topic.audit.arn")],
            "actions_suppressor": [{"alarm": "quiet", "wait_period": 1}],
        },
    }
    group = only(observed(tmp_path, found).log_groups)
    (fed,) = content(group.metric_filters)[0].transformations
    assert (fed.dimensions, fed.unit) == (("who",), "Count")
    plain, queried = content(group.alarms)
    assert (plain.name, plain.dimensions, plain.datapoints, plain.unit) == ("a", ("who",), 2, "Bytes")
    assert plain.actions == (good.TOPIC_ARN,)
    assert [(one.id, one.metric, one.returns) for one in queried.metrics] == [
        ("e", "", True),
        ("m1", "m", False),
    ]
    (composite,) = content(group.composites)
    assert (composite.rule, composite.suppressor) == ('ALARM("a")', "quiet")


@pytest.mark.parametrize(
    ("settings", "muted"),
    [
        ({}, ("another", "a")),
        ({"mute_targets": [{"alarm_names": after("aws_cloudwatch_metric_alarm.a.alarm_name")}]}, ("a",)),
        ({"mute_targets": [{"alarm_names": [after("var.alarm")]}]}, None),
        ({"mute_targets": []}, ()),
        ({"name": after("var.name"), "expire_date": after("var.end")}, ("another", "a")),
    ],
)
def test_rules_that_mute_alarms_are_read(
    tmp_path: Path, settings: dict[str, Any], muted: tuple[str, ...] | None
) -> None:
    fed = {"name": "m", "namespace": "n", "value": "1"}
    found = resources() | {
        "aws_cloudwatch_log_metric_filter.f": {
            "name": "f",
            "pattern": "{ $.x = 1 }",
            "log_group_name": "audit",
            "metric_transformation": [fed],
        },
        "aws_cloudwatch_metric_alarm.a": ALARM,
        "aws_cloudwatch_alarm_mute_rule.night": {
            "name": "night",
            "rule": [{"schedule": [{"expression": "cron(0 2 * * *)", "duration": "PT1H"}]}],
            "mute_targets": [{"alarm_names": ["another", after("aws_cloudwatch_metric_alarm.a.alarm_name")]}],
            **settings,
        },
    }
    mutes = only(observed(tmp_path, found).log_groups).mutes
    if muted is None:
        assert isinstance(mutes, Unknown)
    else:
        (rule,) = content(mutes)
        assert rule.alarms == muted


def test_of_two_policies_of_a_topic_the_last_one_remains(tmp_path: Path) -> None:
    found = resources()
    found["aws_sns_topic_policy.other"] = found["aws_sns_topic_policy.audit"]
    assert isinstance(only(observed(tmp_path, found).topics).policy, Unknown)


HIGH = '{"severity": ["high"]}'
FILTERS: list[tuple[dict[str, Any], MessageFilter | None]] = [
    ({}, None),
    ({"filter_policy": "{}"}, None),
    ({"filter_policy": HIGH}, MessageFilter(policy=HIGH)),
    (
        {"filter_policy": HIGH, "filter_policy_scope": "MessageBody"},
        MessageFilter(policy=HIGH, scope="MessageBody"),
    ),
]


def filter_in(settings: dict[str, Any], path: Path) -> Any:
    """Return the filter of the only subscription of a plan."""
    found = resources()
    found["aws_sns_topic_subscription.q"] = {
        "topic_arn": after("aws_sns_topic.audit.arn"),
        "protocol": "sqs",
        "endpoint": good.QUEUE_ARN,
        **settings,
    }
    (one,) = content(only(observed(path, found).topics).subscriptions)
    return one.filter


@pytest.mark.parametrize(("settings", "filter"), FILTERS)
def test_filters_of_subscriptions(
    settings: dict[str, Any], filter: MessageFilter | None, tmp_path: Path
) -> None:
    assert content(filter_in(settings, tmp_path)) == filter


@pytest.mark.parametrize("setting", ["filter_policy", "filter_policy_scope"])
def test_a_filter_that_only_the_apply_tells_is_unknown(setting: str, tmp_path: Path) -> None:
    read = filter_in({setting: after("aws_sqs_queue.q.arn")}, tmp_path)
    assert isinstance(read, Unknown)
    assert setting in read.reason
