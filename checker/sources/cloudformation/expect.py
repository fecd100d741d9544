"""What templates declare of trails, to compare with the trails that are there."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from checker.evidence import Cause, Known, Observed, Unknown
from checker.inventory import ExpectedTrail, Inventory, Trail
from checker.observation import CannotObserve
from checker.sources.cloudformation import trails
from checker.sources.cloudformation.attributes import made_up
from checker.sources.cloudformation.environment import ACCOUNT, REGION, symbolic
from checker.sources.cloudformation.gather import gather
from checker.sources.cloudformation.settings import exists
from checker.sources.cloudformation.stack import Resource
from checker.sources.cloudformation.world import World, name_of


def expect(
    paths: Sequence[Path], parameters: Mapping[str, str], inventory: Inventory
) -> dict[str, ExpectedTrail]:
    """Return the trails of templates by the ARN of the live trail that each is, or else of what it would be.

    Templates that leave account or Region open are read for each account and Region in which the inventory
    has a trail at home, until one is found. Raises CannotObserve with one sentence where nothing is declared.
    """
    found: dict[str, ExpectedTrail] = {}
    open_ones: dict[str, ExpectedTrail] = {}
    places = [{}, *_places(inventory)]
    for place in places:
        world = World(gather(paths, {**place, **parameters}))
        for resource in world.of(trails.TYPE):
            key = f"{resource.stack.path} {resource.stack.tag} {resource.id}"
            if key in found:
                continue
            declared = _declared(resource, world, inventory)
            if declared.arn in inventory.trails or resource.stack.environment.complete:
                found[key] = declared
            open_ones[key] = declared
        if found.keys() == open_ones.keys():
            break
    every = {**{key: _placed(one, inventory) for key, one in open_ones.items()}, **found}
    if not every:
        raise CannotObserve(f"no template in {', '.join(map(str, paths))} declares a trail to compare with")
    return {one.arn: one for one in every.values()}


def _places(inventory: Inventory) -> Iterator[dict[str, str]]:
    """Yield the homes of all trails, as pseudo parameters."""
    for account, region in sorted({(t.account, t.home_region) for t in inventory.trails.values()}):
        yield {
            "AWS::AccountId": account,
            "AWS::Region": region,
            "AWS::Partition": inventory.partition,
        }


def _declared(resource: Resource, world: World, inventory: Inventory) -> ExpectedTrail:
    trail = trails.read_trail(resource, world)
    drawn = frozenset(_drawn(world))
    live = _live(trail, resource, inventory) or trail
    return ExpectedTrail(
        arn=live.arn,
        account=live.account,
        region=live.home_region,
        created=exists(resource),
        trail=_softened(trail, drawn),
    )


def _live(trail: Trail, resource: Resource, inventory: Inventory) -> Trail | None:
    """Find the trail by its ARN, or by the form of the names that CloudFormation makes up."""
    if trail.arn in inventory.trails or name_of(resource) != made_up(resource):
        return inventory.trails.get(trail.arn)
    pattern = re.compile(rf".+-{re.escape(resource.id)}-[A-Za-z0-9]{{8,16}}")
    alike = [
        one
        for one in inventory.trails.values()
        if (one.account, one.home_region) == (trail.account, trail.home_region)
        and pattern.fullmatch(one.name)
    ]
    return alike[0] if len(alike) == 1 else None


def _placed(one: ExpectedTrail, inventory: Inventory) -> ExpectedTrail:
    """Put a trail that was found nowhere into the one account that was audited, in an unknown Region."""
    accounts = list(inventory.accounts)
    account = accounts[0] if len(accounts) == 1 and one.account == ACCOUNT else one.account
    region = "" if one.region == REGION else one.region
    arn = one.arn.replace(f":{ACCOUNT}:", f":{account}:").replace(f":{REGION}:", ":*:")
    return replace(one, arn=arn, account=account, region=region)


def _drawn(world: World) -> Iterator[str]:
    """Yield what stands for names that CloudFormation makes up."""
    for stack in world.stacks:
        for resource in stack.resources.values():
            if name_of(resource) == made_up(resource):
                yield made_up(resource)


def _softened(trail: Trail, drawn: frozenset[str]) -> Trail:
    """Put settings out of scope that hold a name which only the deployment gives."""
    changes = {
        name: _soft(setting, drawn)
        for name in trail.__struct_fields__
        if isinstance(setting := getattr(trail, name), Known) and name != "tags"
    }
    tags = trail.tags
    if isinstance(tags, Known):
        kept = {key: value for key, value in tags.content.items() if not _holds(value, drawn)}
        changes["tags"] = Known(kept, tags.origin)
    return replace(trail, **changes)


def _soft(setting: Known[Any], drawn: frozenset[str]) -> Observed[Any]:
    if _holds(setting.content, drawn):
        reason = "only a deployment tells the name that CloudFormation makes up"
        return Unknown(reason, Cause.OUT_OF_SCOPE, setting.origin)
    return setting


def _holds(value: Any, drawn: frozenset[str]) -> bool:
    """Say whether a value has such a name anywhere in it."""
    match value:
        case str():
            return symbolic(value) or not drawn.isdisjoint(re.split("[:/]", value))
        case tuple():
            return any(_holds(one, drawn) for one in value)
        case Struct():
            return any(_holds(getattr(value, name), drawn) for name in value.__struct_fields__)
    return False
