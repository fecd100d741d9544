"""Asks AWS one thing at a time and says what came of it: an answer, a known absence, or why neither."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeAlias

from botocore import xform_name
from msgspec import Struct

from checker.evidence import Cause, Known, Observed, Origin, Unknown
from checker.sources.aws.calls.call import NOTHING, Call
from checker.sources.aws.chosen import speaking_for
from checker.sources.aws.clients import Clients
from checker.sources.aws.failures import FORESEEN, SCP, UNUSABLE, Failure, diagnose, line, unusable
from checker.sources.aws.outdated import too_old
from checker.sources.aws.threads import Threads

Answer: TypeAlias = Mapping[str, Any] | None
"""What botocore returned, or None for a known absence."""

GLOBAL = frozenset({"account", "iam", "organizations"})
"""Services without Regions: a policy that denies them closes no Region."""
MAX_PAGES = 1000


class Caller(Struct, frozen=True, kw_only=True):
    """Who asks."""

    account: str
    arn: str
    partition: str


class Target(Struct, frozen=True, kw_only=True):
    """What a question is about."""

    name: str
    """For sentences: ``bucket logs``, ``trail arn:...``."""
    region: str
    owner: str = ""
    """The account that its ARN names; "" when unknown, or when it is the caller's in any case."""


class Reply(Struct, frozen=True, kw_only=True):
    """What came back from one call."""

    at: datetime
    answer: Answer = None
    failure: Failure | None = None
    made: bool = True
    """Whether a request went out; an old botocore cannot make every call."""


@dataclass(eq=False)
class Limits:
    """What one account of many may take: so many calls at a time, until so late."""

    slots: asyncio.Semaphore
    until: float
    """By the clock of the loop."""
    seconds: float
    late: Failure
    """What a call comes to that has no answer by then."""
    waiting: "set[asyncio.Future[Reply]]" = field(default_factory=set)
    alarm: asyncio.TimerHandle | None = None

    def renew(self, now: float) -> None:
        """Give the account its time again, because something more is to be read in it."""
        self.until = now + self.seconds

    def watch(self, asked: "asyncio.Future[Reply]") -> "asyncio.Future[Reply]":
        """Answer for a call when the time is up: one timer an account costs less than one a call."""
        self.waiting.add(asked)
        asked.add_done_callback(self._answered)
        if self.alarm is None:
            self.alarm = asyncio.get_running_loop().call_at(self.until, self._ring)
        return asked

    def _answered(self, asked: "asyncio.Future[Reply]") -> None:
        self.waiting.discard(asked)
        if not self.waiting:
            self.waiting.clear()  # gives its table back, which an account that is read needs no more

    def _ring(self) -> None:
        loop = asyncio.get_running_loop()
        self.alarm = None
        if loop.time() < self.until:
            self.alarm = loop.call_at(self.until, self._ring)
            return
        for asked in list(self.waiting):
            if not asked.done():
                asked.set_result(Reply(at=datetime.now(UTC), failure=self.late))


@dataclass(eq=False)
class Api:
    """Makes calls in threads, since botocore blocks, and turns replies into evidence."""

    clients: Clients
    threads: Threads
    caller: asyncio.Future[Caller]
    """Done once the identity is known; no evidence is made before."""
    calls: int = field(default=0)
    account: str = ""
    """The account, where it was known before anything was asked; "" for that of the caller alone."""
    credentials: Any = None
    """botocore's credentials of the account; None means those that the clients were built with."""
    limits: Limits | None = None
    reads: frozenset[str] = frozenset()
    """The IAM actions that the controls to judge read; empty where nobody said, and all is asked."""
    listed: dict[tuple[Any, ...], "asyncio.Future[Observed[Answer]]"] = field(default_factory=dict)
    """Answers that more than one reader wants."""
    closed: Failure | None = None
    """Why the account cannot be entered: what every call comes to, without being made."""

    async def send(self, call: Call, region: str, params: Mapping[str, Any] = NOTHING) -> Reply:
        """Make one call; the thread of one that is late is left to its own time-outs."""
        if self.closed:
            return Reply(at=datetime.now(UTC), failure=self.closed)
        limits = self.limits
        if limits is None:
            return await self._asked(call, region, params)
        async with limits.slots:
            if self.closed:
                return Reply(at=datetime.now(UTC), failure=self.closed)
            reply = await limits.watch(self._asked(call, region, params))
            if reply.failure is limits.late:
                self.closed = limits.late
            return reply

    def _asked(self, call: Call, region: str, params: Mapping[str, Any]) -> "asyncio.Future[Reply]":
        self.calls += 1
        return self.threads.start(self._send, call, region, params)

    def _send(self, call: Call, region: str, params: Mapping[str, Any]) -> Reply:
        try:
            client = self.clients.get(call.service, region)
        except UNUSABLE as error:
            return Reply(at=datetime.now(UTC), failure=unusable(error))
        lacking = too_old(client, call, params)
        if lacking:
            return Reply(at=datetime.now(UTC), failure=lacking, made=False)
        try:
            with speaking_for(self.credentials):
                answer = getattr(client, xform_name(call.operation))(**params)
        except FORESEEN as error:
            return Reply(at=datetime.now(UTC), failure=diagnose(error))
        return Reply(at=datetime.now(UTC), answer=answer)

    def asks(self, call: Call) -> bool:
        """Say whether a call is made: what no chosen control reads is not asked."""
        return not self.reads or call.always or call.action in self.reads

    async def ask(self, call: Call, target: Target, params: Mapping[str, Any] = NOTHING) -> Observed[Answer]:
        """Make one call and say what came of it; one that nobody reads is left out, which is no answer."""
        if not self.asks(call):
            return unasked(call.action, (await self.caller).account)
        reply = await self.send(call, target.region, params)
        self.calls -= not reply.made
        return weigh(call, target, reply, await self.caller)

    async def ask_once(
        self, call: Call, target: Target, params: Mapping[str, Any] = NOTHING
    ) -> Observed[Answer]:
        """Ask once for all who want the same, and follow all pages."""
        key = (call.action, *sorted(params.items()))
        if key not in self.listed:
            self.listed[key] = asyncio.ensure_future(
                self.ask_all(call, target, params) if call.pages else self.ask(call, target, params)
            )
        return await self.listed[key]

    async def ask_all(
        self, call: Call, target: Target, params: Mapping[str, Any] = NOTHING
    ) -> Observed[Answer]:
        """Follow all pages into one answer; a page that cannot be read hides them all."""
        assert call.pages is not None
        pages, items, request = call.pages, list[Any](), dict(params)
        for _ in range(MAX_PAGES):
            page = await self.ask(call, target, request)
            if isinstance(page, Unknown) or page.content is None:
                return page
            found = page.content.get(pages.items)
            if not isinstance(found, list):
                # Left to whoever reads the field: a missing list is an empty one for some services.
                return page if not items else malformed(page.origin, f"a page without {pages.items}")
            items += found
            token = page.content.get(pages.answer_token)
            if not token:
                return Known({**page.content, pages.items: items}, page.origin)
            if token == request.get(pages.request_token):
                return malformed(page.origin, "the same page again and again")
            request[pages.request_token] = token
        return malformed(page.origin, f"more than {MAX_PAGES} pages")


