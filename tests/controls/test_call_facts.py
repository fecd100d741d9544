"""What a call carries decides who may: the time, the Region, tags, sessions, and which services are bound."""

import json
from typing import Any

from msgspec.structs import replace

from checker.controls.identity_policies import (
    no_decrypt_on_all_keys,
    no_full_cloudtrail_access,
    no_full_kms_access,
)
from checker.controls.tamper_permissions import (
    no_indirect_tampering,
    no_partial_tampering,
)
from checker.evidence import Known
from checker.inventory import Inventory, Principal
from checker.inventory.organization import RESOURCE_CONTROL
from checker.model import Status
from tests import hardened as good
from tests.controls.judging import Case, check, parametrize
from tests.controls.test_assuming import LISTED
from tests.controls.test_principals import (
    IN_ORGANIZATION,
    STOP,
    denying,
    governed,
    holding,
    naming,
    on,
    stopping,
)
from tests.identities import ADMIN, BY_SERVICE, allowing, joined, role, user, with_principals

PASS, FAIL, UNKNOWN = Status.PASS, Status.FAIL, Status.UNKNOWN
PAST, FUTURE = "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z"


def allow(*actions: str, **condition: Any) -> str:
    return allowing(*actions, Condition=condition)


def deny(*actions: str, **condition: Any) -> str:
    return denying(*actions, Condition=condition)


def until(moment: str) -> dict[str, Any]:
    return {"DateLessThan": {"aws:CurrentTime": moment}}


def since(moment: str) -> dict[str, Any]:
    return {"DateGreaterThan": {"aws:CurrentTime": moment}}


def tagged(**tags: str) -> Inventory:
    return good.hardened(trail={"tags": Known(tags)})


OLD_VARIABLES = {
    **good.statement(Action=STOP, Resource="*"),
    "Condition": {"StringEquals": {"aws:PrincipalAccount": "${aws:PrincipalAccount}"}},
}
ON_TEAM = {"StringEquals": {"aws:ResourceTag/team": "sec"}}
BY_TEAM = {"StringEquals": {"aws:PrincipalTag/team": "sec"}}
NOT_OF_TEAM = {"StringNotEquals": {"aws:PrincipalTag/team": "sec"}}
AS_ANN = {"StringEquals": {"aws:SourceIdentity": "ann"}}
ALL_BUT = {"Effect": "Allow", "Principal": {"AWS": "9" * 12}, "NotAction": "sts:AssumeRoleWithSAML"}


def letting(*actions: str) -> Known[str]:
    """A trust policy that lets another account do these."""
    return Known(good.document(good.statement(Principal={"AWS": "9" * 12}, Action=list(actions))))


