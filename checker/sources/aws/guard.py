"""Refuses documents that are not the service's answer, because botocore would read them as empty ones.

A JSON answer that is HTML becomes ``{"message": ...}``, and well-formed HTML an XML answer without settings:
both would look like settings that are absent. The check runs before botocore parses (its ``before-parse``
event), and leaves alone what botocore tries again (500 and above, as which it also takes S3's broken XML).
"""

import re
from typing import Any

import msgspec

from checker.sources.aws.calls import CALLS
from checker.sources.aws.calls.call import Call
from checker.sources.aws.failures import Garbled

_HTML = re.compile(rb"\s*(<!doctype\s+html|<html)", re.IGNORECASE)
_ROOT = re.compile(rb"\s*(?:<\?xml[^>]*\?>)?\s*(?:<!--.*?-->\s*)*<(?:[\w.-]+:)?([\w.-]+)", re.DOTALL)


def check(operation_model: Any, response_dict: Any, **_: Any) -> None:
    """Raise Garbled for an answer that does not come from the service; called by botocore."""
    status = response_dict["status_code"]
    call = CALLS.get((operation_model.service_model.service_name, operation_model.name))
    if call is None or status >= 500:
        return
    body = response_dict["body"] or b""
    if _HTML.match(body):
        raise Garbled("an HTML page")
    if operation_model.http.get("method") == "HEAD":
        _from_aws(response_dict["headers"])
    elif status < 300:
        _content(call, operation_model, body)


def _from_aws(headers: Any) -> None:
    """Look at the headers of a HEAD answer: without a body any web server's 200 or 404 looks like S3's."""
    if not any(name.lower().startswith(("x-amz-", "x-amzn-")) for name in headers):
        raise Garbled("headers that are not those of AWS")


def _content(call: Call, operation_model: Any, body: bytes) -> None:
    model = operation_model.service_model
    # Old versions of botocore know one protocol a service, and no name for the chosen one.
    protocol = getattr(model, "resolved_protocol", None) or model.protocol
    if not body.strip():
        raise Garbled("an empty document")
    if protocol in ("json", "rest-json"):
        _structure(operation_model.output_shape, _json(body))
    elif protocol == "smithy-rpc-v2-cbor":
        if body[0] >> 5 != 5:
            raise Garbled("a document that is no CBOR map")
    elif protocol == "rest-xml" and not call.root:
        if "Statement" not in _json(body):
            raise Garbled("a document that is no policy")
    else:
        _xml(call, body)


def _json(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Garbled("a document that is no JSON object") from error


def _structure(shape: Any, value: Any) -> None:
    """Insist that lists are lists: botocore takes the keys of an object for a list of strings."""
    kind = shape.type_name
    if value is None or kind not in ("structure", "list", "map"):
        return
    if kind == "list" and isinstance(value, list):
        for item in value:
            _structure(shape.member, item)
    elif kind == "structure" and isinstance(value, dict):
        for name, member in shape.members.items():
            _structure(member, value.get(member.serialization.get("name", name)))
    elif kind != "map" or not isinstance(value, dict):
        raise Garbled(f"a {shape.name} of another type")


def _xml(call: Call, body: bytes) -> None:
    """Compare the root element; moto names some of S3's by the rule of the other services."""
    root = _ROOT.match(body)
    names = [call.root, f"{call.operation}Response"] if call.root else [f"{call.operation}Response"]
    if root is None or root.group(1).decode() not in names:
        raise Garbled(f"a document that is no {names[0]}")
    for flag in call.flags:
        for value in re.findall(rb"<%b>([^<]*)</" % flag.encode(), body):
            if value not in (b"true", b"false"):
                raise Garbled(f"a {flag} that is neither true nor false")
