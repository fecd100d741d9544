"""Policies of the declared organization: what they are attached to, and what that comes to for an account."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.simulator.world import ROOT, Organization, Policy

SERVICE_CONTROL = "SERVICE_CONTROL_POLICY"
FULL_ACCESS = "p-FullAWSAccess"
_FULL = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)
_CLOSING = "@@operators_allowed_for_child_policies"


def places(organization: Organization) -> tuple[str, ...]:
    """Return all that a policy can be attached to."""
    return (ROOT, *(unit.id for unit in organization.units), *everybody(organization))


def everybody(organization: Organization) -> tuple[str, ...]:
    """Return its accounts."""
    return (organization.management, *organization.members)


def parent_of(organization: Organization, place: str) -> str:
    """Return the unit or root that an account or unit is directly in."""
    above = {unit.id: unit.parent for unit in organization.units}
    above |= {account: unit.id for unit in organization.units for account in unit.accounts}
    return above.get(place, ROOT)


def levels(organization: Organization, account: str) -> tuple[str, ...]:
    """Return the root, the units below it that hold an account, and the account itself."""
    path = [account]
    while path[0] != ROOT:
        path.insert(0, parent_of(organization, path[0]))
    return tuple(path)


def policies(organization: Organization) -> tuple[Policy, ...]:
    """Return all policies, AWS's own included, with what each is attached to."""
    everywhere = places(organization) if SERVICE_CONTROL in organization.policy_types else ()
    open_ = tuple(place for place in everywhere if place not in organization.narrowed)
    return (Policy(id=FULL_ACCESS, document=_FULL, targets=open_), *organization.policies)


def attached(organization: Organization, kind: str, place: str) -> tuple[Policy, ...]:
    """Return the policies of a type that are attached to a place itself; a type that is off has none."""
    if kind not in organization.policy_types:
        return ()
    return tuple(one for one in policies(organization) if one.type == kind and place in one.targets)


def effective(organization: Organization, kind: str, account: str) -> str | None:
    """Return the document that declarative policies come to for an account; None without any.

    Each level overwrites what it inherits, unless a level above has closed the setting to those below it
    (Organizations User Guide, "Inheritance operators"). Settings of a list are not among those in use here.
    """
    found: dict[tuple[str, ...], Any] = {}
    closed: set[tuple[str, ...]] = set()
    for place in levels(organization, account):
        closing: set[tuple[str, ...]] = set()
        for policy in attached(organization, kind, place):
            for path, operators in _settings(json.loads(policy.document)):
                if "@@assign" in operators and not any(path[: len(above)] == above for above in closed):
                    found[path] = operators["@@assign"]
                if "@@assign" not in operators.get(_CLOSING, ["@@all", "@@assign"]):
                    closing.add(path)
        closed |= closing
    return json.dumps(_nested(found)) if found else None


def _settings(
    node: Mapping[str, Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """Yield each place of a document with its operators."""
    operators = {name: value for name, value in node.items() if name.startswith("@@")}
    if operators:
        yield path, operators
    for name, below in node.items():
        if name not in operators:
            yield from _settings(below, (*path, name))


def _nested(found: Mapping[tuple[str, ...], Any]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for (*above, name), value in found.items():
        node = document
        for step in above:
            node = node.setdefault(step, {})
        node[name] = value
    return document
