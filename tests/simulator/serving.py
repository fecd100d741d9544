"""Starts a simulator, in a thread for tests or in a process of its own for benchmarks."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from tests.simulator.faults import Fault
from tests.simulator.recognise import model
from tests.simulator.record import Request
from tests.simulator.respond import ANSWERS, Responder
from tests.simulator.server import Simulator
from tests.simulator.world import World


@dataclass
class Endpoint:
    """A running simulator as its user sees it."""

    port: int
    seen: Callable[[bool], list[Request]]
    """Returns the requests, and forgets them when told so."""
    scheme: str = "http"
    become: Callable[[World], None] | None = None
    """Puts another world in the place of the one that is, where both are in this process."""

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def requests(self) -> list[Request]:
        """What was asked until now."""
        return self.seen(False)

    def forget(self) -> None:
        """Drop the recorded requests."""
        self.seen(True)

    def env(self, access_key: str, region: str = "us-east-1") -> dict[str, str]:
        """Return the environment that points every AWS SDK at this world, and nowhere else.

        S3 Control prefixes the host name with the account, so its endpoint is a name behind a proxy.
        """
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ENDPOINT_URL_S3_CONTROL": "http://aws.test",
            **dict.fromkeys(("HTTP_PROXY", "http_proxy"), self.url),
            **dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1"),
            "AWS_ACCESS_KEY_ID": access_key,
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }


@contextlib.contextmanager
def serve(world: World, *, faults: Sequence[Fault] = (), latency: float = 0.0) -> Iterator[Endpoint]:
    """Serve a world from a thread of this process; ``latency`` is in seconds a call."""
    responder = Responder(world, faults)
    simulator = Simulator(responder, latency)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        port = asyncio.run_coroutine_threadsafe(simulator.listen(), loop).result()
        yield Endpoint(port, simulator.seen, become=responder.become)
    finally:
        asyncio.run_coroutine_threadsafe(simulator.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextlib.contextmanager
def serve_apart(
    world: World,
    *,
    faults: Sequence[Fault] = (),
    latency: float = 0.0,
    certificate: Path | None = None,
) -> Iterator[Endpoint]:
    """Serve a world from a process of its own, so that a benchmark does not share its interpreter.

    ``certificate`` is a PEM file with its key: then over TLS.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_apart, args=(theirs, world, faults, latency, certificate), daemon=True)
    process.start()

    def seen(forget: bool) -> list[Request]:
        ours.send(forget)
        return list(ours.recv())

    try:
        yield Endpoint(ours.recv(), seen, "https" if certificate else "http")
    finally:
        process.terminate()
        process.join()


def _apart(
    pipe: Connection, world: World, faults: Sequence[Fault], latency: float, certificate: Path | None
) -> None:
    asyncio.run(_serve_apart(pipe, world, faults, latency, certificate))


async def _serve_apart(
    pipe: Connection, world: World, faults: Sequence[Fault], latency: float, certificate: Path | None
) -> None:
    for service, _ in ANSWERS:
        model(service)
    simulator = Simulator(Responder(world, faults), latency)
    pipe.send(await simulator.listen(certificate))
    answer = lambda: pipe.send(simulator.seen(pipe.recv()))  # noqa: E731
    asyncio.get_running_loop().add_reader(pipe.fileno(), answer)
    await asyncio.Event().wait()
