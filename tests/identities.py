"""Users and roles of the hardened account: nobody but the break-glass role may do harm."""

import json
from typing import Any

from msgspec.structs import replace

from checker.evidence import Known, Origin
from checker.inventory import Group, Identities, InlinePolicy, Inventory, Principal, Principals
from tests import hardened as good

ADMIN_ARN = "arn:aws:iam::aws:policy/AdministratorAccess"
LOOKING_ARN = f"arn:aws:iam::{good.ACCOUNT}:policy/looking"
ADMIN = good.document(good.statement(Action="*", Resource="*"))
LOOKING = good.document(good.statement(Action=["cloudtrail:Get*", "cloudtrail:Describe*"], Resource="*"))
READ_AT = Origin(action="iam:GetAccountAuthorizationDetails", account=good.ACCOUNT, field="UserDetailList")


BY_SERVICE = good.document(
    good.statement(Principal={"Service": "ec2.amazonaws.com"}, Action="sts:AssumeRole")
)
"""The trust policy of a role that nobody but a service assumes."""


def role(name: str, **more: Any) -> Principal:
    """A role of the hardened account, for a service; ``inline`` is a document or several."""
    told = {"trust": Known(BY_SERVICE), **more}
    return Principal(arn=f"arn:aws:iam::{good.ACCOUNT}:role/{name}", id="AROAEXAMPLE", **_held(told))


def user(name: str, **more: Any) -> Principal:
    """A user of the hardened account."""
    return Principal(arn=f"arn:aws:iam::{good.ACCOUNT}:user/{name}", id="AIDAEXAMPLE", **_held(more))


def _held(more: dict[str, Any]) -> dict[str, Any]:
    if "inline" not in more:
        return more
    documents = more["inline"] if isinstance(more["inline"], tuple) else (more["inline"],)
    return more | {"inline": tuple(InlinePolicy(name=f"p{n}", document=d) for n, d in enumerate(documents))}


BREAK_GLASS = role("break-glass", attached=(ADMIN_ARN,))
USUAL = (
    BREAK_GLASS,
    role("looking", attached=(LOOKING_ARN,)),
    role("aws-service-role/cloudtrail.amazonaws.com/AWSServiceRoleForCloudTrail", inline=ADMIN),
    user("reader", groups=("readers",)),
)
GROUPS = {"readers": Group(arn=f"arn:aws:iam::{good.ACCOUNT}:group/readers", attached=(LOOKING_ARN,))}
POLICIES = {ADMIN_ARN: Known(ADMIN), LOOKING_ARN: Known(LOOKING)}


def with_principals(
    *more: Principal,
    inventory: Inventory | None = None,
    groups: dict[str, Group] | None = None,
    policies: dict[str, Any] | None = None,
) -> Inventory:
    """The hardened account with more users and roles than the usual."""
    identities = Identities(
        principals=(*USUAL, *more),
        groups=GROUPS | (groups or {}),
        policies=POLICIES | {arn: _document(found) for arn, found in (policies or {}).items()},
    )
    found = Principals(account=good.ACCOUNT, identities=Known(identities, READ_AT))
    return _with(inventory or good.hardened(), found)


def _document(found: Any) -> Any:
    return Known(found) if isinstance(found, str) else found


def _with(inventory: Inventory, found: Principals) -> Inventory:
    return replace(inventory, principals={found.account: found})


def allowing(*actions: str, resource: Any = "*", **more: Any) -> str:
    """A document with one Allow."""
    return good.document(good.statement(Action=list(actions), Resource=resource, **more))


def joined(*documents: str) -> str:
    """One document with the statements of several."""
    return good.document(*(s for d in documents for s in json.loads(d)["Statement"]))
