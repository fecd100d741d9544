"""One template as a stack: its parameters, conditions, resources and outputs, resolved on demand."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from checker.evidence import Cause, Origin
from checker.sources.cloudformation.environment import ACCOUNT, REGION, Environment
from checker.sources.cloudformation.node import Node, child, entries
from checker.sources.cloudformation.text import Document
from checker.sources.cloudformation.unresolved import Resolved, Unresolved

if TYPE_CHECKING:
    from checker.sources.cloudformation.assembly import Deployment

T = TypeVar("T")
_HARMLESS = re.compile(
    r"AWS::(?:Serverless-\d{4}-\d\d-\d\d|LanguageExtensions|CodeDeployBlueGreen"
    r"|SecretsManager-\d{4}-\d\d-\d\d)"
)
"""Transforms that add resources or functions and leave the others as they are written."""
_LOOP = "Fn::ForEach"
_TRANSFORM = "Fn::Transform"
_MOST_OPEN = 40
"""Values that wait for each other, of one stack."""


class Resource:
    """A resource as declared; nothing of it is resolved yet."""

    def __init__(self, stack: "Stack", id: str, node: Node, blocked: Unresolved | None) -> None:
        self.stack = stack
        self.id = id
        self.node = node
        self._label: str | None = None
        self.blocked = blocked or _added_to(node)
        """Why nothing of it can be told, if so."""
        kind = child(node, "Type")
        self.type = kind.value if kind and isinstance(kind.value, str) else ""

    @property
    def label(self) -> str:
        """How people know it: the construct path of the CDK, else stack and logical id."""
        if self._label is None:
            self._label = self._named()
        return self._label

    def _named(self) -> str:
        path = child(self.node, "Metadata", "aws:cdk:path")
        return path.value if path and isinstance(path.value, str) else f"{self.stack.name}/{self.id}"

    def property_node(self, name: str) -> Node | None:
        """Return a property as written."""
        return child(self.node, "Properties", name)

    def origin(self, field: str, node: Node | None = None) -> Origin:
        """Say where a setting stands; one that is not there stands where its resource does."""
        line, column = (node or self.node).place
        here = self.stack.environment
        return Origin(
            field=f"{self.label} {field}".strip(),
            account="" if here.account == ACCOUNT else here.account,
            region="" if here.region == REGION else here.region,
            path=str(self.stack.path),
            line=line,
            column=column,
            address=self.label,
        )


class Stack:
    """A template in its environment. What is asked twice is resolved once, and a circle is noticed."""

    def __init__(
        self,
        document: Document,
        name: str,
        environment: Environment,
        given: Mapping[str, Callable[[], Resolved]],
        deployment: "Deployment | None" = None,
    ) -> None:
        self.path = document.path
        self.document = document
        self.name = name
        self.environment = environment
        self.tag = name
        """The name, made unique in the set."""
        self.given = given
        """Values of parameters, by name."""
        self.deployment = deployment
        """What the CDK says of the stack, None for a template by itself."""
        self.nested: dict[str, Stack] = {}
        """The stacks that resources of this one stand for, by logical id."""
        self.exports: Callable[[], Mapping[str, Callable[[], Resolved]]] = dict
        """Gives what all stacks of the set export."""
        self._memory: dict[tuple[str, str], object] = {}
        self._open: set[tuple[str, str]] = set()

    def afresh(self) -> "Stack":
        """Return the same template in the same environment, with nothing of what others told it."""
        return Stack(self.document, self.name, self.environment, self.given, self.deployment)

    @property
    def root(self) -> Node:
        """The template, parsed when it is first needed."""
        return self.document.root

    def once(self, kind: str, name: str, make: Callable[[], T]) -> T:
        """Return what ``make`` gives, remembered; raises Unresolved for what depends on itself."""
        key = (kind, name)
        if key in self._open:
            raise Unresolved(f"{name} depends on itself")
        if len(self._open) > _MOST_OPEN:
            raise Unresolved(f"{name} leads too far")
        if key not in self._memory:
            self._open.add(key)
            try:
                self._memory[key] = make()
            except Unresolved as error:
                self._memory[key] = error
            finally:
                self._open.discard(key)
        found = self._memory[key]
        if isinstance(found, Unresolved):
            raise Unresolved(found.reason, found.cause)
        return found  # type: ignore[return-value]

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """The resources by logical id; what a loop makes is there too, and nothing of it can be told."""
        found: dict[str, Resource] = {}
        for id, node, blocked in _declared(child(self.root, "Resources"), self._macro):
            found[id] = Resource(self, id, node, blocked)
        return found

    @cached_property
    def _macro(self) -> Unresolved | None:
        """Return what makes the template another one: a transform of all of it, or of all its resources."""
        node = child(self.root, "Transform")
        named = node.value if node and isinstance(node.value, list) else [node] if node else []
        for one in named:
            told = one if isinstance(one.value, str) else child(one, "Name")
            name = told.value if told and isinstance(told.value, str) else "of the template"
            if not _HARMLESS.fullmatch(name):
                return Unresolved(f"the transform {name} rewrites the template when it is deployed")
        for section in (self.root, child(self.root, "Resources")):
            if child(section, _TRANSFORM):
                return Unresolved(f"{_TRANSFORM} adds resources when the template is deployed")
        return None

    def outputs(self) -> Iterator[tuple[str, Node]]:
        """Yield the outputs by name."""
        return entries(child(self.root, "Outputs"))


def _added_to(node: Node) -> Unresolved | None:
    added = next((name for name, _ in entries(node) if name.startswith("Fn::")), None)
    return Unresolved(f"{added} adds to it when the template is deployed") if added else None


def _declared(
    section: Node | None, blocked: Unresolved | None
) -> Iterator[tuple[str, Node, Unresolved | None]]:
    for id, node in entries(section):
        if not id.startswith("Fn::"):
            yield id, node, blocked
            continue
        what = "a loop makes it" if id.startswith(_LOOP) else "a transform makes it"
        reason = Unresolved(f"{what}, which is unrolled when the template is deployed", Cause.UNDECIDED)
        yield from ((i, n, reason) for part in _parts(node) for i, n, _ in _declared(part, reason))


def _parts(node: Node) -> Iterator[Node]:
    """Yield what may hold resources inside a loop: the objects in its list, however deep loops stand."""
    if isinstance(node.value, list):
        yield from (one for one in node.value if isinstance(one.value, dict))
