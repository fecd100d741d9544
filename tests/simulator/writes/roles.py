"""What IAM's operations do to a role and its policies."""

import json
from dataclasses import replace
from typing import Any

from tests.simulator.call import Call
from tests.simulator.destinations import role_of
from tests.simulator.world import Role, User, World, arn_account
from tests.simulator.writes.change import Change, refuse, swapped

AWS_MANAGED = {
    f"arn:aws:iam::aws:policy/{name}": json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
    )
    for name, action in (
        ("AWSCloudTrail_FullAccess", "cloudtrail:*"),
        ("AdministratorAccess", "*"),
        ("ReadOnlyAccess", ["cloudtrail:Get*", "s3:Get*"]),
    )
}
"""What they grant, as far as it matters here."""


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


def attach_role_policy(world: World, call: Call) -> World:
    role, arn = role_of(world, call), call.params["PolicyArn"]
    return _with(world, role, managed={**role.managed, arn: AWS_MANAGED[arn]})


def put_role_boundary(world: World, call: Call) -> World:
    """Bound a role by one of AWS's own policies."""
    arn = call.params["PermissionsBoundary"]
    bounded = _with(world, role_of(world, call), boundary=arn)
    return replace(bounded, policies={**world.policies, arn: AWS_MANAGED[arn]})


def create_role(world: World, call: Call) -> World:
    arn = f"arn:{world.partition}:iam::{call.account}:role/{call.params['RoleName']}"
    return replace(world, roles=(*world.roles, Role(arn=arn, trust=call.params["AssumeRolePolicyDocument"])))


def create_user(world: World, call: Call) -> World:
    path = f"{call.params.get('Path', '/')}{call.params['UserName']}"
    new = User(arn=f"arn:{world.partition}:iam::{call.account}:user{path}")
    return replace(world, users=(*world.users, new))


def put_user_policy(world: World, call: Call) -> World:
    user = _user(world, call)
    policy = {call.params["PolicyName"]: call.params["PolicyDocument"]}
    return _changed(world, user, inline={**user.inline, **policy})


def attach_user_policy(world: World, call: Call) -> World:
    """Attach one of AWS's own policies, which grants all of a service."""
    user, arn = _user(world, call), call.params["PolicyArn"]
    return _changed(world, user, managed={**user.managed, arn: AWS_MANAGED[arn]})


def _user(world: World, call: Call) -> User:
    for user in world.users:
        if (arn_account(user.arn), user.arn.rsplit("/", 1)[-1]) == (call.account, call.params["UserName"]):
            return user
    raise refuse("NoSuchEntity", "The user cannot be found.", 404)


def _changed(world: World, user: User, **changes: Any) -> World:
    return replace(world, users=swapped(world.users, user, replace(user, **changes)))


WRITES: dict[tuple[str, str], Change] = {
    ("iam", "AttachRolePolicy"): attach_role_policy,
    ("iam", "CreateRole"): create_role,
    ("iam", "DeleteServiceLinkedRole"): delete_role,
    ("iam", "PutRolePermissionsBoundary"): put_role_boundary,
    ("iam", "AttachUserPolicy"): attach_user_policy,
    ("iam", "CreateUser"): create_user,
    ("iam", "DeleteRole"): delete_role,
    ("iam", "DeleteRolePolicy"): delete_role_policy,
    ("iam", "PutRolePolicy"): put_role_policy,
    ("iam", "PutUserPolicy"): put_user_policy,
    ("iam", "UpdateAssumeRolePolicy"): update_trust,
}
