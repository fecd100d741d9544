"""A server that answers whatever bytes it is told to, and what clients of botocore make of them."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import sleep
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.httpsession import URLLib3Session

from checker.sources.aws.wire import lean

FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
SECONDS = 1.0
"""How long clients wait for an answer."""


@dataclass
class Raw:
    """The server: what came to it, and what it is to answer."""

    answer: Callable[[int, bytes], tuple[bytes, bool]]
    """From the number and bytes of a request, what to write and whether to close the connection then."""
    slowly: bool = False
    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def converse(self, connection: socket.socket) -> None:
        """Answer request after request, until either end closes."""
        with connection:
            data = b""
            while True:
                while (complete := _complete(data)) is None:
                    try:
                        piece = connection.recv(65536)
                    except OSError:
                        return
                    if not piece:
                        return
                    data += piece
                with self.lock:
                    self.requests.append(data[:complete])
                    number = len(self.requests)
                answer, closing = self.answer(number, data[:complete])
                data = data[complete:]
                self._write(connection, answer)
                if closing:
                    return

    def _write(self, connection: socket.socket, answer: bytes) -> None:
        size = 1 if self.slowly else max(len(answer), 1)
        for start in range(0, len(answer), size):
            try:
                connection.sendall(answer[start : start + size])
            except OSError:
                return
            if self.slowly:
                sleep(0.001)


def _complete(data: bytes) -> int | None:
    """Return where the first request ends, None where it has not come in whole."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    for line in data[:end].split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            end += int(value)
    return end + 4 if len(data) >= end + 4 else None


@contextmanager
def answering(answer: Callable[[int, bytes], tuple[bytes, bool]], *, slowly: bool = False) -> Iterator[Raw]:
    """Serve on loopback."""
    raw = Raw(answer, slowly)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        raw.port = listening.getsockname()[1]

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=raw.converse, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield raw
        listening.shutdown(socket.SHUT_RDWR)


def session(*, ours: bool, seconds: float = SECONDS, **settings: Any) -> URLLib3Session:
    """Return botocore's HTTP session, made lean or as it is, which waits so long for an answer."""
    timeout: Any = (5.0, seconds)
    http = URLLib3Session(timeout=timeout, max_pool_connections=32, **settings)
    if ours:
        lean(http)
    return http


def prepared(
    url: str, method: str = "POST", body: bytes = b"{}", headers: dict[str, Any] | None = None
) -> AWSPreparedRequest:
    """Return a request as botocore prepares it."""
    named = {"User-Agent": "test", "X-Amz-Target": "Service.Operation", **(headers or {})}
    request = AWSRequest(method=method, url=url, data=body, headers=named)
    return request.prepare()


def outcome(http: URLLib3Session, request: AWSPreparedRequest) -> Any:
    """Return status, headers and content of the answer, or the name of the error."""
    try:
        answer = http.send(request)
    except Exception as error:
        return type(error).__name__
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return answer.status_code, headers, answer.content
