"""Reads what the CDK synthesised: which stacks there are, and where each is deployed to."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from checker.observation import CannotObserve
from checker.sources.cloudformation import json_text
from checker.sources.cloudformation.environment import Environment, environment
from checker.sources.cloudformation.files import MANIFEST
from checker.sources.cloudformation.node import MAX_DEPTH, Malformed, Node, child, entries
from checker.sources.cloudformation.text import read


class Artifact(Struct, frozen=True, kw_only=True):
    """A stack of an assembly."""

    template: Path
    name: str
    environment: Environment
    parameters: Mapping[str, str] = {}


def stacks(folder: Path, depth: int = 0) -> Iterator[Artifact]:
    """Yield the stacks of an assembly and of those inside it (stages)."""
    if depth > MAX_DEPTH:
        raise CannotObserve(f"{folder} holds itself: a nested assembly must not")
    path = folder / MANIFEST
    try:
        root = json_text.parse(read(path))
    except Malformed as error:
        raise error.within(path) from error
    for id, node in entries(child(root, "artifacts")):
        kind = _text(node, "type")
        if kind == "aws:cloudformation:stack":
            yield _stack(folder, id, node)
        elif kind == "cdk:cloud-assembly":
            inner = folder / _text(node, "properties", "directoryName")
            yield from stacks(inner, depth + 1)


def _stack(folder: Path, id: str, node: Node) -> Artifact:
    file = _text(node, "properties", "templateFile")
    if not file:
        raise CannotObserve(f"{folder / MANIFEST} names no template for the stack {id!r}")
    given = entries(child(node, "properties", "parameters"))
    return Artifact(
        template=folder / file,
        name=_text(node, "properties", "stackName") or id,
        environment=_environment(_text(node, "environment")),
        parameters={name: value.value for name, value in given if isinstance(value.value, str)},
    )


def _environment(text: str) -> Environment:
    """Read ``aws://ACCOUNT/REGION``, where either may be unknown."""
    account, _, region = text.removeprefix("aws://").partition("/")
    return environment(
        account="" if account.startswith("unknown-") else account,
        region="" if region.startswith("unknown-") else region,
    )


def _text(node: Node, *names: str) -> str:
    found = child(node, *names)
    return found.value if found and isinstance(found.value, str) else ""
