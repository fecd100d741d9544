"""Rules of the default event bus that pick calls which blind a trail.

Source of names and defaults: CloudFormation template reference, AWS::Events::Rule.
"""

import json
from collections.abc import Iterable
from typing import Any

from checker.evidence import Known, Origin, Unknown
from checker.inventory import EventRule, RegionWatch, Trail
from checker.sources.cloudformation.settings import Wrong, doubt, needed, objects, setting, word
from checker.sources.cloudformation.stack import Resource
from checker.sources.cloudformation.world import World, arn_of, name_of
from checker.sources.leading import Rules, picks, watches

RULE = "AWS::Events::Rule"


def read_watches(trails: Iterable[Trail], world: World) -> dict[str, RegionWatch]:
    """Read the rules where trails are at home, by ``ACCOUNT/REGION``."""
    return watches(trails, lambda account, region: _rules(account, region, world))


def _rules(account: str, region: str, world: World) -> Rules:
    found: list[EventRule] = []
    for resource in world.of(RULE):
        here = resource.stack.environment
        if (here.account, here.region) != (account, region):
            continue
        rule = _rule(resource)
        if isinstance(rule, Unknown):
            return rule
        if rule is not None and picks(rule.pattern, account, region):
            open_ = doubt(resource)
            if open_:
                return open_
            found.append(rule)
    return Known(tuple(found), Origin())


def _rule(resource: Resource) -> EventRule | Unknown | None:
    bus = setting(resource, "EventBusName", word, "default")
    pattern = setting(resource, "EventPattern", _pattern, "")
    state = setting(resource, "State", word, "ENABLED")
    targets = setting(resource, "Targets", target_arns, ())
    for observed in (bus, pattern, state, targets):
        if isinstance(observed, Unknown):
            return observed
    known: Any = (bus, pattern, state, targets)
    bus_name, text, status, arns = (observed.content for observed in known)
    if not text or bus_name.rpartition("/")[2] != "default":
        return None
    name = name_of(resource) or resource.id
    return EventRule(arn=arn_of(resource) or "", name=name, state=status, pattern=text, targets=arns)


def _pattern(value: Any) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        raise Wrong("no event pattern")
    return json.dumps(value)


def target_arns(value: Any) -> tuple[str, ...]:
    """Read the ARNs of a rule's targets."""
    return tuple(sorted(needed(target, "Arn", word) for target in objects(value)))
