"""The catalogue: every control of every family, by id."""

from types import ModuleType

from checker.controls import (
    alarms,
    bucket,
    bucket_access,
    bucket_exposure,
    bucket_owner,
    bucket_policy,
    bucket_sharing,
    bucket_tampering,
    bucket_use,
    coverage,
    data_events,
    data_types,
    delivery,
    deployment,
    designated,
    drift,
    global_events,
    guarded_buckets,
    guardrails,
    identity_policies,
    insights,
    key,
    key_policy,
    key_use,
    lake,
    lake_access,
    lifecycle,
    limits,
    log_group,
    log_group_access,
    log_objects,
    log_role,
    monitoring,
    narrowing,
    object_events,
    organization,
    organization_trail,
    replication,
    retention,
    selectors,
    status,
    tamper_alarms,
    tamper_permissions,
    tampering,
    topic,
    topic_policy,
    trail,
)
from checker.model import Control

FAMILIES: tuple[ModuleType, ...] = (
    alarms,
    bucket,
    bucket_access,
    bucket_exposure,
    bucket_owner,
    bucket_policy,
    bucket_sharing,
    bucket_tampering,
    bucket_use,
    coverage,
    data_events,
    data_types,
    delivery,
    deployment,
    designated,
    drift,
    global_events,
    guarded_buckets,
    guardrails,
    identity_policies,
    insights,
    key,
    key_policy,
    key_use,
    lake,
    lake_access,
    lifecycle,
    limits,
    log_group,
    log_group_access,
    log_objects,
    log_role,
    monitoring,
    narrowing,
    object_events,
    organization,
    organization_trail,
    replication,
    retention,
    selectors,
    status,
    tamper_alarms,
    tamper_permissions,
    tampering,
    topic,
    topic_policy,
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


def told_by(source: str) -> tuple[str, ...]:
    """Return the ids of the controls that a source tells enough to pass and to fail: ``cloudformation``."""
    return tuple(id for id, control in CONTROLS.items() if source in control.told_by)
