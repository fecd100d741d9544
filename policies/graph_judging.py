"""Judges a graph of Checkov once, whichever check asks first, and keeps what each control found."""

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Any

from msgspec import Struct

from checker.assessment import beyond_scope
from checker.catalog import CONTROLS
from checker.engine import evaluate
from checker.frameworks import requirements_by_control
from checker.model import Control, Finding, Status
from checker.selection import choose
from policies.graph_vertices import Read, Told, Vertex, audited, read, vertices_of

UNDECIDED = "TH_UNDECIDED"
"""The id of the check that fails where a control could not be decided; no control of the catalogue."""
SET = "TRAILHOLD_SET"
"""The environment variable with the set of controls: ``baseline`` if it is not set."""
_log = logging.getLogger("trailhold")
_lock = Lock()
_last: "list[tuple[object, Judged]]" = []
_MOST = 8
"""Graphs that are kept: one run makes one a framework, and one a root of Terraform."""
_ORDER = {Status.FAIL: 0, Status.UNKNOWN: 1, Status.PASS: 2}


class Asked(Struct, frozen=True):
    """The controls that Checkov was asked for."""

    named: tuple[Control, ...]
    """Those that count whatever their set."""
    of_set: tuple[Control, ...]
    """Those that count if the set has them."""


class Results(Struct):
    """The vertices that a control passed, failed, and could not decide."""

    passed: list[Vertex]
    failed: list[Vertex]
    unknown: list[Vertex]


class Judged(Struct, frozen=True):
    """What a graph comes to, by control id."""

    by_control: Mapping[str, Results]


def of(graph: Any, asked: Callable[[], Asked]) -> Judged:
    """Judge a graph, or return what was found before; whatever goes wrong fails ``TH_UNDECIDED``."""
    with _lock:
        for known, judged in _last:
            if known is graph:
                return judged
        judged = _judged(graph, asked)
        _last.append((graph, judged))
        del _last[:-_MOST]
        return judged


def _judged(graph: Any, asked: Callable[[], Asked]) -> Judged:
    found: dict[str, Results] = {}
    vertices: list[Vertex] = []
    try:
        vertices = vertices_of(graph)
        _judge(read(vertices), _chosen(asked()), found)
    except (Exception, SystemExit) as error:
        # the one boundary of the pack: Checkov would drop the error, and nothing would have been judged
        _log.error("trailhold judged nothing: %s", error, exc_info=os.environ.get("LOG_LEVEL") == "DEBUG")
        found.clear()
        found[UNDECIDED] = Results([], audited(vertices) or vertices[:1], [])
    return Judged(found)


def _chosen(asked: Asked) -> tuple[Control, ...]:
    name = os.environ.get(SET) or "baseline"
    of_set = {one.id for one in choose(CONTROLS.values(), set=name, frameworks=requirements_by_control())}
    chosen = [*asked.named, *(one for one in asked.of_set if one.id in of_set)]
    return tuple({control.id: control for control in chosen}.values())


def _judge(found: Read, controls: tuple[Control, ...], results: dict[str, Results]) -> None:
    worst: dict[tuple[str, int], tuple[Finding, Vertex]] = {}
    undecided: dict[int, Vertex] = {}
    apart: set[str] = set()
    for told in found.told:
        for finding in evaluate(told.observation.inventory, controls, tolerant=True).findings:
            vertex = _vertex(finding, told)
            if vertex is None and finding.status is Status.FAIL and told.instead is not None:
                vertex = told.instead
                _log.warning("%s fails for %s: %s", finding.control_id, finding.resource_arn, finding.detail)
            if vertex is None:
                continue
            key = (finding.control_id, id(vertex))
            if key not in worst or _ORDER[finding.status] < _ORDER[worst[key][0].status]:
                worst[key] = finding, vertex
            if finding.status is Status.UNKNOWN and beyond_scope(finding):
                apart.add(finding.control_id)
            elif finding.status is Status.UNKNOWN and not _skipped(finding, told):
                undecided[id(vertex)] = vertex
                _log.warning("%s is UNKNOWN for %s: %s", finding.control_id, _name(vertex), finding.detail)
    for sentence, vertices in found.refused:
        _log.error("%s", sentence)
        undecided |= {id(vertex): vertex for vertex in vertices}
    if apart:
        _log.info("not evaluated here, since no template tells: %s", ", ".join(sorted(apart)))
    for finding, vertex in worst.values():
        _sort(results, finding, vertex)
    if undecided:
        results[UNDECIDED] = Results([], list(undecided.values()), [])
    elif worst:
        results[UNDECIDED] = Results(_each(vertex for _, vertex in worst.values()), [], [])


def _vertex(finding: Finding, told: Told) -> Vertex | None:
    """Return the vertex that a finding is about, or the one that decides where that carries the skip.

    One whose resource is declared in no file of the graph has none: it is judged where it is declared.
    """
    home = told.declared.get(finding.resource_arn)
    places = [place.construct for place in (home, finding.location) if place]
    skipped = [one for one in places if (finding.control_id, one) in told.skips]
    return next((told.vertices[one] for one in (*skipped, *places) if one in told.vertices), None)


def _skipped(finding: Finding, told: Told) -> bool:
    home = told.declared.get(finding.resource_arn)
    places = [place.construct for place in (home, finding.location) if place]
    return any((finding.control_id, one) in told.skips for one in places)


def _sort(results: dict[str, Results], finding: Finding, vertex: Vertex) -> None:
    into = results.setdefault(finding.control_id, Results([], [], []))
    where = {Status.PASS: into.passed, Status.FAIL: into.failed, Status.UNKNOWN: into.unknown}
    where[finding.status].append(vertex)
    if finding.status is Status.FAIL:
        _log.info("%s fails for %s: %s", finding.control_id, _name(vertex), finding.detail)


def _each(vertices: Iterable[Vertex]) -> list[Vertex]:
    return list({id(vertex): vertex for vertex in vertices}.values())


def _name(vertex: Vertex) -> str:
    return str(vertex.get("__address__") or vertex.get("id_"))
