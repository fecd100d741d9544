"""What IAM answers about all users, roles, groups and policies of an account at once."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from tests.simulator.call import Answer, Call, page
from tests.simulator.world import Group, Role, User, World, arn_account

LISTS = {
    "User": "UserDetailList",
    "Role": "RoleDetailList",
    "Group": "GroupDetailList",
    "LocalManagedPolicy": "Policies",
    "AWSManagedPolicy": "Policies",
}


def get_account_authorization_details(world: World, call: Call) -> dict[str, Any]:
    wanted = {value for name, value in call.params.items() if name.startswith("Filter.")} or set(LISTS)
    entries = [(kind, entry) for kind, entry in _entries(world, call.account) if kind in wanted]
    told = page(world, call, "entries", entries)
    lists: dict[str, list[Any]] = {name: [] for name in LISTS.values()}
    for kind, entry in told.pop("entries"):
        lists[LISTS[kind]].append(entry)
    return {**told, **lists}


def _entries(world: World, account: str) -> Iterator[tuple[str, dict[str, Any]]]:
    documents: dict[str, str] = dict(world.policies)
    for user in world.users:
        if arn_account(user.arn) == account:
            documents |= user.managed
            yield "User", _held(user, "User", user.id) | {"GroupList": list(user.groups)}
    for group in world.groups:
        if arn_account(group.arn) == account:
            documents |= group.managed
            yield "Group", _held(group, "Group", "AGPAEXAMPLE")
    for role in world.roles:
        if arn_account(role.arn) == account:
            documents |= role.managed
            trust = {"AssumeRolePolicyDocument": quote(role.trust)}
            yield "Role", _held(role, "Role", role.id) | trust
    for arn, document in documents.items():
        kind = "AWSManagedPolicy" if arn_account(arn) == "aws" else "LocalManagedPolicy"
        yield kind, _policy(arn, document)


def _held(holder: User | Group | Role, kind: str, id: str) -> dict[str, Any]:
    boundary, tags = getattr(holder, "boundary", None), getattr(holder, "tags", {})
    path = holder.arn.split(":", 5)[5].partition("/")[2].rpartition("/")[0]
    return {
        "Path": f"/{path}/" if path else "/",
        f"{kind}Name": holder.arn.rpartition("/")[2],
        f"{kind}Id": id,
        "Arn": holder.arn,
        f"{kind}PolicyList": [
            {"PolicyName": name, "PolicyDocument": quote(text)} for name, text in holder.inline.items()
        ],
        "AttachedManagedPolicies": [
            {"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in holder.managed
        ],
        **({"PermissionsBoundary": _boundary(boundary)} if boundary else {}),
        "Tags": [{"Key": key, "Value": value} for key, value in _pairs(tags)],
    }


def _pairs(tags: Mapping[str, str]) -> list[tuple[str, str]]:
    return list(tags.items())


def _boundary(arn: str) -> dict[str, str]:
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}


def _policy(arn: str, document: str) -> dict[str, Any]:
    """Write a policy with an older version beside the one that holds."""
    return {
        "PolicyName": arn.rpartition("/")[2],
        "Arn": arn,
        "DefaultVersionId": "v2",
        "PolicyVersionList": [
            {"VersionId": "v1", "IsDefaultVersion": False, "Document": quote('{"Statement": []}')},
            {"VersionId": "v2", "IsDefaultVersion": True, "Document": quote(document)},
        ],
    }


ANSWERS: dict[tuple[str, str], Answer] = {
    ("iam", "GetAccountAuthorizationDetails"): get_account_authorization_details
}
