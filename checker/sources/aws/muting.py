"""Reads the rules that mute alarms: they are listed without their targets, so that each is asked for them."""

import asyncio

from msgspec import Struct

from checker.evidence import Known, Observed, Unknown
from checker.inventory import MuteRule
from checker.sources.aws.api import Api, Target
from checker.sources.aws.calls import logs as calls
from checker.sources.aws.fields import optional, required

_EXPIRED = "EXPIRED"


class _Summary(Struct, frozen=True, rename="pascal"):
    alarm_mute_rule_arn: str
    status: str = ""

    @property
    def name(self) -> str:
        """What follows ``:alarm-mute-rule:`` in the ARN; names may hold colons."""
        return self.alarm_mute_rule_arn.split(":", 6)[-1]


async def read_mutes(api: Api, target: Target) -> Observed[tuple[MuteRule, ...]]:
    """Read the rules of a Region that mute alarms now or later; one that cannot be read hides them all.

    Rules that have expired are left out: they never mute again.
    """
    answer = await api.ask_all(calls.MUTE_RULES, target)
    listed = required(answer, "AlarmMuteRuleSummaries", tuple[_Summary, ...])
    if isinstance(listed, Unknown):
        return listed
    names = [found.name for found in listed.content if found.status != _EXPIRED]
    read = await asyncio.gather(*(_read(api, target, name) for name in names))
    rules: list[MuteRule] = []
    for rule in read:
        if isinstance(rule, Unknown):
            return rule
        if rule.content:
            rules.append(rule.content)
    return Known(tuple(rules), listed.origin)


async def _read(api: Api, region: Target, name: str) -> Observed[MuteRule | None]:
    """Read a rule; None for one that mutes nothing any more."""
    target = Target(name=f"alarm mute rule {name}", region=region.region)
    answer = await api.ask(calls.MUTE_RULE, target, {"AlarmMuteRuleName": name})
    status = required(answer, "Status", str)
    if isinstance(status, Unknown):
        return status
    if status.content == _EXPIRED:
        return Known(None, status.origin)
    alarms = optional(answer, "MuteTargets.AlarmNames", tuple[str, ...])
    if isinstance(alarms, Unknown):
        return alarms
    rule = MuteRule(name=name, alarms=alarms.content or ())
    return Known(rule, alarms.origin)
