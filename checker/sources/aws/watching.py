"""Reads what watches over trails beside their log group, and which calls have blinded one lately."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from checker.evidence import Known, Observed, Origin, Unknown, derive
from checker.inventory import EventRule, History, TamperEvent
from checker.inventory.arns import service_of
from checker.monitoring.blinding import LOOKED_UP
from checker.sources.aws.api import Api, Target, elsewhere
from checker.sources.aws.calls import events as calls
from checker.sources.aws.fields import required
from checker.sources.leading import picks

KEPT = timedelta(days=90)
PAGES = 5
"""Of 50 calls each that are read of one operation in one Region: the latest 250."""


class _Rule(Struct, frozen=True, rename="pascal"):
    name: str
    arn: str
    state: str = ""
    event_pattern: str = ""


class _Target(Struct, frozen=True, rename="pascal"):
    arn: str


Rules = Observed[tuple[EventRule, ...]]


async def read_rules(api: Api, account: str, region: str) -> Rules:
    """Read the rules of the default bus that pick calls which blind a trail, with their targets."""
    caller = await api.caller
    target = Target(name=f"the event bus of {region}", region=region, owner=account)
    if account != caller.account:
        origin = Origin(action=calls.RULES.action, account=caller.account, region=region)
        return elsewhere(target, origin)
    listed = required(await api.ask_all(calls.RULES, target, {"Limit": 100}), "Rules", tuple[_Rule, ...])
    if isinstance(listed, Unknown):
        return listed
    found = [rule for rule in listed.content if _picks(rule, account, region)]
    targets = await asyncio.gather(*(_targets(api, region, rule) for rule in found))
    rules: list[EventRule] = []
    for rule, to in zip(found, targets, strict=True):
        if isinstance(to, Unknown):
            return to
        rules.append(
            EventRule(
                arn=rule.arn,
                name=rule.name,
                state=rule.state,
                pattern=rule.event_pattern,
                targets=to.content,
            )
        )
    return Known(tuple(rules), listed.origin)


def _picks(rule: _Rule, account: str, region: str) -> bool:
    """Say whether a rule may pick such a call; one whose pattern is not understood may."""
    return bool(rule.event_pattern) and picks(rule.event_pattern, account, region)


async def _targets(api: Api, region: str, rule: _Rule) -> Observed[tuple[str, ...]]:
    target = Target(name=f"rule {rule.name}", region=region)
    answer = await api.ask_all(calls.TARGETS, target, {"Rule": rule.name, "Limit": 100})
    found = required(answer, "Targets", tuple[_Target, ...])
    return derive(found, lambda raw: tuple(sorted(one.arn for one in raw)))


def topics(rules: Rules) -> set[str]:
    """Return the topics that rules tell."""
    known = rules.content if isinstance(rules, Known) else ()
    return {arn for rule in known for arn in rule.targets if service_of(arn) == "sns"}


class _Event(Struct, frozen=True, rename="pascal"):
    event_id: str
    event_name: str
    event_time: datetime
    username: str = ""
    cloud_trail_event: str = "{}"


class _Issuer(Struct, frozen=True):
    arn: str = ""


class _Session(Struct, frozen=True, rename="camel"):
    session_issuer: _Issuer = _Issuer()


class _Identity(Struct, frozen=True, rename="camel"):
    arn: str = ""
    session_context: _Session = _Session()
    invoked_by: str = ""


class _Record(Struct, frozen=True):
    user_identity: _Identity = msgspec.field(default=_Identity(), name="userIdentity")
    address: str = msgspec.field(default="", name="sourceIPAddress")
    error: str = msgspec.field(default="", name="errorCode")


async def read_history(api: Api, region: str, pause: float) -> Observed[History]:
    """Look up the calls that may have blinded a trail, one operation after the other.

    ``pause`` is the least number of seconds between two questions: CloudTrail takes two a second of an
    account in a Region. A long list is read from its latest call backwards, as far as ``PAGES`` go.
    """
    start = datetime.now(UTC) - KEPT
    target = Target(name=f"the event history of {region}", region=region)
    found: list[TamperEvent] = []
    since, origin = start, Origin()
    for name in LOOKED_UP:
        request: dict[str, Any] = {
            "LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": name}],
            "StartTime": start,
        }
        for number in range(PAGES):
            answer, _ = await asyncio.gather(
                api.ask(calls.HISTORY, target, dict(request)), asyncio.sleep(pause)
            )
            events = required(answer, "Events", tuple[_Event, ...])
            if isinstance(events, Unknown):
                return events
            origin = events.origin
            found += (_tampering(event) for event in events.content)
            token = getattr(answer, "content", {}).get("NextToken")
            if not token:
                break
            request["NextToken"] = token
            if number == PAGES - 1:
                times = [event.event_time.astimezone(UTC) for event in events.content]
                since = max([since, *times[-1:]])
    ordered = tuple(sorted(found, key=lambda event: (event.time, event.id)))
    return Known(History(events=ordered, since=since), replace(origin, field="Events"))


def _tampering(event: _Event) -> TamperEvent:
    try:
        record = msgspec.json.decode(event.cloud_trail_event, type=_Record)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        # A record that cannot be read is no reason to overlook the call.
        record = _Record()
    identity = record.user_identity
    return TamperEvent(
        id=event.event_id,
        name=event.event_name,
        time=event.event_time.astimezone(UTC),
        caller=identity.arn or event.username or identity.invoked_by,
        issuer=identity.session_context.session_issuer.arn,
        address=record.address,
        error=record.error,
    )


def wanted(reads: Iterable[str]) -> bool:
    """Say whether a control that was chosen asks for the history."""
    return calls.HISTORY.action in set(reads)
