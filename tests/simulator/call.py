"""One call as the simulator understood it, and the error that may answer it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.simulator.world import World


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request after recognition: who calls which operation where, and with which parameters."""

    account: str
    caller: str
    region: str
    service: str
    operation: str
    params: Mapping[str, Any]


@dataclass(eq=False)
class AwsError(Exception):
    """An error answer with its code, as the service's documentation names it."""

    code: str
    message: str = ""
    status: int = 400
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = Callable[[World, Call], Mapping[str, Any]]
"""What an operation answers, in the shape of boto3; raises AwsError."""

PAGE_TOKENS = {"logs": "nextToken", "iam": "Marker", "s3": "ContinuationToken"}


def page(world: World, call: Call, member: str, entries: list[Any]) -> dict[str, Any]:
    """Return one page of the entries, with the token that asks for the next."""
    token = PAGE_TOKENS.get(call.service, "NextToken")
    start = int(call.params.get(token) or 0)
    end = start + world.page_size
    more = {token: str(end)} if end < len(entries) else {}
    truncated = {"IsTruncated": bool(more)} if call.service == "iam" else {}
    return {member: entries[start:end], **more, **truncated}


DENIAL_CODES = {
    "s3": ("AccessDenied", 403),
    "s3control": ("AccessDenied", 403),
    "sts": ("AccessDenied", 403),
    "iam": ("AccessDenied", 403),
    "cloudwatch": ("AccessDenied", 403),
    "sns": ("AuthorizationError", 403),
    "ec2": ("UnauthorizedOperation", 403),
}
THROTTLE_CODES = {"s3": ("SlowDown", 503), "ec2": ("RequestLimitExceeded", 503)}
CLOSED_CODES = {"ec2": ("AuthFailure", 401), "sts": ("InvalidClientTokenId", 403)}


def denial(call: Call, why: str = "because no identity-based policy allows the action") -> AwsError:
    """Return the service's own way to say that access is denied."""
    code, status = DENIAL_CODES.get(call.service, ("AccessDeniedException", 400))
    action = f"{call.service}:{call.operation}"
    return AwsError(code, f"User: {call.caller} is not authorized to perform: {action} {why}", status)


def throttling(call: Call) -> AwsError:
    """Return the service's own way to say that it is called too often."""
    code, status = THROTTLE_CODES.get(call.service, ("ThrottlingException", 400))
    return AwsError(code, "Rate exceeded", status)


def closed_region(call: Call) -> AwsError:
    """Return what a Region answers that is not enabled for the caller's account."""
    code, status = CLOSED_CODES.get(call.service, ("UnrecognizedClientException", 400))
    return AwsError(code, "The security token included in the request is invalid.", status)
