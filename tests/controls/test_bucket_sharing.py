from typing import Any

from msgspec.structs import replace

from checker.catalog import CONTROLS
from checker.evidence import Cause, Known, Unknown
from checker.inventory import Declaration, Grant, Inventory, ReplicationRule
from checker.model import Status, Thresholds
from tests.controls.judging import Case, check, parametrize
from tests.hardened import (
    ACCOUNT,
    BUCKET,
    BUCKET_ARN,
    CLOUDTRAIL,
    DENIED,
    OWNER,
    document,
    hardened,
    statement,
)

ACROSS, HYGIENE, LOCKOUT = (CONTROLS[id] for id in ("TH326", "TH327", "TH328"))
FOREIGN, ORGANIZATION = "444455556666", "o-a1b2c3d4e5"
OBJECTS = f"{BUCKET_ARN}/*"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
PERIMETER = statement(
    Effect="Deny",
    Principal="*",
    Action="s3:*",
    Resource=[BUCKET_ARN, OBJECTS],
    Condition={
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    },
)
MEMBER = {"organization": Known(ORGANIZATION)}
TRUSTING = Thresholds(trusted_accounts=(FOREIGN,))


def reading(principal: Any, **more: Any) -> dict[str, Any]:
    return statement(Principal=principal, Action="s3:GetObject", Resource=OBJECTS, **more)


def policy(*statements: dict[str, Any], account: Any = None, **bucket: Any) -> Inventory:
    return hardened(bucket={"policy": Known(document(*statements)), **bucket}, account=account)


def of(*condition: Any) -> dict[str, Any]:
    operator, key, value = condition
    return {"Condition": {operator: {key: value}}}


BY_ORGANIZATION = reading("*", **of("StringEquals", "aws:PrincipalOrgID", ORGANIZATION))
BY_PATH = reading("*", **of("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", f"{ORGANIZATION}/r-x/*"))
BY_ACCOUNT = reading("*", **of("StringEquals", "aws:PrincipalAccount", FOREIGN))
BY_ROLE = reading("*", **of("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/reader-*"))
BY_ANY_ROLE = reading("*", **of("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/reader"))
BY_NAME = reading("*", **of("StringEquals", "aws:username", "admin"))
BY_ENDPOINT = reading("*", **of("StringEquals", "aws:SourceVpce", "vpce-1a2b3c4d"))
BY_SOURCE = reading("*", **of("StringEquals", "aws:SourceAccount", FOREIGN))
IF_EXISTS = reading("*", **of("StringEqualsIfExists", "aws:PrincipalOrgID", ORGANIZATION))
TO_FOREIGN = reading({"AWS": FOREIGN})
TO_ROLE = reading({"AWS": f"arn:aws:iam::{FOREIGN}:role/reader"})
TO_OWN = reading({"AWS": [ROOT, f"arn:aws:iam::{ACCOUNT}:role/reader"]})
TO_SERVICES = reading({"Service": ["config.amazonaws.com", "delivery.logs.amazonaws.com"]})
TO_ROLE_OF_MEMBERS = reading(
    {"AWS": f"arn:aws:iam::{FOREIGN}:role/reader"}, **of("StringEquals", "aws:PrincipalOrgID", ORGANIZATION)
)
DELETED = reading({"AWS": "AROAEXAMPLEEXAMPLE123"})
CANONICAL = reading({"CanonicalUser": "0" * 64})
FEDERATED = reading({"Federated": "accounts.google.com"})
SAML = reading({"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"})
ALL_BUT = statement(NotPrincipal={"AWS": ROOT}, Action="s3:GetObject", Resource=OBJECTS)


def copied(account: str | None, *, enabled: bool = True, owner: str = ACCOUNT) -> Inventory:
    """A log bucket that replicates to a bucket of an account, which the rule names."""
    rule = ReplicationRule(
        enabled=enabled,
        destination_arn="arn:aws:s3:::copy",
        destination_account=account,
        delete_markers=False,
        owner_override=True,
        kms_objects=True,
    )
    return hardened(bucket={"replication": Known((rule,)), "account": Known(owner)})


