"""A resource of Terraform, whichever reader it comes from: its type, address, and what is known of it.

The plan reader makes these; whatever else knows Terraform's resources (a graph of its language, a state)
makes them too, and the rest of this package turns them into an inventory.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from checker.evidence import Cause, Origin
from checker.sources.cloudformation.environment import ACCOUNT, REGION, Environment
from checker.sources.cloudformation.node import Node, child

_INDEX = re.compile(r"\[[^\[\]]*\]$")


class Reference(Struct, frozen=True):
    """What an expression names: an attribute of a resource, or of all its instances."""

    address: str
    attribute: str = ""


class Open(Struct, frozen=True):
    """A value that nobody can tell yet; the reason is part of a sentence that begins with ``since``."""

    reason: str
    cause: Cause = Cause.UNDECIDED
    references: tuple[Reference, ...] = ()
    """What the value is made of, where that is told."""
    followed: bool = True
    """Whether ``references`` are all that it may be made of."""
    by_instance: bool = False
    """Whether it is made of the instance with the same key as its own (``each.key``, ``count.index``)."""


Value: TypeAlias = "str | bool | list[Value] | dict[str, Value] | Open | None"
"""Numbers are text, as written. A block is a list of objects. None is what is not set."""


class Hidden(dict[str, Value]):
    """The values of a resource of which not even the names are told: each one is open."""

    def __init__(self, why: Open) -> None:
        super().__init__()
        self.why = why

    def get(self, name: str, default: Any = None) -> Any:
        """Return why it cannot be told."""
        return self.why


class Resource(Struct, frozen=True, kw_only=True):
    """One instance of a resource or of a data source."""

    type: str
    address: str
    """As Terraform writes it: ``module.logs.aws_cloudtrail.this[0]``, ``data.aws_region.current``."""
    values: Mapping[str, Any]
    """Each a ``Value``, as far as it is set or known; what the provider fills in is left out until then."""
    environment: Environment = Environment()
    new: bool | None = None
    """Whether it is made from nothing, so that what AWS gives new resources holds; None if nobody says."""
    before: frozenset[str] | None = None
    """Addresses, without keys of instances, of all that is there first; None if nobody says."""
    leads_on: tuple[str, ...] = ()
    """Names that may lead to more that is there first, of which a plan does not tell."""
    removal: str = ""
    """``DESTROYED`` or ``REPLACED`` where an apply takes away what is there; empty where it stays."""
    path: str = ""
    """The file where it stands, if any."""
    line: int = 0
    column: int = 0
    written: Callable[[], Node | None] | None = None
    """Gives the values as the file has them, with the place of each one."""

    @property
    def declared(self) -> str:
        """The address without the key of this instance."""
        return _INDEX.sub("", self.address)

    @property
    def key(self) -> str:
        """The key of this instance with its brackets; empty for the only one."""
        return self.address.removeprefix(self.declared)

    def origin(self, field: str = "") -> Origin:
        """Say where a setting stands."""
        here = self.environment
        line, column = self._place(field)
        return Origin(
            field=f"{self.address} {field}".strip(),
            address=self.address,
            account="" if here.account == ACCOUNT else here.account,
            region="" if here.region == REGION else here.region,
            path=self.path,
            line=line,
            column=column,
        )

    def _place(self, field: str) -> tuple[int, int]:
        """Return where a setting stands, as far as its path is written out; else where the resource does."""
        found, node = None, self.written() if self.written and field else None
        for name in field.split(".") if node else ():
            if node is not None and isinstance(node.value, list):
                node = node.value[0] if node.value else None
            node = child(node, name)
            found = node if node is not None and node.value is not None else found
        return found.place if found is not None else (self.line, self.column)
