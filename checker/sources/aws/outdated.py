"""What the installed botocore cannot ask or read, because the service learned it later."""

from collections.abc import Mapping
from typing import Any

import botocore
from botocore import xform_name
from msgspec.structs import replace

from checker.evidence import Cause, Origin, Unknown
from checker.sources.aws.calls.call import Call
from checker.sources.aws.failures import Failure


def too_old(client: Any, call: Call, params: Mapping[str, Any]) -> Failure | None:
    """Return why a call cannot be made at all: botocore has no such operation, or not these parameters."""
    if not hasattr(client, xform_name(call.operation)):
        return _failure(call.operation)
    shape = client.meta.service_model.operation_model(call.operation).input_shape
    strange = sorted(params.keys() - shape.members.keys()) if params else []
    return _failure(f"{strange[0]} of {call.operation}") if strange else None


def unread(client: Any, shape: str, member: str, origin: Origin) -> Unknown | None:
    """Return why a member of an answer is never there: botocore drops what its model does not have."""
    if member in client.meta.service_model.shape_for(shape).members:
        return None
    failure = _failure(f"{member} of {shape}")
    return Unknown(failure.reason, failure.cause, replace(origin, at=None))  # whenever it is asked


def _failure(what: str) -> Failure:
    return Failure(
        cause=Cause.OUT_OF_SCOPE,
        reason=f"botocore {botocore.__version__} does not know {what}: upgrade boto3 and botocore",
    )
