"""What goes over open connections is what urllib3 would send, and what comes back is what it would return."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.sources.aws.conftest import Made
from tests.sources.aws.exchanging import FINE, Raw, answering, outcome, prepared, session

OK = b"HTTP/1.1 200 OK\r\n"
CASES = {
    "with a length": (OK + b"Content-Length: 5\r\nX-Amzn-RequestId: a: b\r\n\r\nhello", False, 2),
    "empty": (OK + b"content-length: 0\r\n\r\n", False, 2),
    "in chunks": (
        OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\nA\r\nlo, world.\r\n0\r\n\r\n",
        False,
        2,
    ),
    "refused": (b"HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\nnowhere", False, 2),
    "without a reason": (b"HTTP/1.1 503 \r\nContent-Length: 1\r\n\r\nx", False, 2),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", False, 2),
    "not modified": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", False, 2),
    "closing": (OK + b"Connection: close\r\nContent-Length: 2\r\n\r\nok", True, 2),
    "after a hint to go on": (b"HTTP/1.1 100 Continue\r\n\r\n" + FINE, False, 2),
    "long": (OK + b"Content-Length: 300000\r\n\r\n" + b"x" * 300000, False, 2),
    "a header without value": (OK + b"X-Nothing:\r\nContent-Length: 2\r\n\r\nok", False, 2),
    "latin letters": (OK + "X-Name: Zoë\r\nContent-Length: 2\r\n\r\nok".encode("latin-1"), False, 2),
    # What follows is left to urllib3, and so asked again.
    "up to the end": (OK + b"\r\nuntil it closes", True, 3),
    "of an older version": (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", True, 3),
    "a folded header": (OK + b"X-Long: one\r\n two\r\nContent-Length: 2\r\n\r\nok", False, 3),
    "a header twice": (OK + b"X-Two: 1\r\nX-Two: 2\r\nContent-Length: 2\r\n\r\nok", False, 3),
    "chunks with extensions": (OK + b"Transfer-Encoding: chunked\r\n\r\n2;a=b\r\nok\r\n0\r\n\r\n", False, 3),
    "chunks with trailers": (
        OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n",
        False,
        3,
    ),
    "compressed in transfer": (OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", True, 3),
    "a length that is none": (OK + b"Content-Length: two\r\n\r\nok", True, 3),
    "a length of thousands of digits": (OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nok", True, 3),
    "a chunk whose length never ends": (
        OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 400000,
        True,
        3,
    ),
    "no HTTP": (b"go away\r\n\r\n", True, 3),
    "no header": (OK + b"nonsense\r\nContent-Length: 2\r\n\r\nok", True, 3),
    # Errors, which botocore tries again by its own rules.
    "nothing": (b"", True, 2),
    "half a body": (OK + b"Content-Length: 5\r\n\r\nhel", True, 2),
    "half a chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel", True, 2),
}
"""What the server writes, whether it closes then, and how many requests the whole takes."""


def second(answer: bytes, closing: bool) -> Any:
    """Answer the first request well, to have an open connection, and all others in this way."""
    return lambda number, _: (FINE, False) if number == 1 else (answer, closing)


def both(method: str, answer: bytes, closing: bool, *, slowly: bool = False) -> Iterator[tuple[Any, Raw]]:
    """Yield what comes of two requests, urllib3's way and ours."""
    for ours in (False, True):
        with answering(second(answer, closing), slowly=slowly) as raw:
            http = session(ours=ours)
            assert outcome(http, prepared(raw.url))[0] == 200
            yield outcome(http, prepared(raw.url, method, b"" if method == "HEAD" else b"{}")), raw


@pytest.mark.parametrize("name", CASES)
def test_answer_is_what_urllib3_makes_of_it(name: str) -> None:
    answer, closing, requests = CASES[name]
    (plain, _), (ours, raw) = both("POST", answer, closing)
    assert ours == plain
    assert len(raw.requests) == requests


@pytest.mark.parametrize("name", ["with a length", "in chunks", "after a hint to go on", "refused"])
def test_answer_that_comes_byte_by_byte(name: str) -> None:
    (plain, _), (ours, raw) = both("POST", *CASES[name][:2], slowly=True)
    assert ours == plain
    assert len(raw.requests) == 2


