"""What undoes the silencing of a trail, run for real against an embedded AWS over HTTP."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from cdk_app.auto_restart import MANAGEMENT_EVENTS
from cdk_app.auto_restart_function.index import handler
from checker.demo.server import embedded_aws
from tests import hardened as good
from tests.cdk.synthesis import (
    ACCOUNT,
    HOME,
)
from tests.simulator import DENIED, Answering, Fault, hardened_world, serve

ROLE = f"arn:aws:iam::{ACCOUNT}:role/auto-restart"
TRAIL = f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:trail/organization-trail"
DECLARED: list[dict[str, Any]] = [
    *({**one} for one in MANAGEMENT_EVENTS),
    {
        "Name": "Objects",
        "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Data"]},
            {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
            {"Field": "resources.ARN", "NotStartsWith": ["arn:aws:s3:::logs/", "arn:aws:s3:::archive/"]},
        ],
    },
]
SWEEP: Mapping[str, Any] = {"detail-type": "Scheduled Event", "detail": {}}


def call(name: str, role: str = f"arn:aws:iam::{ACCOUNT}:role/intruder") -> dict[str, Any]:
    """A call as EventBridge reports it."""
    return {
        "detail": {
            "eventName": name,
            "eventID": "5d2c1f0a",
            "eventTime": "2026-03-01T12:00:00Z",
            "sourceIPAddress": "198.51.100.7",
            "userIdentity": {
                "arn": f"{role}/session",
                "sessionContext": {"sessionIssuer": {"arn": role}},
            },
        }
    }


@dataclass
class Deployed:
    """A trail in an embedded AWS, with a queue that hears what is reported."""

    trail: str
    queue: str
    cloudtrail: Any

    def logs(self) -> bool:
        return bool(self.cloudtrail.get_trail_status(Name=self.trail)["IsLogging"])

    def selectors(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.cloudtrail.get_event_selectors(TrailName=self.trail)[
            "AdvancedEventSelectors"
        ]
        return found

    def reports(self) -> list[str]:
        """Return the messages published since the last time, subject first."""
        found = boto3.client("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        messages = []
        for message in found.get("Messages", []):
            boto3.client("sqs").delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
            body = json.loads(message["Body"])
            messages.append(f"{body['Subject']}\n{body['Message']}")
        return messages


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    with embedded_aws() as port:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": HOME,
        }.items():
            monkeypatch.setenv(name, value)
        yield deploy(monkeypatch)


def deploy(monkeypatch: pytest.MonkeyPatch) -> Deployed:
    boto3.client("s3").create_bucket(Bucket="logs", CreateBucketConfiguration={"LocationConstraint": HOME})
    cloudtrail = boto3.client("cloudtrail")
    trail = cloudtrail.create_trail(Name="organization-trail", S3BucketName="logs")["TrailARN"]
    cloudtrail.start_logging(Name=trail)
    cloudtrail.put_event_selectors(TrailName=trail, AdvancedEventSelectors=DECLARED)
    topic = boto3.client("sns").create_topic(Name="alerts")["TopicArn"]
    queue = boto3.client("sqs").create_queue(QueueName="heard")["QueueUrl"]
    arn = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"])
    monkeypatch.setenv("TRAIL_ARN", trail)
    monkeypatch.setenv("TOPIC_ARN", topic)
    monkeypatch.setenv("ROLE_ARN", ROLE)
    monkeypatch.setenv("SELECTORS", json.dumps(DECLARED))
    return Deployed(trail, queue, cloudtrail)


NARROW = [
    {
        "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Management"]},
            {"Field": "readOnly", "Equals": ["true"]},
        ]
    }
]


@pytest.mark.parametrize("event", [call("StopLogging"), SWEEP])
def test_a_stopped_trail_logs_again_and_it_is_reported(aws: Deployed, event: Mapping[str, Any]) -> None:
    aws.cloudtrail.stop_logging(Name=aws.trail)
    handler(event, None)
    assert aws.logs()
    (report,) = aws.reports()
    assert "Audit trail restored" in report
    assert "logging was stopped, and runs again" in report


def test_a_report_names_the_caller(aws: Deployed) -> None:
    aws.cloudtrail.stop_logging(Name=aws.trail)
    handler(call("StopLogging"), None)
    (report,) = aws.reports()
    for part in (aws.trail, "StopLogging", ":role/intruder/session", "198.51.100.7", "2026-03-01T12:00:00Z"):
        assert part in report


@pytest.mark.parametrize("narrowed", [NARROW, [DECLARED[1]], [*DECLARED, *NARROW]])
def test_other_selectors_are_replaced_by_the_declared_ones(
    aws: Deployed, narrowed: list[dict[str, Any]]
) -> None:
    aws.cloudtrail.put_event_selectors(TrailName=aws.trail, AdvancedEventSelectors=narrowed)
    handler(call("PutEventSelectors"), None)
    assert aws.selectors() == DECLARED
    (report,) = aws.reports()
    assert "event selectors were replaced" in report


def test_basic_selectors_are_replaced_by_the_declared_ones(aws: Deployed) -> None:
    write_only = {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True, "DataResources": []}
    aws.cloudtrail.put_event_selectors(TrailName=aws.trail, EventSelectors=[write_only])
    handler(call("PutEventSelectors"), None)
    assert aws.selectors() == DECLARED


def test_other_names_and_another_order_change_nothing(aws: Deployed) -> None:
    same = [
        {**one, "Name": "renamed", "FieldSelectors": one["FieldSelectors"][::-1]} for one in DECLARED[::-1]
    ]
    aws.cloudtrail.put_event_selectors(TrailName=aws.trail, AdvancedEventSelectors=same)
    assert handler(call("PutEventSelectors"), None) == {"restored": [], "failed": []}
    assert aws.selectors() == same
    assert not aws.reports()


def test_what_aws_calls_the_default_is_what_management_events_declare(
    aws: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}
    aws.cloudtrail.put_event_selectors(TrailName=aws.trail, EventSelectors=[default])
    monkeypatch.setenv("SELECTORS", json.dumps(MANAGEMENT_EVENTS))
    assert handler(SWEEP, None) == {"restored": [], "failed": []}


def test_a_second_run_finds_nothing_to_do(aws: Deployed) -> None:
    aws.cloudtrail.stop_logging(Name=aws.trail)
    aws.cloudtrail.put_event_selectors(TrailName=aws.trail, AdvancedEventSelectors=NARROW)
    assert len(handler(call("StopLogging"), None)["restored"]) == 2
    aws.reports()
    assert handler(call("PutEventSelectors"), None) == {"restored": [], "failed": []}
    assert not aws.reports()


def test_its_own_call_does_not_wake_it_up_to_another(aws: Deployed) -> None:
    aws.cloudtrail.put_event_selectors(TrailName=aws.trail, AdvancedEventSelectors=NARROW)
    handler(call("PutEventSelectors", role=ROLE), None)
    assert aws.selectors() == NARROW


def test_undeclared_selectors_stay(aws: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SELECTORS")
    aws.cloudtrail.stop_logging(Name=aws.trail)
    aws.cloudtrail.put_event_selectors(TrailName=aws.trail, AdvancedEventSelectors=NARROW)
    handler(SWEEP, None)
    assert aws.logs()
    assert aws.selectors() == NARROW


def test_removed_insights_come_back(aws: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = [{"InsightType": "ApiCallRateInsight"}]
    monkeypatch.setenv("INSIGHTS", json.dumps(declared))
    handler(call("PutInsightSelectors"), None)
    assert aws.cloudtrail.get_insight_selectors(TrailName=aws.trail)["InsightSelectors"] == declared
    assert handler(SWEEP, None) == {"restored": [], "failed": []}


def test_a_deleted_trail_is_reported_once_and_not_by_the_sweep(aws: Deployed) -> None:
    aws.cloudtrail.delete_trail(Name="organization-trail")
    assert handler(SWEEP, None) == {"restored": [], "failed": []}
    assert not aws.reports()
    handler(call("DeleteTrail"), None)
    (report,) = aws.reports()
    assert "Audit trail could not be restored" in report
    assert "the trail was deleted" in report


def test_another_trail_that_was_deleted_is_none_of_its_business(aws: Deployed) -> None:
    assert handler(call("DeleteTrail"), None) == {"restored": [], "failed": []}


def test_what_is_denied_hinders_nothing_else_and_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    world = hardened_world(trail={"status": {"IsLogging": False}, "advanced_selectors": tuple(NARROW)})
    answers = [
        Fault(DENIED, operation="StartLogging"),
        Fault(Answering({}), operation="PutEventSelectors"),
        Fault(Answering({"MessageId": "1"}), operation="Publish"),
    ]
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    with serve(world, faults=answers) as aws:
        for name, value in aws.env(world.accounts[0].access_key).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("TRAIL_ARN", good.TRAIL_ARN)
        monkeypatch.setenv("TOPIC_ARN", good.TOPIC_ARN)
        monkeypatch.setenv("ROLE_ARN", ROLE)
        monkeypatch.setenv("SELECTORS", json.dumps(MANAGEMENT_EVENTS))
        with pytest.raises(RuntimeError, match=r"logging could not be restored: .*AccessDenied"):
            handler(call("StopLogging"), None)
        asked = {request.operation: request.params for request in aws.requests}
    assert asked["PutEventSelectors"]["AdvancedEventSelectors"] == list(MANAGEMENT_EVENTS)
    assert asked["Publish"]["Subject"] == "Audit trail could not be restored"
    assert "logging could not be restored" in asked["Publish"]["Message"]


def test_a_parameter_that_an_older_sdk_does_not_know_is_reported_too(
    aws: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSIGHTS", json.dumps([{"InsightType": "ApiCallRateInsight", "Newer": "than this"}]))
    aws.cloudtrail.stop_logging(Name=aws.trail)
    with pytest.raises(RuntimeError, match=r"(?s)Insights could not be restored: .*Newer"):
        handler(call("StopLogging"), None)
    assert aws.logs()
    (report,) = aws.reports()
    assert "logging was stopped, and runs again" in report
    assert "Insights could not be restored" in report
