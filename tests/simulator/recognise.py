"""Which operation a request asks for: AWS's protocols, with botocore's models as the map."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

from tests.simulator.bodies import from_xml

CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
SERVICES = {"monitoring": "cloudwatch"}
"""Signing name -> botocore's name, where they differ."""
LOADER = Loader()


@dataclass(frozen=True)
class HttpRequest:
    """A request as it came over the wire; header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Recognised:
    """What a request turned out to be; an empty access key means that it was not signed."""

    access_key: str = ""
    region: str = ""
    service: str = ""
    operation: str = ""
    params: Mapping[str, Any]
    protocol: str = "rest-xml"
    """json, query, ec2, rest-xml or rest-json: how the answer has to be written."""


@cache
def model(service: str) -> ServiceModel:
    """Load botocore's model of a service."""
    return ServiceModel(LOADER.load_service_model(service, "service-2"), service)


def operation_model(service: str, operation: str) -> OperationModel:
    """Return botocore's model of an operation."""
    return model(service).operation_model(operation)


def recognise(request: HttpRequest) -> Recognised:
    """Tell service, operation and parameters of a request; the operation is empty when there is none such."""
    scope = CREDENTIAL.search(request.headers.get("authorization", ""))
    key, region, service = scope.groups() if scope else ("", "", "s3")
    url = urlsplit(request.target)
    service = "s3control" if url.path.startswith("/v20180820/") else SERVICES.get(service, service)
    protocol, operation, params = _parse(service, request, url.path, url.query)
    return Recognised(
        access_key=key, region=region, service=service, operation=operation, params=params, protocol=protocol
    )


def _parse(service: str, request: HttpRequest, path: str, query: str) -> tuple[str, str, dict[str, Any]]:
    if target := request.headers.get("x-amz-target"):
        return "json", target.rsplit(".", 1)[-1], json.loads(request.body or b"{}")
    if "x-www-form-urlencoded" in request.headers.get("content-type", ""):
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        return ("ec2" if service == "ec2" else "query"), form.pop("Action", ""), form
    return _rest(service, request, path, query)


@dataclass(frozen=True)
class Route:
    """The URL of a REST operation; of several that match, the one with most query literals is meant."""

    operation: str
    method: str
    path: re.Pattern[str]
    literals: frozenset[str]


@cache
def _routes(service: str) -> list[Route]:
    return sorted(_declared_routes(service), key=lambda r: -len(r.literals))


def _declared_routes(service: str) -> Iterator[Route]:
    for name in model(service).operation_names:
        if operation_model(service, name).deprecated:
            continue
        http = operation_model(service, name).http
        path, _, query = http["requestUri"].partition("?")
        pattern = re.sub(r"\\{(\w+)(\\\+)?\\}", _label, re.escape(path.rstrip("/")))
        literals = frozenset(part for part in query.split("&") if part)
        yield Route(name, http["method"], re.compile(pattern), literals)


def _label(found: re.Match[str]) -> str:
    return f"(?P<{found[1]}>{'.+' if found[2] else '[^/]+'})"


def _rest(service: str, request: HttpRequest, path: str, query: str) -> tuple[str, str, dict[str, Any]]:
    values = dict(parse_qsl(query, keep_blank_values=True))
    given = {f"{k}={v}" if v else k for k, v in values.items()}
    protocol = model(service).metadata["protocol"]
    for route in _routes(service):
        if request.method != route.method or not route.literals <= given:
            continue
        if labels := route.path.fullmatch(path.rstrip("/")):
            params = {name: unquote(value) for name, value in labels.groupdict().items()}
            return protocol, route.operation, _rest_params(service, route.operation, request, values) | params
    return protocol, "", values


def _rest_params(service: str, operation: str, request: HttpRequest, query: dict[str, str]) -> dict[str, Any]:
    """Collect the parameters that are in the headers, the query and the body."""
    shape = operation_model(service, operation).input_shape
    params = _body(shape, request.body)
    for name, member in shape.members.items() if shape else ():
        where, wire = str(member.serialization.get("location")), member.serialization.get("name", name)
        source = {"header": request.headers, "querystring": query}.get(where, {})
        key = wire.lower() if where == "header" else wire
        if key in source:
            params[name] = source[key]
    return params


def _body(shape: Any, body: bytes) -> dict[str, Any]:
    """Read a body: one document where the model names a member as the payload, else all members."""
    payload = shape.serialization.get("payload") if shape else None
    if not body:
        return {}
    if payload and shape.members[payload].type_name in ("string", "blob"):
        return {payload: body.decode()}
    if body.startswith(b"<"):
        return {payload: from_xml(shape.members[payload], body)} if payload else dict(from_xml(shape, body))
    return dict(json.loads(body)) if body.startswith(b"{") else {}
