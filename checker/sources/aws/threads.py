"""Threads for calls that block: light, since a thousand accounts make a hundred thousand of them."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Semaphore, Thread
from time import monotonic
from typing import Any, TypeVar

T = TypeVar("T")
Job = tuple["asyncio.Future[Any]", Callable[..., Any], tuple[Any, ...]]


LONG = 1.0
"""Seconds after which a thread that waits is made up for by another one."""
OFTEN = 0.25
"""Seconds between two looks at who waits for long, as long as there is a queue."""
SPARE = 4
"""How many times as many threads there may be when most of them wait for long."""


class Threads:
    """At most so many daemon threads: an account that hangs is not waited for at the end of the program.

    Threads that wait for long do not count, so that what is slow or hangs keeps nothing else waiting.

    The standard library's executor waits for its threads at exit, and makes two futures and a condition for
    each call, which is a tenth of what the call itself costs.
    """

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._started = 0
        self._idle = Semaphore(0)
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._since: dict[int, float] = {}
        """When the threads that are at work started what they do."""
        self._looking = False
        self._done: deque[tuple[asyncio.Future[Any], Callable[[asyncio.Future[Any]], None]]] = deque()
        self._told = False
        """Whether the loop knows that something is done, and has not looked yet."""
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, run: Callable[..., T], *args: Any) -> "asyncio.Future[T]":
        """Run a function in one of the threads; called by the thread of a running loop only."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:  # what an earlier one was told, it may never have looked at
            self._loop, self._told = loop, False
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put((future, run, args))
        if not self._idle.acquire(blocking=False) and self._started < self._most:
            self._add()
        if self._started >= self._most and not self._looking and not self._jobs.empty():
            self._looking = True
            loop.call_later(OFTEN, self._make_up, loop)
        return future

    def _add(self) -> None:
        self._started += 1
        number = self._started
        Thread(target=self._work, args=(number,), name=f"{self._name}-{number}", daemon=True).start()

    def _make_up(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start a thread for each that waits for long, as long as something is queued."""
        self._looking = not self._jobs.empty()
        if not self._looking:
            return
        before = monotonic() - LONG
        waiting = sum(since < before for since in list(self._since.values()))
        for _ in range(min(self._most + waiting, self._most * SPARE) - self._started):
            self._add()
        loop.call_later(OFTEN, self._make_up, loop)

    def _work(self, number: int) -> None:
        while (job := self._jobs.get()) is not None:
            self._since[number] = monotonic()
            future, run, args = job
            if not future.cancelled():
                self._done.append((future, _outcome(run, args)))
                if not self._told:  # to wake the loop costs as much as a tenth of a call
                    self._told = True
                    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                        future.get_loop().call_soon_threadsafe(self._settle)
            del self._since[number]
            self._idle.release()
            del job, future, run, args

    def _settle(self) -> None:
        """Hand over all outcomes that there are; called by the loop."""
        self._told = False  # before looking, so that what is done from now on tells the loop again
        while self._done:
            future, settle = self._done.popleft()
            settle(future)

    def shutdown(self) -> None:
        """Let the threads end after what they are doing; they are not waited for."""
        for _ in range(self._started):
            self._jobs.put(None)


def _outcome(run: Callable[..., Any], args: tuple[Any, ...]) -> "Callable[[asyncio.Future[Any]], None]":
    """Run the function, and return what hands its outcome to a future that still waits for it."""
    try:
        result = run(*args)
    except BaseException as error:
        # A future refuses a StopIteration, and whoever waits for it would wait for ever.
        failure = RuntimeError("StopIteration") if isinstance(error, StopIteration) else error
        return lambda future: None if future.done() else future.set_exception(failure)
    return lambda future: None if future.done() else future.set_result(result)
