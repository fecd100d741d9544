"""What a resource waits for: the resources of its stack that it names, and those that these name."""

import re
from collections.abc import Iterator

from checker.sources.cloudformation.node import Node, child, entries
from checker.sources.cloudformation.stack import Resource, Stack

_VARIABLE = re.compile(r"\$\{([^}!][^}]*)\}")


def awaited(resource: Resource) -> frozenset[str]:
    """Return the logical ids of all that CloudFormation creates before a resource of the same stack."""
    return resource.stack.once("awaited", resource.id, lambda: _awaited(resource))


def _awaited(resource: Resource) -> frozenset[str]:
    stack, found = resource.stack, set[str]()
    waiting = [resource.id]
    while waiting:
        for id in _named(stack, waiting.pop()):
            if id in stack.resources and id not in found:
                found.add(id)
                waiting.append(id)
    return frozenset(found)


def _named(stack: Stack, id: str) -> set[str]:
    def direct() -> set[str]:
        node = stack.resources[id].node
        listed = child(node, "DependsOn")
        texts = listed.value if listed and isinstance(listed.value, list) else [listed] if listed else []
        names = {text.value for text in texts if isinstance(text.value, str)}
        return names | set(_references(child(node, "Properties")))

    return stack.once("references", id, direct)


def _references(node: Node | None) -> Iterator[str]:
    """Yield what Ref, Fn::GetAtt and Fn::Sub name anywhere in a value."""
    waiting = [node] if node else []
    while waiting:
        here = waiting.pop()
        if isinstance(here.value, list):
            waiting += here.value
            continue
        for name, inner in entries(here):
            waiting.append(inner)
            if name == "Ref" and isinstance(inner.value, str):
                yield inner.value
            elif name == "Fn::GetAtt":
                yield from _attribute(inner)
            elif name == "Fn::Sub":
                yield from _substituted(inner)


def _attribute(node: Node) -> Iterator[str]:
    first = node.value[0] if isinstance(node.value, list) and node.value else node
    if isinstance(first.value, str):
        yield first.value.partition(".")[0]


def _substituted(node: Node) -> Iterator[str]:
    first = node.value[0] if isinstance(node.value, list) and node.value else node
    if isinstance(first.value, str):
        yield from (found.strip().partition(".")[0] for found in _VARIABLE.findall(first.value))
