"""An account on the wire whose root user has an MFA device, and whose bucket can be given MFA delete."""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import urlsplit

from tests.simulator.call import AwsError
from tests.simulator.recognise import HttpRequest, Recognised, recognise
from tests.simulator.serialise import HttpResponse, answer, error

ACCOUNT, BUCKET, REGION = "111122223333", "audit-logs", "eu-central-1"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
DEVICE = f"arn:aws:iam::{ACCOUNT}:mfa/root-account-mfa-device"
CODE = "123456"
HEADERS = {"x-amz-bucket-region": REGION, "x-amz-request-id": "0"}


@dataclass(kw_only=True)
class RootAccount:
    """One account with one bucket; what a test changes is the cause of what it expects."""

    caller: str = ROOT
    owner: str = ACCOUNT
    devices: tuple[str, ...] | None = (DEVICE,)
    """None: the caller may not list them."""
    versioning: dict[str, str] = field(default_factory=lambda: {"Status": "Enabled"})
    lifecycle: tuple[Mapping[str, Any], ...] = ()
    lock: bool = False
    failing: dict[str, AwsError] = field(default_factory=dict)
    """Operation -> the error that it answers."""
    garbled: str = ""
    """The operation that a proxy answers with a page of its own."""
    forgetful: bool = False
    """Does what PutBucketVersioning asks, then answers with an error."""
    asked: list[str] = field(default_factory=list)

    def respond(self, request: HttpRequest) -> HttpResponse:
        """Answer one request as AWS would."""
        seen = recognise(request)
        self.asked.append(seen.operation)
        if seen.operation == self.garbled:
            return HttpResponse(200, b"<html><body>Please sign in</body></html>", "text/html")
        try:
            if seen.operation in self.failing:
                raise self.failing[seen.operation]
            return answer(seen, self._output(seen, request.body.decode()))
        except AwsError as wrong:
            return error(seen, wrong)

    def _output(self, seen: Recognised, body: str) -> Mapping[str, Any]:
        if seen.service == "sts":
            return {"UserId": ACCOUNT, "Account": self.caller.split(":")[4], "Arn": self.caller}
        if seen.service == "iam":
            return self._devices()
        self._admit(seen)
        match seen.operation:
            case "HeadBucket":
                return {"BucketRegion": REGION}
            case "GetBucketVersioning":
                return self.versioning
            case "GetBucketLifecycleConfiguration" if self.lifecycle:
                return {"Rules": self.lifecycle}
            case "GetBucketLifecycleConfiguration":
                raise AwsError("NoSuchLifecycleConfiguration", "There is none", 404)
            case "GetObjectLockConfiguration" if self.lock:
                return {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}
            case "GetObjectLockConfiguration":
                raise AwsError("ObjectLockConfigurationNotFoundError", "There is none", 404)
            case "PutBucketVersioning":
                return self._put_versioning(seen, body)
        raise AwsError("NotImplemented", seen.operation, 501)

    def _admit(self, seen: Recognised) -> None:
        if seen.params["Bucket"] != BUCKET:
            raise AwsError("NoSuchBucket", "The specified bucket does not exist", 404)
        if seen.region != REGION:
            raise AwsError("PermanentRedirect", "Not in this Region", 301, HEADERS)
        if seen.params.get("ExpectedBucketOwner", self.owner) != self.owner:
            raise AwsError("AccessDenied", "Access Denied", 403, HEADERS)

    def _devices(self) -> Mapping[str, Any]:
        if self.devices is None:
            raise AwsError("AccessDenied", "not authorized to perform iam:ListMFADevices", 403)
        since = "2026-01-01T00:00:00Z"
        found = [{"UserName": "root", "SerialNumber": d, "EnableDate": since} for d in self.devices]
        return {"MFADevices": found, "IsTruncated": False}

    def _put_versioning(self, seen: Recognised, body: str) -> Mapping[str, Any]:
        serial, _, code = seen.params.get("MFA", "").partition(" ")
        if self.caller != ROOT or serial not in (self.devices or (DEVICE,)) or code != CODE:
            raise AwsError("AccessDenied", "Access Denied", 403)
        if self.lifecycle:
            raise AwsError("InvalidBucketState", "Mfa Authentication is not supported with lifecycle", 409)
        asked = {tag: re.findall(f"<{tag}>(.*?)</{tag}>", body) for tag in ("Status", "MfaDelete")}
        self.versioning = {"Status": asked["Status"][0], "MFADelete": asked["MfaDelete"][0]}
        if self.forgetful:
            raise AwsError("InternalError", "We encountered an internal error", 500)
        return {}


class Responder(Protocol):
    """What answers requests as AWS would."""

    def respond(self, request: HttpRequest) -> HttpResponse: ...


@contextmanager
def serve(account: Responder) -> Iterator[dict[str, str]]:
    """Serve the account; yields the environment that points an AWS SDK at it as its root."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            path = urlsplit(self.path)
            response = account.respond(HttpRequest(self.command, f"{path.path}?{path.query}", headers, body))
            self.send_response(response.status)
            content = b"" if self.command == "HEAD" else response.body
            for name, value in {**response.headers, "Content-Type": response.content_type}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_HEAD = handle_one

        def log_message(self, format: str, *args: Any) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
            "AWS_ACCESS_KEY_ID": "AKIAROOTROOTROOTROOT",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
