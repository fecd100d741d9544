"""The resources of all plans together: which there are, which one another names, and what lies outside."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import fields

from checker.evidence import Cause, Known, Observed, Origin, Unknown
from checker.sources.cloudformation.settings import word
from checker.sources.naming import Untold, undecided
from checker.sources.terraform.names import (
    BUCKET,
    GROUP,
    ROLE,
    TOPIC,
    TRAIL,
    arn_of,
    name_of,
    uncertain,
    untold,
)
from checker.sources.terraform.resource import Open, Resource
from checker.sources.terraform.settings import setting, unknown, value_of

T = TypeVar("T", bound=Struct)

_OF_TRAILS = {
    BUCKET: "s3_bucket_name",
    GROUP: "cloud_watch_logs_group_arn",
    ROLE: "cloud_watch_logs_role_arn",
    TOPIC: "sns_topic_name",
}
"""Where a trail names what it delivers to."""
_MOST = 20
"""Resources that lead to each other by one name."""


class World:
    """All resources of one set, and those that it destroys."""

    def __init__(self, resources: Iterable[Resource], gone: Iterable[Resource] = ()) -> None:
        self.resources = list(resources)
        self.gone = list(gone)
        self._by_type: dict[str, list[Resource]] = {}
        self._untold: dict[str, list[Untold]] = {}
        self._by_declaration: dict[tuple[str, str], list[Resource]] = {}
        for one in self.resources:
            self._by_type.setdefault(one.type, []).append(one)
            self._by_declaration.setdefault((one.path, one.declared), []).append(one)
        self._indexes: dict[tuple[str, Callable[[Resource], str]], dict[str, list[Resource]]] = {}
        self._targets: dict[tuple[str, str, bool], tuple[dict[str, list[Resource]], list[Unknown]]] = {}

    @property
    def types(self) -> tuple[str, ...]:
        """All types that there are."""
        return tuple(self._by_type)

    def of(self, *types: str) -> Iterator[Resource]:
        """Yield the resources of some types."""
        for type in types:
            yield from self._by_type.get(type, ())

    def named(self, type: str, name: str) -> list[Resource]:
        """Return the resources of a type with that name."""
        return self._index(type, name_of).get(name, [])

    def with_arn(self, type: str, arn: str) -> list[Resource]:
        """Return the resources of a type with that ARN."""
        return self._index(type, arn_of).get(arn, [])

    def _index(self, type: str, key: Callable[[Resource], str]) -> dict[str, list[Resource]]:
        if (type, key) not in self._indexes:
            found = self._indexes[type, key] = {}
            for one in self.of(type):
                found.setdefault(key(one), []).append(one)
        return self._indexes[type, key]

    def untold(self, type: str) -> list[Untold]:
        """Return the names that only the apply gives, of trails and what they name.

        Of other resources only those that somebody sets.
        """
        if type not in self._untold:
            named = self._named_by_trails(type)
            found = ((one, untold(one)) for one in self.of(type))
            self._untold[type] = [
                may_be
                for one, may_be in found
                if may_be and (type == TRAIL or uncertain(one) or any(name_of(one) in each for each in named))
            ]
        return self._untold[type]

    def _named_by_trails(self, type: str) -> list[str]:
        if type not in _OF_TRAILS:
            return []
        every = (self.identified(trail, _OF_TRAILS[type], (type,), name_of) for trail in self.of(TRAIL))
        return [one.content for one in every if isinstance(one, Known) and one.content]

    def may_mean(self, resource: Resource, written: str) -> bool:
        """Say whether a name that is written out may turn out to be the resource's, and need not."""
        open_ = untold(resource)
        return open_ is not None and undecided(written, [open_]) and not self.named(resource.type, written)

    def by_target(
        self, type: str, attribute: str, target: str, *, gone: bool = False
    ) -> tuple[dict[str, list[Resource]], list[Unknown]]:
        """Return the resources of a type by the name of what they belong to, and why others cannot tell."""
        key = (type, attribute, gone)
        if key not in self._targets:
            found: dict[str, list[Resource]] = {}
            unknowns: list[Unknown] = []
            for resource in (one for one in self.gone if one.type == type) if gone else self.of(type):
                name = self.identified(resource, attribute, (target,), name_of)
                if isinstance(name, Unknown):
                    unknowns.append(name)
                elif name.content:
                    found.setdefault(name.content, []).append(resource)
            self._targets[key] = found, unknowns
        return self._targets[key]

    def identified(
        self, resource: Resource, path: str, types: Sequence[str], identity: Callable[[Resource], str]
    ) -> Observed[str | None]:
        """Read a setting that names a resource: as text, or by following what it is made of."""
        found = value_of(resource, path)
        if not isinstance(found, Open):
            return setting(resource, path, lambda value: word(value) or None, None)
        targets = self.targets(found, types, resource)
        if len(targets) != 1:
            return unknown(resource, path, found)
        return Known(identity(targets[0]), resource.origin(path))

    def targets(self, value: Open, types: Sequence[str], own: Resource, depth: int = 0) -> list[Resource]:
        """Return the resources of these types that a value is made of; none when not all can be told.

        What names a resource by way of another one (a bucket by its policy's ``id``, so that the policy is
        there first) leads to it.
        """
        if not value.followed or depth > _MOST:
            return []
        found: dict[str, Resource] = {}
        for reference in value.references:
            for one in self._instances(own.path, reference.address, own.key if value.by_instance else ""):
                if one.type in types:
                    found[one.address] = one
                    continue
                there = self._behind(one, reference.attribute, types)
                if isinstance(there, Open):
                    there = self.targets(there, types, one, depth + 1)
                found |= {target.address: target for target in there}
        return list(found.values())

    def _behind(self, resource: Resource, attribute: str, types: Sequence[str]) -> Open | list[Resource]:
        """Return what an attribute of another resource is made of."""
        of_bucket = resource.type.startswith("aws_s3_bucket_") and attribute in ("id", "bucket")
        found = value_of(resource, "bucket" if of_bucket else attribute) if attribute else None
        if isinstance(found, Open):
            return found
        named = found if isinstance(found, str) else ""
        return [one for type in types for one in self.named(type, named)] if named and of_bucket else []

    def _instances(self, path: str, address: str, key: str) -> list[Resource]:
        every = self._by_declaration.get((path, address), [])
        if every:
            same = [one for one in every if key and one.key == key]
            return same or every
        declared, bracket, _ = address.rpartition("[")
        instances = self._by_declaration.get((path, declared), []) if bracket else []
        return [one for one in instances if one.address == address]


