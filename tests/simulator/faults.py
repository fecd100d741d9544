"""What can go wrong on demand: which calls a fault meets, and what happens to them."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.simulator.call import AwsError, Call, closed_region, denial, throttling
from tests.simulator.serialise import HttpResponse


@dataclass(frozen=True)
class Delay:
    """Answer correctly, but so many seconds later."""

    seconds: float


@dataclass(frozen=True)
class Refuse:
    """Answer with an error, a fixed one or the service's own wording for the call."""

    how: AwsError | Callable[[Call], AwsError]

    def error(self, call: Call) -> AwsError:
        return self.how if isinstance(self.how, AwsError) else self.how(call)


@dataclass(frozen=True)
class Answering:
    """Answer with this output, in the shape of boto3, instead of the world's."""

    output: Mapping[str, Any]


@dataclass(frozen=True)
class Instead:
    """Answer with these bytes, whatever the protocol."""

    response: HttpResponse


@dataclass(frozen=True)
class Spoil:
    """Answer correctly, and then spoil the bytes."""

    how: Callable[[HttpResponse], HttpResponse]


@dataclass(frozen=True)
class Break:
    """Do not answer: reset the connection at once, or keep it open for ever."""

    hang: bool


Effect = Delay | Refuse | Answering | Instead | Spoil | Break


@dataclass(frozen=True)
class Fault:
    """An effect, and the calls that it meets: empty means any; ``times`` 0 means always."""

    effect: Effect
    service: str = ""
    operation: str = ""
    account: str = ""
    region: str = ""
    resource: str = ""
    """A part of any parameter: a trail's ARN, a bucket's name."""
    times: int = 0

    def meets(self, call: Call) -> bool:
        wanted = (self.service, self.operation, self.account, self.region)
        actual = (call.service, call.operation, call.account, call.region)
        here = all(w in ("", a) for w, a in zip(wanted, actual, strict=True))
        return here and self.resource in json.dumps(dict(call.params), default=str)


def _denied_by_scp(call: Call) -> AwsError:
    return denial(call, "with an explicit deny in a service control policy")


def _half(response: HttpResponse) -> HttpResponse:
    return replace(response, body=response.body[: len(response.body) // 2])


def _leaves(value: Any) -> Any:
    """Keep the structure and give every value in it another type."""
    match value:
        case dict():
            return {key: _leaves(inner) for key, inner in value.items()}
        case list():
            return [_leaves(inner) for inner in value]
        case str():
            return 7
        case _:
            return "not what you expect"


def _lists(value: Any) -> Any:
    """Make every list an object."""
    match value:
        case dict():
            return {key: _lists(inner) for key, inner in value.items()}
        case list():
            return {"not": "a list"}
        case _:
            return value


def _retyped(how: Callable[[Any], Any], response: HttpResponse) -> HttpResponse:
    if "json" in response.content_type:
        return replace(response, body=json.dumps(how(json.loads(response.body))).encode())
    return replace(response, body=re.sub(rb">[^<]+</", b">not what you expect</", response.body))


def _wrong_types(response: HttpResponse) -> HttpResponse:
    return _retyped(_leaves, response)


def _wrong_shape(response: HttpResponse) -> HttpResponse:
    return _retyped(_lists, response)


DENIED = Refuse(denial)
DENIED_BY_SCP = Refuse(_denied_by_scp)
THROTTLED = Refuse(throttling)
CLOSED_REGION = Refuse(closed_region)
EXPIRED = Refuse(AwsError("ExpiredTokenException", "The security token included in the request is expired"))
SERVER_ERROR = Refuse(AwsError("InternalFailure", "We encountered an internal error", 500))
RESET = Break(hang=False)
HANG = Break(hang=True)
HTML = Instead(HttpResponse(200, b"<html><body><h1>Sign in to the network</h1></body></html>", "text/html"))
EMPTY = Instead(HttpResponse(200))
GARBAGE = Instead(HttpResponse(200, bytes(range(255, 0, -1)), "application/octet-stream"))
TRUNCATED = Spoil(_half)
WRONG_TYPES = Spoil(_wrong_types)
WRONG_SHAPE = Spoil(_wrong_shape)
"""JSON only: lists become objects."""
