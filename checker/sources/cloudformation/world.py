"""The resources of all stacks together: which there are, which one another names, and what lies outside."""

from collections.abc import Callable, Iterator, Sequence

from checker.evidence import Cause, Known, Origin, Unknown
from checker.sources.cloudformation import attributes
from checker.sources.cloudformation.node import child
from checker.sources.cloudformation.resolve import resolve
from checker.sources.cloudformation.settings import exists, setting, word
from checker.sources.cloudformation.stack import Resource, Stack
from checker.sources.cloudformation.unresolved import Unresolved
from checker.sources.naming import Untold, undecided

TRAIL = "AWS::CloudTrail::Trail"
_OF_TRAILS = {
    "AWS::S3::Bucket": "S3BucketName",
    "AWS::Logs::LogGroup": "CloudWatchLogsLogGroupArn",
    "AWS::IAM::Role": "CloudWatchLogsRoleArn",
    "AWS::SNS::Topic": "SnsTopicName",
}
"""Where a trail names what it delivers to."""


class World:
    """All stacks of one set."""

    def __init__(self, stacks: Sequence[Stack]) -> None:
        self.stacks = stacks
        self._by_target: dict[str, tuple[dict[str, list[Resource]], list[Unknown]]] = {}
        self._untold: dict[str, list[Untold]] = {}
        self._by_type: dict[str, list[Resource]] = {}
        self._by_name: dict[str, dict[str, list[Resource]]] = {}
        self._by_arn: dict[str, dict[str, list[Resource]]] = {}

    def of(self, *types: str) -> Iterator[Resource]:
        """Yield the resources of some types, but those whose condition is known not to hold."""
        for type in types:
            if type not in self._by_type:
                self._by_type[type] = list(self._declared(type))
            yield from self._by_type[type]

    def _declared(self, type: str) -> Iterator[Resource]:
        for stack in self.stacks:
            if type in stack.document.mentions:
                same = (found for found in stack.resources.values() if found.type == type)
                yield from (found for found in same if _may_exist(found))

    def named(self, type: str, name: str) -> list[Resource]:
        """Return the resources of a type with that physical name."""
        if type not in self._by_name:
            self._by_name[type] = _grouped(self.of(type), name_of)
        return self._by_name[type].get(name, [])

    def by_target(self, type: str, property: str) -> tuple[dict[str, list[Resource]], list[Unknown]]:
        """Return the resources of a type by what a property of theirs names, and why others name nothing."""
        if type not in self._by_target:
            found: dict[str, list[Resource]] = {}
            unknowns: list[Unknown] = []
            for resource in self.of(type):
                target = setting(resource, property, word, "")
                if isinstance(target, Unknown):
                    unknowns.append(target)
                else:
                    found.setdefault(target.content, []).append(resource)
            self._by_target[type] = found, unknowns
        return self._by_target[type]

    def untold(self, type: str) -> list[Untold]:
        """Return the names that only the deployment gives, of trails and what they name.

        Of other resources only those that somebody sets.
        """
        if type not in self._untold:
            named = self._named_by_trails(type)
            found = ((name_of(one) or "", untold(one)) for one in self.of(type))
            self._untold[type] = [
                may_be
                for name, may_be in found
                if may_be and (type == TRAIL or may_be.possible == "*" or any(name in one for one in named))
            ]
        return self._untold[type]

    def may_mean(self, resource: Resource, written: str) -> bool:
        """Say whether a name that is written out may turn out to be the resource's, and need not."""
        open_ = untold(resource)
        return open_ is not None and undecided(written, [open_]) and not self.named(resource.type, written)

    def _named_by_trails(self, type: str) -> list[str]:
        if type not in _OF_TRAILS:
            return []
        named = (setting(trail, _OF_TRAILS[type], word, "") for trail in self.of(TRAIL))
        return [one.content for one in named if isinstance(one, Known)]

    def with_arn(self, type: str, arn: str) -> list[Resource]:
        """Return the resources of a type with that ARN."""
        if type not in self._by_arn:
            self._by_arn[type] = _grouped(self.of(type), arn_of)
        return self._by_arn[type].get(arn, [])


def _grouped(
    resources: Iterator[Resource], key: Callable[[Resource], str | None]
) -> dict[str, list[Resource]]:
    found: dict[str, list[Resource]] = {}
    for resource in resources:
        name = key(resource)
        if name:
            found.setdefault(name, []).append(resource)
    return found


def _may_exist(resource: Resource) -> bool:
    if child(resource.node, "Condition") is None:
        return True
    created = exists(resource)
    return not isinstance(created, Known) or created.content


def name_of(resource: Resource) -> str | None:
    """Return the physical name, None where the template has it wrong."""
    try:
        return attributes.name(resource, lambda node: resolve(resource.stack, node))
    except Unresolved:
        return None


def untold(resource: Resource) -> Untold | None:
    """Return what may become the name of a resource, None where it is known."""
    try:
        return attributes.untold(resource, lambda node: resolve(resource.stack, node))
    except Unresolved:
        return Untold(attributes.made_up(resource), "*")


def arn_of(resource: Resource) -> str | None:
    """Return the ARN, None where the template has it wrong."""
    try:
        return attributes.arn(resource, lambda node: resolve(resource.stack, node))
    except Unresolved:
        return None


def outside(what: str, origin: Origin | None = None) -> Unknown:
    """Say that something is not described by these templates."""
    return Unknown(f"{what} is not part of these templates", Cause.OUT_OF_SCOPE, origin or Origin())


def several_of(what: str, resources: Sequence[Resource]) -> Unknown:
    """Say that several resources would be the same, of which conditions choose one."""
    reason = f"{what} is declared {len(resources)} times, and the conditions that choose one cannot be told"
    return Unknown(f"{reason}: give --parameters NAME=VALUE", Cause.UNDECIDED, resources[0].origin(""))


def only_live(what: str, resource: Resource) -> Unknown:
    """Say that a setting exists only once the stack is deployed."""
    return Unknown(f"no template tells {what}", Cause.OUT_OF_SCOPE, resource.origin(""))
