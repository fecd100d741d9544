"""Roles that anybody may assume: of whatever account, or of whatever application of an identity provider."""

import json
from typing import Any

from msgspec.structs import replace

from checker.controls.tamper_permissions import tampering_is_restricted
from checker.evidence import Known
from checker.inventory import Inventory
from checker.inventory.organization import RESOURCE_CONTROL
from checker.model import Status
from tests import hardened as good
from tests.controls.judging import Case, check, parametrize
from tests.controls.test_assuming import DEV, DEVELOPER, IDLE, LISTED, listed, trusting
from tests.controls.test_principals import denying, governed

PASS, FAIL, UNKNOWN = Status.PASS, Status.FAIL, Status.UNKNOWN
SESSION = f"arn:aws:sts::{good.ACCOUNT}:assumed-role/developer/ann"


def alone(trust: Any, inventory: Inventory | None = None) -> Inventory:
    """Nobody but the break-glass role, which trusts somebody."""
    found = listed(trust, inventory=inventory)
    (own,) = found.principals.values()
    assert isinstance(own.identities, Known)
    everybody = own.identities.content
    glass = tuple(p for p in everybody.principals if p.arn == good.BREAK_GLASS)
    told = replace(own, identities=Known(replace(everybody, principals=glass)))
    return replace(found, principals={good.ACCOUNT: told})


NOT_ONE = good.statement(NotPrincipal={"AWS": "arn:aws:iam::999988887777:root"}, Action="sts:AssumeRole")
BOB = {
    "Effect": "Deny",
    "Principal": {"AWS": SESSION.replace("/ann", "/bob")},
    "Action": "sts:AssumeRole",
}
KEPT_OUT = denying(
    "sts:AssumeRole", Principal="*", Condition={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-x"}}
)
GITHUB, COGNITO = "token.actions.githubusercontent.com", "cognito-identity.amazonaws.com"


def signed_in(
    provider: str = f"arn:aws:iam::{good.ACCOUNT}:oidc-provider/{GITHUB}",
    action: str = "sts:AssumeRoleWithWebIdentity",
    **condition: Any,
) -> Known[str]:
    """A trust policy for those who sign in with an identity provider, under a condition."""
    trust = good.statement(Principal={"Federated": provider}, Action=action)
    return Known(good.document({**trust, **({"Condition": condition} if condition else {})}))


AUDIENCE = {f"{GITHUB}:aud": "sts.amazonaws.com"}
OWN_REPOSITORY = {f"{GITHUB}:sub": "repo:example/app:*"}
OWN_POOL = {f"{COGNITO}:aud": "us-east-1:12345678-0000-1111-2222-333344445555"}
BY_CLAIM = denying(
    "sts:AssumeRoleWithWebIdentity", Principal="*", Condition={"StringNotLikeIfExists": OWN_REPOSITORY}
)
NO_WEB = denying("sts:AssumeRoleWithWebIdentity", Principal="*")
SIGNED_IN = (
    f"anybody who signs in with {GITHUB} may assume role/break-glass (statement 1 of its trust policy)"
)
SIGNING_IN: list[tuple[Inventory, Status, str]] = [
    (alone(signed_in()), FAIL, SIGNED_IN),
    (alone(signed_in(StringEquals=AUDIENCE)), FAIL, SIGNED_IN),
    (alone(signed_in(StringEquals=AUDIENCE, StringLike=OWN_REPOSITORY)), PASS, ""),
    (alone(signed_in(StringLike={f"{GITHUB}:sub": "*"})), FAIL, SIGNED_IN),
    (alone(signed_in(StringLikeIfExists=OWN_REPOSITORY)), FAIL, SIGNED_IN),
    (alone(signed_in(StringNotLike=OWN_REPOSITORY)), FAIL, SIGNED_IN),
    (alone(signed_in(action="sts:*")), FAIL, SIGNED_IN),
    (alone(signed_in(action="sts:AssumeRoleWithSAML")), PASS, ""),
    (alone(signed_in(COGNITO)), FAIL, f"anybody who signs in with {COGNITO}"),
    (alone(signed_in(COGNITO, StringEquals=OWN_POOL)), PASS, ""),
    (alone(signed_in(f"arn:aws:iam::{good.ACCOUNT}:oidc-provider/id.example.com")), PASS, ""),
    (alone(signed_in(), governed(("ou-work", NO_WEB), kind=RESOURCE_CONTROL)), PASS, ""),
    (alone(signed_in(), governed(("ou-work", KEPT_OUT), kind=RESOURCE_CONTROL)), FAIL, SIGNED_IN),
    (alone(signed_in(), governed(("ou-work", BY_CLAIM), kind=RESOURCE_CONTROL)), UNKNOWN, "for claims"),
]
ANYBODY = "anybody of any account may assume role/break-glass (statement 1 of its trust policy), which may"
TRUSTING: list[tuple[Inventory, Status, str]] = [
    (alone(trusting("*")), FAIL, ANYBODY),
    (alone(trusting("*", StringEquals={"sts:ExternalId": "x"})), FAIL, ANYBODY),
    (alone(trusting("*", ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:role/ops"})), FAIL, ANYBODY),
    (alone(trusting("*", ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{good.ACCOUNT}:role/ops"})), PASS, ""),
    (alone(trusting("*", StringEquals={"aws:PrincipalAccount": "999988887777"})), PASS, ""),
    (alone(trusting("*", StringEquals={"aws:PrincipalOrgID": "o-x"})), PASS, ""),
    (alone(trusting("*", IpAddress={"aws:SourceIp": "203.0.113.7/32"})), PASS, ""),
    (alone(Known(good.document(NOT_ONE))), FAIL, "anybody of any account"),
    (alone(trusting("*"), governed(("ou-work", KEPT_OUT), kind=RESOURCE_CONTROL)), PASS, ""),
    (alone(trusting("*"), governed(("ou-work", KEPT_OUT))), FAIL, ANYBODY),
    (alone(trusting("*"), governed(policies=good.DENIED)), UNKNOWN, "access was denied"),
    # A way that begins with anybody.
    (
        listed(trusting(DEVELOPER), replace(IDLE, trust=trusting("*"))),
        FAIL,
        "anybody of any account may assume role/developer (statement 1 of its trust policy), then "
        "role/break-glass (the resource's own policy, statement 1), which may",
    ),
    # One session that is kept out leaves all others; no role has the ARN of its sessions.
    (
        listed(Known(good.document(json.loads(trusting(DEVELOPER).content)["Statement"][0], BOB)), IDLE),
        FAIL,
        "",
    ),
    (
        listed(trusting(good.ACCOUNT, ArnLike={"aws:PrincipalArn": SESSION.replace("/ann", "/*")}), DEV),
        PASS,
        "",
    ),
]
CASES = [Case(tampering_is_restricted, *row, thresholds=LISTED) for row in (*TRUSTING, *SIGNING_IN)]


@parametrize(CASES)
def test_case(case: Case) -> None:
    check(case)