@cache
def unasked(action: str, account: str) -> Unknown:
    """Stand for what was not asked, so that nothing passes because nobody looked."""
    reason = f"{action} was not asked: none of the controls that were chosen for the audit reads it"
    return Unknown(reason, Cause.OUT_OF_SCOPE, Origin(action=action, account=account))


def weigh(call: Call, target: Target, reply: Reply, caller: Caller) -> Observed[Answer]:
    """Turn a reply into evidence."""
    origin = Origin(action=call.action, account=caller.account, region=target.region, at=reply.at)
    failure = reply.failure
    if failure is None:
        return Known(reply.answer, origin)
    if failure.reason:
        return Unknown(failure.reason, failure.cause, origin)
    if _hidden_from(caller, call, target, failure):
        return elsewhere(target, origin)
    if failure.code in call.absent:
        return Known(call.absent[failure.code], origin)
    if failure.code in call.gone:
        return missing(target, origin)
    return Unknown(*_explain(call, target, failure, caller), origin)


def _hidden_from(caller: Caller, call: Call, target: Target, failure: Failure) -> bool:
    """Tell whether the caller is refused as a stranger: what is not there for one may be for the owner."""
    if target.owner in ("", caller.account) or not failure.code:
        return False
    return failure.cause is Cause.UNDECIDED or (failure.cause is Cause.DENIED and not call.shared)


def elsewhere(target: Target, origin: Origin) -> Unknown:
    """Say that something is to be read with another account's credentials."""
    reason = f"{line(target.name)} belongs to account {target.owner}: audit that account to read it"
    return Unknown(reason, Cause.FOREIGN_ACCOUNT, origin)


def missing(target: Target, origin: Origin) -> Unknown:
    """Say that the resource which would carry a setting does not exist."""
    return Unknown(f"{line(target.name)} does not exist", Cause.ABSENT, origin)


def malformed(origin: Origin, what: str) -> Unknown:
    """Say that an answer is not what the service is documented to give."""
    place = f" in {origin.region}" if origin.region else ""
    return Unknown(f"{origin.action}{place} was answered with {what}", Cause.MALFORMED, origin)


def _explain(call: Call, target: Target, failure: Failure, caller: Caller) -> tuple[str, Cause]:
    """Say why a call has no answer, and what would help."""
    where = f"{call.action} on {line(target.name)}"
    answered = ": ".join(part for part in (failure.code, failure.detail) if part)
    match failure.cause:
        case Cause.DENIED if failure.by_scp and call.service not in GLOBAL:
            closed = f"{where} is denied to {caller.arn} in {target.region} by an {SCP}"
            return closed, Cause.REGION_CLOSED
        case Cause.DENIED:
            because = f" by an {SCP}" if failure.by_scp else ""
            return f"{where} is denied to {caller.arn}{because}", failure.cause
        case Cause.REGION_CLOSED:
            return f"Region {target.region} does not accept {caller.arn} ({answered})", failure.cause
        case Cause.EXPIRED:
            return f"the credentials expired before {where} was answered ({answered})", failure.cause
        case Cause.THROTTLED:
            return f"{where} in {target.region} was throttled at every attempt ({answered})", failure.cause
        case Cause.UNREACHABLE:
            return f"{call.service} in {target.region} did not answer {where} ({answered})", failure.cause
        case Cause.MALFORMED:
            return f"{where} in {target.region} was answered with {failure.detail}", failure.cause
        case _:
            return f"{where} in {target.region} failed ({answered})", failure.cause
