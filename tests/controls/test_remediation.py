"""Every command that a control offers is one that AWS understands, by the service models of its SDK."""

import json
import re
import shlex
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.model import OperationModel, Shape
from botocore.validate import ParamValidator

from checker.catalog import CONTROLS
from checker.subjects import fill

WORDS = {
    "account": "111122223333",
    "region": "eu-west-1",
    "trail_name": "audit",
    "trail_arn": "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit",
    "home_region": "us-east-1",
    "bucket": "audit-logs-111122223333",
    "key_id": "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-1111-2222-3333-444455556666",
    "log_group": "audit",
    "topic": "arn:aws:sns:us-east-1:111122223333:audit",
    "role": "audit-to-logs",
}
SERVICES = {"s3api": "s3", "s3control": "s3control"}
GLOBAL = {"region", "query", "output", "no-paginate"}
CUSTOM = "aws s3 "
"""Commands that the AWS CLI makes up itself."""


@cache
def operation(service: str, command: str) -> OperationModel:
    model = botocore.session.get_session().get_service_model(SERVICES.get(service, service))
    named = {xform_name(name, "-"): name for name in model.operation_names}
    return model.operation_model(named[command])


def options(arguments: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each option with its values."""
    starts = [i for i, argument in enumerate(arguments) if argument.startswith("--")]
    for start, end in zip(starts, [*starts[1:], len(arguments)], strict=True):
        yield arguments[start].removeprefix("--"), arguments[start + 1 : end]


def value(shape: Shape, values: list[str]) -> Any:
    """Read values as the AWS CLI does: JSON, shorthand (here for lists of flat structures), or text."""
    if shape.type_name in ("structure", "list", "map") and values[0][:1] in "[{":
        return json.loads(values[0])
    if shape.type_name == "structure":
        return shorthand(values[0])
    if shape.type_name == "list":
        return [shorthand(v) if "=" in v else v for v in values]
    if shape.type_name in ("integer", "long"):
        return int(values[0])
    if shape.type_name in ("float", "double"):
        return float(values[0])
    if shape.type_name == "boolean":
        return not values or values[0] == "true"
    return values[0]


def shorthand(text: str) -> dict[str, Any]:
    nested = re.fullmatch(r"(\w+)=\[\{(.*)\}\]", text)
    if nested:
        return {nested[1]: [shorthand(nested[2])]}
    pairs = (part.split("=", 1) for part in text.split(","))
    return {key: {"true": True, "false": False}.get(given, given) for key, given in pairs}


def commands() -> Iterator[Any]:
    for control in CONTROLS.values():
        for command in re.split(r"&& (?=aws )", fill(control.remediation, WORDS).cli):
            words = f"{command.strip()} "
            if words.startswith("aws ") and not words.startswith(CUSTOM):
                yield pytest.param(command, id=control.id)


@pytest.mark.parametrize("command", list(commands()))
def test_aws_understands_the_command(command: str) -> None:
    program, service, name, *arguments = shlex.split(command)
    assert program == "aws"
    shape = operation(service, name).input_shape
    assert shape is not None
    members = {xform_name(member, "-"): member for member in shape.members}
    given = {}
    for option, values in options(arguments):
        if option in GLOBAL:
            continue
        member = members[option if option in members else option.removeprefix("no-")]
        given[member] = option in members and value(shape.members[member], values)
    report = ParamValidator().validate(given, shape)
    assert not report.has_errors(), report.generate_report()
