"""From the vertices of a graph to observations: by the files they come from, or from the vertices alone.

Templates and plans are read from their files: Checkov's rendering of them loses what decides (a date for the
version of a policy, blocks of one without their list). Terraform's language is taken from the graph, since
nothing else knows what variables and modules come to.
"""

import os
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from checker.model import Location
from checker.observation import CannotObserve, Observation
from checker.sources import cloudformation, terraform
from checker.sources.intake import Intake
from policies import graph_terraform

Vertex = dict[str, Any]
AUDITED = re.compile(
    r"AWS::(CloudTrail::|S3::Bucket|KMS::Key|Logs::LogGroup|SNS::Topic|Organizations::Policy).*"
    r"|aws_(cloudtrail(_event_data_store)?|s3_bucket|kms_key|cloudwatch_log_group|sns_topic)"
    r"|aws_organizations_(organization|policy)"
)
"""Types of resources that controls judge, or that decide a verdict."""
PARAMETERS = "TRAILHOLD_PARAMETERS"
"""The environment variable with values of parameters: ``Stage=prod AWS::AccountId=111122223333``."""
_SKIP = re.compile(r"checkov:skip=([\w,-]+)")


class Told(Struct, frozen=True, kw_only=True):
    """What some of the vertices come to."""

    observation: Observation
    declared: Mapping[str, Location]
    """Where each resource is declared, by ARN."""
    vertices: Mapping[str, Vertex]
    """By how findings call a resource: construct path, stack and logical id, address of Terraform."""
    skips: frozenset[tuple[str, str]]
    """Controls that are skipped, each with how findings call the resource."""
    instead: Vertex | None = None
    """What carries failures of resources that a plan destroys, which Checkov leaves out of its graph."""


class Read(Struct, frozen=True):
    """What a graph tells, and what of it could not be read: a sentence, and the vertices that it is about."""

    told: list[Told]
    refused: list[tuple[str, list[Vertex]]]


def vertices_of(graph: Any) -> list[Vertex]:
    """Return the vertices of a graph, whichever library holds it."""
    if type(graph).__module__.startswith("networkx"):
        return [data for _, data in graph.nodes(data=True)]
    return [data for _, data in graph.nodes()]


def audited(vertices: Iterable[Vertex]) -> list[Vertex]:
    """Return the vertices whose resources would have been judged."""
    return [one for one in vertices if _is_resource(one) and AUDITED.fullmatch(one["resource_type"])]


def _is_resource(vertex: Vertex) -> bool:
    return vertex.get("block_type_") == "resource" and isinstance(vertex.get("resource_type"), str)


def read(vertices: list[Vertex]) -> Read:
    """Read what all vertices come to; what cannot be read is refused, and costs nothing else."""
    found = Read([], [])
    by_file: dict[str, list[Vertex]] = {}
    for vertex in vertices:
        by_file.setdefault(str(vertex.get("file_path_")), []).append(vertex)
    templates: dict[str, list[Vertex]] = {}
    language: list[Vertex] = []
    for file, inside in by_file.items():
        if inside[0].get("source_") == "CloudFormation":
            templates[file] = inside
        elif file.endswith(".json"):
            _plan(Path(file), inside, found)
        else:
            language += inside
    if templates:
        _templates(templates, found)
    for root in graph_terraform.roots(language):
        _language(root, found)
    return found


def parameters() -> dict[str, str]:
    """Return the values that the environment gives to parameters; raises CannotObserve."""
    pairs = [one.partition("=") for one in shlex.split(os.environ.get(PARAMETERS, ""))]
    for name, equals, _ in pairs:
        if not (name and equals):
            raise CannotObserve(f"{PARAMETERS} has {name!r}, which is not NAME=VALUE")
    return {name: value for name, _, value in pairs}


def _templates(files: Mapping[str, list[Vertex]], found: Read) -> None:
    """Read templates as one set, or as one a variant where they declare the same thing."""
    by_place = {
        (os.path.realpath(file), str(vertex.get("block_name_")).rpartition(".")[2]): vertex
        for file, inside in files.items()
        for vertex in inside
        if _is_resource(vertex)
    }
    intake = Intake()
    for world in cloudformation.read([Path(file) for file in files], parameters(), intake):
        try:
            observation = cloudformation.observe(world, datetime.now(UTC))
            skips = [one for stack in world.stacks for one in cloudformation.suppressions(stack)]
        except CannotObserve as refusal:
            intake.refuse(refusal)
            continue
        resources = [one for stack in world.stacks for one in stack.resources.values()]
        places = {one.label: (os.path.realpath(one.stack.path), one.id) for one in resources}
        found.told.append(
            Told(
                observation=observation,
                declared=cloudformation.declared(world, observation.inventory),
                vertices={label: by_place[at] for label, at in places.items() if at in by_place},
                skips=frozenset((one.control, one.construct) for one in skips),
            )
        )
    for refused in intake.refused:
        _refuse(refused, files, found)


def _refuse(refusal: CannotObserve, files: Mapping[str, list[Vertex]], found: Read) -> None:
    """Keep a refusal with what it is about: the resources of its file, or of all where it names none."""
    same = [
        inside for file, inside in files.items() if os.path.realpath(file) == os.path.realpath(refusal.path)
    ]
    found.refused.append((str(refusal), audited(one for inside in same or files.values() for one in inside)))


def _plan(path: Path, vertices: list[Vertex], found: Read) -> None:
    try:
        observation = terraform.load_shown([terraform.read(path, None)], parameters())
    except CannotObserve as refusal:
        _refuse(refusal, {str(path): vertices}, found)
        return
    carrier = next(iter(audited(vertices) or vertices), None)
    _add(observation, vertices, frozenset(), found, carrier)


def _language(root: list[Vertex], found: Read) -> None:
    """Read the vertices of one root module and of the modules that it calls."""
    try:
        observation = terraform.observe(graph_terraform.resources(root, parameters()))
    except CannotObserve as refusal:
        _refuse(refusal, {"": root}, found)
        return
    _add(observation, root, frozenset(_skips(root)), found)


def _add(
    observation: Observation,
    vertices: list[Vertex],
    skips: frozenset[Any],
    found: Read,
    instead: Vertex | None = None,
) -> None:
    found.told.append(
        Told(
            observation=observation,
            declared=terraform.declared(observation.inventory),
            vertices={graph_terraform.address(one): one for one in vertices if _is_resource(one)},
            skips=skips,
            instead=instead,
        )
    )


def _skips(vertices: Iterable[Vertex]) -> Iterator[tuple[str, str]]:
    """Yield the skips in the comments of blocks, which are not part of the graph."""
    lines: dict[str, list[str]] = {}
    for vertex in audited(vertices):
        file = str(vertex["file_path_"])
        if file not in lines:
            lines[file] = Path(file).read_text("utf-8", "replace").splitlines()
        start, end = (int(vertex.get(name) or 0) for name in ("__start_line__", "__end_line__"))
        for match in _SKIP.finditer("\n".join(lines[file][max(start - 1, 0) : end])):
            for id in match[1].split(","):
                yield id, graph_terraform.address(vertex)
