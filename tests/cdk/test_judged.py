"""The checker judges the policies that the app writes, and breaking one fails exactly what it is for."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from checker.catalog import CONTROLS
from checker.engine import evaluate
from checker.evidence import Known
from checker.inventory import Inventory
from checker.model import Status
from checker.policy import Identity, Request, denied, parse
from tests.cdk.whole_app import LOCKED, MANAGEMENT, ORGANIZATION, policy_of, resolved, synthesise
from tests.hardened import ACCOUNT, BUCKET, HOME, KEY_ARN, hardened

HERE = {
    "home-region": HOME,
    "trail": {"name": "audit"},
    "logs": {"bucket-name": BUCKET},
    "archive": {"region": "us-west-2"},
}
"""The account, Region, trail and bucket of the hardened inventory."""
MEMBER_OF = {"organization": {"id": ORGANIZATION}}
POLICIES = ("TH302", "TH304", "TH312", "TH317", "TH318", "TH319", "TH320", "TH404", "TH405")


def bucket_policy(*changes: Mapping[str, Any]) -> dict[str, Any]:
    text = json.dumps(policy_of(synthesise(HERE, *changes)["log-archive"], BUCKET))
    return dict(json.loads(text.replace("arn:of:Key9BCD29C7", KEY_ARN)))


def key_policy(*changes: Mapping[str, Any]) -> dict[str, Any]:
    template = synthesise(HERE, *changes)["log-archive"]
    (key,) = [
        found["Properties"]
        for found in template["Resources"].values()
        if found["Type"] == "AWS::KMS::Key" and "Log files" in found["Properties"]["Description"]
    ]
    return dict(resolved(template, key["KeyPolicy"]))


def inventory(bucket: Mapping[str, Any], key: Mapping[str, Any], *, organization: bool) -> Inventory:
    """The hardened account with the app's policies in place of its own."""
    owner = {"organization": Known(ORGANIZATION), "management_account": Known(ACCOUNT)}
    return hardened(
        account=owner if organization else {},
        trail={"organization": Known(organization)},
        bucket={"policy": Known(json.dumps(bucket))},
        key={"policy": Known(json.dumps(key))},
    )


def statuses(found: Inventory) -> dict[str, set[Status]]:
    seen: dict[str, set[Status]] = {}
    for finding in evaluate(found, [CONTROLS[id] for id in POLICIES]).findings:
        seen.setdefault(finding.control_id, set()).add(finding.status)
    return seen


@pytest.mark.parametrize("organization", [False, True], ids=["account", "organization"])
@pytest.mark.parametrize("changes", [{}, LOCKED], ids=["mfa-delete", "object-lock"])
def test_the_checker_finds_nothing_wrong(changes: Mapping[str, Any], organization: bool) -> None:
    given = (changes, MEMBER_OF) if organization else (changes,)
    seen = statuses(inventory(bucket_policy(*given), key_policy(*given), organization=organization))
    assert {id for id, found in seen.items() if found != {Status.PASS}} == set()
    assert {"TH312", "TH317", "TH318", "TH319", "TH320", "TH405"} <= set(seen)


BROKEN: list[tuple[str, str, Sequence[str]]] = [
    ("bucket", "CloudTrailChecksTheAcl", ["TH317"]),
    ("bucket", "CloudTrailWritesForTheOwner", ["TH317"]),
    ("bucket", "CloudTrailWritesForTheOrganization", ["TH317"]),
    ("bucket", "DenyPlainHttp", ["TH312"]),
    ("bucket", "DenyDestruction", ["TH320"]),
    ("bucket", "DenyReconfiguration", ["TH320"]),
    ("bucket", "DenyVersioningChanges", ["TH320"]),
    ("key", "CloudTrailEncrypts", ["TH405"]),
    ("key", "CloudTrailChecksTheKey", ["TH405"]),
]


