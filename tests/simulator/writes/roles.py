"""What IAM's operations do to a role and its policies."""

from dataclasses import replace
from typing import Any

from tests.simulator.call import Call
from tests.simulator.destinations import role_of
from tests.simulator.world import Role, World
from tests.simulator.writes.change import Change, swapped


def _with(world: World, role: Role, **changes: Any) -> World:
    return replace(world, roles=swapped(world.roles, role, replace(role, **changes)))


def delete_role(world: World, call: Call) -> World:
    """Delete a role, which IAM demands to be without policies: that took one call more."""
    return replace(world, roles=swapped(world.roles, role_of(world, call)))


def put_role_policy(world: World, call: Call) -> World:
    role = role_of(world, call)
    policy = {call.params["PolicyName"]: call.params["PolicyDocument"]}
    return _with(world, role, inline={**role.inline, **policy})


def delete_role_policy(world: World, call: Call) -> World:
    role = role_of(world, call)
    left = {name: text for name, text in role.inline.items() if name != call.params["PolicyName"]}
    return _with(world, role, inline=left)


def update_trust(world: World, call: Call) -> World:
    return _with(world, role_of(world, call), trust=call.params["PolicyDocument"])


WRITES: dict[tuple[str, str], Change] = {
    ("iam", "DeleteRole"): delete_role,
    ("iam", "DeleteRolePolicy"): delete_role_policy,
    ("iam", "PutRolePolicy"): put_role_policy,
    ("iam", "UpdateAssumeRolePolicy"): update_trust,
}
