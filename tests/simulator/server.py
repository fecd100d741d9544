"""A small HTTP/1.1 server on asyncio streams that answers AWS calls and records them."""

import asyncio
import contextlib
import socket
import ssl
import struct
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.simulator.faults import Break, Delay
from tests.simulator.recognise import HttpRequest, recognise
from tests.simulator.record import Request
from tests.simulator.respond import Responder
from tests.simulator.serialise import HttpResponse

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass
class Simulator:
    """Serves a world on a free loopback port until the task ends."""

    responder: Responder
    latency: float = 0.0
    """Seconds that every answer takes at least."""
    requests: list[Request] = field(default_factory=list)

    async def listen(self, certificate: Path | None = None) -> int:
        """Start to serve, over TLS with a certificate, and return the port."""
        tls = None
        if certificate:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(certificate)
        self.server = await asyncio.start_server(self._connection, "127.0.0.1", 0, backlog=512, ssl=tls)
        return int(self.server.sockets[0].getsockname()[1])

    def seen(self, forget: bool) -> list[Request]:
        """Return what was asked until now, and drop it when it shall be forgotten."""
        requests = list(self.requests)
        if forget:
            self.requests.clear()
        return requests

    async def close(self) -> None:
        """End all connections, also those that hang."""
        self.server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                request = await _read(reader, writer)
                response = await self._answer(request)
                if isinstance(response, Break):
                    return _reset(writer)
                writer.write(_bytes(request, response))
                await writer.drain()
        writer.close()
        return None

    async def _answer(self, request: HttpRequest) -> HttpResponse | Break:
        started = time.monotonic()
        seen = recognise(request)
        call = self.responder.call_of(seen)
        entry = Request(call.account, call.region, call.service, call.operation, call.params, started)
        self.requests.append(entry)
        effects = list(self.responder.effects(call))
        decisive = next((e for e in effects if not isinstance(e, Delay)), None)
        if isinstance(decisive, Break) and decisive.hang:
            await asyncio.Event().wait()
        response = self.responder.respond(seen, call, decisive)
        if pause := self.latency + sum(e.seconds for e in effects if isinstance(e, Delay)):
            await asyncio.sleep(started + pause - time.monotonic())
        entry.finished = time.monotonic()
        entry.status = response.status if isinstance(response, HttpResponse) else None
        return response


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> HttpRequest:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:-2])}
    if "100-continue" in headers.get("expect", ""):
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return HttpRequest(method, target, headers, body)


def _bytes(request: HttpRequest, response: HttpResponse) -> bytes:
    body = b"" if request.method == "HEAD" else response.body
    lines = [
        f"HTTP/1.1 {response.status} Simulated",
        f"Content-Type: {response.content_type}",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in response.headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _reset(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    writer.transport.abort()
