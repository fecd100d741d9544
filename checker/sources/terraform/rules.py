"""Rules of the default event bus that pick calls which blind a trail.

Source of names and defaults: Terraform AWS provider documentation, aws_cloudwatch_event_rule,
aws_cloudwatch_event_target. The provider has the targets of a rule as resources of their own.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from checker.evidence import Known, Origin
from checker.inventory import EventRule, RegionWatch, Trail
from checker.sources.cloudformation.settings import Unclear, content_of, flag, word
from checker.sources.leading import Rules, picks, watches
from checker.sources.terraform.names import BUS, RULE, arn_of, name_of
from checker.sources.terraform.resource import Resource
from checker.sources.terraform.settings import setting
from checker.sources.terraform.world import World

TARGET = "aws_cloudwatch_event_target"
_DEFAULT = "default"


def read_watches(trails: Iterable[Trail], world: World) -> dict[str, RegionWatch]:
    """Read the rules where trails are at home, by ``ACCOUNT/REGION``."""
    return watches(trails, lambda account, region: _rules(account, region, world))


def _rules(account: str, region: str, world: World) -> Rules:
    """Collect the rules that may pick such a call; one that cannot be told leaves all of them open."""
    found: list[EventRule] = []
    origin = Origin()
    try:
        for resource in world.of(RULE):
            here = resource.environment
            if (here.account, here.region) != (account, region) or not _on_default_bus(resource, world):
                continue
            pattern = content_of(setting(resource, "event_pattern", word, ""))
            if not pattern:
                continue
            name, state = name_of(resource), _state(resource)
            rule = EventRule(arn=arn_of(resource), name=name, state=state, pattern=pattern, targets=())
            if picks(rule.pattern, account, region):
                found.append(replace(rule, targets=_targets(resource, world)))
                origin = resource.origin("event_pattern")
    except Unclear as unclear:
        return unclear.why
    return Known(tuple(found), origin)


def _on_default_bus(resource: Resource, world: World) -> bool:
    """Say whether a rule or target is of the default bus; one that is made here is another one."""
    bus = content_of(world.identified(resource, "event_bus_name", (BUS,), arn_of)) or _DEFAULT
    return str(bus).rpartition("/")[2] == _DEFAULT


def _state(resource: Resource) -> str:
    """Read the state, which older versions of the provider have as a flag."""
    enabled = content_of(setting(resource, "is_enabled", flag, True))
    return str(content_of(setting(resource, "state", word, "ENABLED" if enabled else "DISABLED")))


def _targets(rule: Resource, world: World) -> tuple[str, ...]:
    """Return the targets: of what names the rule, on the same bus. Each may be anything that has an ARN."""
    arns: list[str] = []
    for target in world.of(TARGET):
        if target.environment != rule.environment or not _on_default_bus(target, world):
            continue
        if content_of(world.identified(target, "rule", (RULE,), name_of)) == name_of(rule):
            arns.append(content_of(world.identified(target, "arn", world.types, arn_of)) or "")
    return tuple(sorted(arns))
