"""The worlds that are described: the hardened account, with one thing changed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.simulator import World, hardened_world

_KEY_ID = ' && (($.requestParameters.keyId = "*'


def base(**changes: Any) -> World:
    """Return the hardened world with things replaced: ``trail={...}``, as ``hardened_world`` takes them.

    Filters name no key: of one that a plan makes, no pattern is known before the apply.
    """
    others = {name: changes.pop(name) for name in list(changes) if name not in _TAKEN}
    world = hardened_world(**changes)
    (group,) = world.log_groups
    filters = tuple(
        one | {"filterPattern": _without_key(one["filterPattern"])} for one in map(dict, group.metric_filters)
    )
    world = replace(world, log_groups=(replace(group, metric_filters=filters),))
    return replace(world, **{name: _made(world, name, one) for name, one in others.items()})


_TAKEN = ("account", "trail", "bucket", "key", "log_group", "more_trails")


def _without_key(pattern: str) -> str:
    head, found, _ = pattern.partition(_KEY_ID)
    return f"{head} }}" if found else pattern


def _made(world: World, name: str, made: Any) -> Any:
    """Return what is given, or what a function makes of what the world has."""
    return made(getattr(world, name)) if callable(made) else made


def settings_of(world: World) -> Mapping[str, Any]:
    """Return the settings of the trail, to leave some of them out."""
    return world.trails[0].settings