def deployed_with_copy(owner: str) -> Inventory:
    """The same as templates that declare both buckets, the copy in an account of its own."""
    found = copied(FOREIGN)
    log_bucket = found.buckets[BUCKET]
    copy = replace(log_bucket, arn="arn:aws:s3:::copy", name="copy", account=Known(owner))
    told = Declaration(arn=BUCKET_ARN, account=ACCOUNT, region="", language="cloudformation")
    return replace(found, linked_buckets={"copy": copy}, declarations={BUCKET_ARN: told})


FELLOW = hardened(bucket={"policy": Known(document(TO_FOREIGN))}, account=MEMBER)
FELLOW.accounts[FOREIGN] = type(OWNER)(
    id=FOREIGN,
    caller_arn="",
    regions=OWNER.regions,
    discoveries=(),
    public_access_block=OWNER.public_access_block,
    organization=Known(ORGANIZATION),
    management_account=Known(ACCOUNT),
)
UNREAD = Unknown("not told", Cause.DENIED)

DENY_ALL = statement(Effect="Deny", Principal="*", Action="s3:*", Resource=[BUCKET_ARN, OBJECTS])


def but(operator: str, key: str, value: Any) -> dict[str, Any]:
    return {**DENY_ALL, "Condition": {operator: {key: value}}}


def but_for(*names: str) -> dict[str, Any]:
    """Everything is denied to all but these."""
    spared = {key: value for key, value in DENY_ALL.items() if key != "Principal"}
    return {**spared, "NotPrincipal": {"AWS": list(names)}}


FOREIGN_ROLE = f"arn:aws:iam::{FOREIGN}:role/reader"
SPARED: list[tuple[tuple[str, ...], Status, str]] = [
    ((ROOT, FOREIGN), Status.FAIL, f"account {FOREIGN}"),
    ((ROOT, f"arn:aws:iam::{FOREIGN}:root"), Status.FAIL, f"account {FOREIGN}"),
    ((ROOT, FOREIGN_ROLE, FOREIGN), Status.FAIL, FOREIGN),
    ((ROOT, f"arn:aws:iam::{ACCOUNT}:role/reader"), Status.PASS, ""),
]

OWNER_ID, STRANGER_ID = "0" * 64, "f" * 64


def acl(*grantees: str, **bucket: Any) -> Inventory:
    """Everything granted to those users by the ACL, which is in force."""
    grants = Known(tuple(Grant(grantee=one, permission="FULL_CONTROL") for one in grantees))
    known = {"acl": grants, "acl_owner": Known(OWNER_ID), "object_ownership": Known("ObjectWriter")}
    return hardened(bucket={**known, **bucket})


