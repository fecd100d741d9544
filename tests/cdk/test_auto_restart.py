"""What is deployed around the function that keeps a trail logging: rules, rights, key and log."""

import json
from typing import Any

import pytest

from cdk_app.auto_restart import MANAGEMENT_EVENTS, AutoRestart
from cdk_app.refusal import Refusal
from tests.cdk.patterns import bus_matches, on_bus
from tests.cdk.synthesis import (
    ACCOUNT,
    HOME,
    actions,
    by_sid,
    new_stack,
    only,
    resources,
    statements,
    template,
)

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


def deployed(**arguments: Any) -> dict[str, Any]:
    stack = new_stack()
    AutoRestart(stack, "Restart", **{"trail_arn": TRAIL, "selectors": DECLARED, **arguments})
    return template(stack)


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return deployed()


def test_the_function_gets_what_was_declared(made: dict[str, Any]) -> None:
    environment = only(made, "AWS::Lambda::Function")["Environment"]["Variables"]
    assert environment["TRAIL_ARN"] == TRAIL
    assert json.loads(environment["SELECTORS"]) == DECLARED
    assert "INSIGHTS" not in environment


def test_the_function_may_restore_one_trail_and_nothing_else(made: dict[str, Any]) -> None:
    document = only(made, "AWS::IAM::ManagedPolicy")["PolicyDocument"]
    restore = by_sid(document, "RestoreTheTrail")
    assert restore["Resource"] == TRAIL
    changing = {
        action for action in actions(*document["Statement"]) if ":Put" in action or ":Start" in action
    }
    assert changing == {
        "cloudtrail:PutEventSelectors",
        "cloudtrail:PutInsightSelectors",
        "cloudtrail:StartLogging",
        "logs:PutLogEvents",
    }
    anywhere = [one for one in statements(document) if one["Resource"] == "*"]
    assert actions(*anywhere) == {
        "organizations:DescribeOrganization",
        "organizations:ListAWSServiceAccessForOrganization",
    }
    assert not resources(made, "AWS::IAM::Policy")


def test_it_wakes_up_to_what_silences_a_trail_and_by_itself(made: dict[str, Any]) -> None:
    rules = {one["Name"]: one for one in resources(made, "AWS::Events::Rule")}
    pattern = rules["trailhold-auto-restart-calls"]["EventPattern"]
    heard = [
        name
        for name in ("StopLogging", "PutEventSelectors", "PutInsightSelectors", "DeleteTrail", "StartLogging")
        if bus_matches(pattern, on_bus({"eventName": name, "eventSource": "cloudtrail.amazonaws.com"}))
    ]
    assert heard == ["StopLogging", "PutEventSelectors", "PutInsightSelectors", "DeleteTrail"]
    assert rules["trailhold-auto-restart-schedule"]["ScheduleExpression"] == "rate(5 minutes)"


def test_only_its_own_rules_may_wake_it_up(made: dict[str, Any]) -> None:
    rules = {name for name, one in made["Resources"].items() if one["Type"] == "AWS::Events::Rule"}
    permissions = resources(made, "AWS::Lambda::Permission")
    assert {one["SourceArn"]["Fn::GetAtt"][0] for one in permissions} == rules
    assert {(one["Principal"], one["SourceAccount"]) for one in permissions} == {
        ("events.amazonaws.com", ACCOUNT)
    }


def test_its_own_failures_are_heard(made: dict[str, Any]) -> None:
    (topic,) = [name for name, one in made["Resources"].items() if one["Type"] == "AWS::SNS::Topic"]
    assert only(made, "AWS::Lambda::Function")["DeadLetterConfig"] == {"TargetArn": {"Ref": topic}}


def test_log_and_environment_are_encrypted(made: dict[str, Any]) -> None:
    (key,) = [name for name, one in made["Resources"].items() if one["Type"] == "AWS::KMS::Key"]
    group = only(made, "AWS::Logs::LogGroup")
    assert only(made, "AWS::Lambda::Function")["KmsKeyArn"] == {"Fn::GetAtt": [key, "Arn"]}
    assert group["KmsKeyId"] == {"Fn::GetAtt": [key, "Arn"]}
    (statement,) = [
        one
        for one in only(made, "AWS::KMS::Key")["KeyPolicy"]["Statement"]
        if one["Principal"] == {"Service": f"logs.{HOME}.amazonaws.com"}
    ]
    context = statement["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:logs:arn"]
    assert context == f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:{group['LogGroupName']}"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            {"trail_arn": TRAIL.replace(HOME, "eu-west-1")},
            "home Region is eu-west-1, and this stack is in eu-c",
        ),
        ({"every_minutes": 1}, "1 is not between 2 and 60 minutes"),
        ({"selectors": DECLARED * 20}, r"selectors take \d+ characters of .* room for 3500"),
    ],
)
def test_refusals(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(Refusal, match=says):
        deployed(**arguments)


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1"])
def test_other_partitions(region: str) -> None:
    stack = new_stack(region)
    AutoRestart(stack, "Restart", trail_arn=f"arn:aws-any:cloudtrail:{region}:{ACCOUNT}:trail/audit")
    assert "arn:aws:" not in json.dumps(template(stack))
