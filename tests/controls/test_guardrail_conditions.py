"""Conditions in policies of an organization: whom they leave out, and what is true of every call anyway."""

from typing import Any

from msgspec.structs import replace

from checker.controls.guarded_buckets import strangers_kept_out
from checker.controls.guardrails import dependencies_protected, leaving_denied, trails_protected
from checker.evidence import Known
from checker.inventory import Inventory, Place
from checker.inventory.organization import RESOURCE_CONTROL
from checker.model import Status, Thresholds
from tests.controls.judging import Case, check, parametrize
from tests.controls.test_organization import policies, spared
from tests.governed import (
    ARCHIVE,
    BREAK_GLASS,
    EVERYWHERE,
    FULL,
    ID,
    LEAVING,
    ON_KEY,
    ON_LOGS,
    PLACES,
    ROOT,
    TRAILS,
    UNIT,
    WORKLOAD,
    deny,
    governed,
    policy,
)
from tests.hardened import BUCKET_ARN, HOME

PASS, FAIL, UNKNOWN = Status.PASS, Status.FAIL, Status.UNKNOWN
GLASS = "arn:aws:iam::*:role/break-glass"
LISTED = Thresholds(break_glass_arns=(GLASS,))
LINKED = "arn:aws:iam::*:role/aws-service-role/*"
PAST, FUTURE = "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z"


def when(**condition: Any) -> Inventory:
    """Tampering with trails is denied under a condition."""
    return governed(organization=policies(policy("p", {**TRAILS, "Condition": condition})))


def region(operator: str, *regions: str) -> Inventory:
    return when(**{operator: {"aws:RequestedRegion": list(regions)}})


def by_account(operator: str, value: str, key: str = "aws:PrincipalAccount") -> Inventory:
    return when(**{operator: {key: value}})


def allowed_at_root(*statements: dict[str, Any]) -> Inventory:
    """The root allows what these statements do, in place of everything."""
    below = tuple(id for id in EVERYWHERE if id != ROOT)
    found = (replace(FULL, targets=Known(below)), policy("p", *statements))
    return governed(organization={"policies": Known(found)})


