"""Processes that read shares of an organization: botocore holds the interpreter, so cores need processes."""

import asyncio
import gc
import os
import signal
import threading
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from botocore.credentials import Credentials

from checker.inventory import Account, Sighting
from checker.observation import CannotObserve, Observation, Scan
from checker.sources.aws.api import Api, Caller
from checker.sources.aws.clients import Clients
from checker.sources.aws.share import Done, Share, Take, read_share
from checker.sources.aws.threads import Threads
from checker.sources.normal import Joining, encoded, slices, taken_apart

Keys = tuple[str, str, str | None]
"""Access key id, secret and session token: they go through a pipe, never through arguments or environment."""


SELDOM = 20_000
"""Objects after which Python looks for garbage in cycles. Answers make hardly any, and looking after every
700, as it is set to, costs 3 % of the CPU of an audit."""


class Died(Exception):
    """A process ended without a result."""


async def read_apart(share: Share, keys: Keys, threads: Threads, done: Done) -> Observation:
    """Read a share in a process of its own. Raise Died when it ends without a word, else what it raised."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs,), daemon=True)
    await threads.start(process.start)
    theirs.close()
    joining = Joining()
    try:
        ours.send((share, keys))
        while True:
            kind, content = await threads.start(ours.recv)
            match kind:
                case "account":
                    for one in content:
                        joining.add(one)
                    done()
                case "refused":
                    raise CannotObserve(content)
                case "slice":
                    joining.add(content)
                case _:
                    assert isinstance(content, Scan)
                    return Observation(scan=content, inventory=joining.inventory())
    except (EOFError, OSError) as error:
        raise Died(str(error)) from error
    finally:
        ours.close()  # which ends the process, if it has not ended by itself
        await threads.start(process.join, 5)
        process.terminate()


def _work(pipe: Connection) -> None:
    """Be the process: one share in; accounts, the rest of the inventory in slices and the scan out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    gc.set_threshold(SELDOM)
    share, keys = pipe.recv()
    threading.Thread(target=_end_with, args=(pipe,), daemon=True).start()
    try:
        _send(pipe, asyncio.run(_read(share, keys, partial(_take, pipe))))
    except CannotObserve as refused:
        pipe.send(("refused", str(refused)))
    os._exit(0)  # threads that still wait for AWS are of no use any more


def _take(pipe: Connection, account: Account, seen: tuple[Sighting, ...]) -> None:
    """Send an account as soon as it is read, and keep nothing of it."""
    pipe.send(("account", (("accounts", encoded({account.id: account})), ("sightings", encoded(seen)))))


def _send(pipe: Connection, observation: Observation) -> None:
    """Send the rest in slices: pickled as a whole, it takes four times the memory that it has."""
    for one in slices(taken_apart(observation.inventory)):
        pipe.send(("slice", one))
    pipe.send(("scan", observation.scan))


def _end_with(pipe: Connection) -> None:
    """End when the parent does: nothing else ever comes through the pipe."""
    try:
        pipe.recv()
    finally:
        os._exit(1)


async def _read(share: Share, keys: Keys, take: Take) -> Observation:
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
    clients = Clients(share.options, Credentials(*keys))
    threads = Threads(share.options.max_concurrency, "trailhold")
    caller: asyncio.Future[Caller] = asyncio.get_running_loop().create_future()
    own = Api(clients, threads, caller, account=share.caller.account, reads=share.options.reads)
    own.caller.set_result(share.caller)
    return await read_share(share, own, lambda: None, take=take)


def exportable(clients: Clients) -> Keys | None:
    """Return keys that another process may sign with, None when they are not good for a while."""
    own: Any = clients.own_credentials()
    needed = getattr(own, "refresh_needed", None)
    keys = own.get_frozen_credentials()  # renewed by now, if that is possible
    if needed and needed(15 * 60):
        return None
    return keys.access_key, keys.secret_key, keys.token
