"""Results in S3: several objects at a time, and the result after all others or not at all."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest

from checker.actions.aws import CannotAct
from checker.actions.storage import AT_ONCE, Storage
from checker.history.layout import RESULTS, save
from checker.report import render
from tests.history.results import day, one

ACCOUNTS = [f"{number:012}" for number in range(1, 41)]
REFUSED = b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"


class Bucket(ThreadingHTTPServer):
    """A bucket that takes a while to keep an object, and refuses those whose name has a text."""

    daemon_threads = True

    def __init__(self, refusing: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.refusing = refusing
        self.lock = threading.Lock()
        self.under_way = self.most = 0
        self.kept: list[tuple[str, int]] = []
        """Names, each with how many others were under way when it came."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Bucket

    def do_PUT(self) -> None:
        bucket = self.server
        with bucket.lock:
            others = bucket.under_way
            bucket.under_way += 1
            bucket.most = max(bucket.most, bucket.under_way)
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(0.02)
        refused = bool(bucket.refusing) and bucket.refusing in self.path
        with bucket.lock:
            bucket.under_way -= 1
            if not refused:
                bucket.kept.append((self.path, others))
        body = REFUSED if refused else b""
        self.send_response(403 if refused else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *values: object) -> None:
        """Say nothing."""


@pytest.fixture
def bucket(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    server = Bucket(getattr(request, "param", ""))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    yield server
    server.shutdown()
    server.server_close()


def kept() -> str:
    result = day(0, *(one(account=account) for account in ACCOUNTS))
    return save(Storage("s3://audit-results/p"), result, render("json", result).encode())


def test_objects_overlap_and_the_result_is_last(bucket: Bucket) -> None:
    name = kept()
    assert 1 < bucket.most <= AT_ONCE
    assert len(bucket.kept) == len(ACCOUNTS) + 1
    last, others = bucket.kept[-1]
    assert (unquote(last).endswith(name), others) == (True, 0)


@pytest.mark.parametrize("bucket", [f"account%3D{ACCOUNTS[2]}"], indirect=True)
def test_one_that_is_refused_ends_it_and_leaves_no_result(bucket: Bucket) -> None:
    with pytest.raises(CannotAct, match=r"grant .*s3:PutObject"):
        kept()
    assert not any(f"/{RESULTS}" in path for path, _ in bucket.kept)
    assert len(bucket.kept) < len(ACCOUNTS) - 1, "no more is begun"
    assert bucket.under_way == 0, "and none is left under way"
