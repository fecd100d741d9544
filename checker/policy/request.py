"""Requests, and whole classes of requests, that a policy is asked about."""

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import TypeAlias

from msgspec import Struct

from checker.policy.globs import Glob, Reach


class Mark(Enum):
    """A condition key without a value to compare."""

    ABSENT = auto()
    """The request does not carry the key."""
    UNKNOWN = auto()
    """Nobody can say; a condition on it is undecided."""
    FREE = auto()
    """The requester has it as it suits them: any value, or none."""


class Chosen(Struct, frozen=True):
    """A value that the requester chooses from a set, such as the ARN of some trail of somebody else."""

    reach: Callable[[Glob], Reach]
    """How much of the set a pattern of the policy matches."""


class Either(Struct, frozen=True):
    """One of several values, and nobody can say which."""

    options: tuple[tuple[str, ...] | Mark, ...]


Value: TypeAlias = tuple[str, ...] | Mark | Chosen | Either


class Identity(Struct, frozen=True):
    """An IAM user, role or role session, or an account's root user, by ARN."""

    arn: str


class Service(Struct, frozen=True):
    """An AWS service by its principal name; with a wildcard, any of those services."""

    name: str


class Stranger(Struct, frozen=True):
    """Anybody whom the policy does not name: somebody else's identity, or nobody at all (anonymous)."""


class Everyone(Struct, frozen=True):
    """Every principal there is but those that are left out (ARNs, wildcards allowed)."""

    but: tuple[str, ...] = ()


Requester: TypeAlias = Identity | Service | Stranger | Everyone


class Request(Struct, frozen=True, kw_only=True):
    """A request, or the class of requests that wildcards and chosen values make of it.

    A question about a class asks for some member of it (what can they get away with?) unless ``every`` is
    set (does all of this work?).
    """

    principal: Requester
    action: str
    resource: str
    context: Mapping[str, Value] = {}
    """By key in lower case; ``prefix/*`` stands for all keys that start with ``prefix/``."""
    otherwise: Mark = Mark.UNKNOWN
    """What every other key is."""
    every: bool = False

    def value(self, key: str) -> Value:
        """Return what the request carries for a condition key."""
        family = key.split("/", 1)[0] + "/*"
        return self.context.get(key, self.context.get(family, self.otherwise))
