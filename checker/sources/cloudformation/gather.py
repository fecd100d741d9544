"""Puts a set of templates together: stacks, the stacks inside them, and what they export to each other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from checker.evidence import Known
from checker.observation import CannotObserve
from checker.sources.cloudformation import assembly, files
from checker.sources.cloudformation.environment import Environment, environment
from checker.sources.cloudformation.node import Node, child
from checker.sources.cloudformation.resolve import output, resolve
from checker.sources.cloudformation.settings import exists
from checker.sources.cloudformation.stack import Resource, Stack
from checker.sources.cloudformation.text import Document
from checker.sources.cloudformation.unresolved import Resolved, Unresolved

NESTED = "AWS::CloudFormation::Stack"
_PSEUDO = ("AWS::AccountId", "AWS::Region", "AWS::Partition")


def gather(paths: Sequence[Path], parameters: Mapping[str, str]) -> list[Stack]:
    """Read every template of the paths as a stack; raises CannotObserve when one cannot be read.

    Templates that stand for a nested stack of another one are read as that, and not once more by themselves.
    """
    every = (stack for path in paths for stack in _at(path, parameters))
    roots = list({(s.path.resolve(), s.name, s.environment): s for s in every}.values())
    if not roots:
        named = ", ".join(str(path) for path in paths) or "no path at all"
        raise CannotObserve(f"there is no CloudFormation template in {named}")
    _declared(roots, parameters)
    by_path = {stack.path.resolve(): stack for stack in roots}
    inner: list[Stack] = []
    for stack in roots:
        inner += _nest(stack, by_path, (stack.path.resolve(),))
    used = {stack.path.resolve() for stack in inner}
    found = [stack for stack in roots if stack.path.resolve() not in used] + inner
    _tag(found)
    exports = cache(lambda: _exports(found))
    for stack in found:
        stack.exports = exports
    return found


def _declared(stacks: Sequence[Stack], parameters: Mapping[str, str]) -> None:
    """Raise CannotObserve for a value that no template asks for, which is a slip."""
    for name in parameters:
        if name not in _PSEUDO and not any(child(s.root, "Parameters", name) for s in stacks):
            raise CannotObserve(f"no template has a parameter {name}: correct its name, or leave it out")


def _at(path: Path, parameters: Mapping[str, str]) -> Iterator[Stack]:
    if not path.exists():
        raise CannotObserve(f"there is no file or folder {path}")
    if not path.is_dir():
        yield _plain(files.template(path), parameters)
        return
    for one in [path] if files.is_assembly(path) else files.in_folder(path):
        if one.is_dir():
            yield from (_synthesised(artifact, parameters) for artifact in assembly.stacks(one))
        else:
            document = files.template_if_any(one)
            if document is not None:
                yield _plain(document, parameters)


def _plain(document: Document, parameters: Mapping[str, str]) -> Stack:
    account, region, partition = (parameters.get(name, "") for name in _PSEUDO)
    path = document.path
    name = path.name.removesuffix(path.suffix).removesuffix(".template")
    return Stack(document, name, environment(account, region, partition), _given(parameters))


def _synthesised(artifact: assembly.Artifact, parameters: Mapping[str, str]) -> Stack:
    account, region, partition = (parameters.get(name, "") for name in _PSEUDO)
    own = artifact.environment
    fallback = environment(account, region, partition)
    here = own if own.complete else _filled(own, fallback)
    document = files.template_of_stack(artifact.template)
    return Stack(document, artifact.name, here, _given({**artifact.parameters, **parameters}))


def _filled(own: Environment, fallback: Environment) -> Environment:
    plain = environment()
    account = own.account if own.account != plain.account else fallback.account
    region = own.region if own.region != plain.region else fallback.region
    return environment(account, region, fallback.partition if region == fallback.region else "")


def _given(parameters: Mapping[str, str]) -> dict[str, Callable[[], Resolved]]:
    return {name: lambda value=value: value for name, value in parameters.items()}  # type: ignore[misc]


def _nest(stack: Stack, by_path: Mapping[Path, Stack], above: tuple[Path, ...]) -> Iterator[Stack]:
    """Yield the nested stacks whose templates are at hand, with the values that their parents give them."""
    if NESTED not in stack.document.mentions:
        return
    for resource in stack.resources.values():
        path = _template_of(resource) if resource.type == NESTED else None
        created = exists(resource) if path else None
        if path is None or (isinstance(created, Known) and not created.content):
            continue
        if path in above:
            raise CannotObserve(f"{stack.path} nests itself: {resource.id} leads back to {path.name}")
        known = by_path.get(path)
        document = known.document if known else files.template_of_stack(path)
        given = {name: (lambda node=node: resolve(stack, node)) for name, node in _parameters(resource)}
        inner = Stack(document, f"{stack.name}-{resource.id}", stack.environment, given)
        stack.nested[resource.id] = inner
        yield inner
        yield from _nest(inner, by_path, (*above, path))


def _template_of(resource: Resource) -> Path | None:
    """Return the local file of a nested stack: the asset that the CDK names, or a path in TemplateURL."""
    asset = child(resource.node, "Metadata", "aws:asset:path") or resource.property_node("TemplateURL")
    if asset is None or not isinstance(asset.value, str) or "://" in asset.value:
        return None
    path = (resource.stack.path.parent / asset.value).resolve()
    return path if path.is_file() else None


def _parameters(resource: Resource) -> list[tuple[str, Node]]:
    node = resource.property_node("Parameters")
    return list(node.value.items()) if node and isinstance(node.value, dict) else []


def _tag(stacks: Sequence[Stack]) -> None:
    """Give every stack a tag of its own, for the names that it makes up."""
    taken: set[str] = set()
    for stack in stacks:
        tag, number = stack.name, 1
        while tag in taken:
            number += 1
            tag = f"{stack.name}-{number}"
        taken.add(tag)
        stack.tag = tag


def _exports(stacks: Sequence[Stack]) -> dict[str, Callable[[], Resolved]]:
    """Collect exports by name; two stacks that export one name make its value a matter of where."""
    found: dict[str, Callable[[], Resolved]] = {}
    for stack in (s for s in stacks if "Export" in s.document.text):
        for name, node in stack.outputs():
            told = child(node, "Export", "Name")
            if told is None:
                continue
            try:
                exported = resolve(stack, told)
            except Unresolved:
                continue
            if isinstance(exported, str):
                found[exported] = _ambiguous(exported) if exported in found else _value(stack, name)
    return found


def _value(stack: Stack, name: str) -> Callable[[], Resolved]:
    return lambda: output(stack, name)


def _ambiguous(name: str) -> Callable[[], Resolved]:
    def value() -> Resolved:
        raise Unresolved(f"several stacks export {name}")

    return value
