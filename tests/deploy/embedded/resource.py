"""One CloudFormation resource between a template and the public API: what comes in, what comes out."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tests.deploy.embedded import access

Properties = dict[str, Any]


class Request(NamedTuple):
    """A resource as the template wants it, its functions resolved.

    A handler pops each property that it represents. What is left over is refused: nothing is lost in silence.
    """

    account: str
    region: str
    name: str
    """The name that was given, or one made from the stack and the logical id."""
    properties: Properties
    existing: str | None = None
    """The physical id, while the resource exists."""

    def client(self, service: str) -> Any:
        """Return a client of the public API, in the hands of the account's administrator."""
        return access.client(service, self.account, self.region)

    def take(self, name: str, default: Any = None) -> Any:
        """Pop a property."""
        return self.properties.pop(name, default)

    def take_document(self, name: str) -> str:
        """Pop a policy document and return it as JSON."""
        return json.dumps(self.properties.pop(name))

    def arn(self, service: str, resource: str) -> str:
        """Write an ARN of this account and Region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


class Physical(NamedTuple):
    """What a handler made: the answer to Ref, and those to Fn::GetAtt."""

    id: str
    attributes: Mapping[str, str] = {}


class Kind(NamedTuple):
    """A resource type: ``put`` creates or updates, ``remove`` deletes the physical id in ``existing``."""

    put: Callable[[Request], Physical]
    remove: Callable[[Request], object]
    name: str = ""
    """The property that names the resource, if one does."""


def given(**arguments: Any) -> dict[str, Any]:
    """Return the arguments of an API call without those that are None."""
    return {name: value for name, value in arguments.items() if value is not None}
