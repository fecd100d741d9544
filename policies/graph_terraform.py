"""From vertices of Terraform's language to resources: what Checkov rendered, and what it left open.

Whether a resource is there already, only a plan knows.
Where Checkov keeps less than was written (blocks beside a ``dynamic`` one of their name), or nobody can tell
(how often a resource is counted), a value is open, so that controls end UNKNOWN and never in a guess.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from checker.evidence import Cause
from checker.sources.terraform.names import KINDS
from checker.sources.terraform.providers import Providers
from checker.sources.terraform.resource import Open, Resource, Value
from policies.graph_expressions import Scope, told

Vertex = Mapping[str, Any]
_META = frozenset((
    "count", "for_each", "depends_on", "lifecycle", "provider", "dynamic", "hash", "resource_type",
    "provisioner", "connection", "timeouts",
))  # fmt: skip
_DOCUMENTS = frozenset((
    "policy", "assume_role_policy", "access_policy", "policy_document", "event_pattern", "filter_policy",
    "source_json", "override_json", "delivery_policy", "redrive_policy",
))  # fmt: skip
"""Attributes of JSON, which Checkov parses."""
_CONDITIONAL = "whether it is made depends on {}, which nobody can tell"


def roots(vertices: Iterable[Vertex]) -> Iterator[list[Any]]:
    """Yield the vertices of each root module, with those of the modules that it calls."""
    found: dict[str, list[Any]] = {}
    for vertex in vertices:
        found.setdefault(_root(vertex), []).append(vertex)
    yield from found.values()


def _root(vertex: Vertex) -> str:
    """Return the folder of the root module: that of the outermost call."""
    called: Any = vertex.get("source_module_object_")
    while getattr(called, "nested_tf_module", None) is not None:
        called = called.nested_tf_module
    return str(Path(str(getattr(called, "path", None) or vertex.get("file_path_"))).parent)


def address(vertex: Vertex) -> str:
    """Return the address as Terraform writes it; Checkov leaves out that something is a data source."""
    found, own = str(vertex.get("__address__") or vertex.get("id_")), str(vertex.get("block_name_"))
    data = "data." if vertex.get("block_type_") == "data" and "data." not in found else ""
    return found.removesuffix(own) + data + own if found.endswith(own) else data + found


def resources(vertices: Sequence[Vertex], parameters: Mapping[str, str]) -> list[Resource]:
    """Return the resources and data sources of AWS of one root module."""
    blocks = [one for one in vertices if one.get("block_type_") in ("resource", "data")]
    blocks = [one for one in blocks if str(one.get("block_name_")).startswith("aws_")]
    providers = Providers(_providers(vertices), {}, parameters)
    tags = {key: one.get("default_tags") for key, one in _by_key(vertices).items()}
    path = _root(vertices[0]) if vertices else ""
    scope = Scope(_unset(vertices))
    for vertex in blocks:
        values = {name: value for name, value in vertex.items() if _is_written(name)}
        key = _provider(vertex)
        region = values.get("region")
        scope.add(
            Resource(
                type=str(vertex["block_name_"]).partition(".")[0],
                address=address(vertex),
                values=values,
                environment=providers.environment(key, {"region": region} if _plain(region) else {}),
                path=path,
                line=int(vertex.get("__start_line__") or 0),
            ),
            counted=next((name for name in ("count", "for_each") if vertex.get(name) is not None), ""),
        )
    scope.name()
    return [_resource(vertex, scope, tags.get(_provider(vertex))) for vertex in blocks]


def _unset(vertices: Iterable[Vertex]) -> frozenset[str]:
    """Return the variables that come to null, by address: Checkov leaves their names where they are used."""
    return frozenset(
        str(one.get("__address__")).removesuffix(str(one["block_name_"])) + f"var.{one['block_name_']}"
        for one in vertices
        if one.get("block_type_") == "variable" and "default" in one and one["default"] is None
    )


def _is_written(name: str) -> bool:
    """Say whether an attribute of a vertex is one of the resource, and not Checkov's own."""
    return not (name in _META or "." in name or name.endswith("_") or name.startswith("__"))


