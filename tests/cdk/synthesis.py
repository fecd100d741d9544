"""One stack, synthesised as ``cdk synth`` does it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk.assertions import Annotations

ACCOUNT = "111122223333"
HOME = "eu-central-1"
FLAGS = {
    name: value
    for name, value in json.loads((Path(__file__).parents[2] / "cdk.json").read_text())["context"].items()
    if name.startswith("@aws-cdk/")
}


def new_stack(region: str | None = HOME, account: str | None = ACCOUNT) -> cdk.Stack:
    """Return an empty stack; without a Region it can be deployed anywhere."""
    app = cdk.App(context=FLAGS)
    return cdk.Stack(app, "It", env=cdk.Environment(account=account, region=region))


def template(stack: cdk.Stack) -> dict[str, Any]:
    app = stack.node.root
    assert isinstance(app, cdk.App)
    found: dict[str, Any] = app.synth().get_stack_by_name(stack.stack_name).template
    return found


def resources(found: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return the properties of all resources of a type."""
    return [one.get("Properties", {}) for one in found["Resources"].values() if one["Type"] == kind]


def only(found: dict[str, Any], kind: str) -> dict[str, Any]:
    (one,) = resources(found, kind)
    return one


def statements(*documents: dict[str, Any]) -> list[dict[str, Any]]:
    return [statement for document in documents for statement in document["Statement"]]


def by_sid(document: dict[str, Any], sid: str) -> dict[str, Any]:
    (one,) = [statement for statement in document["Statement"] if statement.get("Sid") == sid]
    found: dict[str, Any] = one
    return found


def actions(*of: dict[str, Any]) -> set[str]:
    """Return all actions of statements, written as one or as a list."""
    found: set[str] = set()
    for statement in of:
        action = statement["Action"]
        found |= {action} if isinstance(action, str) else set(action)
    return found


def warnings(stack: cdk.Stack) -> Sequence[str]:
    """Return the warnings that synthesis prints."""
    messages = Annotations.from_stack(stack).find_warning("*", cdk.assertions.Match.any_value())
    return [str(message.entry.data) for message in messages]
