"""What a call is: an operation as data, what it needs and what absence looks like."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from msgspec import Struct

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Pages(Struct, frozen=True, kw_only=True):
    """How an operation pages: the list in the answer, and the token in answer and request."""

    items: str
    answer_token: str
    request_token: str


class Call(Struct, frozen=True, kw_only=True):
    """One read-only operation."""

    service: str
    """botocore's name of the service, which is IAM's prefix too, unless ``permission`` says otherwise."""
    operation: str
    permission: str = ""
    """IAM action, where it is not named like the operation (Service Authorization Reference)."""
    absent: Mapping[str, Any] = NOTHING
    """Error codes that mean "there is none", and what then stands for the answer."""
    gone: tuple[str, ...] = ()
    """Error codes that mean that the resource which would carry the setting does not exist."""
    shared: bool = False
    """Whether accounts are told this of a resource that is another's: a denial is then the caller's own."""
    always: bool = False
    """Whether it is made whatever is judged: it finds the accounts, their Regions and the resources."""
    pages: Pages | None = None
    root: str = ""
    """Root element of S3's answer, whose name follows no rule; without one the answer is a policy."""
    flags: tuple[str, ...] = ()
    """Boolean XML elements: botocore takes whatever is not ``true`` for false, also garbage."""

    @property
    def action(self) -> str:
        """The IAM action that allows the call; one text for all evidence that names it."""
        return self.permission or _action(self.service, self.operation)


@cache
def _action(service: str, operation: str) -> str:
    return f"{service}:{operation}"