@pytest.mark.parametrize("length", [b"Content-Length: 5\r\n", b"", b"Transfer-Encoding: chunked\r\n"])
def test_answer_to_head_has_no_body(length: bytes) -> None:
    (plain, _), (ours, raw) = both("HEAD", OK + length + b"\r\n", False)
    assert ours == plain
    assert ours[2] == b""
    assert len(raw.requests) == 2


def test_connection_is_used_again_after_an_answer_and_not_after_an_error() -> None:
    answers = {2: FINE, 3: OK + b"Content-Length: 9\r\n\r\nok", 4: FINE, 5: FINE}
    with answering(lambda number, _: (answers.get(number, FINE), number == 3)) as raw:
        http = session(ours=True)
        seen = [outcome(http, prepared(raw.url)) for _ in range(5)]
    assert [one[0] if isinstance(one, tuple) else one for one in seen][3:] == [200, 200]


def test_half_a_head_is_no_answer() -> None:
    """urllib3 takes it for a whole one, without a body: all would look as if nothing were set."""
    (plain, _), (ours, _) = both("POST", OK + b"Content-Le", True)
    assert (plain, ours) == ((200, {}, b""), "ConnectionClosedError")


def test_silence_is_a_timeout_as_ever() -> None:
    (plain, _), (ours, raw) = both("POST", b"", False)
    assert ours == plain == "ReadTimeoutError"
    assert len(raw.requests) == 2


@pytest.mark.parametrize(
    "headers",
    [{"X-Amz-Security-Token": "two\r\nX-Lines: 1"}, {"X-Amz-Date": "\n"}, {"X-Odd": "\u20ac"}],
    ids=["line break", "another", "no latin letter"],
)
def test_header_that_is_none_is_refused_as_ever(headers: dict[str, str]) -> None:
    seen = []
    for ours in (False, True):
        with answering(second(FINE, False)) as raw:
            http = session(ours=ours)
            outcome(http, prepared(raw.url))
            seen.append((outcome(http, prepared(raw.url, headers=headers)), len(raw.requests)))
    assert seen[0] == seen[1]
    assert seen[0][1] == 1


def test_proxy_is_used_as_ever() -> None:
    with answering(lambda *_: (FINE, False)) as raw:
        http = session(ours=True, proxies={"http": raw.url})
        assert [outcome(http, prepared("http://aws.test/"))[0] for _ in range(3)] == [200] * 3
    assert {request.partition(b"\r\n")[0] for request in raw.requests} == {b"POST http://aws.test/ HTTP/1.1"}


def test_answers_are_not_mixed_up_between_threads() -> None:
    def echo(_: int, request: bytes) -> tuple[bytes, bool]:
        body = request.partition(b"\r\n\r\n")[2]
        return OK + b"Content-Length: %d\r\n\r\n%b" % (len(body), body), False

    with answering(echo) as raw:
        http = session(ours=True, seconds=60)  # a busy machine mixes nothing up either

        def ask(number: int) -> Any:
            body = b"%d" % number * (number % 50 + 1)
            answered = outcome(http, prepared(raw.url, body=body))
            return None if answered[2] == body else (number, answered)

        with ThreadPoolExecutor(16) as pool:
            assert [wrong for wrong in pool.map(ask, range(1, 600)) if wrong] == []
    assert len(raw.requests) == 599


def test_every_request_of_an_audit_goes_out_as_ever(made: Made) -> None:
    """Requests of all kinds, taken where botocore sends them, and sent again in both ways."""
    seen = []
    for ours in (False, True):
        with answering(lambda *_: (FINE, False)) as raw:
            http = session(ours=ours)
            for _, request in sorted(made.items()):
                request.url = raw.url + "/" + request.url.partition("://")[2].partition("/")[2]
                assert outcome(http, request)[0] == 200
        seen.append([_parts(request, raw.port) for request in raw.requests])
    assert seen[0] == seen[1]


def _parts(request: bytes, port: int) -> tuple[bytes, list[bytes], bytes]:
    head, _, body = request.replace(b":%d" % port, b"").partition(b"\r\n\r\n")
    first, *headers = head.split(b"\r\n")
    return first, sorted(headers), body
