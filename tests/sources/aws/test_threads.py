"""Threads hand results and errors to the loop, no more of them than allowed."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from checker.sources.aws.threads import Threads


def test_results_and_errors_arrive() -> None:
    async def both() -> tuple[int, str]:
        threads = Threads(2, "test")
        fine, wrong = threads.start(pow, 2, 5), threads.start(int, "x")
        with pytest.raises(ValueError, match="invalid literal"):
            await wrong
        return await fine, threading.current_thread().name

    assert asyncio.run(both())[0] == 32


def test_an_error_that_futures_refuse_keeps_nobody_waiting() -> None:
    async def ended() -> None:
        ending: Iterator[int] = iter(())
        with pytest.raises(RuntimeError, match="StopIteration"):
            await asyncio.wait_for(Threads(1, "test").start(next, ending), 10)

    asyncio.run(ended())


def test_threads_serve_another_loop_after_the_first() -> None:
    threads = Threads(2, "test")

    async def leave() -> None:
        for _ in range(4):
            threads.start(time.sleep, 0.05)

    async def ask() -> list[int]:
        return list(await asyncio.gather(*(threads.start(pow, 2, number) for number in range(8))))

    asyncio.run(leave())
    time.sleep(0.2)
    assert asyncio.run(ask()) == [2**number for number in range(8)]


def test_never_more_than_so_many() -> None:
    seen: list[int] = []
    running, lock = set(), threading.Lock()

    def work(number: int) -> None:
        with lock:
            running.add(number)
            seen.append(len(running))
        time.sleep(0.005)
        with lock:
            running.discard(number)

    async def many() -> None:
        threads = Threads(4, "test")
        await asyncio.gather(*(threads.start(work, number) for number in range(60)))

    asyncio.run(many())
    assert max(seen) == 4


def test_threads_that_wait_for_long_are_made_up_for() -> None:
    """All threads are taken, some of them for good: the others are not enough, and more come."""

    async def run() -> tuple[float, int]:
        threads, ended = Threads(3, "waiting"), threading.Event()
        stuck = [threads.start(ended.wait, 60) for _ in range(3)]
        begun = time.monotonic()
        await asyncio.gather(*(threads.start(time.sleep, 0.01) for _ in range(20)))
        took = time.monotonic() - begun
        ended.set()
        assert await asyncio.gather(*stuck) == [True] * 3
        return took, sum(thread.name.startswith("waiting-") for thread in threading.enumerate())

    took, number = asyncio.run(run())
    assert took < 30
    assert 3 < number <= 12


def test_thread_that_hangs_does_not_hold_back_the_end() -> None:
    program = (
        "import asyncio, time\n"
        "from checker.sources.aws.threads import Threads\n"
        "async def main():\n"
        "    Threads(1, 'x').start(time.sleep, 60)\n"
        "    await asyncio.sleep(0.1)\n"
        "asyncio.run(main())"
    )
    started = time.monotonic()
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=50).returncode == 0
    assert time.monotonic() - started < 40
