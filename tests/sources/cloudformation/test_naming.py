"""A name that CloudFormation makes up is not known beforehand: no verdict stands on a guess of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from checker.observation import Observation
from checker.sources.cloudformation import load
from tests.hardened import ACCOUNT, HOME
from tests.sources.cloudformation.judging import GONE, PLACE, hardened, observed, statuses

ANY = f"arn:aws:cloudwatch:{HOME}:{ACCOUNT}:alarm:"
ALARM = "RootUseAlarm"


def publishing(source: Any, operator: str = "ArnLike") -> dict[str, Any]:
    """The hardened template with an alarm that has no name, and a topic that lets some ARNs in."""
    found = hardened()
    del found["Resources"][ALARM]["Properties"]["AlarmName"]
    found["Resources"]["AlertsPolicy"] = {
        "Type": "AWS::SNS::TopicPolicy",
        "Properties": {
            "Topics": [{"Ref": "Alerts"}],
            "PolicyDocument": {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "cloudwatch.amazonaws.com"},
                        "Action": "sns:Publish",
                        "Resource": {"Ref": "Alerts"},
                        "Condition": {operator: {"aws:SourceArn": source}},
                    }
                ]
            },
        },
    }
    return found


def attribute(id: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [id, "Arn"]}


@pytest.mark.parametrize(
    ("source", "status"),
    [
        (f"{ANY}*", "pass"),
        ([attribute(ALARM), f"{ANY}trailhold-*"], "unknown"),
        (f"{ANY}trailhold-*", "unknown"),
        (f"{ANY}*RootUse*", "pass"),
        (f"{ANY}template-*", "unknown"),
        ([f"{ANY}trailhold-root-use"], "fail"),
        (f"{ANY}trailhold", "fail"),
    ],
)
def test_an_alarm_without_a_name_meets_what_all_names_meet(tmp_path: Path, source: Any, status: str) -> None:
    found = statuses(observed(tmp_path, publishing(source)).inventory, ["TH603"])
    assert found == {"TH603": status}


def test_a_reference_to_an_alarm_is_the_alarm(tmp_path: Path) -> None:
    template = publishing(attribute(ALARM))
    assert statuses(observed(tmp_path, template).inventory, ["TH603"]) == {"TH603": "pass"}


@pytest.mark.parametrize(
    ("pattern", "status"),
    [
        ("${AWS::StackName}-*", "pass"),
        ("${AWS::StackName}2-*", "fail"),
        ("${AWS::StackName}-*-a*", "unknown"),
    ],
)
def test_the_name_of_the_stack_begins_what_is_made_up(tmp_path: Path, pattern: str, status: str) -> None:
    template = publishing({"Fn::Sub": f"{ANY}{pattern}"})
    assert statuses(observed(tmp_path, template).inventory, ["TH603"]) == {"TH603": status}


def assembled(folder: Path, template: dict[str, Any]) -> Observation:
    (folder / "t.json").write_text(json.dumps(template))
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": f"aws://{ACCOUNT}/{HOME}",
        "properties": {"templateFile": "t.json", "stackName": "audit"},
    }
    (folder / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": {"audit": stack}}))
    return load([folder])


@pytest.mark.parametrize(("pattern", "status"), [("audit-*", "pass"), ("au*", "pass"), ("trail*", "fail")])
def test_the_cdk_says_what_a_stack_is_called(tmp_path: Path, pattern: str, status: str) -> None:
    found = assembled(tmp_path, publishing(f"{ANY}{pattern}"))
    assert statuses(found.inventory, ["TH603"]) == {"TH603": status}


GROUP = f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:"


def writing(resource: str) -> dict[str, Any]:
    """The hardened template with a log group that has no name, and a role for groups that it spells out."""
    found = hardened(LogGroup__LogGroupName=GONE)
    text = json.dumps(found["Resources"]["LogRole"]["Properties"]["Policies"])
    policies = json.loads(text)
    for statement in policies[0]["PolicyDocument"]["Statement"]:
        statement["Resource"] = resource
    found["Resources"]["LogRole"]["Properties"]["Policies"] = policies
    return found


@pytest.mark.parametrize(
    ("resource", "status"),
    [
        (f"{GROUP}*:log-stream:*", "fail"),
        (f"{GROUP}audit-*:log-stream:*", "unknown"),
        (f"{GROUP}audit:log-stream:*", "fail"),
    ],
)
def test_a_role_for_a_log_group_without_a_name(tmp_path: Path, resource: str, status: str) -> None:
    found = statuses(observed(tmp_path, writing(resource)).inventory, ["TH517"])
    assert found == {"TH517": status}


def test_a_filter_on_a_group_whose_name_is_open_may_be_on_it(tmp_path: Path) -> None:
    named = {"Fn::ImportValue": "name-of-the-group"}
    found = hardened(LogGroup__LogGroupName=named, RootUseFilter__LogGroupName="audit-events")
    assert statuses(observed(tmp_path, found).inventory, ["TH603"]) == {"TH603": "unknown"}
    found = hardened(LogGroup__LogGroupName=GONE, RootUseFilter__LogGroupName="audit-events")
    assert statuses(observed(tmp_path, found).inventory, ["TH603"]) == {"TH603": "fail"}


def trail_of(name: Any, pattern: str) -> dict[str, Any]:
    """The hardened template whose trail has a name or none, and whose bucket lets in trails with others."""
    found = hardened(Trail__TrailName=name)
    text = json.dumps(found["Resources"]["LogBucketPolicy"]["Properties"]["PolicyDocument"])
    own = f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:trail/{pattern}"
    found["Resources"]["LogBucketPolicy"]["Properties"]["PolicyDocument"] = json.loads(
        text.replace(
            json.dumps({"Fn::Sub": "arn:${AWS::Partition}:cloudtrail:${AWS::Region}:${AWS::AccountId}:"
                        "trail/${TrailName}"}), json.dumps(own)
        ).replace("StringEquals", "StringLike")
    )  # fmt: skip
    return found


@pytest.mark.parametrize(
    ("name", "pattern", "status"),
    [
        (GONE, "acme-*", "unknown"),
        (GONE, "acme", "fail"),
        (GONE, "*", "pass"),
        ({"Fn::ImportValue": "name"}, "acme-*", "unknown"),
        ({"Fn::ImportValue": "name"}, "acme", "unknown"),
        ("acme-trail", "acme-*", "pass"),
    ],
)
def test_a_bucket_policy_for_trails_by_name(tmp_path: Path, name: Any, pattern: str, status: str) -> None:
    found = load_one(tmp_path, trail_of(name, pattern))
    assert statuses(found.inventory, ["TH317"]) == {"TH317": status}


def load_one(folder: Path, template: dict[str, Any]) -> Observation:
    return observed(folder, template, **PLACE)