def _resource(vertex: Vertex, scope: Scope, tags: Any) -> Resource:
    """Return a resource with each value as it is told."""
    known = scope.resource(address(vertex))
    values: dict[str, Value] = {}
    for name, value in known.values.items():
        read = told(value, scope, known, loose=name in _DOCUMENTS)
        values[name] = _document(read) if name in _DOCUMENTS else read
    for name in _dynamic(vertex):
        values[name] = Open("a dynamic block writes it, of which Checkov tells a part", followed=False)
    if isinstance(tags, dict) and isinstance(values.get("tags", {}), dict):
        common = told(tags.get("tags"), scope, known)
        own = values.get("tags") or {}
        if isinstance(common, dict) and isinstance(own, dict):
            values["tags_all"] = {**common, **own}
        elif not own:
            values["tags_all"] = common
    counted = scope.counted(known.address)
    if counted and known.type not in KINDS and not known.address.rpartition("data.")[1]:
        values = dict.fromkeys(values, Open(_CONDITIONAL.format(counted), followed=False))
    return Resource(
        type=known.type,
        address=known.address,
        values=values,
        environment=known.environment,
        path=known.path,
        line=known.line,
    )


def _dynamic(vertex: Vertex) -> list[str]:
    """Return the names of blocks that are written by ``dynamic`` ones."""
    found = vertex.get("dynamic")
    listed = found if isinstance(found, list) else [found]
    return [str(name) for one in listed if isinstance(one, dict) for name in one if _is_written(name)]


def _document(value: Value) -> Value:
    """Return a document as text again; one with anything open in it is open."""
    if not isinstance(value, dict | list):
        return value
    left = next(_open(value), None)
    return left or json.dumps(value)


def _open(value: Value) -> Iterator[Open]:
    if isinstance(value, Open):
        yield Open(value.reason, Cause.UNDECIDED, followed=False)
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _open(one)


def _by_key(vertices: Iterable[Vertex]) -> dict[str, Vertex]:
    """Return the providers of AWS as resources name them: ``aws``, ``aws.logs``."""
    found: dict[str, Vertex] = {}
    for one in vertices:
        if one.get("block_type_") == "provider" and str(one.get("block_name_")).partition(".")[0] == "aws":
            alias = one.get("alias")
            found[f"aws.{alias}" if alias and alias != "default" else "aws"] = one
    return found


def _providers(vertices: Iterable[Vertex]) -> dict[str, Any]:
    """Return the providers in the shape of a plan's configuration, as far as they are written out."""
    found: dict[str, Any] = {}
    for key, one in _by_key(vertices).items():
        expressions: dict[str, Any] = {
            name: {"constant_value": one[name]} for name in ("region",) if _plain(one.get(name))
        }
        allowed = one.get("allowed_account_ids")
        if isinstance(allowed, list) and all(re.fullmatch(r"\d+", str(each)) for each in allowed):
            expressions["allowed_account_ids"] = {"constant_value": [str(each).zfill(12) for each in allowed]}
        for name in ("profile", "access_key", "token"):
            if one.get(name):
                expressions[name] = {"references": []}
        role = one.get("assume_role")
        if role:
            arn = role.get("role_arn") if isinstance(role, dict) else None
            expressions["assume_role"] = [{"role_arn": {"constant_value": arn}}] if _plain(arn) else [{}]
        found[key] = {"expressions": expressions}
    return found


def _plain(value: Any) -> bool:
    """Say whether a value is text that is no expression."""
    return isinstance(value, str) and re.fullmatch(r"[\w:/+=,@-]+", value) is not None


def _provider(vertex: Vertex) -> str:
    """Return the key of a vertex's provider: that of the root where a module names none."""
    found = str(vertex.get("__provider_address__") or "").rpartition("module.")[2]
    alias = re.search(r"aws\.([\w-]+)$", found)
    return f"aws.{alias[1]}" if alias and alias[1] != "default" else "aws"
