"""Makes DescribeTrails calls one way and prints what they cost; run by ``bench.clients`` in any interpreter.

Needs boto3's botocore or aiobotocore and nothing of this repository. Endpoint and credentials come from the
environment.
"""

import asyncio
import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import Any

ROUNDS = 9

Call = Callable[[str], Awaitable[Any]]


async def measure(call: Call, regions: list[str], calls: int, limit: int) -> dict[str, float]:
    """Time rounds of one call a Region, then a long run with at most ``limit`` calls at the same time."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        await asyncio.gather(*(call(region) for region in regions))
        rounds.append(time.perf_counter() - started)
    slots = asyncio.Semaphore(limit)

    async def bounded(region: str) -> None:
        async with slots:
            await call(region)

    started, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(bounded(r) for r in itertools.islice(itertools.cycle(regions), calls)))
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    return {
        "first_round_ms": rounds[0] * 1000,
        "round_ms": statistics.median(rounds[1:]) * 1000,
        "calls_a_second": calls / wall,
        "cpu_ms_a_call": cpu / calls * 1000,
    }


async def threads(regions: list[str], calls: int, limit: int) -> dict[str, float]:
    from botocore.config import Config
    from botocore.session import Session

    started = time.perf_counter()
    session, config = Session(), Config(max_pool_connections=limit)
    clients: dict[str, Any] = {
        r: session.create_client("cloudtrail", region_name=r, config=config) for r in regions
    }
    built = time.perf_counter() - started
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(limit) as pool:

        async def call(region: str) -> Any:
            return await loop.run_in_executor(pool, clients[region].describe_trails)

        return {"build_ms": built * 1000, **await measure(call, regions, calls, limit)}


async def asynchronous(regions: list[str], calls: int, limit: int) -> dict[str, float]:
    from aiobotocore.config import AioConfig  # type: ignore[import-not-found]
    from aiobotocore.session import get_session  # type: ignore[import-not-found]

    async with AsyncExitStack() as stack:
        started = time.perf_counter()
        session, config = get_session(), AioConfig(max_pool_connections=limit)
        clients = {}
        for region in regions:
            client = session.create_client("cloudtrail", region_name=region, config=config)
            clients[region] = await stack.enter_async_context(client)
        built = time.perf_counter() - started

        async def call(region: str) -> Any:
            return await clients[region].describe_trails()

        return {"build_ms": built * 1000, **await measure(call, regions, calls, limit)}


if __name__ == "__main__":
    kind, count, at_once = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    where = os.environ["BENCH_REGIONS"].split(",")
    how = asynchronous if kind == "asynchronous" else threads
    print(json.dumps(asyncio.run(how(where, count, at_once))))
