"""The embedded AWS loses nothing in silence: what it cannot represent is refused, and nothing of it stays."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.deploy.embedded.server import Aws

ACCOUNT = "777788889999"
TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "told"}}


def template(**resources: Any) -> str:
    return json.dumps({"Resources": resources})


def names(aws: Aws) -> list[str]:
    found = aws.client("sns", ACCOUNT).list_topics()["Topics"]
    return [topic["TopicArn"].rpartition(":")[2] for topic in found]


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        ({"Type": "AWS::CloudTrail::Channel", "Properties": {}}, "no type that the embedded AWS can deploy"),
        ({"Type": "AWS::SNS::Topic", "Properties": {"ArchivePolicy": {}}}, "no place for ArchivePolicy"),
        ({"Type": "AWS::CloudTrail::Trail", "Properties": {"S3BucketName": "none"}}, "does not exist"),
    ],
    ids=["type", "property", "refused by the API"],
)
def test_what_cannot_be_deployed_is_rolled_back(aws: Aws, resource: dict[str, Any], reason: str) -> None:
    stacks = aws.client("cloudformation", ACCOUNT)
    stacks.create_stack(StackName="half", TemplateBody=template(Topic=TOPIC, Other=resource))
    events = stacks.describe_stack_events(StackName="half")["StackEvents"]
    assert stacks.describe_stacks(StackName="half")["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE"
    assert any(reason in event.get("ResourceStatusReason", "") for event in events)
    assert names(aws) == []
    stacks.delete_stack(StackName="half")


def test_what_is_replaced_goes_and_what_is_retained_stays(aws: Aws) -> None:
    stacks = aws.client("cloudformation", ACCOUNT)
    kept = TOPIC | {"DeletionPolicy": "Retain", "Properties": {"TopicName": "kept"}}
    stacks.create_stack(StackName="whole", TemplateBody=template(Topic=TOPIC, Kept=kept))
    renamed = TOPIC | {"Properties": {"TopicName": "renamed"}}
    stacks.update_stack(StackName="whole", TemplateBody=template(Topic=renamed, Kept=kept))
    assert sorted(names(aws)) == ["kept", "renamed"]
    stacks.delete_stack(StackName="whole")
    assert names(aws) == ["kept"]


def test_a_protected_stack_stays(aws: Aws) -> None:
    stacks = aws.client("cloudformation", ACCOUNT)
    body = template(Bucket={"Type": "AWS::S3::Bucket"})
    stacks.create_stack(StackName="safe", TemplateBody=body, EnableTerminationProtection=True)
    with pytest.raises(ClientError, match="cannot be deleted"):
        stacks.delete_stack(StackName="safe")
    stacks.update_termination_protection(StackName="safe", EnableTerminationProtection=False)
    stacks.delete_stack(StackName="safe")
    assert stacks.describe_stacks()["Stacks"] == []
