"""The one place where an error of AWS, of botocore or of the network becomes a cause and a sentence."""

import re
from collections.abc import Mapping
from typing import Any

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError
from msgspec import Struct

from checker.evidence import Cause


class Garbled(Exception):
    """What came back is not an answer of the service: HTML, nothing, another document."""


CREDENTIALS = (
    *(
        getattr(boto, name)
        for name in (
            "CredentialRetrievalError",
            "LoginError",
            "NoAuthTokenError",
            "NoCredentialsError",
            "PartialCredentialsError",
            "RefreshWithMFAUnsupportedError",
            "SSOError",
            "TokenRetrievalError",
        )
        if hasattr(boto, name)
    ),
    EOFError,
    FileNotFoundError,
    IsADirectoryError,
    PermissionError,
)
"""What ends a call for want of credentials; some of botocore's errors are newer than its oldest version.

The last four are Python's own, which botocore lets through: nobody answered its question for an MFA code, or
a token is in a file that cannot be read.
"""
FORESEEN = (
    *CREDENTIALS,
    boto.BotoCoreError,
    boto.ClientError,
    ResponseParserError,
    Garbled,
    # botocore's parsers let these through when a value has a type that the service model does not allow.
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
)
"""What a call may raise."""
UNUSABLE = (*CREDENTIALS, boto.BotoCoreError, ValueError)
"""What building a client may raise: a profile, Region or endpoint in the configuration that is none, too."""

CODES: Mapping[Cause, frozenset[str]] = {
    Cause.DENIED: frozenset(
        {
            "403",
            "AccessDenied",
            "AccessDeniedException",
            "AllAccessDisabled",
            "AuthorizationError",
            "AuthorizationErrorException",
            "Forbidden",
            "NotAuthorized",
            "NotAuthorizedException",
            "OperationNotPermittedException",
            "UnauthorizedAccess",
            "UnauthorizedOperation",
        }
    ),
    # Temporary credentials of the global STS endpoint are "invalid" in a Region that was opted in to.
    Cause.REGION_CLOSED: frozenset(
        {
            "AuthFailure",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidToken",
            "OptInRequired",
            "RegionDisabledException",
            "UnrecognizedClientException",
        }
    ),
    Cause.EXPIRED: frozenset({"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"}),
    Cause.THROTTLED: frozenset(
        {
            "429",
            "BandwidthLimitExceeded",
            "LimitExceededException",
            "PriorRequestNotComplete",
            "RequestLimitExceeded",
            "RequestThrottled",
            "RequestThrottledException",
            "SlowDown",
            "ThrottledException",
            "Throttling",
            "ThrottlingException",
            "TooManyRequestsException",
        }
    ),
}
SCP = "explicit deny in a service control policy"
WORDS = 600
"""Characters of what AWS says that are kept: a denial names caller and resource before who denies it."""


class Failure(Struct, frozen=True, kw_only=True):
    """Why a call has no answer. ``detail`` quotes AWS: other people's text, shortened to one clean line."""

    cause: Cause
    code: str = ""
    detail: str = ""
    headers: Mapping[str, str] = {}
    reason: str = ""
    """The whole sentence, where the call was not made or not waited for; it then says all."""

    @property
    def by_scp(self) -> bool:
        """Whether a policy of the organization denies it."""
        return SCP in self.detail


def diagnose(error: Exception) -> Failure:
    """Tell the cause of an error that a call raised."""
    match error:
        case boto.ClientError():
            return _refused(error.response)
        case Garbled():
            return Failure(cause=Cause.MALFORMED, detail=str(error))
        case ResponseParserError():
            return Failure(cause=Cause.MALFORMED, detail="a document that does not parse")
        case _ if isinstance(error, CREDENTIALS):
            return Failure(cause=Cause.EXPIRED, detail=_want(error))
        case boto.HTTPClientError() if "Invalid header value" in str(error):  # its text holds the value
            return Failure(cause=Cause.EXPIRED, detail="a key or token holds a line break")
        case boto.HTTPClientError() | boto.ConnectionError():
            return Failure(cause=Cause.UNREACHABLE, detail=line(str(error)))
        case boto.BotoCoreError():
            return Failure(cause=Cause.UNDECIDED, detail=line(str(error)))
        case _:
            return Failure(cause=Cause.MALFORMED, detail="values of types that the service does not have")


def unusable(error: Exception) -> Failure:
    """Tell why there is no client to make a call with."""
    if isinstance(error, CREDENTIALS):
        return Failure(cause=Cause.EXPIRED, detail=_want(error))
    return Failure(cause=Cause.UNDECIDED, detail=line(str(error)))


def _want(error: Exception) -> str:
    """Say why there are no credentials; an end of input has no words of its own."""
    if isinstance(error, EOFError):
        return "an MFA code is asked for, and nobody gives one"
    return line(str(error))


def _refused(response: Mapping[str, Any]) -> Failure:
    error = response.get("Error") or {}
    metadata = response.get("ResponseMetadata") or {}
    status = metadata.get("HTTPStatusCode", 0)
    code = line(str(error.get("Code") or status))
    return Failure(
        cause=_cause(code, status),
        code=code,
        detail=line(str(error.get("Message") or error.get("message") or ""), WORDS),
        headers=metadata.get("HTTPHeaders") or {},
    )


def _cause(code: str, status: int) -> Cause:
    for cause, codes in CODES.items():
        if code in codes:
            return cause
    if status >= 500:
        return Cause.UNREACHABLE
    return Cause.UNDECIDED


def line(text: str, limit: int = 240) -> str:
    """Return other people's text as one line without control characters, at most ``limit`` long."""
    flat = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", " ", text).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
