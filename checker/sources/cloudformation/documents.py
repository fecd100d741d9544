"""Policy documents of templates, and when they can be judged although the account is not given."""

import json
import re
from collections.abc import Callable, Iterator

from checker.evidence import Cause, Known, Observed, Unknown
from checker.sources.cloudformation.environment import ACCOUNT, REGION, Environment
from checker.sources.cloudformation.settings import document, setting
from checker.sources.cloudformation.stack import Resource
from checker.sources.cloudformation.world import World, untold
from checker.sources.naming import undecided

_ACCOUNT = re.compile(r"(?<![\w-])\d{12}(?![\w-])")
_REGION = re.compile(r"arn:[^:]*:[^:]*:([a-z]{2,}(?:-[a-z]+)+-\d+):")
_ALARM = re.compile(r"arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:([^$]+)")
_NAMES = {
    "AWS::CloudTrail::Trail": re.compile(r"arn:[^:]*:cloudtrail:[^:]*:[^:]*:trail/([^$]+)"),
    "AWS::S3::Bucket": re.compile(r"arn:[^:]*:s3:::([^$/]+)(?:/.*)?"),
    "AWS::Logs::LogGroup": re.compile(r"arn:[^:]*:logs:[^:]*:[^:]*:log-group:([^$:]+)(?::.*)?"),
    "AWS::IAM::Role": re.compile(r"arn:[^:]*:iam:[^:]*:[^:]*:role/(?:[^$]*/)?([^$/]+)"),
    "AWS::SNS::Topic": re.compile(r"arn:[^:]*:sns:[^:]*:[^:]*:([^$:]+)"),
    "AWS::CloudWatch::Alarm": _ALARM,
    "AWS::CloudWatch::CompositeAlarm": _ALARM,
    "AWS::Events::Rule": re.compile(r"arn:[^:]*:events:[^:]*:[^:]*:rule/([^$]+)"),
}
"""Where names stand in what is written."""
_GIVE_NAME = "set the name, or give what it is made of with --parameters NAME=VALUE"
_OF_PRINCIPALS = ("aws:principal", "aws:userid", "aws:username")


def policy(resource: Resource, path: str, world: World, *about: Resource) -> Observed[str | None]:
    """Read a policy document as text.

    A document that spells out an account, a Region or a name while the one that it may mean is not given is
    undecided: whether the one is the other would decide what it allows. ``about`` has what is judged by it
    beside trails and what they name.
    """
    found = setting(resource, path, document, None)
    if isinstance(found, Unknown) or found.content is None:
        return found

    reason = spelled(f"{path} of {resource.label}", found.content, resource, world, *about)
    if reason:
        return Unknown(reason, Cause.UNDECIDED, found.origin)
    return Known(found.content, found.origin)


def spelled(name: str, text: str, resource: Resource, world: World, *about: Resource) -> str:
    """Say, as a sentence about ``name``, what a document spells out that nothing else gives; or nothing."""

    def may_be(type: str, name: str) -> bool:
        named = [open_ for one in about if one.type == type and (open_ := untold(one))]
        return not world.named(type, name) and undecided(name, [*world.untold(type), *named])

    for written, what, how in spelled_out(text, resource.stack.environment, may_be):
        return f"{name} names {written}, and {what} is not given: {how}"
    return ""


def spelled_out(
    text: str, here: Environment, may_be: Callable[[str, str], bool]
) -> Iterator[tuple[str, str, str]]:
    """Yield what is written beside something that is not given, what that is, and how to give it.

    ``may_be`` says of a type of CloudFormation and a name, or a pattern of names, whether a resource of that
    type, whose name is not given, may be one that is named, and need not.
    """
    give = "give it with --parameters {}=VALUE".format
    for compared in _compared(text):
        accounts = [found[0] for found in _ACCOUNT.finditer(compared) if found[0] != ACCOUNT]
        if accounts and here.account == ACCOUNT:
            yield accounts[0], "AWS::AccountId", give("AWS::AccountId")
        regions = [found[1] for found in _REGION.finditer(compared)]
        if regions and here.region == REGION:
            yield regions[0], "AWS::Region", give("AWS::Region")
        for type, pattern in _NAMES.items():
            name = pattern.fullmatch(compared)
            if name and may_be(type, name[1]):
                yield name[1], f"a name of the type {type}", _GIVE_NAME


def _compared(text: str) -> Iterator[str]:
    """Yield the texts that controls compare with a trail's own account and Region: not who is granted."""
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError):
        return
    statements = loaded.get("Statement") if isinstance(loaded, dict) else None
    for statement in statements if isinstance(statements, list) else [statements]:
        if not isinstance(statement, dict):
            continue
        for element in ("Resource", "NotResource"):
            yield from _texts(statement.get(element))
        for _, keys in _items(statement.get("Condition")):
            for key, values in _items(keys):
                if not key.lower().startswith(_OF_PRINCIPALS):
                    yield from _texts(values)


def _items(value: object) -> Iterator[tuple[str, object]]:
    return iter(value.items() if isinstance(value, dict) else ())


def _texts(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one