@pytest.mark.parametrize(("which", "sid", "failing"), BROKEN, ids=[sid for _, sid, _ in BROKEN])
def test_each_statement_is_needed(which: str, sid: str, failing: Sequence[str]) -> None:
    policies = {"bucket": bucket_policy(MEMBER_OF), "key": key_policy(MEMBER_OF)}
    before = len(policies[which]["Statement"])
    policies[which]["Statement"] = [s for s in policies[which]["Statement"] if s["Sid"] != sid]
    assert len(policies[which]["Statement"]) == before - 1
    seen = statuses(inventory(policies["bucket"], policies["key"], organization=True))
    assert [id for id, found in sorted(seen.items()) if Status.FAIL in found] == failing


@pytest.mark.parametrize(
    ("which", "sid", "failing"),
    [
        ("bucket", "CloudTrailChecksTheAcl", ["TH318"]),
        ("bucket", "CloudTrailWritesForTheOwner", ["TH318"]),
        ("key", "CloudTrailEncrypts", ["TH405"]),
    ],
)
def test_each_grant_to_cloudtrail_is_bound(which: str, sid: str, failing: Sequence[str]) -> None:
    policies = {"bucket": bucket_policy(), "key": key_policy()}
    for statement in policies[which]["Statement"]:
        if statement["Sid"] == sid:
            del statement["Condition"]
    seen = statuses(inventory(policies["bucket"], policies["key"], organization=False))
    assert [id for id, found in sorted(seen.items()) if Status.FAIL in found] == failing


BREAK_GLASS = f"arn:aws:iam::{ACCOUNT}:role/break-glass"
DEPLOYER = f"arn:aws:iam::{ACCOUNT}:role/cdk-hnb659fds-cfn-exec-role-{ACCOUNT}-{HOME}"
ADMINISTRATOR = f"arn:aws:iam::{ACCOUNT}:role/administrator"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
OUTSIDER = "arn:aws:iam::444444444444:role/administrator"
CONFIGURING = ("s3:PutBucketPolicy", "s3:PutReplicationConfiguration", "s3:PutEncryptionConfiguration")
DESTROYING = ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention", "s3:DeleteBucket")
MAY: list[tuple[str, Sequence[str], bool]] = [
    (DEPLOYER, CONFIGURING, True),
    (DEPLOYER, ["s3:PutBucketVersioning"], True),
    (DEPLOYER, DESTROYING, False),
    (BREAK_GLASS, CONFIGURING, True),
    (BREAK_GLASS, DESTROYING, True),
    (ADMINISTRATOR, CONFIGURING, False),
    (ADMINISTRATOR, DESTROYING, False),
    (ADMINISTRATOR, ["s3:GetObject", "s3:ListBucket", "s3:PutBucketTagging"], True),
    (ROOT, ["s3:PutBucketVersioning"], True),
    (ROOT, CONFIGURING, False),
    (OUTSIDER, ["s3:GetObject"], False),
]


@pytest.mark.parametrize(
    ("who", "actions", "possible"), MAY, ids=[f"{who[-20:]} {one[0]}" for who, one, _ in MAY]
)
def test_the_deployment_is_not_locked_out_and_everybody_else_is(
    who: str, actions: Sequence[str], possible: bool
) -> None:
    policy = parse(json.dumps(bucket_policy({"deployment": {"break-glass-arns": [BREAK_GLASS]}})))
    for action in actions:
        on_objects = "Object" in action and not action.endswith("Bucket")
        request = Request(
            principal=Identity(who),
            action=action,
            resource=f"arn:aws:s3:::{BUCKET}/AWSLogs/{ACCOUNT}/file"
            if on_objects
            else f"arn:aws:s3:::{BUCKET}",
            context={
                "aws:principalarn": (who,),
                "aws:principalaccount": (who.split(":")[4],),
                "aws:principalisawsservice": ("false",),
                "aws:securetransport": ("true",),
                "s3:tlsversion": ("1.3",),
            },
        )
        assert denied(policy, request).yes is not possible, action


def test_the_accounts_of_both_sides_are_the_same() -> None:
    assert ACCOUNT == MANAGEMENT
