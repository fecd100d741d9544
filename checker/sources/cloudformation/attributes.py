"""What Ref and Fn::GetAtt give for a resource before it exists: names and ARNs, the same everywhere."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from checker.evidence import Cause
from checker.sources.cloudformation.node import Node, child
from checker.sources.cloudformation.stack import Resource, Stack
from checker.sources.cloudformation.unresolved import NoValue, Resolved, Unresolved

Resolve = Callable[[Node], Resolved]


class Named(NamedTuple):
    """How a type names its resources."""

    property: str
    arn: str
    """What follows the account in the ARN, with ``{name}`` and ``{path}``; the service before it."""
    service: str
    ref_is_arn: bool = False


KINDS: Mapping[str, Named] = {
    "AWS::S3::Bucket": Named("BucketName", "{name}", "s3"),
    "AWS::CloudTrail::Trail": Named("TrailName", "trail/{name}", "cloudtrail"),
    "AWS::KMS::Key": Named("", "key/{name}", "kms"),
    "AWS::KMS::ReplicaKey": Named("", "key/{name}", "kms"),
    "AWS::Logs::LogGroup": Named("LogGroupName", "log-group:{name}:*", "logs"),
    "AWS::SNS::Topic": Named("TopicName", "{name}", "sns", True),
    "AWS::SQS::Queue": Named("QueueName", "{name}", "sqs"),
    "AWS::IAM::Role": Named("RoleName", "role{path}{name}", "iam"),
    "AWS::IAM::User": Named("UserName", "user{path}{name}", "iam"),
    "AWS::IAM::Group": Named("GroupName", "group{path}{name}", "iam"),
    "AWS::IAM::ManagedPolicy": Named("ManagedPolicyName", "policy{path}{name}", "iam", True),
    "AWS::Lambda::Function": Named("FunctionName", "function:{name}", "lambda"),
    "AWS::CloudWatch::Alarm": Named("AlarmName", "alarm:{name}", "cloudwatch"),
    "AWS::CloudWatch::CompositeAlarm": Named("AlarmName", "alarm:{name}", "cloudwatch"),
    "AWS::KMS::Alias": Named("AliasName", "{name}", "kms"),
    "AWS::Events::Rule": Named("Name", "rule/{name}", "events"),
    "AWS::CloudTrail::EventDataStore": Named("", "eventdatastore/{name}", "cloudtrail", True),
    "AWS::CloudTrail::Channel": Named("", "channel/{name}", "cloudtrail", True),
    "AWS::CloudTrail::Dashboard": Named("Name", "dashboard/{name}", "cloudtrail", True),
}
ORGANIZATION, ROOT_ID = "AWS::Organizations::Organization", "r-root"
_NAMES = {"AWS::SNS::Topic": "TopicName", "AWS::KMS::Key": "KeyId", "AWS::KMS::ReplicaKey": "KeyId"}
_ARNS = {
    "AWS::SNS::Topic": "TopicArn",
    "AWS::IAM::ManagedPolicy": "PolicyArn",
    "AWS::CloudTrail::EventDataStore": "EventDataStoreArn",
    "AWS::CloudTrail::Channel": "ChannelArn",
    "AWS::CloudTrail::Dashboard": "DashboardArn",
}


def reference(resource: Resource, resolve: Resolve) -> Resolved:
    """Return what Ref gives: the physical name, of some types the ARN."""
    kind = KINDS.get(resource.type)
    return arn(resource, resolve) if kind and kind.ref_is_arn else name(resource, resolve)


def attribute(resource: Resource, field: str, resolve: Resolve) -> Resolved:
    """Return what Fn::GetAtt gives; raises Unresolved for what is known only after deployment."""
    if field == _ARNS.get(resource.type, "Arn"):
        return arn(resource, resolve)
    if (resource.type, field) == (ORGANIZATION, "RootId"):
        return ROOT_ID
    if field == _NAMES.get(resource.type):
        return name(resource, resolve)
    raise Unresolved(f"{field} of {resource.label} is known only after deployment")


def name(resource: Resource, resolve: Resolve) -> str:
    """Return the physical name: the one that is set, or one that stands for what CloudFormation makes up."""
    return resource.stack.once("name", resource.id, lambda: _name(resource, resolve))


def made_up(resource: Resource) -> str:
    """Return what stands for a name that CloudFormation makes up, or that nobody can tell."""
    found = f"{resource.stack.tag}-{resource.id}"
    return found.lower() if resource.type == "AWS::S3::Bucket" else found


def uncertain(resource: Resource, resolve: Resolve) -> bool:
    """Say whether a name is set that nobody can tell, so that it may be any that is written elsewhere."""
    kind = KINDS.get(resource.type)
    node = resource.property_node(kind.property) if kind and kind.property else None
    return node is not None and not _left_out(node, resolve) and name(resource, resolve) == made_up(resource)


def _left_out(node: Node, resolve: Resolve) -> bool:
    try:
        return isinstance(resolve(node), NoValue)
    except Unresolved:
        return False


def named_by(stack: Stack, parameter: str) -> str | None:
    """Return what stands for a parameter without a value, if it names a resource of the stack.

    Whatever it will be, it is the same in the resource and in the policies that speak of it.
    """
    for resource in stack.resources.values():
        kind = KINDS.get(resource.type)
        node = resource.property_node(kind.property) if kind and kind.property else None
        told = child(node, "Ref")
        if told is not None and told.value == parameter:
            return made_up(resource)
    return None


def _name(resource: Resource, resolve: Resolve) -> str:
    kind = KINDS.get(resource.type)
    node = resource.property_node(kind.property) if kind and kind.property else None
    if node is None:
        return made_up(resource)
    try:
        found = resolve(node)
    except Unresolved:
        return made_up(resource)
    if isinstance(found, NoValue):
        return made_up(resource)
    if not isinstance(found, str) or not found:
        raise Unresolved(f"the name of {resource.label} is no text", Cause.MALFORMED)
    return found


def arn(resource: Resource, resolve: Resolve) -> str:
    """Return the ARN."""
    here, kind = resource.stack.environment, KINDS.get(resource.type)
    called = name(resource, resolve)
    if kind is None:
        service, _, type = resource.type.removeprefix("AWS::").lower().partition("::")
        return here.arn(service, f"{type}/{called}")
    if kind.service == "s3":
        return f"arn:{here.partition}:s3:::{called}"
    if kind.service == "iam":
        tail = kind.arn.format(name=called, path=_path(resource, resolve))
        return f"arn:{here.partition}:iam::{here.account}:{tail}"
    return here.arn(kind.service, kind.arn.format(name=called))


def _path(resource: Resource, resolve: Resolve) -> str:
    node = child(resource.node, "Properties", "Path")
    found = resolve(node) if node else "/"
    return found if isinstance(found, str) else "/"
