"""SNS and EventBridge in CloudFormation."""

import json
from typing import Any

from tests.deploy.embedded.resource import Kind, Physical, Request, given

ATTRIBUTES = ("KmsMasterKeyId", "DisplayName", "SignatureVersion", "TracingConfig")


def put_topic(request: Request) -> Physical:
    """Create a topic, or bring one to what the template says."""
    sns = request.client("sns")
    name = request.take("TopicName", request.name)
    attributes = {name: request.take(name) for name in ATTRIBUTES if name in request.properties}
    topic = sns.create_topic(Name=name, Tags=request.take("Tags", []))["TopicArn"]
    for attribute, value in attributes.items():
        sns.set_topic_attributes(TopicArn=topic, AttributeName=attribute, AttributeValue=value)
    for subscription in request.take("Subscription", []):
        sns.subscribe(TopicArn=topic, **subscription)
    return Physical(topic, {"TopicArn": topic, "TopicName": name})


def delete_topic(request: Request) -> None:
    """Delete a topic."""
    request.client("sns").delete_topic(TopicArn=request.existing)


def put_topic_policy(request: Request) -> Physical:
    """Put the policy of one or more topics."""
    sns = request.client("sns")
    document = request.take_document("PolicyDocument")
    for topic in request.take("Topics"):
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document)
    return Physical(request.name, {"Id": request.name})


def delete_topic_policy(request: Request) -> None:
    """Leave the policy to its topic, which goes with it: SNS has no call to delete one."""


def put_subscription(request: Request) -> Physical:
    """Subscribe an endpoint to a topic."""
    sns = request.client("sns")
    arguments = {name: request.take(name) for name in ("TopicArn", "Protocol", "Endpoint")}
    arn = sns.subscribe(**arguments, ReturnSubscriptionArn=True)["SubscriptionArn"]
    return Physical(arn, {"Arn": arn})


def delete_subscription(request: Request) -> None:
    """Unsubscribe."""
    request.client("sns").unsubscribe(SubscriptionArn=request.existing)


def put_rule(request: Request) -> Physical:
    """Create a rule with its targets, or write over it."""
    events = request.client("events")
    name, bus = request.take("Name", request.name), request.take("EventBusName")
    targets: list[dict[str, Any]] = request.take("Targets", [])
    pattern = request.take("EventPattern")
    tags = request.take("Tags")
    arn = events.put_rule(
        Name=name,
        **given(
            EventBusName=bus,
            EventPattern=pattern and json.dumps(pattern),
            ScheduleExpression=request.take("ScheduleExpression"),
            State=request.take("State"),
            Description=request.take("Description"),
            RoleArn=request.take("RoleArn"),
            Tags=tags,
        ),
    )["RuleArn"]
    if targets:
        events.put_targets(Rule=name, Targets=targets, **given(EventBusName=bus))
    return Physical(name, {"Arn": arn})


def delete_rule(request: Request) -> None:
    """Delete a rule after its targets, without which EventBridge refuses."""
    events = request.client("events")
    bus = given(EventBusName=request.take("EventBusName"))
    targets = events.list_targets_by_rule(Rule=request.existing, **bus)["Targets"]
    if targets:
        events.remove_targets(Rule=request.existing, Ids=[target["Id"] for target in targets], **bus)
    events.delete_rule(Name=request.existing, **bus)


KINDS = {
    "AWS::SNS::Topic": Kind(put_topic, delete_topic, "TopicName"),
    "AWS::SNS::TopicPolicy": Kind(put_topic_policy, delete_topic_policy),
    "AWS::SNS::Subscription": Kind(put_subscription, delete_subscription),
    "AWS::Events::Rule": Kind(put_rule, delete_rule, "Name"),
}