OTHERS_ADMIN = allow("*", ArnEquals={"aws:PrincipalArn": f"arn:aws:iam::{good.ACCOUNT}:role/other"})
BOUNDARY = f"arn:aws:iam::{good.ACCOUNT}:policy/boundary"
TRAILS: list[tuple[Inventory, Status, str]] = [
    # Time only moves on.
    (holding(allow(STOP, **until(PAST))), PASS, ""),
    (holding(allow(STOP, **until(FUTURE))), FAIL, f"when DateLessThan aws:CurrentTime {FUTURE}"),
    (holding(allow(STOP, **since(FUTURE))), FAIL, ""),
    (holding(allow(STOP, **since(PAST), **until("2020-02-01T00:00:00Z"))), PASS, ""),
    (holding(allow(STOP, NumericLessThan={"aws:EpochTime": "1577836800"})), PASS, ""),
    (holding(allow(STOP, DateLessThan={"aws:EpochTime": "1577836800"})), PASS, ""),
    (holding(allow(STOP, DateLessThan={"aws:CurrentTime": "some day"})), UNKNOWN, ""),
    (holding(allow(STOP, StringLike={"aws:CurrentTime": "2020*"})), UNKNOWN, "compares the time as text"),
    (holding(allowing(STOP), deny("*", **since(PAST))), PASS, ""),
    (holding(allowing(STOP), deny("*", **until(FUTURE))), FAIL, ""),
    (holding(allowing(STOP), deny("*", **until(PAST))), FAIL, ""),
    (holding(allowing(STOP), deny("*", DateLessThan={"aws:TokenIssueTime": PAST})), FAIL, ""),
    # What calls by users and roles never carry, or other services' calls alone.
    (holding(allow(STOP, Bool={"aws:AssumedRoot": "true"})), PASS, ""),
    (holding(allow(STOP, StringEquals={"ec2:ResourceTag/team": "sec"})), PASS, ""),
    (holding(allow(STOP, StringEqualsIfExists={"ec2:InstanceType": "t3.micro"})), FAIL, ""),
    (holding(allowing(STOP), deny("*", StringNotEquals={"ec2:InstanceType": "t3.micro"})), PASS, ""),
    (holding(allow(STOP, ArnLike={"ec2:SourceInstanceARN": "arn:aws:ec2:*:*:instance/*"})), FAIL, ""),
    # Variables whose values are known.
    (
        holding(
            allowing(STOP), deny("*", StringNotEquals={"aws:ResourceAccount": "${aws:PrincipalAccount}"})
        ),
        FAIL,
        "",
    ),
    (
        holding(allowing(STOP), deny("*", StringEquals={"aws:ResourceAccount": "${aws:PrincipalAccount}"})),
        PASS,
        "",
    ),
    (holding(allow(STOP, StringEquals={"aws:username": "${aws:username}"}), who=user), FAIL, ""),
    (
        holding(allow(STOP, StringEquals={"aws:PrincipalAccount": "${aws:username, '111122223333'}"})),
        FAIL,
        "",
    ),
    (
        holding(allow(STOP, StringEquals={"aws:PrincipalAccount": "${aws:PrincipalTag/account}"})),
        UNKNOWN,
        "",
    ),
    (holding(json.dumps({"Version": "2008-10-17", "Statement": [OLD_VARIABLES]})), PASS, ""),
    # Tags of the trail are not the caller's to choose.
    (on(tagged(team="sec"), allow(STOP, **ON_TEAM)), FAIL, ""),
    (on(tagged(Team="sec"), allow(STOP, **ON_TEAM)), FAIL, ""),
    (on(tagged(team="dev"), allow(STOP, **ON_TEAM)), PASS, ""),
    (on(tagged(), allow(STOP, **ON_TEAM)), PASS, ""),
    (on(tagged(team="sec"), allowing(STOP), deny("*", **ON_TEAM)), PASS, ""),
    (on(tagged(team="dev"), allowing(STOP), deny("*", **ON_TEAM)), FAIL, ""),
    (on(good.hardened(trail={"tags": good.DENIED}), allow(STOP, **ON_TEAM)), UNKNOWN, "aws:ResourceTag/team"),
    # A role's sessions have its own tags, and others where its trust policy lets callers tag them.
    (holding(allow(STOP, **BY_TEAM)), PASS, ""),
    (holding(allow(STOP, **BY_TEAM), tags=(("Team", "sec"),)), FAIL, ""),
    (holding(allow(STOP, **BY_TEAM), tags=(("team", "dev"),)), PASS, ""),
    (holding(allow(STOP, **BY_TEAM), trust=letting("sts:TagSession")), FAIL, "when"),
    (holding(allow(STOP, **BY_TEAM), trust=letting("STS:*")), FAIL, "when"),
    (holding(allow(STOP, **BY_TEAM), trust=letting("sts:AssumeRole")), PASS, ""),
    (holding(allow(STOP, **BY_TEAM), trust=Known(good.document(ALL_BUT))), FAIL, "when"),
    (holding(allow(STOP, **BY_TEAM), trust=good.DENIED), FAIL, "when"),
    (holding(allow(STOP, **BY_TEAM), trust=Known("{")), FAIL, "when"),
    (holding(allowing(STOP), deny("*", **NOT_OF_TEAM)), PASS, ""),
    (holding(allowing(STOP), deny("*", **NOT_OF_TEAM), trust=letting("sts:TagSession")), FAIL, "when not"),
    (holding(allow(STOP, **AS_ANN)), PASS, ""),
    (holding(allow(STOP, **AS_ANN), who=user), PASS, ""),
    (holding(allow(STOP, **AS_ANN), trust=letting("sts:SetSourceIdentity")), FAIL, "when"),
    # Resource control policies do not bind CloudTrail.
    (stopping(governed(("ou-work", denying(STOP, Principal="*")), kind=RESOURCE_CONTROL)), FAIL, ""),
    # An administrator is who may do everything, and not whose policy says so of somebody else.
    (holding(OTHERS_ADMIN, allowing(STOP)), FAIL, ""),
    (holding(allow("*", **until(PAST)), allowing(STOP)), FAIL, ""),
    (on(tagged(team="dev"), allow("*", **ON_TEAM), allowing(STOP)), FAIL, ""),
    # A path may hold any text, and makes nobody a service's own.
    (with_principals(user("x:role/aws-service-role/y", inline=allowing(STOP))), FAIL, ""),
    (with_principals(role("x:role/aws-service-role/y", inline=allowing(STOP))), FAIL, ""),
    (with_principals(role("aws-service-role/x.amazonaws.com/y", inline=allowing(STOP))), PASS, ""),
    (
        with_principals(
            role("x:user/y", inline=allowing(STOP), boundary=BOUNDARY), policies={BOUNDARY: allowing("s3:*")}
        ),
        PASS,
        "",
    ),
    # What IAM did not tell.
    (with_principals(role("x", attached=("arn:aws:iam::aws:policy/Untold",))), UNKNOWN, "was not among"),
    (
        with_principals(role("x", inline=allowing(STOP), boundary="arn:aws:iam::aws:policy/Untold")),
        UNKNOWN,
        "could not be read",
    ),
]