def outside(what: str, origin: Origin | None = None) -> Unknown:
    """Say that something is not described by these plans."""
    return Unknown(f"{what} is not part of these plans", Cause.OUT_OF_SCOPE, origin or Origin())


def only_live(what: str, resource: Resource) -> Unknown:
    """Say that a setting exists only once the plan is applied."""
    return Unknown(f"no plan tells {what}", Cause.OUT_OF_SCOPE, resource.origin())


def missing(
    world: World, types: Sequence[str], identity: Callable[[Resource], str], id: str, what: str, named: Origin
) -> tuple[Unknown, dict[str, Known[bool]]]:
    """Say why a resource is not there: these plans destroy it, so that it is gone, or it is outside."""
    for gone in world.gone:
        if gone.type in types and identity(gone) == id:
            why = Unknown(f"{what} is destroyed with {gone.address}", Cause.ABSENT, gone.origin())
            return why, {"exists": Known(False, gone.origin())}
    return outside(what, named), {}


def several_of(what: str, resources: Sequence[Resource]) -> Unknown:
    """Say that two resources are meant by one name, so that nobody can tell which one is."""
    one, other = resources[:2]
    reason = f"{what} is described twice, by {one.address} and {other.address}"
    return Unknown(reason, Cause.UNDECIDED, one.origin())


def unread(kind: type[T], why: Unknown, known: Mapping[str, Any]) -> T:
    """Make something of which nothing is known but what identifies it."""
    needed = [field.name for field in fields(kind) if field.required and field.name not in known]
    return kind(**known, **dict.fromkeys(needed, why))
