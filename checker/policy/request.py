"""Requests, and whole classes of requests, that a policy is asked about."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum, auto
from typing import TypeAlias

from msgspec import Struct

from checker.policy.globs import Glob, Reach

_FOREIGN = frozenset(
    (
        *("autoscaling", "cloudformation", "cloudwatch", "dynamodb", "ec2", "ecs", "eks"),
        *("elasticloadbalancing", "events", "iam", "kms", "logs", "organizations", "rds", "s3"),
        *("secretsmanager", "sns", "sqs", "ssm"),
    )
)
_ASKED = frozenset(
    ("cloudtrail", "cloudwatch", "events", "iam", "kms", "logs", "organizations", "s3", "sns", "sts")
)
"""Services whose calls carry their own condition keys, and none of the others of ``_FOREIGN`` (Service
Authorization Reference)."""
_OF_SESSIONS = frozenset(("ec2:sourceinstancearn", "ec2:roledelivery", "ssm:sourceinstancearn"))
"""Keys that come with every call of a role that runs on an instance."""


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


class Onwards(Struct, frozen=True):
    """A moment from now on: the requester may wait, and never go back."""

    start: float
    """Seconds since 1970."""


Value: TypeAlias = tuple[str, ...] | Mark | Chosen | Either | Onwards


def clock(now: datetime) -> dict[str, Value]:
    """Return what every request carries that is made now or later."""
    return dict.fromkeys(("aws:currenttime", "aws:epochtime"), Onwards(now.timestamp()))


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
        found = self.context.get(key, self.context.get(family))
        if found is None:
            return Mark.ABSENT if _is_foreign(key, self.action) else self.otherwise
        return found


def _is_foreign(key: str, action: str) -> bool:
    """Say whether a key is only carried by calls of another service than the action's."""
    service, asked = key.partition(":")[0], action.partition(":")[0].lower()
    if (service, asked) == ("iam", "sts") or key in _OF_SESSIONS:
        return False  # Roles are assumed by what IAM says of them.
    return service in _FOREIGN and asked in _ASKED and service != asked
