"""Every API call that the auditor makes, declared once as data, one module a reader.

Nothing else can be called: the clients are built from these declarations (``clients``), and so is the
auditor's IAM policy (``permissions``). Nothing here imports an AWS library.
"""

from collections.abc import Mapping
from types import ModuleType

from checker.sources.aws.calls import (
    access_points,
    account,
    cloudtrail,
    events,
    governance,
    iam,
    kms,
    lake,
    logs,
    organization,
    principals,
    s3,
    sns,
)
from checker.sources.aws.calls.call import Call

_MODULES: tuple[ModuleType, ...] = (
    access_points,
    account,
    cloudtrail,
    events,
    governance,
    iam,
    kms,
    lake,
    logs,
    organization,
    principals,
    s3,
    sns,
)


def _declared(module: ModuleType) -> tuple[Call, ...]:
    return tuple(value for value in vars(module).values() if isinstance(value, Call))


READERS: Mapping[str, tuple[Call, ...]] = {
    module.__name__.rpartition(".")[2]: _declared(module) for module in _MODULES
}
"""The calls of each reader module."""

CALLS: Mapping[tuple[str, str], Call] = {
    (call.service, call.operation): call for calls in READERS.values() for call in calls
}
ABOVE_ACCOUNTS = frozenset({"organization"})
"""Readers that only who audits a whole organization needs."""
PERMISSIONS: Mapping[str, tuple[str, ...]] = {
    reader: tuple(sorted({call.action for call in calls})) for reader, calls in READERS.items()
}
"""The IAM actions that each reader needs."""
