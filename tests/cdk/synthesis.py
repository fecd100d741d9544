"""One stack, synthesised as ``cdk synth`` does it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import aws_cdk as cdk
from aws_cdk.cx_api import CloudAssembly

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


def warnings(stack: cdk.Stack) -> list[str]:
    """Return the warnings that synthesis prints."""
    app = stack.node.root
    assert isinstance(app, cdk.App)
    return list(messages(app.synth(), stack.stack_name, "warning"))


def messages(assembly: CloudAssembly, stack_name: str, level: Literal["info", "warning"]) -> Iterator[str]:
    """Yield what the CDK CLI prints about a stack, from the files that it reads.

    Not through ``aws_cdk.assertions`` or ``StackArtifact.messages``: their entries have a type that
    aws-cdk-lib and aws-cdk-cloud-assembly-schema both install as ``aws_cdk/cloud_assembly_schema``. Where the
    latter was installed last, jsii knows no such type.
    """
    folder = Path(assembly.directory)
    (artifact,) = (
        one
        for one in json.loads((folder / "manifest.json").read_text())["artifacts"].values()
        if one["type"] == "aws:cloudformation:stack" and one["displayName"] == stack_name
    )
    metadata = artifact.get("metadata", {})
    if "additionalMetadataFile" in artifact:
        metadata = {**metadata, **json.loads((folder / artifact["additionalMetadataFile"]).read_text())}
    for entries in metadata.values():
        yield from (str(entry["data"]) for entry in entries if entry["type"] == f"aws:cdk:{level}")
