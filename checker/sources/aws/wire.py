"""Exchanges requests on open connections, with far less around each than urllib3 and http.client have.

urllib3 opens every connection, so that TLS, certificates, time-outs and proxies are its own, and makes the
first request on it. Those that follow need little: one write, one read, and a head that is split at its
lines. What is out of the ordinary is left to urllib3: what goes through a proxy, a request with an unusual
header or a body that is no bytes, an answer whose end its head does not tell. Such an answer is asked for
again, which changes nothing: all requests here only read.
"""

import ssl
from collections.abc import Iterator, Mapping
from http.client import IncompleteRead, RemoteDisconnected
from inspect import signature
from typing import Any, NamedTuple

from botocore.awsrequest import AWSHTTPConnectionPool, AWSHTTPSConnectionPool
from urllib3 import HTTPResponse
from urllib3.exceptions import ProtocolError, ReadTimeoutError, SSLError

END = b"\r\n\r\n"
PIECE = 65536
LONGEST_HEAD = 1 << 18
"""Bytes, of the line before a chunk as well: more is left to urllib3, which refuses it."""
STRICT = signature(HTTPResponse).parameters["enforce_content_length"].default is True
"""Whether this urllib3 refuses a body that ends early, unless it is told."""
LEFT = frozenset(("expect", "transfer-encoding", "host", "accept-encoding", "connection"))
"""Headers of a request that change how it is sent."""
WITHOUT_BODY = frozenset((204, 304))


class Unusual(Exception):
    """An answer that is left to urllib3."""