CASES = [
    Case(ACROSS, hardened(), Status.PASS),
    Case(ACROSS, acl(OWNER_ID), Status.PASS),
    Case(ACROSS, acl(OWNER_ID, STRANGER_ID), Status.UNKNOWN, f"whose canonical user {STRANGER_ID} is"),
    Case(ACROSS, acl(OWNER_ID, object_ownership=Known(None)), Status.PASS),
    Case(ACROSS, acl(STRANGER_ID, object_ownership=Known("BucketOwnerEnforced")), Status.PASS),
    Case(ACROSS, acl(OWNER_ID, "http://acs.amazonaws.com/groups/s3/LogDelivery"), Status.PASS),
    Case(ACROSS, acl(OWNER_ID, acl_owner=DENIED), Status.UNKNOWN, "denied"),
    Case(ACROSS, acl(OWNER_ID, acl=DENIED), Status.UNKNOWN, "denied"),
    Case(ACROSS, acl(STRANGER_ID, policy=Known(document(TO_FOREIGN))), Status.FAIL),
    Case(ACROSS, hardened(bucket={"policy": Known(None)}), Status.PASS),
    Case(ACROSS, policy(TO_OWN), Status.PASS),
    Case(ACROSS, policy(TO_SERVICES), Status.PASS),
    Case(ACROSS, policy(TO_FOREIGN), Status.FAIL, f"lets account {FOREIGN} perform s3:GetObject"),
    Case(ACROSS, policy(TO_ROLE), Status.FAIL, f"{FOREIGN}:role/reader"),
    Case(ACROSS, policy(TO_FOREIGN), Status.PASS, "", TRUSTING),
    Case(ACROSS, policy(TO_ROLE), Status.PASS, "", TRUSTING),
    Case(ACROSS, policy(TO_FOREIGN), Status.PASS, "", Thresholds(log_archive_account=FOREIGN)),
    Case(ACROSS, policy(TO_FOREIGN), Status.FAIL, "", Thresholds(trusted_accounts=("777788889999",))),
    Case(ACROSS, FELLOW, Status.PASS),
    Case(ACROSS, policy(reading("*")), Status.FAIL, "any account"),
    Case(ACROSS, policy(reading({"AWS": "*"})), Status.FAIL, "any account"),
    Case(ACROSS, policy(ALL_BUT), Status.FAIL, "any account"),
    Case(ACROSS, policy(FEDERATED), Status.FAIL, "accounts.google.com"),
    Case(ACROSS, policy(SAML), Status.PASS),
    Case(ACROSS, policy(DELETED), Status.PASS),
    Case(ACROSS, policy(CANONICAL), Status.UNKNOWN, "canonical user"),
    Case(ACROSS, policy(CANONICAL, TO_FOREIGN), Status.FAIL),
    Case(ACROSS, policy(BY_ORGANIZATION, account=MEMBER), Status.PASS),
    Case(ACROSS, policy(BY_PATH, account=MEMBER), Status.PASS),
    Case(ACROSS, policy(TO_ROLE_OF_MEMBERS, account=MEMBER), Status.PASS),
    Case(ACROSS, policy(BY_ORGANIZATION, account={"organization": Known("o-somebodyelse")}), Status.FAIL),
    Case(ACROSS, policy(BY_ORGANIZATION), Status.FAIL),
    Case(ACROSS, policy(BY_ORGANIZATION, account={"organization": UNREAD}), Status.UNKNOWN, "not told"),
    Case(ACROSS, policy(BY_ORGANIZATION, TO_FOREIGN, account={"organization": UNREAD}), Status.FAIL),
    Case(ACROSS, policy(IF_EXISTS, account=MEMBER), Status.FAIL),
    Case(ACROSS, policy(reading("*"), PERIMETER, account=MEMBER), Status.PASS),
    Case(ACROSS, policy(TO_FOREIGN, PERIMETER, account=MEMBER), Status.PASS),
    Case(ACROSS, policy(BY_ACCOUNT), Status.FAIL),
    Case(ACROSS, policy(BY_ACCOUNT), Status.PASS, "", TRUSTING),
    Case(ACROSS, policy(BY_ROLE), Status.PASS),
    Case(ACROSS, policy(BY_ANY_ROLE), Status.FAIL),
    Case(ACROSS, policy(BY_NAME, account=MEMBER), Status.FAIL),
    *(
        Case(ACROSS, policy(reading("*"), but_for(*names), account=MEMBER), status, who)
        for names, status, who in SPARED
    ),
    Case(ACROSS, policy(reading("*"), but_for(ROOT, FOREIGN), account=MEMBER), Status.PASS, "", TRUSTING),
    Case(ACROSS, policy(BY_ENDPOINT), Status.UNKNOWN, "aws:SourceVpce"),
    Case(ACROSS, policy(BY_SOURCE), Status.PASS),
    Case(ACROSS, copied(FOREIGN), Status.FAIL, f"replicated to copy of account {FOREIGN}"),
    Case(ACROSS, copied(FOREIGN), Status.PASS, "", TRUSTING),
    Case(ACROSS, copied(FOREIGN, enabled=False), Status.PASS),
    Case(ACROSS, deployed_with_copy(FOREIGN), Status.PASS),
    Case(ACROSS, deployed_with_copy("999999999999"), Status.FAIL, "replicated to copy"),
    Case(ACROSS, copied(ACCOUNT), Status.PASS),
    Case(ACROSS, copied(None), Status.PASS),
    Case(ACROSS, copied(FOREIGN, owner="000000000000"), Status.UNKNOWN, "is not given"),
    Case(ACROSS, hardened(bucket={"replication": DENIED}), Status.UNKNOWN),
    Case(ACROSS, hardened(bucket={"policy": DENIED}), Status.UNKNOWN),
    Case(
        ACROSS,
        hardened(bucket={"policy": Known(document(TO_FOREIGN)), "account": Known("000000000000")}),
        Status.UNKNOWN,
        "--parameters",
    ),
    Case(ACROSS, hardened(bucket={"account": UNREAD}), Status.UNKNOWN),
    Case(HYGIENE, hardened(), Status.PASS),
    Case(HYGIENE, hardened(bucket={"policy": Known(None)}), None, "no policy"),
    Case(HYGIENE, policy(ALL_BUT), Status.FAIL, "NotPrincipal"),
    Case(
        HYGIENE,
        policy(statement(Principal=CLOUDTRAIL, NotAction="s3:GetObject", Resource=OBJECTS)),
        Status.FAIL,
        "NotAction",
    ),
    Case(HYGIENE, policy(reading(CLOUDTRAIL) | {"Action": "S3:*"}), Status.FAIL, "(S3:*)"),
    Case(HYGIENE, policy(reading(CLOUDTRAIL) | {"Action": ["s3:GetObject", "*"]}), Status.FAIL, "(*)"),
    Case(HYGIENE, policy(reading(CLOUDTRAIL) | {"Action": "s3:Get*"}), Status.PASS),
    Case(HYGIENE, policy(DENY_ALL), Status.PASS),
    Case(HYGIENE, hardened(bucket={"policy": DENIED}), Status.UNKNOWN),
    Case(LOCKOUT, hardened(), Status.PASS),
    Case(LOCKOUT, hardened(bucket={"policy": Known(None)}), Status.PASS),
    Case(LOCKOUT, policy(DENY_ALL), Status.FAIL, "statement 1 denies every action"),
    Case(LOCKOUT, policy({**DENY_ALL, "Action": "*"}), Status.FAIL),
    Case(LOCKOUT, policy(but("ArnNotEquals", "aws:PrincipalArn", ROOT)), Status.FAIL),
    Case(LOCKOUT, policy(but("StringNotLike", "aws:userid", ACCOUNT)), Status.FAIL),
    Case(LOCKOUT, policy(but("BoolIfExists", "aws:PrincipalIsAWSService", "false")), Status.FAIL),
    Case(
        LOCKOUT, policy(but("ArnNotLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/x")), Status.PASS
    ),
    Case(LOCKOUT, policy(but("StringNotEquals", "aws:PrincipalOrgID", ORGANIZATION)), Status.PASS),
    Case(LOCKOUT, policy(but("Bool", "aws:SecureTransport", "false")), Status.PASS),
    Case(LOCKOUT, policy({**DENY_ALL, "Action": "s3:Delete*"}), Status.PASS),
    Case(LOCKOUT, policy({**DENY_ALL, "Resource": OBJECTS}), Status.PASS),
    Case(LOCKOUT, policy({**DENY_ALL, "Principal": {"AWS": FOREIGN}}), Status.PASS),
    Case(LOCKOUT, hardened(bucket={"policy": DENIED}), Status.UNKNOWN),
]


@parametrize(CASES)
def test_case(case: Case) -> None:
    check(case)
