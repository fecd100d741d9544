"""Which calls of the past are worth a finding."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from checker.inventory import TamperEvent
from checker.model import Context
from checker.policy.globs import covers

KEPT = timedelta(days=90)
"""How long CloudTrail's event history goes back."""


def since(context: Context) -> datetime:
    """Return from when on calls are worth a finding: the history holds nothing older than 90 days."""
    return context.now - min(timedelta(days=context.thresholds.tamper_days), KEPT)


def expected_caller(event: TamperEvent, patterns: Iterable[str]) -> bool:
    """Say whether the caller is one of those who manage trails."""
    names = [name for name in (event.caller, event.issuer) if name]
    return any(covers(pattern, name) for pattern in patterns for name in names)