SESSION = f"arn:aws:sts::{good.ACCOUNT}:assumed-role/developer/ann"
BOUND = {"StringEquals": {"iam:PermissionsBoundary": BOUNDARY}}
WRITER = Principal(arn=good.ROLE_ARN, id="AROAWRITER", trust=Known(BY_SERVICE))
IN_EUROPE = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
DELETING = naming(SESSION, "s3:DeleteBucket", good.BUCKET_ARN)
ALIAS = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/dev"}}
DISABLING = "kms:DisableKey"
FOR_IAM = naming(f"arn:aws:iam::{good.ACCOUNT}:root", "kms:*")


def of_bucket(*statements: dict[str, Any], **more: Any) -> Inventory:
    return good.hardened(bucket={"policy": Known(good.document(*statements)), **more})


def of_key(**more: Any) -> Inventory:
    return good.hardened(key={"policy": Known(good.document(FOR_IAM)), **more})


def bound_above(*actions: str) -> Inventory:
    """The account under a resource control policy that denies these actions."""
    bucket = good.hardened(bucket={"policy": Known(None)}).buckets
    world = replace(IN_ORGANIZATION, buckets=bucket)
    return governed(("ou-work", denying(*actions, Principal="*")), kind=RESOURCE_CONTROL, inventory=world)


def changing_writer(action: str, *principals: Principal, **condition: Any) -> Inventory:
    """Somebody may change roles under a condition, and this is the role that writes to the log group."""
    return with_principals(
        role("developer", inline=allow(action, **condition)),
        *principals,
        policies={BOUNDARY: ADMIN},
    )


def without_policy(**more: Any) -> Inventory:
    return good.hardened(bucket={"policy": Known(None), **more})


