"""Chains of roles: who may assume one that may blind a trail, may."""

from typing import Any

from msgspec.structs import replace

from checker.controls.tamper_permissions import (
    no_indirect_tampering,
    no_partial_tampering,
    tampering_is_restricted,
)
from checker.evidence import Known, Unknown
from checker.inventory import Identities, Inventory, Principal, Principals
from checker.inventory.organization import RESOURCE_CONTROL
from checker.inventory.principals import TRUST_NOT_READ
from checker.model import Status, Thresholds
from tests import hardened as good
from tests.controls.judging import Case, check, parametrize
from tests.controls.test_principals import IN_ORGANIZATION, MFA, denying, governed, verdict
from tests.identities import ADMIN, ADMIN_ARN, USUAL, allowing, role, user, with_principals

PASS, FAIL, UNKNOWN = Status.PASS, Status.FAIL, Status.UNKNOWN
LISTED = Thresholds(break_glass_arns=(good.BREAK_GLASS,))
OTHER = "444455556666"
ASSUME = "sts:AssumeRole"
ASSUMING = allowing(ASSUME)
HERE = good.ACCOUNT
DEVELOPER = f"arn:aws:iam::{HERE}:role/developer"


def trusting(*names: str, also: tuple[dict[str, Any], ...] = (), **condition: Any) -> Known[str]:
    """A trust policy that names accounts, users and roles."""
    trust = good.statement(Principal={"AWS": list(names)}, Action=ASSUME)
    return Known(good.document({**trust, **({"Condition": condition} if condition else {})}, *also))


def listed(trust: Any, *more: Principal, inventory: Inventory | None = None, **changes: Any) -> Inventory:
    """The account, whose break-glass role trusts somebody."""
    found = with_principals(*more, inventory=inventory)
    glass = replace(USUAL[0], trust=trust, **changes)
    (identities,) = found.principals.values()
    assert isinstance(identities.identities, Known)
    everybody = identities.identities.content
    rest = tuple(p for p in everybody.principals if p.arn != glass.arn)
    told = replace(everybody, principals=(glass, *rest), policies={**everybody.policies, BOUND: Known(S3)})
    return replace(found, principals={HERE: replace(identities, identities=Known(told))})


def beside(inventory: Inventory, *strangers: Principal, limits: Any = ()) -> Inventory:
    """With another account of the same organization, whose users and roles were read as well."""
    (own,) = inventory.accounts.values()
    other = replace(own, id=OTHER, caller_arn="", discoveries=())
    moved = tuple(replace(p, arn=p.arn.replace(HERE, OTHER)) for p in strangers)
    identities = Known(Identities(principals=moved, policies={ADMIN_ARN: Known(ADMIN)}))
    return replace(
        inventory,
        accounts={**inventory.accounts, OTHER: other},
        principals={**inventory.principals, OTHER: Principals(account=OTHER, identities=identities)},
    )


BOUND = f"arn:aws:iam::{HERE}:policy/bound"
S3 = allowing("s3:*")
ACCOUNT = trusting(HERE)
DEV = role("developer", inline=ASSUMING)
IDLE = role("developer")
TO_GLASS = allowing(ASSUME, resource=good.BREAK_GLASS)
STEP = role("step", trust=ACCOUNT, inline=TO_GLASS)
TO_STEP = role("developer", inline=allowing(ASSUME, resource=STEP.arn))


def on_tag(value: str) -> Principal:
    condition = {"StringEquals": {"aws:ResourceTag/kind": value}}
    return role("developer", inline=allowing(ASSUME, Condition=condition))


def in_organization(id: str) -> Any:
    return trusting("*", StringEquals={"aws:PrincipalOrgID": id})


