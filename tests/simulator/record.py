"""What the simulator saw: every request, and how far the requests had to wait for each other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass
class Request:
    """A request with its times in seconds of a monotonic clock; not finished while it hangs."""

    account: str
    region: str
    service: str
    operation: str
    params: Mapping[str, Any]
    started: float
    finished: float | None = None
    status: int | None = None

    @property
    def name(self) -> str:
        return f"{self.service}:{self.operation}"


def longest_chain(requests: Iterable[Request]) -> list[Request]:
    """Return the longest sequence in which each request started after the one before it was answered.

    That is an upper bound for the calls that depend on each other: it comes close only when the latency is
    large beside the caller's own work between two calls.
    """
    chain: list[Request] = []
    for request in sorted((r for r in requests if r.finished is not None), key=_end):
        if not chain or request.started >= _end(chain[-1]):
            chain.append(request)
    return chain


def max_overlap(requests: Iterable[Request]) -> int:
    """Return how many requests were open at the same time, at most."""
    seen = list(requests)
    edges = [(r.started, 1) for r in seen] + [(_end(r), -1) for r in seen]
    open_now = most = 0
    for _, step in sorted(edges):
        open_now += step
        most = max(most, open_now)
    return most


def _end(request: Request) -> float:
    return float("inf") if request.finished is None else request.finished