DEPENDENCIES: list[tuple[Inventory, Status, str]] = [
    # A session that is named is its role's, which lets callers name it.
    (on(of_bucket(DELETING)), FAIL, "the resource's own policy"),
    (with_principals(role("team/developer"), inventory=of_bucket(DELETING)), FAIL, ""),
    (with_principals(role("other"), inventory=of_bucket(DELETING)), PASS, ""),
    (on(good.hardened(key={"policy": Known(good.document(naming(SESSION, DISABLING)))})), FAIL, ""),
    (
        on(
            good.hardened(
                alerts={"policy": Known(good.document(naming(SESSION, "sns:DeleteTopic", good.ALERTS_ARN)))}
            )
        ),
        FAIL,
        "",
    ),
    (
        on(
            of_bucket({**naming(SESSION, "s3:*", f"{good.BUCKET_ARN}*"), "Effect": "Deny"}),
            allowing("s3:DeleteBucket"),
        ),
        FAIL,
        "",
    ),
    # IAM is called in one Region.
    (holding(allow("iam:DeleteRole", **IN_EUROPE)), PASS, ""),
    (
        holding(allow("iam:DeleteRole", StringEquals={"aws:RequestedRegion": "us-east-1"})),
        FAIL,
        "iam:DeleteRole",
    ),
    (on(without_policy(), allow("s3:DeleteBucket", **IN_EUROPE)), PASS, ""),
    (on(without_policy(region=good.DENIED), allow("s3:DeleteBucket", **IN_EUROPE)), UNKNOWN, ""),
    # Keys are known by aliases, and calls that change keys name none.
    (on(of_key(), allow(DISABLING, **ALIAS)), UNKNOWN, "kms:ResourceAliases"),
    (on(of_key(aliases=Known(("alias/dev",))), allow(DISABLING, **ALIAS)), FAIL, ""),
    (on(of_key(aliases=Known(("alias/logs",))), allow(DISABLING, **ALIAS)), PASS, ""),
    (on(of_key(aliases=Known(())), allow(DISABLING, **ALIAS)), PASS, ""),
    (on(of_key(), allow(DISABLING, StringEquals={"kms:RequestAlias": "alias/dev"})), PASS, ""),
    (on(of_key(), allow(DISABLING, **ON_TEAM)), UNKNOWN, "aws:ResourceTag/team"),
    (on(of_key(), allow(DISABLING, StringEquals={"kms:KeyOrigin": "EXTERNAL"})), PASS, ""),
    (on(of_key(), allow(DISABLING, StringEquals={"kms:MultiRegion": "true"})), UNKNOWN, "kms:MultiRegion"),
    (on(without_policy(), allow("s3:DeleteBucket", StringEquals={"s3:ResourceAccount": "9" * 12})), PASS, ""),
    (
        on(without_policy(), allow("s3:DeleteBucket", StringEquals={"s3:ResourceAccount": good.ACCOUNT})),
        FAIL,
        "",
    ),
    # What is attached to the role, or bounds it, is not the caller's to choose either.
    (changing_writer("iam:PutRolePolicy", **BOUND), UNKNOWN, "iam:PermissionsBoundary"),
    (changing_writer("iam:PutRolePolicy", WRITER, **BOUND), PASS, ""),
    (changing_writer("iam:PutRolePolicy", replace(WRITER, boundary=BOUNDARY), **BOUND), FAIL, ""),
    (changing_writer("iam:PutRolePermissionsBoundary", WRITER, **BOUND), FAIL, ""),
    (changing_writer("iam:DeleteRole", WRITER, **BOUND), PASS, ""),
    (changing_writer("iam:DetachRolePolicy", WRITER, ArnEquals={"iam:PolicyARN": BOUNDARY}), PASS, ""),
    (changing_writer("iam:DetachRolePolicy", ArnEquals={"iam:PolicyARN": BOUNDARY}), UNKNOWN, ""),
    (
        changing_writer(
            "iam:DetachRolePolicy",
            replace(WRITER, attached=(BOUNDARY,)),
            ArnEquals={"iam:PolicyARN": BOUNDARY},
        ),
        FAIL,
        "",
    ),
    # Which calls a resource control policy binds.
    (on(bound_above("s3:*"), allowing("s3:DeleteBucket")), PASS, ""),
    (on(bound_above("logs:*"), allowing("logs:DeleteLogGroup")), PASS, ""),
    (on(bound_above("events:*"), allowing("events:DeleteRule")), PASS, ""),
    (on(bound_above("iam:*"), allowing("iam:DeleteRole")), FAIL, ""),
    (on(bound_above("sns:*"), allowing("sns:DeleteTopic")), FAIL, ""),
    (on(bound_above("cloudwatch:*"), allowing("cloudwatch:DeleteAlarms")), FAIL, ""),
]


ANY_KEY = "arn:aws:kms:*:*:key/${aws:username}"
CASES = [
    *(Case(no_partial_tampering, *row) for row in TRAILS),
    *(Case(no_indirect_tampering, *row, thresholds=LISTED) for row in DEPENDENCIES),
    # No action, no Region and no key has an empty name.
    *(Case(no_full_kms_access, holding(allowing(f"kms:{w}")), FAIL) for w in ("?*", "*?", "**", "*?*")),
    Case(no_full_kms_access, holding(allowing("kms:??*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*")), PASS),
    *(Case(no_full_cloudtrail_access, holding(allowing(f"cloudtrail:{w}")), FAIL) for w in ("?*", "*?")),
    Case(no_full_cloudtrail_access, holding(allowing("cloudtrail:*", resource="arn:aws:*:*:*:?*")), FAIL),
    # Conditions that nobody meets who holds the policy.
    Case(no_full_cloudtrail_access, holding(allow("cloudtrail:*", **until(PAST))), PASS),
    Case(no_full_cloudtrail_access, holding(allow("cloudtrail:*", **until(FUTURE))), FAIL),
    *(
        Case(
            no_decrypt_on_all_keys,
            holding(allow("kms:Decrypt", StringEquals={f"aws:{key}Account": account})),
            status,
        )
        for key in ("Resource", "Principal")
        for account, status in ((good.ACCOUNT, FAIL), ("9" * 12, PASS))
    ),
    Case(no_decrypt_on_all_keys, holding(OTHERS_ADMIN), PASS),
    # What cannot be decided of one policy does not hide another.
    Case(
        no_decrypt_on_all_keys,
        holding(allowing("kms:Decrypt"), joined(allowing("kms:*"), denying("kms:*", resource=ANY_KEY))),
        FAIL,
    ),
    Case(
        no_decrypt_on_all_keys,
        holding(joined(allowing("kms:*"), denying("kms:*", resource=ANY_KEY))),
        UNKNOWN,
        "a policy variable decides",
    ),
]


@parametrize(CASES)
def test_case(case: Case) -> None:
    check(case)
