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


class Deployment(Struct, frozen=True, kw_only=True):
    """What only the assembly says of a stack."""

    id: str
    """Unique in all assemblies of a run."""
    protected: bool
    before: frozenset[str]
    """Ids of the stacks that are deployed before it."""
    folder: str
    """The assembly, of which the order of all stacks is known."""
    manifest: Path
    line: int
    column: int


class Artifact(Struct, frozen=True, kw_only=True):
    """A stack of an assembly."""

    template: Path
    name: str
    environment: Environment
    deployment: Deployment
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
    artifacts = dict(entries(child(root, "artifacts")))
    for id, node in artifacts.items():
        kind = _text(node, "type")
        if kind == "aws:cloudformation:stack":
            yield _stack(folder, id, artifacts)
        elif kind == "cdk:cloud-assembly":
            inner = folder / _text(node, "properties", "directoryName")
            yield from stacks(inner, depth + 1)


def _stack(folder: Path, id: str, artifacts: Mapping[str, Node]) -> Artifact:
    node = artifacts[id]
    file = _text(node, "properties", "templateFile")
    if not file:
        raise CannotObserve(f"{folder / MANIFEST} names no template for the stack {id!r}")
    given = entries(child(node, "properties", "parameters"))
    return Artifact(
        template=folder / file,
        name=_text(node, "properties", "stackName") or id,
        environment=_environment(_text(node, "environment")),
        deployment=_deployment(folder, id, artifacts),
        parameters={name: value.value for name, value in given if isinstance(value.value, str)},
    )


def _deployment(folder: Path, id: str, artifacts: Mapping[str, Node]) -> Deployment:
    node = artifacts[id]
    protected = child(node, "properties", "terminationProtection")
    line, column = node.place
    return Deployment(
        id=f"{folder}/{id}",
        protected=protected is not None and protected.value is True,
        before=frozenset(f"{folder}/{one}" for one in _before(id, artifacts)),
        folder=str(folder),
        manifest=folder / MANIFEST,
        line=line,
        column=column,
    )


def _before(id: str, artifacts: Mapping[str, Node]) -> set[str]:
    """Return what the CDK deploys before an artifact, directly or not."""
    found: set[str] = set()
    waiting = [id]
    while waiting:
        names = child(artifacts.get(waiting.pop()), "dependencies")
        for one in names.value if names and isinstance(names.value, list) else ():
            if isinstance(one.value, str) and one.value not in found:
                found.add(one.value)
                waiting.append(one.value)
    return found


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
