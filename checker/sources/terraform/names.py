"""The name and the ARN of a resource before it exists: what is set, or what stands for it everywhere.

Source of names: Terraform AWS provider documentation, argument and attribute reference of each resource.
"""

from collections.abc import Mapping
from typing import NamedTuple

from checker.sources.naming import Untold
from checker.sources.terraform.resource import Open, Resource
from checker.sources.terraform.settings import value_of


class Named(NamedTuple):
    """How a type names its resources."""

    attribute: str
    service: str
    arn: str
    """What follows the account in the ARN, with ``{name}`` and ``{path}``."""


STORE = "aws_cloudtrail_event_data_store"
BUCKET, TRAIL, GROUP = "aws_s3_bucket", "aws_cloudtrail", "aws_cloudwatch_log_group"
KEY, EXTERNAL_KEY, REPLICA_KEY = "aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key"
ALIAS, TOPIC, ROLE, POLICY = "aws_kms_alias", "aws_sns_topic", "aws_iam_role", "aws_iam_policy"
ALARM, USER = "aws_cloudwatch_metric_alarm", "aws_iam_user"
COMPOSITE = "aws_cloudwatch_composite_alarm"
RULE, BUS = "aws_cloudwatch_event_rule", "aws_cloudwatch_event_bus"
KEYS = (KEY, EXTERNAL_KEY, REPLICA_KEY)
QUEUE, FUNCTION, STREAM = "aws_sqs_queue", "aws_lambda_function", "aws_kinesis_stream"
FIREHOSE, DESTINATION = "aws_kinesis_firehose_delivery_stream", "aws_cloudwatch_log_destination"
RECEIVERS = (QUEUE, FUNCTION, STREAM, FIREHOSE, DESTINATION)
"""What events are sent to."""

KINDS: Mapping[str, Named] = {
    BUCKET: Named("bucket", "s3", "{name}"),
    TRAIL: Named("name", "cloudtrail", "trail/{name}"),
    STORE: Named("", "cloudtrail", "eventdatastore/{name}"),
    KEY: Named("key_id", "kms", "key/{name}"),
    EXTERNAL_KEY: Named("id", "kms", "key/{name}"),
    REPLICA_KEY: Named("key_id", "kms", "key/{name}"),
    ALIAS: Named("name", "kms", "{name}"),
    GROUP: Named("name", "logs", "log-group:{name}"),
    TOPIC: Named("name", "sns", "{name}"),
    ROLE: Named("name", "iam", "role{path}{name}"),
    USER: Named("name", "iam", "user{path}{name}"),
    POLICY: Named("name", "iam", "policy{path}{name}"),
    QUEUE: Named("name", "sqs", "{name}"),
    FUNCTION: Named("function_name", "lambda", "function:{name}"),
    STREAM: Named("name", "kinesis", "stream/{name}"),
    FIREHOSE: Named("name", "firehose", "deliverystream/{name}"),
    DESTINATION: Named("name", "logs", "destination:{name}"),
    ALARM: Named("alarm_name", "cloudwatch", "alarm:{name}"),
    COMPOSITE: Named("alarm_name", "cloudwatch", "alarm:{name}"),
    RULE: Named("name", "events", "rule/{name}"),
    BUS: Named("name", "events", "event-bus/{name}"),
}


def name_of(resource: Resource) -> str:
    """Return the name, or the address where none is known."""
    kind = KINDS.get(resource.type)
    found = value_of(resource, kind.attribute) if kind else None
    return found if isinstance(found, str) and found else resource.address


def uncertain(resource: Resource) -> bool:
    """Say whether a name is set that nobody can tell, so that it may be any that is written elsewhere."""
    kind = KINDS.get(resource.type)
    return isinstance(value_of(resource, kind.attribute) if kind else None, Open)


def untold(resource: Resource) -> Untold | None:
    """Return what may become the name of a resource, with the prefix that is set; None where it is known."""
    kind = KINDS.get(resource.type)
    if kind is None or not kind.attribute or resource.type in KEYS:
        return None
    found = value_of(resource, kind.attribute)
    if isinstance(found, str) and found:
        return None
    prefix = value_of(resource, "bucket_prefix" if resource.type == BUCKET else "name_prefix")
    start = prefix if isinstance(prefix, str) and not isinstance(found, Open) else ""
    return Untold(resource.address, f"{start}*")


def arn_of(resource: Resource) -> str:
    """Return the ARN, of a log group without its ``:*``."""
    known, kind, here = resource.values.get("arn"), KINDS.get(resource.type), resource.environment
    if isinstance(known, str) and known.startswith("arn:"):
        return known.removesuffix(":*")
    if kind is None:
        return here.arn("unknown", resource.address)
    path = resource.values.get("path")
    tail = kind.arn.format(name=name_of(resource), path=path if isinstance(path, str) and path else "/")
    if kind.service == "s3":
        return f"arn:{here.partition}:s3:::{tail}"
    if kind.service == "iam":
        return f"arn:{here.partition}:iam::{here.account}:{tail}"
    return here.arn(kind.service, tail)
