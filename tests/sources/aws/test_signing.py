"""What is signed here has the signature that botocore computes."""

import re
from typing import Any

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.credentials import Credentials

from checker.sources.aws.clients import Clients
from checker.sources.aws.signing import VERSION, Signer
from tests.sources.aws.conftest import Made, options

KEYS = Credentials("AKIAEXAMPLE", "wJalrXUtnFEMI/K7MDENG", "a token")
URL = "https://cloudtrail.eu-west-1.amazonaws.com"
SCOPE = re.compile(r"Credential=[^/]+/(\d{8})/([^/]+)/([^/]+)/aws4_request, SignedHeaders=([^,]+)")


def by_botocore(request: AWSPreparedRequest | AWSRequest, body: Any, keys: Credentials) -> str:
    """Sign the same request as of the same moment, with botocore alone, and return what it says."""
    headers, sent = dict(request.headers.items()), isinstance(request, AWSPreparedRequest)
    told = headers.pop("Authorization")
    told = told if isinstance(told, str) else told.decode()
    _, region, service, signed = SCOPE.search(told).groups()  # type: ignore[union-attr]
    again = AWSRequest(
        method=request.method,
        url=request.url,
        data=body,
        params=getattr(request, "params", None),
        # botocore adds others later, which are not signed, and that is not looked at here.
        headers={
            name: value.decode() if isinstance(value, bytes) else value
            for name, value in headers.items()
            if not sent or name.lower() in signed.split(";")
        },
    )
    again.context.update(getattr(request, "context", None) or {})
    again.context["timestamp"] = again.headers["X-Amz-Date"]
    signer: Any = (S3SigV4Auth if service == "s3" else SigV4Auth)(keys, service, region)
    to_sign = signer.string_to_sign(again, signer.canonical_request(again))
    signer._inject_signature_to_request(again, signer.signature(to_sign, again))
    return str(again.headers["Authorization"])


CASES: dict[str, dict[str, Any]] = {
    "json": {"data": b'{"Name": "audit"}', "headers": {"Content-Type": "application/x-amz-json-1.1"}},
    "nothing": {"data": b""},
    "form": {"data": {"Action": "GetCallerIdentity", "Version": "2011-06-15"}},
    "spaces in a header": {"data": b"{}", "headers": {"X-Amz-Target": " one   two  "}},
    "query": {"method": "GET", "data": b"", "url": f"{URL}/?b=2&a=1%20"},
    "params": {"method": "GET", "data": b"", "params": {"b": "2", "a": "1 "}},
    "path": {"method": "GET", "data": b"", "url": f"{URL}/a//b/../c d"},
    "port": {"data": b"{}", "url": f"{URL}:8443/"},
    "usual port": {"data": b"{}", "url": f"{URL}:443/"},
    "upper case": {"data": b"{}", "url": "https://CloudTrail.example.com/"},
    "address": {"data": b"{}", "url": "https://[::1]:4566/"},
    "no TLS": {"data": b"{}", "url": "http://127.0.0.1:4566"},
    "signed before": {"data": b"{}", "headers": {"X-Amz-Date": "20200101T000000Z", "Authorization": "old"}},
    "not signed": {"data": b"{}", "headers": {"X-Amzn-Trace-Id": "Root=1", "User-Agent": "me"}},
}


@pytest.mark.parametrize("token", ["a token", None])
@pytest.mark.parametrize("name", CASES)
def test_signature_is_that_of_botocore(name: str, token: str | None) -> None:
    case = {"method": "POST", "url": URL, **CASES[name]}
    keys = Credentials(KEYS.access_key, KEYS.secret_key, token)
    request = AWSRequest(**case)
    Signer(keys, "cloudtrail", "eu-west-1").add_auth(request)
    assert request.headers.get_all("Authorization") == [by_botocore(request, case["data"], keys)]
    assert request.headers.get_all("X-Amz-Security-Token", []) == ([token] if token else [])
    assert len(request.headers.get_all("X-Amz-Date", [])) == 1


def test_payload_that_is_not_signed_is_left_to_botocore() -> None:
    request = AWSRequest(method="POST", url=URL, data=b"{}")
    request.context["payload_signing_enabled"] = False
    Signer(KEYS, "cloudtrail", "eu-west-1").add_auth(request)
    assert request.headers["X-Amz-Content-SHA256"] == "UNSIGNED-PAYLOAD"
    assert request.headers["Authorization"] == by_botocore(request, b"{}", KEYS)


def test_every_request_of_an_audit_is_signed_as_ever(made: Made) -> None:
    """With the keys that the simulator hands out."""
    keys = Clients(options()).own_credentials()
    for request in made.values():
        told = request.headers["Authorization"]
        told = told if isinstance(told, str) else told.decode()
        assert told == by_botocore(request, request.body, keys)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, VERSION),
        ({"auth_type": "v4"}, VERSION),
        ({"auth_type": "none"}, "none"),
        ({"auth_type": "v4-unsigned-body"}, "v4"),
        ({"auth_type": "v4", "unsigned_payload": True}, "v4"),
    ],
    ids=str,
)
def test_botocore_keeps_the_choice_of_what_is_not_plain(told: dict[str, Any], expected: str) -> None:
    client = Clients(options()).get("cloudtrail", "eu-west-1")
    chosen = client._request_signer._choose_signer("DescribeTrails", "standard", dict(told))
    assert (chosen if isinstance(chosen, str) else "none") == expected


def test_s3_and_sts_are_signed_by_botocore() -> None:
    clients = Clients(options())
    for service in ("s3", "sts"):
        signer = clients.get(service, "eu-west-1")._request_signer
        assert signer._choose_signer("GetCallerIdentity", "standard", {}) in ("v4", "s3v4")
