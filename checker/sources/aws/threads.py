"""Threads for calls that block: light, since a thousand accounts make a hundred thousand of them."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import Any, TypeVar

T = TypeVar("T")
Job = tuple["asyncio.Future[Any]", Callable[..., Any], tuple[Any, ...]]


class Threads:
    """At most so many daemon threads: an account that hangs is not waited for at the end of the program.

    The standard library's executor waits for its threads at exit, and makes two futures and a condition for
    each call, which is a tenth of what the call itself costs.
    """

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._started = 0
        self._idle = Semaphore(0)
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()

    def start(self, run: Callable[..., T], *args: Any) -> "asyncio.Future[T]":
        """Run a function in one of the threads; called by the thread of a running loop only."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put((future, run, args))
        if not self._idle.acquire(blocking=False) and self._started < self._most:
            self._started += 1
            Thread(target=self._work, name=f"{self._name}-{self._started}", daemon=True).start()
        return future

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            future, run, args = job
            if not future.cancelled():
                settle = _outcome(run, args)
                with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                    future.get_loop().call_soon_threadsafe(settle, future)
            self._idle.release()
            del job, future, run, args

    def shutdown(self) -> None:
        """Let the threads end after what they are doing; they are not waited for."""
        for _ in range(self._started):
            self._jobs.put(None)


def _outcome(run: Callable[..., Any], args: tuple[Any, ...]) -> "Callable[[asyncio.Future[Any]], None]":
    """Run the function, and return what hands its outcome to a future that still waits for it."""
    try:
        result = run(*args)
    except BaseException as error:
        failure = error
        return lambda future: None if future.done() else future.set_exception(failure)
    return lambda future: None if future.done() else future.set_result(result)
