"""Which resource decides one thing of a bucket: one of its own, or the bucket itself.

What a plan sets by a resource of its own counts first; what it destroys is gone from the bucket; then what
the bucket says.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from checker.evidence import Cause, Known, Observed, Unknown
from checker.inventory import PublicAccessBlock
from checker.sources.cloudformation.settings import flag
from checker.sources.terraform.names import BUCKET, name_of
from checker.sources.terraform.resource import Resource
from checker.sources.terraform.settings import setting
from checker.sources.terraform.world import World

T = TypeVar("T")


class Aspect(NamedTuple):
    """Where one thing of a bucket is set."""

    type: str
    """The resource that sets it and nothing else."""
    path: str
    """Where it stands there."""
    inline: str = ""
    """Where it stands in the bucket itself, if the provider has it there."""


class Setter(NamedTuple):
    """What decides one thing of a bucket."""

    resource: Resource
    own: bool
    """Whether it is the resource that sets it and nothing else."""
    destroyed: bool = False
    """Whether such a resource is destroyed, so that nothing is set any more."""


def setter(aspect: Aspect, bucket: Resource, world: World) -> Setter | Unknown:
    """Find what decides one thing of a bucket.

    A resource whose bucket cannot be told may be of this one, unless another one is: two would undo each
    other.
    """
    name = name_of(bucket)
    found, open_ = world.by_target(aspect.type, "bucket", BUCKET)
    mine = found.get(name, [])
    if len(mine) > 1:
        one, other = mine[:2]
        reason = f"{one.address} and {other.address} set the same of bucket {name}, and the last one remains"
        return Unknown(reason, Cause.UNDECIDED, mine[0].origin())
    if mine:
        return Setter(mine[0], own=True)
    if open_:
        return open_[0]
    destroyed, _ = world.by_target(aspect.type, "bucket", BUCKET, gone=True)
    silent = aspect.inline and aspect.inline.partition(".")[0] not in bucket.values
    if name not in destroyed and bucket.new is False and silent:
        reason = f"no {aspect.type} is set for {bucket.address}, which exists already: set one"
        return Unknown(reason, Cause.UNDECIDED, bucket.origin(aspect.type))
    return Setter(bucket, own=False, destroyed=name in destroyed)


def either(
    aspect: Aspect,
    bucket: Resource,
    world: World,
    read: Callable[[Any], T],
    inline: Callable[[Any], T],
    nothing: T,
) -> Observed[T]:
    """Read one thing of a bucket in either style."""
    found = setter(aspect, bucket, world)
    if isinstance(found, Unknown):
        return found
    if found.own:
        return setting(found.resource, aspect.path, read, nothing)
    if found.destroyed or not aspect.inline:
        return Known(nothing, bucket.origin(aspect.type))
    return setting(bucket, aspect.inline, inline, nothing)


def flags_of(resource: Resource) -> Observed[PublicAccessBlock]:
    """Read the four flags, each of which is off unless it is set."""
    flags = {name: setting(resource, name, flag, False) for name in PublicAccessBlock.__struct_fields__}
    for one in flags.values():
        if isinstance(one, Unknown):
            return one
    known: Any = flags
    return Known(PublicAccessBlock(**{name: one.content for name, one in known.items()}), resource.origin())
