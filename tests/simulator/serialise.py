"""Writes answers and errors as each AWS protocol does, guided by botocore's models."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tests.simulator.call import AwsError
from tests.simulator.recognise import Recognised, operation_model

XML = "application/xml"
JSON_TYPES = {"json": "application/x-amz-json-1.1", "rest-json": "application/json"}
REQUEST_ID = "00000000-1111-2222-3333-444444444444"
OURS = {"x-amz-request-id": REQUEST_ID, "x-amzn-RequestId": REQUEST_ID}
"""Headers by which a caller recognises AWS, since the answer to HEAD is nothing else."""
S3_ROOTS = {
    "ListBuckets": "ListAllMyBucketsResult",
    "ListObjectsV2": "ListBucketResult",
    "GetBucketNotificationConfiguration": "NotificationConfiguration",
    "GetBucketWebsite": "WebsiteConfiguration",
    "GetBucketAcl": "AccessControlPolicy",
    "GetBucketLifecycleConfiguration": "LifecycleConfiguration",
    "GetBucketLogging": "BucketLoggingStatus",
    "GetBucketVersioning": "VersioningConfiguration",
}
"""Root elements that botocore's models do not know (Amazon S3 API reference)."""


@dataclass(frozen=True)
class HttpResponse:
    """What goes back over the wire."""

    status: int
    body: bytes = b""
    content_type: str = XML
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(seen: Recognised, output: Mapping[str, Any]) -> HttpResponse:
    """Write an operation's output, given in the shape of boto3, in the protocol of the request."""
    match seen.protocol:
        case "json" | "rest-json":
            return HttpResponse(200, _json(output), JSON_TYPES[seen.protocol], OURS)
        case "query" | "ec2":
            return HttpResponse(200, _query(seen, output).encode(), XML, OURS)
        case _:
            return _rest_xml(seen, output)


def error(seen: Recognised, wrong: AwsError) -> HttpResponse:
    """Write an error in the protocol of the request."""
    headers = {**OURS, **wrong.headers}
    body = {"__type": wrong.code, "message": wrong.message}
    details = f"<Code>{escape(wrong.code)}</Code><Message>{escape(wrong.message)}</Message>"
    match seen.protocol:
        case "json":
            return HttpResponse(wrong.status, _json(body), JSON_TYPES["json"], headers)
        case "rest-json":
            headers["x-amzn-ErrorType"] = wrong.code
            return HttpResponse(wrong.status, _json(body), JSON_TYPES["rest-json"], headers)
        case "query":
            text = f"<ErrorResponse><Error><Type>Sender</Type>{details}</Error></ErrorResponse>"
        case "ec2":
            text = f"<Response><Errors><Error>{details}</Error></Errors></Response>"
        case _ if seen.service == "s3control":
            text = f"<ErrorResponse><Error>{details}</Error></ErrorResponse>"
        case _:
            text = f"<Error>{details}</Error>"
    return HttpResponse(wrong.status, text.encode(), XML, headers)


def _json(value: Any) -> bytes:
    return json.dumps(value, default=_epoch).encode()


def _epoch(value: Any) -> Any:
    return value.timestamp() if isinstance(value, datetime) else list(value)


def _query(seen: Recognised, output: Mapping[str, Any]) -> str:
    shape = operation_model(seen.service, seen.operation).output_shape
    content = _members(shape, output) if shape else ""
    if seen.protocol == "query" and shape:
        wrapper = shape.serialization.get("resultWrapper", f"{seen.operation}Result")
        content = f"<{wrapper}>{content}</{wrapper}>"
    return f"<{seen.operation}Response>{content}</{seen.operation}Response>"


def _rest_xml(seen: Recognised, output: Mapping[str, Any]) -> HttpResponse:
    shape = operation_model(seen.service, seen.operation).output_shape
    if shape is None:
        return HttpResponse(200, headers=OURS)
    headers, inner = dict(OURS), {}
    for name, value in output.items():
        member = shape.members.get(name)
        if member is not None and member.serialization.get("location") == "header":
            headers[member.serialization["name"]] = str(value)
        else:
            inner[name] = value
    return HttpResponse(200, _rest_body(seen, shape, inner).encode(), XML, headers)


def _rest_body(seen: Recognised, shape: Any, output: Mapping[str, Any]) -> str:
    if seen.operation == "GetBucketLocation":
        return f"<LocationConstraint>{output['LocationConstraint'] or ''}</LocationConstraint>"
    payload = shape.serialization.get("payload")
    if payload is None:
        root = S3_ROOTS.get(seen.operation, f"{seen.operation}Result")
        return f"<{root} xmlns='http://s3.amazonaws.com/doc/2006-03-01/'>{_members(shape, output)}</{root}>"
    if shape.members[payload].type_name == "string":
        return str(output[payload])
    return _element(shape.members[payload], payload, output[payload])


def _members(shape: Any, value: Mapping[str, Any]) -> str:
    """Write the elements of a structure in the model's order; what the model does not know is left out."""
    return "".join(
        _element(member, member.serialization.get("name", name), value[name])
        for name, member in shape.members.items()
        if value.get(name) is not None and not member.serialization.get("xmlAttribute")
    )


def _element(shape: Any, name: str, value: Any) -> str:
    match shape.type_name:
        case "structure":
            return f"<{name}{_attributes(shape, value)}>{_members(shape, value)}</{name}>"
        case "list" if shape.serialization.get("flattened"):
            item = shape.member.serialization.get("name", name)
            return "".join(_element(shape.member, item, entry) for entry in value)
        case "list":
            item = shape.member.serialization.get("name", "member")
            return f"<{name}>{''.join(_element(shape.member, item, entry) for entry in value)}</{name}>"
        case "map":
            entries = (f"<entry>{_pair(shape, k, v)}</entry>" for k, v in value.items())
            return f"<{name}>{''.join(entries)}</{name}>"
        case _:
            return f"<{name}>{escape(_text(shape, value))}</{name}>"


def _pair(shape: Any, key: str, value: Any) -> str:
    names = (shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value"))
    return _element(shape.key, names[0], key) + _element(shape.value, names[1], value)


def _attributes(shape: Any, value: Mapping[str, Any]) -> str:
    written = [
        f"{member.serialization['name']}={quoteattr(str(value[name]))}"
        for name, member in shape.members.items()
        if member.serialization.get("xmlAttribute") and name in value
    ]
    namespace = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return f"{namespace} {' '.join(written)}" if written else ""


def _text(shape: Any, value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        header = shape.serialization.get("location") == "header"
        return format_datetime(value, usegmt=True) if header else value.isoformat().replace("+00:00", "Z")
    return str(value)
