"""What Ref and Fn::GetAtt give for a resource before it exists: names and ARNs, the same everywhere."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from checker.evidence import Cause
from checker.sources.cloudformation.node import Node, child
from checker.sources.cloudformation.stack import Resource, Stack
from checker.sources.cloudformation.unresolved import NoValue, Resolved, Unresolved
from checker.sources.naming import Untold

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
_LONGEST = {"AWS::S3::Bucket": 63, "AWS::IAM::Role": 64, "AWS::Lambda::Function": 64, "AWS::Events::Rule": 64}
_LONG = 128
"""Characters of a name: the least that any other type takes."""
_RANDOM = 12
"""Characters at the end of a name that is made up, or a few more."""
_KEPT = 12
"""Characters of stack and logical id that are left however long both are."""
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


def untold(resource: Resource, resolve: Resolve) -> Untold | None:
    """Return what may become the name of a resource; None where it is known.

    A name that is set and that nobody can tell may be any. One that CloudFormation makes up is of the stack,
    the logical id and a random text, of which it shortens the first two where all would be too long.
    """
    kind = KINDS.get(resource.type)
    node = resource.property_node(kind.property) if kind and kind.property else None
    stand_in = made_up(resource)
    if node is not None and not _left_out(node, resolve):
        return Untold(stand_in, "*") if name(resource, resolve) == stand_in else None
    return Untold(stand_in, _generated(resource)) if kind and kind.property else None


def _generated(resource: Resource) -> str:
    stack, id = resource.stack, resource.id
    known = stack.deployment is not None or "AWS::StackName" in stack.document.spelled
    most = _LONGEST.get(resource.type, _LONG)
    start = f"{stack.name}-" if known else "*-"
    whole = known and len(start) + len(id) + 1 + _RANDOM <= most
    found = f"{start}{id}-{'?' * _RANDOM}*" if whole else f"{start[:_KEPT]}*-{id[:_KEPT]}*-{'?' * _RANDOM}*"
    return found.lower() if resource.type == "AWS::S3::Bucket" else found


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
