"""Tells templates that belong together from those that stand for each other, such as ``dev`` and ``prod``.

Two templates that declare one trail or one bucket cannot both be deployed to the same place: they are
variants of one another, and each is judged with what belongs to no variant.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from msgspec import Struct

from checker.evidence import Unknown
from checker.observation import CannotObserve
from checker.sources.cloudformation import buckets, logs, trails
from checker.sources.cloudformation.settings import exists
from checker.sources.cloudformation.stack import Resource, Stack
from checker.sources.cloudformation.world import World, arn_of

MOST = 1_000
"""Stacks that are put together again with each variant, all told; beyond it they are judged by themselves."""
_TYPES = (trails.TYPE, buckets.TYPE, logs.TYPE)


class Unit(Struct, frozen=True):
    """A stack that stands by itself, and what it declares."""

    stack: Stack
    parts: tuple[str, ...]
    """Its path, folder by folder, and its name."""
    identities: frozenset[str]
    """ARNs that nothing else may have in the same place."""


def unit(root: Stack, inside: Sequence[Stack]) -> Unit:
    """Describe a stack with those inside it; raises CannotObserve for what is none or repeats itself."""
    for stack in (root, *inside):
        if "Export" in stack.document.spelled:
            _ = stack.root  # now, so that what is wrong in it is the fault of this file alone
    declared: dict[str, Resource] = {}
    for resource in World((root, *inside)).of(*_TYPES):
        arn = arn_of(resource)
        if arn is None:
            continue
        before = declared.setdefault(arn, resource)
        if before is not resource and not (conditional(before) and conditional(resource)):
            raise twice(before, resource)
    return Unit(root, (*root.path.resolve().parts, root.name), frozenset(declared))


def conditional(resource: Resource) -> bool:
    """Say whether nobody can tell before deployment that a resource is created."""
    return isinstance(exists(resource), Unknown)


def twice(one: Resource, other: Resource) -> CannotObserve:
    """Say that two resources of one template, or of one set, would be the same."""
    what = {trails.TYPE: "trail", buckets.TYPE: "bucket", logs.TYPE: "log group"}[one.type]
    name = (arn_of(one) or "").removesuffix(":*").rpartition(":")[2].removeprefix("trail/")
    place = ":".join(map(str, (one.stack.path, one.node.place[0])))
    again = ":".join(map(str, (other.stack.path, other.node.place[0])))
    do = "check the two one after the other"
    if one.stack.path == other.stack.path:
        do = "leave one of them, or give the parameters that choose with --parameters NAME=VALUE"
    sentence = f"the {what} {name} is defined twice, in {place} and {again}: {do}"
    return CannotObserve(sentence, str(other.stack.path), *other.node.place)


def worlds(units: Sequence[Unit]) -> list[list[Unit]]:
    """Return the sets to judge: one when nothing is declared twice, else one a variant.

    Variants part where their paths do: what lies in ``prod`` belongs to ``prod``. What belongs to no variant
    is part of every set.
    """
    forks = _forks(units)
    if not forks:
        return [list(units)]
    branches: dict[tuple[str, ...], list[Unit]] = {}
    shared: list[Unit] = []
    for one in units:
        branch = _branch(one, forks)
        (shared if branch is None else branches.setdefault(branch, [])).append(one)
    if len(shared) * len(branches) > MOST:
        return [shared, *(world for branch in branches.values() for world in worlds(branch))]
    return [world for branch in branches.values() for world in worlds([*shared, *branch])]


def _forks(units: Iterable[Unit]) -> dict[tuple[str, ...], set[str]]:
    """Return the folders below which variants lie, and which of the names in them are variants."""
    found: dict[tuple[str, ...], set[str]] = {}
    for clash in _clashes(units):
        above = _common([one.parts for one in clash])
        found.setdefault(above, set()).update(one.parts[len(above)] for one in clash)
    return dict(sorted(found.items(), key=lambda item: len(item[0])))


def _clashes(units: Iterable[Unit]) -> list[list[Unit]]:
    every = list(units)
    counts = Counter(arn for one in every for arn in one.identities)
    repeated = sorted(
        ((arn, n) for n, one in enumerate(every) for arn in one.identities if counts[arn] > 1),
    )
    return [[every[n] for _, n in same] for _, same in groupby(repeated, key=lambda pair: pair[0])]


def _common(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the folder that paths have in common; each goes on below it."""
    first, last = min(paths), max(paths)
    most = min(map(len, paths)) - 1
    length = next((n for n in range(most) if first[n] != last[n]), most)
    return first[:length]


def _branch(one: Unit, forks: Mapping[tuple[str, ...], set[str]]) -> tuple[str, ...] | None:
    """Return the variant that a unit belongs to, the outermost one; None for none."""
    for above, names in forks.items():
        inside = len(one.parts) > len(above) and one.parts[: len(above)] == above
        if inside and one.parts[len(above)] in names:
            return one.parts[: len(above) + 1]
    return None
