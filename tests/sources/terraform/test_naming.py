"""A name that only the apply gives is not known beforehand: no verdict stands on a guess of it."""

from pathlib import Path
from typing import Any

import pytest

from checker.evidence import Known, Unknown
from checker.monitoring import kinds
from tests import hardened as good
from tests.hardened import ACCOUNT, HOME
from tests.sources.cloudformation.judging import statuses
from tests.sources.terraform.hardened import resources
from tests.sources.terraform.planning import GONE, After, after
from tests.sources.terraform.reading import observed, only

ANY = f"arn:aws:cloudwatch:{HOME}:{ACCOUNT}:alarm:"
LATER = after("random_id.suffix.hex")
PATTERN = kinds.ROOT.pattern


def alarmed(name: Any, source: Any, **filter: Any) -> dict[str, dict[str, Any]]:
    """The hardened plan with an alarm on use of the root user, whose topic lets alarms with some ARNs in."""
    allowed = good.statement(
        Principal={"Service": "cloudwatch.amazonaws.com"},
        Action="sns:Publish",
        Resource=f"arn:aws:sns:{HOME}:{ACCOUNT}:alerts",
        Condition={"ArnLike": {"aws:SourceArn": source}},
    )
    return resources() | {
        "aws_sns_topic.alerts": {"name": "alerts"},
        "aws_sns_topic_policy.alerts": {
            "arn": after("aws_sns_topic.alerts.arn"),
            "policy": good.document(allowed),
        },
        "aws_sqs_queue.alerts": {"name": "alerts"},
        "aws_sns_topic_subscription.alerts": {
            "topic_arn": after("aws_sns_topic.alerts.arn"),
            "protocol": "sqs",
            "endpoint": after("aws_sqs_queue.alerts.arn"),
        },
        "aws_cloudwatch_log_metric_filter.root": {
            "name": "root",
            "pattern": PATTERN,
            "log_group_name": "audit",
            "metric_transformation": [{"name": "m", "namespace": "n", "value": "1", "default_value": "0"}],
            **filter,
        },
        "aws_cloudwatch_metric_alarm.root": {
            "alarm_name": name,
            "metric_name": "m",
            "namespace": "n",
            "statistic": "Sum",
            "comparison_operator": "GreaterThanOrEqualToThreshold",
            "threshold": 1,
            "period": 300,
            "evaluation_periods": 1,
            "treat_missing_data": "notBreaching",
            "alarm_actions": [after("aws_sns_topic.alerts.arn")],
        },
    }


@pytest.mark.parametrize(
    ("name", "source", "status"),
    [
        ("root-use", f"{ANY}root-*", "pass"),
        ("root-use", f"{ANY}other-*", "fail"),
        (LATER, f"{ANY}*", "pass"),
        (LATER, f"{ANY}root-*", "unknown"),
        (LATER, [f"{ANY}root-use"], "unknown"),
        (LATER, f"arn:aws:cloudwatch:{HOME}:222233334444:alarm:*", "fail"),
    ],
)
def test_an_alarm_whose_name_the_apply_gives(tmp_path: Path, name: Any, source: Any, status: str) -> None:
    found = statuses(observed(tmp_path, alarmed(name, source)), ["TH603"])
    assert found == {"TH603": status}


@pytest.mark.parametrize(("name", "status"), [("audit", "pass"), (LATER, "unknown")])
def test_a_filter_on_a_group_whose_name_the_apply_gives(tmp_path: Path, name: Any, status: str) -> None:
    found = alarmed("root-use", f"{ANY}*")
    found["aws_cloudwatch_log_group.audit"]["name"] = name
    assert statuses(observed(tmp_path, found), ["TH603"]) == {"TH603": status}


def bucket_policy(resource: str) -> str:
    return good.BUCKET_POLICY.replace(good.BUCKET, resource)


@pytest.mark.parametrize(
    ("settings", "named", "known"),
    [
        ({"bucket": good.BUCKET}, good.BUCKET, True),
        ({"bucket_prefix": "acme-"}, "acme-logs", False),
        ({"bucket_prefix": "acme-"}, "other", True),
        ({}, "acme-logs", False),
    ],
)
def test_a_policy_for_a_bucket_that_the_provider_names(
    tmp_path: Path, settings: dict[str, Any], named: str, known: bool
) -> None:
    found = resources(
        aws_s3_bucket__bucket=GONE,
        aws_s3_bucket_policy__policy=bucket_policy(named),
        aws_s3_bucket_object_lock_configuration__bucket=after("aws_s3_bucket.logs.id"),
    )
    found["aws_s3_bucket.logs"] |= settings
    policy = only(observed(tmp_path, found).buckets).policy
    assert isinstance(policy, Known if known else Unknown), policy


@pytest.mark.parametrize(
    ("name", "pattern", "status"),
    [
        (LATER, "acme-*", "unknown"),
        (LATER, "acme", "unknown"),
        (LATER, "*", "pass"),
        ("audit", "acme-*", "fail"),
    ],
)
def test_a_bucket_policy_for_trails_by_name(
    tmp_path: Path, name: str | After, pattern: str, status: str
) -> None:
    meant = good.TRAIL_ARN.replace("trail/audit", f"trail/{pattern}")
    text = good.BUCKET_POLICY.replace("StringEquals", "StringLike").replace(good.TRAIL_ARN, meant)
    found = resources(aws_cloudtrail__name=name, aws_s3_bucket_policy__policy=text)
    assert statuses(observed(tmp_path, found), ["TH317"]) == {"TH317": status}