class Answer:
    """What botocore takes from urllib3's response."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self._body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        """Yield the body."""
        yield self._body


class Head(NamedTuple):
    """The head of an answer."""

    status: int
    headers: dict[str, str]
    chunked: bool
    length: int | None
    """Of the body; None where nothing tells it."""
    closing: bool


def lean(http: Any) -> None:
    """Make an HTTP session of botocore work this way; without the attributes for it, nothing happens."""
    manager = getattr(http, "_manager", None)
    wanted = ("_get_conn", "_put_conn")
    if isinstance(getattr(manager, "pool_classes_by_scheme", None), dict) and all(
        hasattr(AWSHTTPSConnectionPool, name) for name in wanted
    ):
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}  # type: ignore[union-attr]


def exchanged(pool: Any, method: str, url: str, message: bytes, strict: bool) -> Answer | None:
    """Exchange a request for its answer on an open connection; None where there is none, or Unusual comes.

    Raise what urllib3 raises. ``strict`` refuses a body that ends early.
    """
    conn = pool._get_conn()
    if conn.sock is None:
        pool._put_conn(conn)
        return None
    reusable = False
    try:
        answer, reusable = _exchange(conn.sock, method, message, strict)
        return answer
    except Unusual:
        return None
    except TimeoutError as error:
        raise ReadTimeoutError(pool, url, "Read timed out.") from error
    except ssl.SSLError as error:
        raise SSLError(error) from error
    except (OSError, RemoteDisconnected) as error:
        raise ProtocolError("Connection aborted.", error) from error
    except IncompleteRead as error:
        raise ProtocolError(f"Connection broken: {error!r}", error) from error
    finally:
        if not reusable:
            conn.close()
        pool._put_conn(conn)


def _exchange(sock: Any, method: str, message: bytes, strict: bool) -> tuple[Answer, bool]:
    """Return the answer, and whether the connection is good for another request."""
    sock.sendall(message)
    data = b""
    while True:
        while (end := data.find(END)) < 0:
            data += _received(sock)
            if len(data) > LONGEST_HEAD:
                raise Unusual
        head = head_of(data[:end])
        data = data[end + len(END) :]
        if head.status != 100:
            break
    if method == "HEAD" or head.status in WITHOUT_BODY:
        body, rest = b"", data
    elif head.chunked:
        body, rest = _chunks(sock, data)
    elif head.length is not None:
        body, rest = _sized(sock, data, head.length, strict)
    else:
        raise Unusual
    complete = head.chunked or head.length is None or method == "HEAD" or len(body) == head.length
    return Answer(head.status, head.headers, body), complete and not rest and not head.closing


def _received(sock: Any) -> bytes:
    piece: bytes = sock.recv(PIECE)
    if not piece:
        raise RemoteDisconnected("Remote end closed connection without response")
    return piece


def _sized(sock: Any, data: bytes, length: int, strict: bool) -> tuple[bytes, bytes]:
    if len(data) >= length:
        return data[:length], data[length:]
    pieces, got = [data], len(data)
    while got < length:
        piece = sock.recv(min(PIECE, length - got))
        if not piece and strict:
            raise IncompleteRead(b"".join(pieces), length - got)
        if not piece:
            break
        pieces.append(piece)
        got += len(piece)
    return b"".join(pieces), b""


def _chunks(sock: Any, data: bytes) -> tuple[bytes, bytes]:
    """Read a body in chunks; one with extensions or trailers is unusual."""
    body: list[bytes] = []
    while True:
        while (end := data.find(b"\r\n")) < 0:
            if len(data) > LONGEST_HEAD:
                raise Unusual
            data += _received(sock)
        try:
            length = int(data[:end], 16)
        except ValueError:
            raise Unusual from None
        data = data[end + 2 :]
        while len(data) < length + 2:
            data += _received(sock)
        if length < 0 or data[length : length + 2] != b"\r\n":
            raise Unusual
        if not length:
            return b"".join(body), data[2:]
        body.append(data[:length])
        data = data[length + 2 :]


def head_of(data: bytes) -> Head:
    """Read the head of an answer; raise Unusual for what is not as simple as AWS writes it."""
    first, *lines = data.split(b"\r\n")
    parts = first.split(b" ", 2)
    if parts[0] != b"HTTP/1.1" or len(parts) < 2 or len(parts[1]) != 3 or not parts[1].isdigit():
        raise Unusual
    headers: dict[str, str] = {}
    known: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        lower = name.lower()
        if not colon or not name or name[0] in " \t" or name[-1] in " \t" or lower in known:
            raise Unusual
        headers[name] = known[lower] = value.strip(" \t")
    encoding, length = known.get("transfer-encoding", ""), known.get("content-length")
    if (
        encoding.lower() not in ("", "chunked")
        or (encoding and length is not None)
        or not (length is None or (length.isascii() and length.isdecimal() and len(length) < 20))
    ):
        raise Unusual
    status = int(parts[1])
    if status < 200 and status != 100:
        raise Unusual
    return Head(
        status=status,
        headers=headers,
        chunked=bool(encoding),
        length=None if length is None else int(length),
        closing="close" in known.get("connection", "").lower(),
    )


def message_of(
    host: str, method: str, url: str, headers: Mapping[str, Any], body: bytes | None
) -> bytes | None:
    """Return the request as urllib3 would write it; None for one that is left to urllib3."""
    lines = [f"{method} {url} HTTP/1.1", f"Host: {host}", "Accept-Encoding: identity"]
    names = set()
    for name, value in headers.items():
        names.add(name.lower())
        lines.append(f"{name}: {value.decode('latin-1') if isinstance(value, bytes) else value}")
    head = "\r\n".join(lines)
    if (
        not (url.startswith("/") and url.isascii() and url.isprintable() and " " not in url)
        or names & LEFT
        or "user-agent" not in names
        or ("content-length" not in names and (body or method not in ("GET", "HEAD")))
        # A line break in a value would make another header of it: urllib3 refuses it.
        or head.count("\r") != len(lines) - 1
        or head.count("\n") != len(lines) - 1
    ):
        return None
    try:
        return head.encode("latin-1") + END + (body or b"")
    except UnicodeEncodeError:
        return None


class _Lean:
    """A pool of connections, as botocore uses it."""

    def urlopen(
        self, method: str, url: str, body: Any = None, headers: Any = None, *args: Any, **settings: Any
    ) -> Any:
        """Exchange a request for an answer, or leave it to urllib3."""
        pool: Any = self
        if args or not (body is None or isinstance(body, bytes)) or not headers or not _known(settings):
            return super().urlopen(method, url, body, headers, *args, **settings)  # type: ignore[misc]
        answer = None
        if pool.proxy is None and (host := _host(pool)):
            message = message_of(host, method, url, headers, body)
            strict = settings.get("enforce_content_length", STRICT)
            answer = exchanged(pool, method, url, message, strict) if message else None
        return answer or super().urlopen(method, url, body, headers, **settings)  # type: ignore[misc]


def _known(settings: Mapping[str, Any]) -> bool:
    """Say whether botocore asks for what it always does: an answer as it came, with the pool's time-outs."""
    return (
        settings.keys()
        <= {
            *("retries", "assert_same_host", "preload_content", "decode_content", "chunked"),
            "enforce_content_length",
        }
        and not settings.get("chunked")
        and settings.get("preload_content") is False
        and settings.get("decode_content") is False
    )


def _host(pool: Any) -> str:
    """Return what the Host header says; nothing for an address that has to be put in brackets."""
    host, port = str(pool.host), pool.port
    if ":" in host or not host.isascii():
        return ""
    return host if port == pool.ConnectionCls.default_port else f"{host}:{port}"


class _Pool(_Lean, AWSHTTPConnectionPool):
    """Connections without TLS."""


class _TlsPool(_Lean, AWSHTTPSConnectionPool):
    """Connections with TLS."""
