"""An attack: calls of the AWS API, and what the audit has to say of the world that they leave."""

from dataclasses import dataclass
from typing import Any

from tests import hardened as good


@dataclass(frozen=True, kw_only=True)
class Step:
    """One call as boto3 makes it, by somebody of an account in a Region."""

    service: str
    operation: str
    params: dict[str, Any]
    account: str
    region: str


def call(name: str, /, *, by: str = good.ACCOUNT, at: str = good.HOME, **params: Any) -> Step:
    """Return the call of ``service.operation``."""
    service, operation = name.split(".")
    return Step(service=service, operation=operation, params=params, account=by, region=at)


@dataclass(frozen=True)
class Attack:
    """What is done, to what, and the whole difference that it makes to an audit which was clean before."""

    name: str
    target: str
    """The ARN, id or name that at least one of the new FAILs has to name; without any FAIL, an UNKNOWN."""
    steps: tuple[Step, ...]
    fails: str
    """The controls that FAIL now, and no others."""
    unknown: str = ""
    """Those that can no longer tell."""
    moot: str = ""
    """Those that have nothing to ask any more of something that is still there."""
    gone: tuple[str, ...] = ()
    """ARNs of what is out of sight: it does not exist any more, or no trail leads to it."""
