"""Topics with who hears of them, and roles with what they may do, in both languages."""

from typing import Any

from tests.simulator.world import Role, Topic
from tests.sources.four_ways.words import Resources, address, logical, parsed

PROTOCOLS = {
    # attribute of a topic: CloudFormation's word
    "HTTP": "http/s",
    "Lambda": "lambda",
    "SQS": "sqs",
    "Firehose": "firehose",
    "Application": "application",
}


def _name(arn: str) -> str:
    return arn.rpartition("/" if "/" in arn else ":")[2]


def _feedback(topic: Topic) -> list[tuple[str, str, str]]:
    """Return protocol, outcome and role of the attributes that log deliveries."""
    return [
        (protocol, outcome, topic.attributes[f"{protocol}{outcome}FeedbackRoleArn"])
        for protocol in PROTOCOLS
        for outcome in ("Success", "Failure")
        if f"{protocol}{outcome}FeedbackRoleArn" in topic.attributes
    ]


def template(topic: Topic) -> Resources:
    id = logical("Topic", _name(topic.arn))
    settings: dict[str, Any] = {"TopicName": _name(topic.arn)}
    if key := topic.attributes.get("KmsMasterKeyId"):
        settings["KmsMasterKeyId"] = key
    logged: dict[str, dict[str, Any]] = {}
    for protocol, outcome, role in _feedback(topic):
        entry = logged.setdefault(protocol, {"Protocol": PROTOCOLS[protocol]})
        entry[f"{outcome}FeedbackRoleArn"] = role
    if logged:
        settings["DeliveryStatusLogging"] = list(logged.values())
    found: Resources = {id: {"Type": "AWS::SNS::Topic", "Properties": settings}}
    if policy := topic.attributes.get("Policy"):
        found[f"{id}Policy"] = {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {"Topics": [topic.arn], "PolicyDocument": parsed(policy)},
        }
    for place, one in enumerate(topic.subscriptions):
        found[f"{id}Subscription{place}"] = {
            "Type": "AWS::SNS::Subscription",
            "Properties": {
                "TopicArn": topic.arn,
                "Protocol": one["Protocol"],
                "Endpoint": one["Endpoint"],
                **_filter(one),
            },
        }
    return found


def _filter(subscription: Any) -> dict[str, Any]:
    """Return the filter of a subscription as a template has it, the policy as an object."""
    given = dict(subscription.get("Attributes", {}))
    return given | ({"FilterPolicy": parsed(given["FilterPolicy"])} if "FilterPolicy" in given else {})


def plan(topic: Topic) -> Resources:
    name = _name(topic.arn)
    settings: dict[str, Any] = {
        "name": name,
        "kms_master_key_id": topic.attributes.get("KmsMasterKeyId"),
    }
    for protocol, outcome, role in _feedback(topic):
        settings[f"{protocol.lower()}_{outcome.lower()}_feedback_role_arn"] = role
    found: Resources = {address("aws_sns_topic", name): settings}
    if policy := topic.attributes.get("Policy"):
        found[address("aws_sns_topic_policy", name)] = {"arn": topic.arn, "policy": policy}
    for place, one in enumerate(topic.subscriptions):
        found[address("aws_sns_topic_subscription", f"{name}-{place}")] = {
            "topic_arn": topic.arn,
            "protocol": one["Protocol"],
            "endpoint": one["Endpoint"],
            "filter_policy": one.get("Attributes", {}).get("FilterPolicy"),
            "filter_policy_scope": one.get("Attributes", {}).get("FilterPolicyScope"),
        }
    return found


def role_template(role: Role) -> Resources:
    name, id = _name(role.arn), logical("Role", _name(role.arn))
    settings: dict[str, Any] = {
        "RoleName": name,
        "AssumeRolePolicyDocument": parsed(role.trust),
        "Policies": [
            {"PolicyName": label, "PolicyDocument": parsed(text)} for label, text in role.inline.items()
        ],
    }
    found: Resources = {id: {"Type": "AWS::IAM::Role", "Properties": settings}}
    for arn, text in role.managed.items():
        found[logical("Managed", _name(arn))] = {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {
                "ManagedPolicyName": _name(arn),
                "PolicyDocument": parsed(text),
            },
        }
        settings.setdefault("ManagedPolicyArns", []).append({"Ref": logical("Managed", _name(arn))})
    if role.boundary:
        settings["PermissionsBoundary"] = role.boundary
    return found


def role_plan(role: Role) -> Resources:
    name = _name(role.arn)
    found: Resources = {
        address("aws_iam_role", name): {
            "name": name,
            "path": "/",
            "assume_role_policy": role.trust,
            "permissions_boundary": role.boundary,
        }
    }
    for label, text in role.inline.items():
        found[address("aws_iam_role_policy", f"{name}-{label}")] = {
            "name": label,
            "role": name,
            "policy": text,
        }
    for arn, text in role.managed.items():
        own = _name(arn)
        found[address("aws_iam_policy", own)] = {"name": own, "path": "/", "policy": text}
        found[address("aws_iam_role_policy_attachment", f"{name}-{own}")] = {
            "role": name,
            "policy_arn": arn,
        }
    return found