SESSION = trusting(f"arn:aws:sts::{HERE}:assumed-role/developer/ann").content
CHAIN = (
    "role/developer may assume role/break-glass (inline policy p0 of role developer, statement 1), which may "
    "cloudtrail:StopLogging and 5 more"
)
AT_HOME: list[tuple[Inventory, Status, str]] = [
    (listed(ACCOUNT), PASS, "none of 2 users and roles may"),
    (listed(ACCOUNT, DEV), FAIL, CHAIN),
    (listed(ACCOUNT, role("developer", inline=TO_GLASS)), FAIL, CHAIN),
    (listed(ACCOUNT, role("developer", inline=allowing(ASSUME, resource=STEP.arn))), PASS, ""),
    (listed(ACCOUNT, IDLE), PASS, ""),
    (listed(ACCOUNT, user("ann", inline=allowing("sts:*"))), FAIL, "user/ann may assume role/break-glass"),
    (listed(Known(good.document()), DEV), PASS, ""),
    (listed(role("x").trust, DEV), PASS, ""),
    # In one account a trust policy that names somebody in person needs no other.
    (listed(trusting(DEVELOPER), IDLE), FAIL, "(the resource's own policy, statement 1)"),
    (listed(trusting(DEVELOPER), role("other", inline=ASSUMING)), PASS, ""),
    (listed(trusting("*"), IDLE), FAIL, "anybody of any account may assume role/break-glass (statement 1"),
    (
        listed(trusting(f"arn:aws:sts::{HERE}:assumed-role/developer/ann"), IDLE),
        FAIL,
        "role/developer may assume",
    ),
    (listed(Known(SESSION.replace("/", "\\/")), IDLE), FAIL, "role/developer may assume"),
    (listed(Known(SESSION.replace("assumed-role", "\\u0061ssumed-role")), IDLE), FAIL, "role/developer may"),
    (listed(Known(SESSION.replace("/ann", "\\\\/ann")), IDLE), PASS, ""),
    # What can be met keeps nobody out, and is told.
    (
        listed(trusting(HERE, StringEquals={"sts:ExternalId": "x"}), DEV),
        FAIL,
        "statement 1 when StringEquals sts:ExternalId x)",
    ),
    (listed(trusting(HERE, Bool=MFA["Bool"]), DEV), FAIL, "when Bool aws:MultiFactorAuthPresent true"),
    (listed(trusting(HERE, ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:role/ops*"}), DEV), PASS, ""),
    (listed(trusting(HERE, ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:role/dev*"}), DEV), FAIL, CHAIN),
    (listed(trusting(HERE, StringEquals={"aws:PrincipalOrgID": "o-x"}), DEV), PASS, ""),
    (
        listed(trusting(HERE, StringEquals={"aws:PrincipalOrgID": "o-x"}), DEV, inventory=IN_ORGANIZATION),
        FAIL,
        CHAIN,
    ),
    (listed(ACCOUNT, on_tag("glass"), tags=(("kind", "glass"),)), FAIL, CHAIN.partition("(")[0]),
    (listed(ACCOUNT, on_tag("other"), tags=(("kind", "glass"),)), PASS, ""),
    (listed(ACCOUNT, on_tag("glass")), PASS, ""),
    # Denied.
    (listed(ACCOUNT, role("developer", inline=(ASSUMING, denying("sts:*")))), PASS, ""),
    (
        listed(
            trusting(
                HERE,
                also=(good.statement(Effect="Deny", Principal={"AWS": DEVELOPER}, Action=ASSUME),),
            ),
            DEV,
        ),
        PASS,
        "",
    ),
    (listed(ACCOUNT, replace(DEV, boundary=BOUND)), PASS, ""),
    (listed(ACCOUNT, replace(DEV, boundary=ADMIN_ARN)), FAIL, CHAIN),
    # Step by step.
    (listed(trusting(STEP.arn), STEP, TO_STEP), FAIL, "developer may assume role/step (inline policy"),
    (listed(trusting(STEP.arn), STEP, TO_STEP), FAIL, "statement 1), then role/break-glass (inline policy"),
    (listed(trusting(STEP.arn), replace(STEP, trust=role("x").trust), TO_STEP), FAIL, "role/step may assume"),
    (
        listed(
            trusting(DEVELOPER, STEP.arn),
            replace(STEP, trust=trusting(DEVELOPER)),
            replace(IDLE, trust=trusting(STEP.arn)),
        ),
        FAIL,
        "role/step may assume role/break-glass",
    ),
    # Not read.
    (listed(TRUST_NOT_READ), UNKNOWN, "who may assume the roles"),
    (listed(Known("{")), UNKNOWN, "the trust policy of"),
    (listed(ACCOUNT, role("developer", inline=(ASSUMING, "{"))), UNKNOWN, "cannot be read"),
    (listed(Known("{"), role("other", inline=allowing("cloudtrail:*"))), FAIL, "role/other may"),
]
STRANGER = role("developer", inline=ASSUMING)


def run_by(service: str, *accounts: str) -> Principal:
    """A role that a service assumes, and that may assume any role."""
    principal = {"Service": service, **({"AWS": list(accounts)} if accounts else {})}
    trust = good.document(good.statement(Principal=principal, Action=ASSUME))
    return role("deployer", inline=ASSUMING, trust=Known(trust))


def unread(why: Unknown, trust: Any = None, state: str = "ACTIVE") -> Inventory:
    """With another account that was audited, and whose users and roles could not be read."""
    found = beside(listed(trust or trusting(OTHER)), STRANGER)
    accounts = {**found.accounts, OTHER: replace(found.accounts[OTHER], state=state)}
    principals = {**found.principals, OTHER: Principals(account=OTHER, identities=why)}
    return replace(found, accounts=accounts, principals=principals)


ABROAD: list[tuple[Inventory, Status, str]] = [
    (
        beside(listed(trusting(OTHER)), STRANGER),
        FAIL,
        f"arn:aws:iam::{OTHER}:role/developer may assume role/",
    ),
    (beside(listed(trusting(OTHER)), role("idle")), PASS, ""),
    (beside(listed(ACCOUNT), STRANGER), PASS, ""),
    # Across accounts both have to allow, even where somebody is named in person.
    (beside(listed(trusting(STRANGER.arn.replace(HERE, OTHER))), role("developer")), PASS, ""),
    (beside(listed(trusting(STRANGER.arn.replace(HERE, OTHER))), STRANGER), FAIL, "role/developer may"),
    (beside(listed(in_organization("o-x"), inventory=IN_ORGANIZATION), STRANGER), FAIL, "role/developer may"),
    (beside(listed(in_organization("o-y"), inventory=IN_ORGANIZATION), STRANGER), PASS, ""),
    (listed(trusting("999988887777")), PASS, "who of 999988887777 may assume a role was not read"),
    (unread(good.DENIED), UNKNOWN, "access was denied"),
    (unread(good.DENIED, trust=in_organization("o-x")), UNKNOWN, "access was denied"),
    (unread(good.DENIED, state="CLOSED"), PASS, ""),
    (unread(good.DENIED, trust=ACCOUNT), PASS, ""),
    # What deploys for others is nobody's to become; what runs code of its own is.
    (beside(listed(trusting(OTHER)), run_by("controltower.amazonaws.com")), PASS, ""),
    (beside(listed(trusting(OTHER)), run_by("cloudformation.amazonaws.com")), PASS, ""),
    (beside(listed(trusting(OTHER)), run_by("cloudformation.amazonaws.com", OTHER)), FAIL, "role/deployer"),
    (beside(listed(trusting(OTHER)), run_by("lambda.amazonaws.com")), FAIL, "role/deployer may assume"),
    # From account to account and back.
    (
        beside(
            listed(trusting(OTHER), user("ann", inline=ASSUMING)),
            role("hub", inline=ASSUMING, trust=trusting(HERE)),
        ),
        FAIL,
        f"user/ann may assume arn:aws:iam::{OTHER}:role/hub (inline policy p0 of user ann, statement 1), "
        "then role/break-glass",
    ),
]


def limited(text: str, **changes: Any) -> Inventory:
    """Under a policy of the organization."""
    return listed(ACCOUNT, DEV, inventory=governed(("ou-work", text), **changes))


STEP_OPEN = replace(STEP, trust=Known("{"), inline=())
ADMINS = listed(ACCOUNT, role("admin", attached=(ADMIN_ARN,), trust=trusting(HERE)), DEV)
UNREAD_GLASS = listed(ACCOUNT, DEV, attached=(), inline=role("x", inline="{").inline)
CASES = [
    *(Case(tampering_is_restricted, *row, thresholds=LISTED) for row in (*AT_HOME, *ABROAD)),
    *(Case(no_partial_tampering, *row, thresholds=LISTED) for row in (*AT_HOME, *ABROAD)),
    Case(no_partial_tampering, ADMINS, FAIL, "role/developer may assume"),
    Case(no_indirect_tampering, ADMINS, FAIL, "role/developer may assume role/"),
    # Administrators of another account are no news, and what may nothing needs no trust.
    Case(no_partial_tampering, beside(listed(trusting(OTHER)), role("a", attached=(ADMIN_ARN,))), PASS),
    Case(no_partial_tampering, listed(role("x").trust, STEP_OPEN), PASS, "", LISTED),
    Case(tampering_is_restricted, limited(denying("s3:*")), FAIL, CHAIN, LISTED),
    Case(tampering_is_restricted, limited(denying("sts:*")), PASS, "", LISTED),
    Case(
        tampering_is_restricted,
        limited(denying("sts:*", Principal="*"), kind=RESOURCE_CONTROL),
        PASS,
        "",
        LISTED,
    ),
    # Whether the listed role may is not known, and only matters to who may become it.
    Case(tampering_is_restricted, UNREAD_GLASS, UNKNOWN, "break-glass cannot be read", LISTED),
    Case(
        tampering_is_restricted,
        listed(role("x").trust, DEV, attached=(), inline=role("x", inline="{").inline),
        PASS,
        "",
        LISTED,
    ),
]


@parametrize(CASES)
def test_case(case: Case) -> None:
    check(case)


def test_the_evidence_shows_each_step() -> None:
    world = listed(trusting(STEP.arn), STEP, TO_STEP, attached=(), inline=role("x", inline=ADMIN).inline)
    _, evidence = verdict(no_partial_tampering, replace(world, principals=_known_at(world)))
    (lines,) = (e.value for e in evidence if e.origin.action == "iam:GetAccountAuthorizationDetails")
    (line,) = (one for one in lines if one.startswith(DEVELOPER))
    assert line.startswith(
        f"{DEVELOPER} may assume {STEP.arn} (inline policy p0 of role developer, statement 1)"
    )
    assert f", which may: {good.BREAK_GLASS}: cloudtrail:StopLogging" in line


def _known_at(world: Inventory) -> dict[str, Principals]:
    from tests.identities import READ_AT

    (found,) = world.principals.values()
    assert isinstance(found.identities, Known)
    return {HERE: replace(found, identities=Known(found.identities.content, READ_AT))}