def allowing(**parts: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Resource": "*", **parts}


BUT_TRAILS = allowing(NotAction="cloudtrail:*")
FOR_GLASS = {"ArnLike": {"aws:PrincipalArn": GLASS}}
BELOW_ROOT = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ID}/{ROOT}/*"}}
ON_TRAILS: list[tuple[Inventory, Status]] = [
    # No policy of an organization binds a service-linked role, and nobody else can have its path.
    (when(**spared(GLASS, LINKED)), PASS),
    (when(**spared(LINKED)), PASS),
    (when(**spared("arn:aws:iam::*:role/aws-service-role/*", "arn:aws:iam::*:role/*")), FAIL),
    (when(StringNotLike={"aws:PrincipalArn": "*:role/break-glass"}), PASS),
    (when(StringNotLike={"aws:PrincipalArn": "*:role/*"}), FAIL),
    (when(**spared("arn:aws:iam::????????????:role/break-glass")), PASS),
    (when(StringNotLike={"aws:PrincipalArn": "*"}), FAIL),
    # Time only moves on.
    (when(DateGreaterThan={"aws:CurrentTime": PAST}), PASS),
    (when(DateGreaterThan={"aws:CurrentTime": FUTURE}), FAIL),
    (when(DateLessThan={"aws:CurrentTime": FUTURE}), FAIL),
    (when(DateLessThan={"aws:CurrentTime": PAST}), FAIL),
    # The trail's calls are made in its home Region.
    (region("StringEquals", HOME), PASS),
    (region("StringEquals", "eu-west-1"), FAIL),
    (region("StringNotEquals", "eu-west-1"), PASS),
    (region("StringNotEquals", "eu-west-1", HOME), FAIL),
    # Whose the trail is, and who asks.
    (by_account("StringEquals", "${aws:PrincipalAccount}"), PASS),
    (by_account("StringNotEquals", "${aws:PrincipalAccount}", "aws:ResourceAccount"), PASS),
    (by_account("StringEquals", "${aws:PrincipalAccount}", "aws:ResourceAccount"), FAIL),
    (when(Null={"aws:SourceAccount": "true"}), PASS),
    (when(StringNotEquals={"ec2:InstanceType": "t3.micro"}), PASS),
    (when(**BELOW_ROOT), PASS),
    # A level that allows trails to nobody, or to a few by name.
    (allowed_at_root(BUT_TRAILS), PASS),
    (allowed_at_root(BUT_TRAILS, allowing(Action="cloudtrail:Get*")), PASS),
    (allowed_at_root(BUT_TRAILS, allowing(Action="cloudtrail:*", Condition=FOR_GLASS)), PASS),
    (
        allowed_at_root(
            BUT_TRAILS,
            allowing(
                Action="cloudtrail:*", Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}
            ),
        ),
        FAIL,
    ),
    (
        allowed_at_root(allowing(Action="*", Condition={"DateLessThan": {"aws:CurrentTime": PAST}})),
        PASS,
    ),
    (
        allowed_at_root(allowing(Action="*", Condition={"DateLessThan": {"aws:CurrentTime": FUTURE}})),
        FAIL,
    ),
]


SECOND = "344445555666"
TWO = (*PLACES, Place(id=SECOND, parent=UNIT))


def side_by_side(**condition: Any) -> Inventory:
    """Two accounts in one unit, which the same policies bind."""
    full = replace(FULL, targets=Known((*EVERYWHERE, SECOND)))
    found = (full, policy("p", {**TRAILS, "Condition": condition}))
    return governed(organization={"policies": Known(found), "places": Known(TWO)})


def accounts(operator: str, *names: str) -> Inventory:
    return side_by_side(**{operator: {"aws:PrincipalAccount": list(names)}})


TOLD_APART: list[tuple[Inventory, Status, str]] = [
    (accounts("StringLike", "2222*", "3333*"), FAIL, SECOND),
    (accounts("StringLike", "2222*", "*5666"), FAIL, WORKLOAD),
    (accounts("StringLike", "2222*", "3*"), PASS, ""),
    (accounts("StringNotLike", "34*"), FAIL, SECOND),
    (accounts("NumericLessThan", "334000000000"), FAIL, SECOND),
    (
        side_by_side(ArnLike={"aws:PrincipalArn": ["arn:aws:*::2222*:*", "arn:aws:*::3333*:*"]}),
        FAIL,
        SECOND,
    ),
]
OF_ARCHIVE, OF_WORKLOAD = GLASS.replace("*", ARCHIVE), GLASS.replace("*", WORKLOAD)


def on_logs(*statements: dict[str, Any], kind: str = RESOURCE_CONTROL, **changes: Any) -> Inventory:
    return governed(organization=policies(policy("p", *statements, type=kind, to=(ARCHIVE,))), **changes)


GROUP_ARN = f"arn:aws:logs:{HOME}:{ARCHIVE}:log-group:audit"


def with_group(*actions: str) -> Inventory:
    """The log group is the archive's, and a resource control policy denies what is done to it."""
    world = on_logs(
        ON_LOGS, ON_KEY, deny(*actions, **BREAK_GLASS), trail={"log_group_arn": Known(f"{GROUP_ARN}:*")}
    )
    group = next(iter(world.log_groups.values()))
    moved = replace(group, arn=GROUP_ARN, account=ARCHIVE, alarms=Known(()))
    return replace(world, log_groups={GROUP_ARN: moved, f"{GROUP_ARN}:*": moved})


IN_BUCKET = {**ON_LOGS, "Resource": [BUCKET_ARN, f"{BUCKET_ARN}/AWSLogs/*"]}
OF_DIGESTS = {**ON_LOGS, "Resource": [BUCKET_ARN, f"{BUCKET_ARN}/*/CloudTrail-Digest/*"]}
IN_HOME = {"StringEquals": {"aws:RequestedRegion": HOME}}
DEPENDING: list[tuple[Inventory, Status]] = [
    # Objects are those that the trails deliver.
    (on_logs(IN_BUCKET, ON_KEY), PASS),
    (on_logs(OF_DIGESTS, ON_KEY), FAIL),
    (on_logs({**ON_LOGS, "Condition": IN_HOME}, {**ON_KEY, "Condition": IN_HOME}), PASS),
    (on_logs(ON_LOGS, {**ON_KEY, "Condition": {"Null": {"kms:RequestAlias": "true"}}}), PASS),
    # CloudWatch Logs is bound by resource control policies.
    (with_group("logs:Delete*", "logs:Put*"), PASS),
    (with_group("logs:Get*"), FAIL),
]
OWN_ROLE = f"arn:aws:iam::{WORKLOAD}:role/reader"
FOREIGN_ROLE = "arn:aws:iam::999988887777:role/reader"
OF_OTHERS = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ID}}
NO_SERVICE = {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}


def outside(**condition: Any) -> Inventory:
    """What a resource control policy denies under a condition."""
    return on_logs(deny("s3:*", "kms:*", **condition))


STRANGERS: list[tuple[Inventory, Status]] = [
    (outside(**{"ForAllValues:StringNotLike": {"aws:PrincipalOrgPaths": f"{ID}/*"}}, **NO_SERVICE), PASS),
    (outside(**{"ForAllValues:StringNotLike": {"aws:PrincipalOrgPaths": "o-*"}}, **NO_SERVICE), FAIL),
    (outside(**{"ForAllValues:StringNotLike": {"aws:PrincipalOrgPaths": "o-other/*"}}), FAIL),
    (outside(StringNotEqualsIfExists={"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}, **NO_SERVICE), PASS),
    (outside(StringEqualsIfExists={"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}, **NO_SERVICE), FAIL),
    (outside(**OF_OTHERS, ArnNotLike={"aws:PrincipalArn": OWN_ROLE}), PASS),
    (outside(**OF_OTHERS, ArnNotLike={"aws:PrincipalArn": FOREIGN_ROLE}), FAIL),
    (outside(**OF_OTHERS, ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/reader"}), FAIL),
    (outside(StringNotEqualsIfExists={"aws:PrincipalOrgID": ID, "aws:SourceOrgID": ID}, **NO_SERVICE), PASS),
    (outside(**OF_OTHERS, DateGreaterThan={"aws:CurrentTime": PAST}), PASS),
    (outside(**OF_OTHERS, DateLessThan={"aws:CurrentTime": FUTURE}), FAIL),
]
STRANGER = {"StringNotEquals": {"aws:PrincipalOrgID": ID}, "Null": {"aws:PrincipalOrgID": "false"}}
NOBODY = {"Null": {"aws:PrincipalArn": "true"}}
OF_NONE = {"Null": {"aws:PrincipalOrgID": "true"}, **NO_SERVICE}


def apart(*conditions: dict[str, Any]) -> Inventory:
    """One policy for each."""
    found = (
        policy(f"p-{number}", deny("s3:*", "kms:*", **condition), type=RESOURCE_CONTROL)
        for number, condition in enumerate(conditions)
    )
    return governed(organization=policies(*found))


# Strangers are of another organization, of none, or nobody at all.
KINDS: list[tuple[Inventory, Status]] = [
    (apart(STRANGER, NOBODY), FAIL),
    (apart(STRANGER, OF_NONE), PASS),
    (apart(OF_NONE), FAIL),
    (apart(STRANGER), FAIL),
]
OF_GLASS = {**LEAVING, "Condition": BREAK_GLASS}
CASES = [
    *(Case(trails_protected, *row) for row in ON_TRAILS),
    *(Case(trails_protected, *row) for row in TOLD_APART),
    # Who is listed in one account is not listed in others, nor asked for there.
    Case(trails_protected, governed(), FAIL, f"in {WORKLOAD}", Thresholds(break_glass_arns=(OF_ARCHIVE,))),
    Case(trails_protected, governed(), PASS, "", Thresholds(break_glass_arns=(OF_ARCHIVE, OF_WORKLOAD))),
    Case(trails_protected, when(**spared(GLASS, LINKED)), PASS, "", LISTED),
    Case(trails_protected, when(**spared(GLASS, f"{LINKED}/other")), PASS, "", LISTED),
    Case(trails_protected, when(**spared(GLASS, "arn:aws:iam::*:role/aws-*")), FAIL, "", LISTED),
    Case(leaving_denied, governed(organization=policies(policy("p", OF_GLASS))), PASS),
    Case(
        leaving_denied,
        governed(organization=policies(policy("p", {**LEAVING, "Condition": IN_HOME}))),
        PASS,
    ),
    *(Case(dependencies_protected, *row) for row in DEPENDING),
    *(Case(strangers_kept_out, *row) for row in (*STRANGERS, *KINDS)),
]


@parametrize(CASES)
def test_case(case: Case) -> None:
    check(case)
