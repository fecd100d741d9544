"""Puts stacks together: the stacks inside them, names of their own, and what they export to each other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from checker.evidence import Known
from checker.observation import CannotObserve
from checker.sources.cloudformation import files
from checker.sources.cloudformation.environment import Environment
from checker.sources.cloudformation.node import Node, child
from checker.sources.cloudformation.resolve import is_put_out, output, resolve
from checker.sources.cloudformation.settings import exists
from checker.sources.cloudformation.stack import Resource, Stack
from checker.sources.cloudformation.staged import staged
from checker.sources.cloudformation.text import Document
from checker.sources.cloudformation.unresolved import Resolved, Unresolved
from checker.sources.intake import Intake

NESTED = "AWS::CloudFormation::Stack"


Assets = Callable[[Path], Mapping[str, Path]]
"""Gives what the CDK staged in a folder."""


class Exported(NamedTuple):
    """A value that a stack exports."""

    name: str
    where: Environment
    value: Callable[[], Resolved]


def assemble(roots: Sequence[Stack], intake: Intake) -> list[Stack]:
    """Return one set of stacks with those inside them; one that nests itself is refused to the intake.

    Templates that stand for a nested stack of another one are read as that, and not once more by themselves.
    """
    documents = {stack.path.resolve(): stack.document for stack in roots}
    inner: dict[int, list[Stack]] = {}
    assets = cache(staged)
    for stack in roots:
        try:
            inner[id(stack)] = list(_nest(stack, documents, assets, (stack.path.resolve(),)))
        except CannotObserve as refusal:
            intake.refuse(refusal)
    used = {stack.path.resolve() for found in inner.values() for stack in found}
    found = [stack for stack in roots if id(stack) in inner and stack.path.resolve() not in used]
    found = [*found, *(one for stack in found for one in inner[id(stack)])]
    _tag(found)
    every = cache(lambda: list(_exports(found)))
    seen_from = cache(lambda here: _seen(here, every()))
    for stack in found:
        stack.exports = partial(seen_from, stack.environment)
    return found


def by_root(stacks: Sequence[Stack]) -> list[tuple[Stack, list[Stack]]]:
    """Return the stacks that stand by themselves, each with all that is inside it."""
    inside = {id(inner) for stack in stacks for inner in stack.nested.values()}
    return [(stack, list(_inside(stack))) for stack in stacks if id(stack) not in inside]


def _inside(stack: Stack) -> Iterator[Stack]:
    for inner in stack.nested.values():
        yield inner
        yield from _inside(inner)


def _nest(
    stack: Stack, documents: dict[Path, Document], assets: Assets, above: tuple[Path, ...]
) -> Iterator[Stack]:
    """Yield the nested stacks whose templates are at hand, with the values that their parents give them."""
    if NESTED not in stack.document.mentions:
        return
    for resource in stack.resources.values():
        path = _template_of(resource, assets) if resource.type == NESTED else None
        created = exists(resource) if path else None
        if path is None or (isinstance(created, Known) and not created.content):
            continue
        if path in above:
            place = ":".join(map(str, (stack.path, *resource.node.place)))
            what = f"{stack.path} nests itself: {resource.id} leads back to {path.name} (at {place})"
            raise CannotObserve(what, str(stack.path), *resource.node.place)
        if path not in documents:
            documents[path] = files.template_of_stack(path)
        given = {name: (lambda node=node: resolve(stack, node)) for name, node in _parameters(resource)}
        inner = Stack(
            documents[path], f"{stack.name}-{resource.id}", stack.environment, given, stack.deployment
        )
        stack.nested[resource.id] = inner
        yield inner
        yield from _nest(inner, documents, assets, (*above, path))


def _template_of(resource: Resource, assets: Assets) -> Path | None:
    """Return the local file of a nested stack: what the CDK names or staged, or a path in TemplateURL."""
    folder = resource.stack.path.parent
    asset = child(resource.node, "Metadata", "aws:asset:path") or resource.property_node("TemplateURL")
    try:
        named = resolve(resource.stack, asset) if asset else None
        if not isinstance(named, str):
            return None
        if "://" in named:
            named = str(assets(folder.resolve()).get(named.rpartition("/")[2], ""))
        path = (folder / named).resolve()
        return path if path.is_file() else None
    except Unresolved:
        return None
    except (OSError, ValueError, RuntimeError):  # no name that a file can have, or a loop of links
        return None


def _parameters(resource: Resource) -> list[tuple[str, Node]]:
    node = resource.property_node("Parameters")
    return list(node.value.items()) if node and isinstance(node.value, dict) else []


def _tag(stacks: Sequence[Stack]) -> None:
    """Give every stack a tag of its own, for the names that it makes up."""
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    for stack in stacks:
        tag = stack.name
        while tag in taken:
            numbers[stack.name] = numbers.get(stack.name, 1) + 1
            tag = f"{stack.name}-{numbers[stack.name]}"
        taken.add(tag)
        stack.tag = tag


def _exports(stacks: Sequence[Stack]) -> Iterator[Exported]:
    """Yield what stacks export, but what they are known not to."""
    for stack in (s for s in stacks if "Export" in s.document.spelled):
        for name, node in stack.outputs():
            told = child(node, "Export", "Name")
            try:
                exported = resolve(stack, told) if told else None
            except Unresolved:
                continue
            if isinstance(exported, str) and _may_be_put_out(stack, name):
                yield Exported(exported, stack.environment, _value(stack, name))


def _may_be_put_out(stack: Stack, name: str) -> bool:
    try:
        return is_put_out(stack, name)
    except Unresolved:
        return True


def _seen(here: Environment, every: Sequence[Exported]) -> Mapping[str, Callable[[], Resolved]]:
    """Return by name what may be imported somewhere: exports of the same account and Region.

    What is exported twice there has no value that anybody can tell.
    """
    found: dict[str, list[Exported]] = {}
    for one in every:
        if one.where.may_be(here):
            found.setdefault(one.name, []).append(one)
    seen: dict[str, Callable[[], Resolved]] = {}
    for name, same in found.items():
        nearest = [one for one in same if one.where == here] or same
        seen[name] = nearest[0].value if len(nearest) == 1 else _ambiguous(name)
    return seen


def _value(stack: Stack, name: str) -> Callable[[], Resolved]:
    return lambda: output(stack, name)


def _ambiguous(name: str) -> Callable[[], Resolved]:
    def value() -> Resolved:
        raise Unresolved(f"several stacks export {name}")

    return value
