"""The catalogue: every control of every family, by id."""

from types import ModuleType

from checker.controls import (
    bucket,
    bucket_access,
    bucket_policy,
    bucket_tampering,
    coverage,
    data_events,
    delivery,
    global_events,
    insights,
    key,
    key_policy,
    lifecycle,
    log_group,
    narrowing,
    retention,
    selectors,
    trail,
)
from checker.model import Control

FAMILIES: tuple[ModuleType, ...] = (
    bucket,
    bucket_access,
    bucket_policy,
    bucket_tampering,
    coverage,
    data_events,
    delivery,
    global_events,
    insights,
    key,
    key_policy,
    lifecycle,
    log_group,
    narrowing,
    retention,
    selectors,
    trail,
)


def _collect(families: tuple[ModuleType, ...]) -> dict[str, Control]:
    """Gather the controls that family modules declare; a repeated id is a programming error."""
    found: dict[str, Control] = {}
    for family in families:
        for control in vars(family).values():
            if isinstance(control, Control):
                if control.id in found:
                    raise ValueError(f"{control.id} is declared twice")
                found[control.id] = control
    return dict(sorted(found.items()))


CONTROLS: dict[str, Control] = _collect(FAMILIES)
